// The running order: asks for the next item before this one ends, takes interrupts, and goes down the ladder without answers.

import { BRAND } from './playlist.js';

const ASK_BEFORE_MS = 1500;
const ANSWER_MS = 2500;
const URGENT_MS = 400;
const START_MS = 1500;
const IDLE_MS = 3000;
const STUCK_MS = 60000;
const LENGTH_MS = [1000, 600000];
const MEDIA = /^\/media\/[0-9a-f]{64}$/;

/** A show that can be taken as it is: what comes over the wire is data, not trust. */
export function isShowable(show) {
  const item = show && show.item;
  if (!item || typeof item.spot !== 'string' || !(item.length_ms > 0)) return false;
  if (item.kind === 'card') return Boolean(item.card);
  return ['image', 'video'].includes(item.kind) && Boolean(item.creative) && MEDIA.test(item.creative.url);
}

export function localShow(item) {
  return { request: '', now: false, decision: '', item };
}

/** `link` sends and knows whether it is online; `hooks`: onShown(show, rung, why), onBoundary(), onTrouble(text). */
export function createDirector({ stage, playlist, proof, cache, link, clock, monotonic, newId, hooks }) {
  const timers = { ask: 0, answer: 0, end: 0, guest: 0 };
  let current = null;
  let ready = null;
  let preparing = null;
  let presenting = false;
  let request = '';
  let leaving = ''; // why the item on show has to go as soon as something else can be seen
  let failures = 0;
  let chore = null; // what waits for the next boundary

  const set = (name, work, ms) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, ms);
  };
  const expired = (show) => show.item.expires_ms > 0 && clock.now() >= show.item.expires_ms;
  const etag = () => (playlist.manifest() || { etag: '' }).etag;
  const lengthOf = (show) => Math.min(Math.max(show.item.length_ms, LENGTH_MS[0]), LENGTH_MS[1]);
  const onBrand = () => Boolean(current) && current.show.item.kind === 'brand';

  function ask() {
    if (request || preparing) return;
    if (!link.online()) {
      fallBack();
      return;
    }
    const cached = cache.list();
    request = newId();
    const playing = current ? current.show.item.spot : '';
    link.send(Object.assign({ type: 'next', request, playing }, cached ? { cached } : {}));
    set('answer', fallBack, leaving ? URGENT_MS : ANSWER_MS);
  }

  function fallBack() {
    request = '';
    const { item, rung, why } = playlist.pick(clock.now(), cache.holds);
    if (rung === 'brand' && onBrand()) set('ask', ask, IDLE_MS);
    else cue(localShow(item), rung, why);
  }

  function dropReady() {
    if (ready) stage.discard(ready.prepared);
    ready = null;
  }

  async function cue(show, rung, why = '') {
    clearTimeout(timers.answer);
    request = '';
    dropReady();
    const mine = { show };
    preparing = mine;
    let prepared = null;
    try {
      prepared = await stage.prepare(show);
    } catch (error) {
      if (preparing === mine) preparing = null;
      failed(show, error, preparing === null);
      return;
    }
    if (preparing !== mine || expired(show)) {
      stage.discard(prepared);
      if (preparing === mine) {
        preparing = null;
        ask();
      }
      return;
    }
    preparing = null;
    if (prepared.misfit) hooks.onTrouble(`text does not fit: ${show.item.spot}`);
    ready = { show, prepared, rung, why };
    if (show.now || leaving || !current) turn();
  }

  async function turn() {
    if (presenting || !ready) return;
    const next = ready;
    ready = null;
    presenting = true;
    try {
      await stage.present(next.prepared, (reason) => stalled(next, reason));
    } catch (error) {
      stage.discard(next.prepared);
      presenting = false;
      failed(next.show, error, !ready && !preparing);
      turn(); // to what became ready meanwhile
      return;
    }
    presenting = false;
    finish(leaving || 'interrupted');
    begin(next);
    if (ready && (ready.show.now || leaving)) turn();
  }

  function begin(next) {
    const { show } = next;
    const length = lengthOf(show);
    current = Object.assign(next, { startedAt: monotonic(), play: null });
    leaving = '';
    failures = 0;
    hooks.onBoundary();
    if (chore) chore();
    chore = null;
    if (next.rung === 'brand') {
      leaving = 'finished';
      set('ask', ask, link.online() ? 0 : IDLE_MS);
    } else {
      current.play = proof.open(show, etag());
      set('ask', ask, Math.max(0, length - ASK_BEFORE_MS));
      set('end', () => leave('finished'), length);
    }
    clearTimeout(timers.guest);
    if (show.item.expires_ms > 0) set('guest', guestEnd, show.item.expires_ms - clock.now());
    hooks.onShown(show, next.rung, next.why);
  }

  function finish(why) {
    clearTimeout(timers.end);
    if (current && current.play) proof.close(current.play, monotonic() - current.startedAt, why);
  }

  function leave(why) {
    leaving = leaving || why;
    if (ready) turn();
    else if (!preparing && !request) ask();
    else if (request && why !== 'finished') set('answer', fallBack, URGENT_MS);
  }

  function failed(show, error, goOn) {
    failures += 1;
    hooks.onTrouble(`${show.item.spot}: ${error.message}`);
    if (show.item.kind !== 'brand') {
      playlist.failed(show.item.spot, clock.now());
      proof.failed(show, etag());
    }
    if (!goOn) return;
    if (failures > 6) cue(localShow(BRAND), 'brand');
    else if (failures > 1) fallBack();
    else ask();
  }

  function stalled(next, reason) {
    if (current !== next) return;
    hooks.onTrouble(`${next.show.item.spot}: ${reason}`);
    playlist.failed(next.show.item.spot, clock.now());
    leave('failed');
  }

  /** Throw away what waits or is being made ready, if it is one of those. */
  function forget(which) {
    if (ready && which(ready.show)) dropReady();
    if (preparing && which(preparing.show)) preparing = null;
  }

  function guestEnd() {
    const ofGuest = (show) => Boolean(show.item.guest);
    forget(ofGuest);
    if (current && ofGuest(current.show)) leave('interrupted');
  }

  return {
    /** From nothing to the server's choice, or down the ladder where it can't be had soon; no effect while something is on. */
    start() {
      if (current || preparing || ready || presenting) return;
      if (link.online()) ask();
      else set('answer', fallBack, link.trying() ? START_MS : 0);
    },
    /** Something else covers the stage: what is on ends here, and nothing follows. */
    stop() {
      Object.values(timers).forEach(clearTimeout);
      forget(() => true);
      finish('closed');
      current = null;
      request = '';
    },
    current: () => (current ? current.show : null),
    /** An item that has been on for a minute longer than it should: something here was lost. */
    stuck: () => Boolean(current) && !onBrand() && monotonic() - current.startedAt > lengthOf(current.show) + STUCK_MS,
    /** Run `work` when the next item has taken the place of this one. */
    afterThis(work) {
      chore = work;
    },
    guestEnd,
    /** The server is there (again): don't leave it at the brand still. */
    online() {
      if (onBrand() && !ready) ask();
    },
    show(message) {
      const answer = message.request !== '' && message.request === request;
      const idle = onBrand() && !ready && !preparing;
      if (message.request && !answer && !message.now && !idle) return; // too late: something else was chosen
      if (!isShowable(message) || expired(message)) {
        if (message.item) hooks.onTrouble('show: not showable');
        if (answer) fallBack();
        return;
      }
      cue(message, 'live');
    },
    withdraw(spots) {
      playlist.withdraw(spots);
      const gone = (show) => spots.includes(show.item.spot);
      forget(gone);
      if (current && gone(current.show)) leave('withdrawn');
    },
    /** The page may be closed now. */
    checkpoint() {
      if (current && current.play) proof.checkpoint(current.play, monotonic() - current.startedAt);
    },
  };
}
