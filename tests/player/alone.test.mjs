// Three days without the server, second by second: the real running order, lease, caps and queue on a clock moved by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createClock } from '../../player/clock.js';
import { createDirector } from '../../player/director.js';
import { newId } from '../../player/ids.js';
import { createPlaylist } from '../../player/playlist.js';
import { createProof } from '../../player/proof.js';
import { handClock, memory } from './support.mjs';

const HOUR = 3_600_000;
const ZONE = 'America/New_York';
const START = Date.parse('2026-10-30T16:00:00Z'); // Friday noon in New York; the clocks go back on Sunday
const WEEK = [0, 1, 2, 3, 4, 5, 6];

const item = (spot, more = {}) => ({
  spot, campaign: 'c', name: spot, kind: 'card', length_ms: 30_000, level: 'open', creative: null, card: { template: 'service', products: [], lines: [] },
  start_ms: 0, end_ms: 0, dayparts: [], cap_per_hour: 0, restricted: false, ...more,
});
const MANIFEST = {
  v: 1, etag: 'e', screen: 's', time_zone: ZONE, lease_until_ms: START + 72 * HOUR,
  items: [
    item('morning', { dayparts: [{ weekdays: WEEK, start_min: 360, end_min: 660 }] }),
    item('night', { dayparts: [{ weekdays: [5], start_min: 1320, end_min: 120 }] }), // Saturday 22:00 to Sunday 2:00
    item('capped', { cap_per_hour: 4 }),
    item('flight', { start_ms: START + 10 * HOUR, end_ms: START + 20 * HOUR }),
    item('beer', { restricted: true }),
  ],
  house: [item('house')],
};
const wall = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, weekday: 'short', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
const local = (ms) => Object.fromEntries(wall.formatToParts(ms).map(({ type, value }) => [type, value]));

/** IndexedDB's ways in memory, in the order of the keys. */
function table() {
  const kept = new Map();
  return {
    put: async (key, value) => kept.set(key, JSON.stringify(value)),
    remove: async (key) => kept.delete(key),
    list: async (_prefix, limit) => Array.from(kept.values()).slice(0, limit).map((text) => JSON.parse(text)),
  };
}

test('72 h offline on a device whose clock is two hours off: every daypart right, and every play delivered once', async (t) => {
  const hand = handClock(t, START, 3);
  const device = () => hand.now() + 2 * HOUR; // what the device believes
  const clock = createClock(hand.monotonic, device);
  clock.heard(START, 40); // the last welcome, before the cable was cut
  const link = { up: false, sent: [] };
  const proof = await createProof({
    store: table(), small: memory(), prefix: 's', clock, newId, makeRoom: async () => undefined,
    send: (message) => link.up && link.sent.push(message) > 0,
    onTrouble: assert.fail,
  });
  const playlist = createPlaylist();
  playlist.use(MANIFEST);
  const director = createDirector({
    stage: { prepare: async (show) => ({ show }), present: async () => undefined, discard: () => undefined },
    playlist, proof, clock, newId, monotonic: hand.monotonic,
    link: { online: () => false, trying: () => false },
    cache: { list: () => [], holds: () => true },
    hooks: { onTrouble: assert.fail, onBoundary: () => undefined, onShown: ({ item: shown }) => shown.spot && playlist.shown(shown.spot, clock.now()) },
  });
  await hand.advance(3_000); // what is chosen a second before the hour may begin a second after it: not here
  director.start();
  await hand.advance(73 * HOUR);
  director.stop();

  const got = new Map();
  link.up = true;
  proof.reconnected();
  await hand.advance(1);
  for (let turn = 0; proof.queued() > 0; turn += 1) {
    const message = link.sent[link.sent.length - 1];
    for (const play of message.plays) got.set(play.id, (got.get(play.id) || []).concat(play));
    const ids = message.plays.map((play) => play.id);
    const lost = turn % 3 === 2; // every third acknowledgement never arrives
    if (!lost) await proof.acknowledged({ batch: message.batch, accepted: ids, duplicate: [], refused: [] });
    await hand.advance(lost ? 15_001 : 201);
  }
  const plays = Array.from(got.values(), ([first]) => first).sort((a, b) => a.seq - b.seq);
  assert.deepEqual(plays.map((play) => play.seq), plays.map((_, index) => index + 1)); // none lost; ids are the server's guard against doubles
  assert.equal(new Set(plays.map((play) => play.id)).size, plays.length);
  assert.ok(plays.length >= (73 * HOUR) / 30_000 - 2, `${plays.length} plays`);
  plays.slice(1).forEach((play, index) => assert.ok(play.started_ms - plays[index].started_ms <= 30_100, 'a gap'));

  const at = (spot) => plays.filter((play) => play.spot === spot).map((play) => play.started_ms);
  for (const ms of at('morning')) assert.ok(Number(local(ms).hour) >= 6 && Number(local(ms).hour) < 11, new Date(ms).toISOString());
  for (const ms of at('night')) {
    const { weekday, hour } = local(ms);
    assert.ok((weekday === 'Sat' && Number(hour) >= 22) || (weekday === 'Sun' && Number(hour) < 2), `${weekday} ${hour}`);
  }
  const hours = at('night').map((ms) => Math.floor(ms / HOUR));
  assert.equal(new Set(hours).size, 5); // 22, 23, 0, 1 and the repeated 1
  for (const ms of at('flight')) assert.ok(ms >= START + 10 * HOUR && ms < START + 20 * HOUR);
  const capped = at('capped');
  capped.forEach((ms, index) => assert.ok(index < 4 || ms - capped[index - 4] >= HOUR, 'more than four in sixty minutes'));
  assert.ok(capped.length >= 71 * 4);
  assert.equal(at('beer').length, 0);
  for (const play of plays.filter((one) => one.started_ms >= START + 72 * HOUR)) assert.equal(play.spot, 'house');
  assert.deepEqual(new Set(plays.map((play) => play.spot)), new Set(['morning', 'night', 'capped', 'flight', 'house']));
});
