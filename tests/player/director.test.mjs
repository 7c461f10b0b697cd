// The running order, with a stage that tells what it shows and a server that is a list of answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createDirector, isShowable } from '../../player/director.js';
import { newId } from '../../player/ids.js';
import { createParade } from '../../player/parade.js';
import { createPlaylist } from '../../player/playlist.js';
import { example, handClock } from './support.mjs';

const card = (spot, more = {}) => ({ spot, campaign: '', name: spot, kind: 'card', length_ms: 10_000, creative: null, card: { template: 'service' }, ...more });

function scene(t, { manifest = null } = {}) {
  const clock = handClock(t);
  const shown = []; // [ms, spot]
  const plays = []; // [spot, ms shown, why]
  const asked = [];
  const link = { up: true, online: () => link.up, trying: () => link.up, send: (message) => asked.push(message) > 0 };
  const stage = {
    layers: 0,
    slow: {},
    broken: new Set(),
    dark: new Set(),
    stall: null,
    async prepare(show) {
      const { spot } = show.item;
      stage.layers += 1;
      if (stage.slow[spot]) await new Promise((resolve) => setTimeout(resolve, stage.slow[spot]));
      if (stage.broken.has(spot)) {
        stage.layers -= 1;
        throw new Error('decode error');
      }
      return { show };
    },
    async present(prepared, onStall) {
      if (stage.dark.has(prepared.show.item.spot)) throw new Error('no first frame');
      stage.stall = onStall;
      shown.push([clock.monotonic(), prepared.show.item.spot]);
    },
    discard: () => {
      stage.layers -= 1;
    },
  };
  const proof = {
    open: (show) => ({ spot: show.item.spot }),
    close: (play, ms, why) => plays.push([play.spot, ms, why]),
    failed: (show) => plays.push([show.item.spot, 0, 'failed']),
    checkpoint: () => undefined,
  };
  const playlist = createPlaylist();
  if (manifest) playlist.use(manifest);
  const director = createDirector({
    stage, playlist, proof, link, clock, newId, monotonic: clock.monotonic,
    cache: { list: () => ['abc'], holds: () => true },
    hooks: { onTrouble: () => undefined, onBoundary: () => undefined, onShown: ({ item }) => item.spot && playlist.shown(item.spot, clock.now()) },
  });
  const answer = (spot, more = {}) =>
    director.show({ ...example('show'), request: asked[asked.length - 1].request, now: false, item: card(spot), ...more });
  const push = (spot, more = {}) => director.show({ ...example('show'), request: '', now: true, item: card(spot), ...more });
  const spots = () => shown.map(([, spot]) => spot);
  return { clock, director, stage, link, playlist, shown, plays, asked, answer, push, spots };
}

const lease = (...items) => ({ etag: 'e', time_zone: 'UTC', lease_until_ms: 9e15, house: [card('house')], items: items.map((spot) => card(spot)) });

/** Begun, answered with `a`, shown. */
async function playing(t, options) {
  const it = scene(t, options);
  it.director.start();
  await it.clock.advance(10);
  it.answer('a');
  await it.clock.advance(0);
  return it;
}

test('the contract’s show can be shown, what is not one cannot', () => {
  assert.ok(isShowable(example('show')));
  const { item } = example('show');
  const image = { ...item, kind: 'image', creative: { url: `/media/${'0a'.repeat(32)}` } };
  assert.ok(isShowable({ item: image }));
  for (const broken of [null, { ...item, length_ms: 'x' }, { ...item, card: null }, { ...item, kind: 'script' }, { ...image, creative: null }, { ...image, creative: { url: 'https://evil.example/x' } }]) {
    assert.ok(!isShowable({ item: broken }));
  }
});

test('the next item is asked for 1.5 s before the end and comes exactly at the end', async (t) => {
  const { clock, asked, answer, shown, plays } = await playing(t);
  assert.deepEqual(Object.keys(asked[0]).concat('v').sort(), Object.keys(example('next')).sort());
  await clock.advance(8_499);
  assert.equal(asked.length, 1);
  await clock.advance(2);
  assert.equal(asked.length, 2);
  assert.equal(asked[1].playing, 'a');
  answer('b');
  await clock.advance(5_000);
  assert.deepEqual(shown.map(([at, spot]) => [at - shown[0][0], spot]), [[0, 'a'], [10_000, 'b']]);
  assert.deepEqual(plays, [['a', 10_000, 'finished']]);
});

test('the last frame is held until the next can really be seen', async (t) => {
  const { clock, stage, answer, shown, plays } = await playing(t);
  stage.slow.b = 4_000;
  await clock.advance(8_600);
  answer('b');
  await clock.advance(5_000);
  assert.deepEqual(shown[1][1], 'b');
  assert.ok(shown[1][0] - shown[0][0] >= 12_500);
  assert.equal(plays[0][2], 'finished');
  assert.equal(plays[0][1], shown[1][0] - shown[0][0]);
});

