// The ladder without the server: windows, dayparts in the store's zone, caps, restrictions, leases.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BRAND, createPlaylist, inDayparts, localTime } from '../../player/playlist.js';
import { isManifest } from '../../player/supply.js';
import { example } from './support.mjs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.parse('2026-11-23T03:00:00Z'); // Monday noon in Tokyo
const holdsAll = () => true;

const item = (spot, more = {}) =>
  Object.assign(
    { spot, campaign: 'c', name: spot, kind: 'card', length_ms: 10_000, level: 'open', creative: null, card: { products: [] }, start_ms: 0, end_ms: 0, dayparts: [], cap_per_hour: 0, restricted: false },
    more,
  );

function leased(items, house = [], more = {}) {
  const playlist = createPlaylist();
  playlist.use(Object.assign({ v: 1, etag: 'e', screen: 's', time_zone: 'Asia/Tokyo', lease_until_ms: T0 + 72 * HOUR, items, house }, more));
  return playlist;
}

const spots = (playlist, times, ms = T0, holds = holdsAll) =>
  Array.from({ length: times }, (_, turn) => {
    const { item: chosen } = playlist.pick(ms + turn * 10_000, holds);
    if (chosen.spot) playlist.shown(chosen.spot, ms + turn * 10_000);
    return chosen.spot;
  });

test('the contract’s manifest is one', () => {
  assert.ok(isManifest(example('manifest')));
  for (const broken of [null, [], {}, { ...example('manifest'), items: {} }, { ...example('manifest'), etag: 1 }]) assert.ok(!isManifest(broken));
});

test('without a manifest there is the brand still', () => {
  assert.deepEqual(createPlaylist().pick(T0, holdsAll), { item: BRAND, rung: 'brand', why: 'not_cached' });
});

test('leased items go round, the longest unseen first', () => {
  assert.deepEqual(spots(leased([item('a'), item('b'), item('c')]), 7), ['a', 'b', 'c', 'a', 'b', 'c', 'a']);
});

test('shares of the plays are kept in every sixty of them, never twice in a row, and no more is given', () => {
  const shares = { a: 0.4, b: 0.08, c: 0.03 };
  const promised = Object.entries(shares).map(([spot, share]) => item(spot, { share }));
  const shown = spots(leased([...promised, item('x')], [item('h')]), 400);
  for (let first = 0; first + 60 <= shown.length; first += 1) {
    const hour = shown.slice(first, first + 60);
    for (const [spot, share] of Object.entries(shares)) {
      const own = hour.filter((name) => name === spot).length;
      assert.ok(Math.abs(own / 60 - share) <= 0.03, `${spot}: ${own} of 60 from ${first}`);
    }
  }
  assert.ok(shown.every((spot, n) => spot === 'x' || spot !== shown[n - 1]));
  assert.ok(!shown.includes('h'));
});

test('a share that could not be given is not made up for in a row; where none is due, the house goes on', () => {
  const late = item('a', { share: 0.25, start_ms: T0 + HOUR });
  const playlist = leased([late], [item('h')]);
  assert.deepEqual(new Set(spots(playlist, 300, T0)), new Set(['h']));
  assert.deepEqual(spots(playlist, 9, T0 + HOUR), ['a', 'h', 'a', 'h', 'h', 'h', 'a', 'h', 'h']);
});

test('after the lease only the house loop plays on', () => {
  const playlist = leased([item('a')], [item('h1'), item('h2')]);
  assert.equal(playlist.pick(T0 + 72 * HOUR - 1, holdsAll).rung, 'lease');
  assert.equal(playlist.pick(T0 + 72 * HOUR, holdsAll).rung, 'house');
  assert.deepEqual(spots(playlist, 3, T0 + 80 * HOUR), ['h1', 'h2', 'h1']);
});

test('a dated window is half open', () => {
  const playlist = leased([item('a', { start_ms: T0, end_ms: T0 + HOUR })]);
  const rung = (ms) => playlist.pick(ms, holdsAll).rung;
  assert.deepEqual([rung(T0 - 1), rung(T0), rung(T0 + HOUR - 1), rung(T0 + HOUR)], ['brand', 'lease', 'lease', 'brand']);
});

