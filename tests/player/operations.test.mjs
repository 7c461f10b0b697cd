// What staff ask of a screen: commands from the closed list, and a key that is renewed in two phases.

import assert from 'node:assert/strict';
import test from 'node:test';

import { createCommands } from '../../player/commands.js';
import { createIdentity, keepIdentity, readIdentity } from '../../player/identity.js';
import { example, memory } from './support.mjs';

function rig({ guest = false } = {}) {
  const sent = [];
  const done = [];
  const item = { spot: 'spt_1', guest };
  const commands = createCommands({
    stage: { front: () => ({ item, layer: { innerText: '牛乳 '.repeat(2000) }, media: null }) },
    director: { current: () => ({ decision: 'dec_1' }), afterThis: () => done.push('after this') },
    supply: { trim: () => Promise.reject(new Error('quota')) },
    status: () => done.push('status'),
    link: { send: (message) => sent.push(message) },
    house: { welcome: example('welcome') },
    overlay: { notify: (...words) => done.push(words) },
    clock: { now: () => 1000 },
  });
  const ask = (verb, expires = 2000) => commands.handle(Object.assign(example('command'), { verb, expires_ms: expires }));
  return { ask, sent, done };
}

test('a command is done and answered', async () => {
  const { ask, sent, done } = rig();
  for (const verb of ['identify', 'reload', 'report']) await ask(verb);
  assert.deepEqual(done, [[example('welcome').screen.name, 'name', 10000], 'after this', 'status']);
  assert.deepEqual(sent, Array(3).fill({ type: 'done', id: example('command').id, ok: true, text: '' }));
});

test('what fails, is unknown or came too late is said', async () => {
  const { ask, sent, done } = rig();
  await ask('clear_cache');
  await ask('format_disk');
  await ask('constructor');
  await ask('reload', 999);
  assert.deepEqual(sent.map((answer) => [answer.ok, answer.text]), [[false, 'quota'], [false, 'unknown verb'], [false, 'unknown verb'], [false, 'expired']]);
  assert.deepEqual(done, []);
});

test('a capture tells what stands there, and nothing of a guest', async () => {
  const { ask, sent } = rig();
  await ask('capture');
  assert.deepEqual([sent[0].type, sent[0].spot, sent[0].decision, sent[0].text.length, sent[0].picture], ['capture', 'spt_1', 'dec_1', 2000, '']);
  assert.equal(sent[1].ok, true);
  const guest = rig({ guest: true });
  await guest.ask('capture');
  assert.equal('text' in guest.sent[0], false);
  assert.equal('picture' in guest.sent[0], false);
});

test('a new key stands beside the old one until it has let us in', () => {
  const small = memory();
  keepIdentity(small, 'scr', 'old');
  const before = createIdentity(readIdentity('', small), small);
  assert.equal(before.keep('one'), true);
  assert.equal(before.keep('two'), true, 'a fresh one replaces it');
  const again = createIdentity(readIdentity('', small), small); // the page was reloaded meanwhile
  assert.equal(again.current().key, 'two');
  assert.equal(again.refused(), true, 'void: the old one is left');
  assert.equal(again.current().key, 'old');
  assert.equal(again.refused(), false);
  again.keep('three');
  again.accepted();
  again.accepted();
  assert.equal(again.refused(), false, 'the old key is gone');
  assert.equal(createIdentity(readIdentity('', small), small).current().key, 'three');
});

test("a kiosk's key in the address stays", () => {
  const small = memory();
  const identity = createIdentity(readIdentity('#screen=scr&key=fixed', small), small);
  assert.equal(identity.keep('new'), false);
  assert.equal(identity.current().key, 'fixed');
  assert.equal(small.length, 0);
});