test('an interrupt comes at once and the item under it is told as interrupted', async (t) => {
  const { clock, push, shown, plays } = await playing(t);
  await clock.advance(3_000);
  push('scan');
  await clock.advance(1);
  assert.equal(shown[1][1], 'scan');
  assert.deepEqual(plays, [['a', 3_000, 'interrupted']]);
});

test('an interrupt takes the place of a next item that waited', async (t) => {
  const { clock, answer, push, spots, stage } = await playing(t);
  await clock.advance(8_600);
  answer('b');
  await clock.advance(100);
  push('scan');
  await clock.advance(3_000);
  assert.deepEqual(spots(), ['a', 'scan']);
  assert.equal(stage.layers, 2); // a is the stage's to clear: nothing that waited is left behind
});

test('without an answer the lease plays on, and late answers change nothing', async (t) => {
  const { clock, asked, director, spots } = await playing(t, { manifest: lease('l1', 'l2') });
  await clock.advance(11_100);
  director.show({ ...example('show'), request: asked[1].request, item: card('late') });
  await clock.advance(11_100);
  assert.deepEqual(spots(), ['a', 'l1', 'l2']);
});

test('offline it goes round the lease without a gap, and live again at a boundary', async (t) => {
  const { clock, director, link, asked, answer, spots, shown } = await playing(t, { manifest: lease('l1', 'l2') });
  link.up = false;
  await clock.advance(30_000);
  assert.deepEqual(spots(), ['a', 'l1', 'l2', 'l1']);
  const gaps = shown.slice(1).map(([at], index) => at - shown[index][0]);
  assert.ok(gaps.every((gap) => gap === 10_000), String(gaps));
  link.up = true;
  director.online();
  const before = asked.length;
  await clock.advance(9_000);
  assert.equal(asked.length, before + 1);
  answer('live');
  await clock.advance(2_000);
  assert.equal(spots()[spots().length - 1], 'live');
});

test('with nothing at all there is the brand still, and an answer ends it at once', async (t) => {
  const { clock, director, link, asked, answer, spots } = scene(t);
  link.up = false;
  director.start();
  await clock.advance(60_000);
  assert.deepEqual(spots(), ['']);
  link.up = true;
  director.online();
  assert.equal(asked.length, 1);
  answer('a');
  await clock.advance(1);
  assert.deepEqual(spots(), ['', 'a']);
});

test('it waits a moment for a server that is being called, and not for one that is not', async (t) => {
  const { clock, director, link, asked, answer, spots } = scene(t, { manifest: lease('l1') });
  Object.assign(link, { up: false, trying: () => true });
  director.start();
  await clock.advance(1_000);
  assert.deepEqual(spots(), []);
  link.up = true;
  director.start();
  answer('a');
  await clock.advance(5_000);
  assert.deepEqual([spots(), asked.length], [['a'], 1]);
  director.stop();
  Object.assign(link, { up: false, trying: () => false });
  director.start();
  await clock.advance(1);
  assert.deepEqual(spots(), ['a', 'l1']);
});

test('told to start again while its first item is coming forward, it starts once', async (t) => {
  const { director, clock, link, stage, spots } = scene(t);
  link.up = false;
  const present = stage.present;
  stage.present = async (...all) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    return present(...all);
  };
  director.start();
  await clock.advance(10);
  director.start();
  await clock.advance(500);
  assert.deepEqual(spots(), ['']);
  assert.equal(stage.layers, 1);
});

test('a late answer is still better than the brand still', async (t) => {
  const { clock, director, answer, spots } = scene(t);
  director.start();
  await clock.advance(0);
  await clock.advance(2_600); // nobody answered in time
  answer('late');
  await clock.advance(0);
  assert.deepEqual(spots(), ['', 'late']);
});

test('an item that can’t be decoded is told and replaced by the next', async (t) => {
  const { clock, stage, answer, plays, spots, asked } = await playing(t);
  stage.broken.add('bad');
  await clock.advance(8_600);
  answer('bad');
  await clock.advance(10);
  assert.deepEqual(plays, [['bad', 0, 'failed']]);
  assert.equal(asked.length, 3);
  answer('b');
  await clock.advance(2_000);
  assert.deepEqual(spots(), ['a', 'b']);
});

test('a server that only sends broken items doesn’t keep the screen from its own', async (t) => {
  const { clock, stage, answer, asked, spots } = await playing(t, { manifest: lease('l1') });
  stage.broken.add('bad');
  await clock.advance(8_600);
  answer('bad');
  await clock.advance(10);
  answer('bad');
  await clock.advance(3_000);
  assert.equal(spots()[1], 'l1');
  assert.equal(asked.length, 3);
});

test('what can’t be presented leaves the old frame, and when all is broken the brand still comes', async (t) => {
  const { clock, stage, answer, spots } = await playing(t, { manifest: lease('l1') });
  ['b', 'l1', 'house'].forEach((spot) => stage.dark.add(spot));
  await clock.advance(8_600);
  answer('b');
  await clock.advance(20_000);
  assert.deepEqual(Array.from(new Set(spots())), ['a', '']);
});