test('a cap counts the last sixty minutes, whoever chose the play', () => {
  const playlist = leased([item('a', { cap_per_hour: 2 })], [item('h')]);
  playlist.shown('a', T0 - 50 * MINUTE);
  assert.deepEqual(spots(playlist, 3), ['a', 'h', 'h']);
  assert.equal(playlist.pick(T0 + 11 * MINUTE, holdsAll).item.spot, 'a');
});

test('caps survive a reload', () => {
  const kept = leased([item('a')]).shown('a', T0 - MINUTE);
  const playlist = createPlaylist(kept);
  playlist.use({ etag: 'e', time_zone: 'UTC', lease_until_ms: T0 + HOUR, items: [item('a', { cap_per_hour: 1 })], house: [] });
  assert.equal(playlist.pick(T0, holdsAll).rung, 'brand');
});

test('restricted items never play without the server, withdrawn ones not before the next manifest', () => {
  const playlist = leased([item('beer', { restricted: true }), item('a'), item('b')]);
  playlist.withdraw(['a']);
  assert.deepEqual(spots(playlist, 3), ['b', 'b', 'b']);
  playlist.use(Object.assign({}, playlist.manifest(), { etag: 'f' }));
  assert.equal(playlist.pick(T0 + HOUR, holdsAll).item.spot, 'a');
});

test('a creative that is not on the device is not chosen, one that failed waits a minute', () => {
  const creative = { sha256: 'ab'.repeat(32), url: '/media/x' };
  const playlist = leased([item('image', { kind: 'image', creative }), item('card')]);
  assert.deepEqual(spots(playlist, 2, T0, () => false), ['card', 'card']);
  playlist.failed('card', T0 + MINUTE);
  assert.equal(playlist.pick(T0 + MINUTE, () => false).rung, 'brand');
  assert.equal(playlist.pick(T0 + 2 * MINUTE, () => false).item.spot, 'card');
});

test('an unknown zone does not darken the screen', () => {
  assert.equal(leased([item('a')], [], { time_zone: 'Mars/Olympus' }).pick(T0, holdsAll).item.spot, 'a');
});

test('hours are the store’s', () => {
  assert.deepEqual(localTime(T0, 'Asia/Tokyo'), { weekday: 0, minute: 720 });
  assert.deepEqual(localTime(T0, 'America/New_York'), { weekday: 6, minute: 22 * 60 });
  assert.deepEqual(localTime(Date.parse('2026-10-03T15:30:00Z'), 'Australia/Lord_Howe'), { weekday: 6, minute: 2 * 60 + 30 }); // half an hour forward
  assert.deepEqual(localTime(Date.parse('2026-11-22T15:00:00Z'), 'Asia/Tokyo'), { weekday: 0, minute: 0 });
});

test('dayparts are half open, cross midnight on the day they start, and know the skipped and the repeated hour', () => {
  const day = [{ weekdays: [0, 1, 2, 3, 4], start_min: 600, end_min: 840 }];
  assert.deepEqual([599, 600, 839, 840].map((minute) => inDayparts(day, { weekday: 2, minute })), [false, true, true, false]);
  assert.ok(!inDayparts(day, { weekday: 5, minute: 700 }));
  const night = [{ weekdays: [4], start_min: 1320, end_min: 120 }]; // Friday 22:00 to Saturday 2:00
  const at = (weekday, minute) => inDayparts(night, { weekday, minute });
  assert.deepEqual([at(4, 1319), at(4, 1320), at(5, 0), at(5, 119), at(5, 120), at(4, 60)], [false, true, true, true, false, false]);
  const two = [{ weekdays: [6], start_min: 60, end_min: 120 }]; // Sunday 1:00 to 2:00
  const london = (iso) => inDayparts(two, localTime(Date.parse(iso), 'Europe/London'));
  assert.ok(!london('2026-03-29T01:00:00Z') && !london('2026-03-29T00:59:00Z')); // the hour is skipped
  assert.ok(london('2026-10-25T00:30:00Z') && london('2026-10-25T01:30:00Z') && !london('2026-10-25T02:00:00Z')); // and repeated
});
