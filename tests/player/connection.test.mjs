// The socket: said hello, kept alive, given up when silent, opened again for ever, and its close codes obeyed.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { backoffMs, createConnection } from '../../player/connection.js';
import { example, handClock } from './support.mjs';

function wire(t) {
  const clock = handClock(t);
  const sockets = [];
  const [states, messages] = [[], []];
  class Socket {
    constructor() {
      this.readyState = 0;
      this.sent = [];
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.readyState = 3;
    }
    accept() {
      this.readyState = 1;
      this.onopen();
    }
    say(message) {
      this.onmessage({ data: typeof message === 'string' ? message : JSON.stringify(message) });
    }
    end(code) {
      this.onclose({ code });
    }
  }
  const link = createConnection({
    url: 'ws://x', clock, monotonic: clock.monotonic, random: () => 1, Socket,
    hello: () => ({ screen: 's', key: 'k' }),
    onMessage: (message) => messages.push(message.type),
    onState: (state) => states.push(state),
  });
  link.open();
  const last = () => sockets[sockets.length - 1];
  const welcome = () => {
    last().accept();
    last().say(example('welcome'));
  };
  return { clock, sockets, states, messages, link, last, welcome };
}

test('waits double from one second to sixty, in their upper half', () => {
  assert.deepEqual([0, 1, 2, 5, 6, 50].map((n) => backoffMs(n, () => 1)), [1000, 2000, 4000, 30000, 30000, 30000]);
  assert.equal(backoffMs(0, () => 0), 500);
});

test('hello comes first; nothing else is sent before the welcome', (t) => {
  const { link, last, states } = wire(t);
  assert.equal(link.send({ type: 'next' }), false);
  last().accept();
  assert.equal(link.send({ type: 'next' }), false);
  last().say(example('welcome'));
  assert.equal(link.send({ type: 'next' }), true);
  assert.deepEqual(last().sent.map((message) => [message.type, message.v]), [['hello', 1], ['next', 1]]);
  assert.deepEqual(states, ['online']);
});

test('a ping is answered in the contract’s words', (t) => {
  const { last, welcome, messages } = wire(t);
  welcome();
  last().say(example('ping'));
  assert.deepEqual(Object.keys(last().sent[1]).sort(), Object.keys(example('pong')).sort());
  assert.equal(last().sent[1].n, example('ping').n);
  assert.deepEqual(messages, ['welcome']);
});

test('45 s without a word end a half-open socket, pings keep a living one', async (t) => {
  const { clock, sockets, states, last, welcome } = wire(t);
  welcome();
  for (let turn = 0; turn < 6; turn += 1) {
    await clock.advance(15_000);
    last().say(example('ping'));
  }
  assert.equal(sockets.length, 1);
  await clock.advance(45_000);
  assert.deepEqual(states, ['online', 'offline']);
  await clock.advance(1_000);
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].onmessage, null); // what it may still say is nobody's
});

test('it tries for ever, ever more slowly, and at once when the network is back', async (t) => {
  const { clock, sockets, last, link, welcome } = wire(t);
  const opened = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const before = clock.monotonic();
    last().end(1006);
    while (sockets.length < turn + 2) await clock.advance(500);
    opened.push(clock.monotonic() - before);
  }
  assert.deepEqual(opened.slice(0, 8), [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  last().end(1006);
  link.hurry();
  assert.equal(sockets.length, 14);
  welcome();
  last().end(1006);
  await clock.advance(1_000); // a welcome starts the count again
  assert.equal(sockets.length, 15);
});

test('a server that accepts and says nothing is left after ten seconds', async (t) => {
  const { clock, sockets, last } = wire(t);
  last().accept();
  await clock.advance(11_000);
  assert.equal(sockets.length, 2);
});

test('a key is given up after three refusals in a row, not after one', async (t) => {
  const { clock, sockets, states, last, welcome } = wire(t);
  last().end(4401);
  await clock.advance(1_000);
  welcome(); // it was a mistake
  for (let turn = 0; turn < 3; turn += 1) {
    last().end(4401);
    await clock.advance(backoffMs(turn, () => 1));
  }
  assert.deepEqual(states, ['offline', 'online', 'offline', 'offline', 'revoked']);
  const tried = sockets.length;
  await clock.advance(600_000);
  assert.equal(sockets.length, tried);
});

test('opened elsewhere: it waits five minutes before it takes the screen back', async (t) => {
  const { clock, sockets, states, last, welcome } = wire(t);
  welcome();
  last().end(4409);
  await clock.advance(299_000);
  assert.equal(sockets.length, 1);
  await clock.advance(1_000);
  assert.equal(sockets.length, 2);
  assert.deepEqual(states, ['online', 'elsewhere']);
});

test('what is no message is passed over', (t) => {
  const { last, welcome, messages } = wire(t);
  welcome();
  for (const text of ['', 'null', '[]', '{"type": 4}', '{"type"']) last().say(text);
  assert.deepEqual(messages, ['welcome']);
});