test('an interrupt that became ready while another item failed to come forward is shown', async (t) => {
  const { clock, stage, push, spots } = await playing(t);
  const { present } = stage;
  stage.present = async (prepared, onStall) => {
    if (prepared.show.item.spot === 'film') await new Promise((resolve) => setTimeout(resolve, 50)); // and then it is dark
    return present(prepared, onStall);
  };
  stage.dark.add('film');
  push('film');
  await clock.advance(10);
  push('scan');
  await clock.advance(60);
  assert.deepEqual(spots(), ['a', 'scan']);
});

test('a video that stands still ends as failed', async (t) => {
  const { clock, stage, plays, asked } = await playing(t, { manifest: lease('l1') });
  await clock.advance(2_000);
  stage.stall('video: stalled');
  await clock.advance(1_000);
  assert.deepEqual(plays, [['a', 2_400, 'failed']]); // the 0.4 s that an urgent answer may take
  assert.equal(asked.length, 2);
});

test('an item that never ends makes the page begin anew, once the page can be had again', async (t) => {
  const { clock, director, stage, link, answer } = await playing(t);
  let loaded = 0;
  globalThis.location = { reload: () => (loaded += 1) };
  t.after(() => delete globalThis.location);
  const told = [];
  const parade = createParade({ director, link, cache: { available: () => false }, report: { trouble: (text) => told.push(text) } });
  stage.slow.b = 1e12;
  await clock.advance(8_600);
  answer('b'); // and it is never ready
  await clock.advance(60_000);
  parade.watch();
  assert.equal(loaded, 0); // 'a' has been on for 58 s longer than it should
  await clock.advance(5_000);
  link.up = false;
  parade.watch();
  assert.equal(loaded, 0);
  link.up = true;
  parade.watch();
  assert.equal(loaded, 1);
  assert.deepEqual(told, ['watchdog: an item did not end']);
});

test('a withdrawn item leaves within half a second, also when the server is slow, and doesn’t come back', async (t) => {
  const { clock, director, playlist, plays, shown } = await playing(t, { manifest: lease('a', 'l1') });
  await clock.advance(4_000);
  director.withdraw(['a']);
  await clock.advance(600);
  assert.deepEqual(plays, [['a', 4_400, 'withdrawn']]);
  assert.equal(shown[1][1], 'l1');
  assert.equal(playlist.pick(clock.now(), () => true).item.spot, 'l1');
});

test('a withdrawn item that waited is not shown', async (t) => {
  const { clock, director, answer, spots } = await playing(t, { manifest: lease('l1') });
  await clock.advance(8_600);
  answer('b');
  await clock.advance(10);
  director.withdraw(['b']);
  await clock.advance(5_000);
  assert.ok(!spots().includes('b'));
});

test('a guest’s time ends on its own, also without the server', async (t) => {
  const { clock, link, push, spots, plays } = await playing(t, { manifest: lease('l1') });
  push('moment', { item: { ...card('moment'), guest: true, expires_ms: clock.now() + 5_000 } });
  await clock.advance(1_000);
  link.up = false;
  await clock.advance(4_100);
  assert.deepEqual(spots(), ['a', 'moment', 'l1']);
  assert.deepEqual(plays[1].slice(0, 1).concat(plays[1][2]), ['moment', 'interrupted']);
});

test('guest_end takes the guest’s item and what waits of the guest', async (t) => {
  const { clock, director, asked, answer, push, spots } = await playing(t, { manifest: lease('l1') });
  push('moment', { item: { ...card('moment'), guest: true, expires_ms: clock.now() + 60_000 } });
  await clock.advance(8_600);
  answer('pick', { item: { ...card('pick'), guest: true, expires_ms: clock.now() + 51_000 } });
  await clock.advance(10);
  director.guestEnd();
  await clock.advance(10);
  answer('open');
  await clock.advance(10);
  assert.deepEqual(spots(), ['a', 'moment', 'open']);
  assert.equal(asked.length, 3);
});

test('a show that has run out on the way is not shown', async (t) => {
  const { clock, push, spots } = await playing(t);
  push('moment', { item: { ...card('moment'), guest: true, expires_ms: clock.now() - 1 } });
  await clock.advance(10);
  assert.deepEqual(spots(), ['a']);
});

test('no item, or one that is none, means the ladder', async (t) => {
  const { clock, director, asked, spots } = await playing(t, { manifest: lease('l1') });
  await clock.advance(8_600);
  director.show({ ...example('show'), request: asked[1].request, item: null });
  await clock.advance(2_000);
  assert.deepEqual(spots(), ['a', 'l1']);
});

test('stopped, nothing follows; started again, it asks', async (t) => {
  const { clock, director, asked, spots, plays } = await playing(t);
  director.stop();
  await clock.advance(60_000);
  assert.deepEqual(spots(), ['a']);
  assert.equal(plays[0][2], 'closed');
  const before = asked.length;
  director.start();
  await clock.advance(10);
  assert.equal(asked.length, before + 1);
});
