// One WebSocket that is opened again for ever; messages out, messages in, and whether anybody is there.

const FIRST_MS = 1000;
const LONGEST_MS = 30000; // a chain is back within half a minute of its server
const REFUSED_MS = 60000;
const SILENT_MS = 45000;
const WELCOME_MS = 10000;
const ELSEWHERE_MS = 300000;
const REFUSALS = 3; // a key is given up only after as many refusals in a row

/** The n-th wait, from 0: doubling from 1 s to 30 s, its upper half drawn so that a chain doesn't come back at once. */
export function backoffMs(attempt, random) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + random() / 2));
}

/** `retryKey()`: refused, is there another key to try at once? `onState`: online, offline, elsewhere (opened in another place), revoked (the key is no longer good: it stops). */
export function createConnection({ url, hello, retryKey = () => false, clock, monotonic, onMessage, onState, random = Math.random, Socket = WebSocket }) {
  let socket = null;
  let attempt = 0;
  let refusals = 0;
  let online = false;
  let helloAt = 0;
  let retry = 0;
  let silence = 0;

  const write = (message) => {
    if (!socket || socket.readyState !== 1) return false;
    socket.send(JSON.stringify(Object.assign({ v: 1 }, message)));
    return true;
  };

  const listenFor = (ms) => {
    clearTimeout(silence);
    silence = setTimeout(() => lost(0), ms);
  };

  function letGo() {
    clearTimeout(silence);
    if (socket) {
      // a half-open socket would keep us waiting for its end: let go of it
      socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
      socket.close();
      socket = null;
    }
    online = false;
  }

  function lost(code) {
    letGo();
    if (code === 4401 && retryKey()) {
      open();
      return;
    }
    refusals = code === 4401 ? refusals + 1 : 0;
    if (refusals >= REFUSALS) {
      onState('revoked');
      return;
    }
    onState(code === 4409 ? 'elsewhere' : 'offline');
    clearTimeout(retry);
    retry = setTimeout(open, code === 4409 ? ELSEWHERE_MS : code === 4403 ? REFUSED_MS : backoffMs(attempt, random));
    attempt += 1;
  }

  function heard(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch (error) {
      return;
    }
    if (!message || typeof message.type !== 'string') return;
    listenFor(SILENT_MS);
    if (message.type === 'welcome') {
      clock.heard(message.server_ms, monotonic() - helloAt);
      attempt = 0;
      refusals = 0;
      online = true;
      onState('online');
    } else if (message.type === 'ping') {
      clock.heard(message.server_ms);
      write({ type: 'pong', n: message.n, clock_ms: clock.now() });
      return;
    }
    onMessage(message);
  }

  function open() {
    clearTimeout(retry);
    if (socket) return;
    try {
      socket = new Socket(url);
    } catch (error) {
      lost(0);
      return;
    }
    listenFor(WELCOME_MS);
    socket.onopen = () => {
      helloAt = monotonic();
      write(Object.assign({ type: 'hello' }, hello()));
    };
    socket.onmessage = (event) => heard(event.data);
    socket.onclose = (event) => lost(event.code);
    socket.onerror = () => undefined; // a close with its code always follows
  }

  return {
    open,
    /** False when nobody is there to hear it. */
    send: (message) => online && write(message),
    online: () => online,
    /** Is somebody being called, or there? */
    trying: () => Boolean(socket),
    /** The network came back, or somebody touched the screen: try at once. */
    hurry() {
      if (!socket) open();
    },
    /** Say hello again, with the key that is now the newest. */
    reopen() {
      letGo();
      open();
    },
  };
}
