// Clock, ids, scanner, phrases, identity, storage: each alone.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createClock } from '../../player/clock.js';
import { fromFragment, keepIdentity, readIdentity } from '../../player/identity.js';
import { newId } from '../../player/ids.js';
import { createPanel } from '../../player/panel.js';
import { phrases } from '../../player/phrases.js';
import { secondsLeft } from '../../player/parts.js';
import { createScanner } from '../../player/scanner.js';
import { inStorage } from '../../player/store.js';
import { boxOf, formatOf } from '../../player/cards.js';
import { memory } from './support.mjs';

test('the clock takes the shortest way and is not moved by the device', () => {
  let mono = 0;
  let wall = 5_000_000; // an hour and more wrong
  const clock = createClock(() => mono, () => wall);
  mono = 1000;
  clock.heard(1_795_219_200_000, 400); // stamped 200 ms ago
  assert.equal(clock.now(), 1_795_219_200_200);
  mono = 2000;
  clock.heard(1_795_219_200_500); // a late ping says less than what is known
  assert.equal(clock.now(), 1_795_219_201_200);
  wall += 7_200_000;
  assert.equal(clock.now(), 1_795_219_201_200);
});

test('the clock never errs by more than half the shortest round trip, however messages are delayed', () => {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round += 1) {
    let mono = 0;
    const ahead = Math.floor(random() * 1e9);
    const clock = createClock(() => mono, () => 0);
    let shortest = Infinity;
    for (let message = 0; message < 8; message += 1) {
      const [there, back] = [random() * 300, random() * 300];
      mono += 1000 + there;
      const stamped = mono + ahead;
      mono += back;
      shortest = Math.min(shortest, there + back);
      clock.heard(stamped, there + back);
      assert.ok(Math.abs(clock.now() - (mono + ahead)) <= shortest / 2 + 1);
    }
  }
});

test('a start without the server uses what was kept and no time that has been', () => {
  const clock = createClock(() => 10, () => 1000);
  clock.recall(500, 0);
  assert.equal(clock.now(), 1500);
  clock.recall(0, 9000);
  assert.equal(clock.now(), 9000);
  assert.equal(clock.behindMs(), 8000);
});

test('ids are version 4 UUIDs and differ', () => {
  const ids = Array.from({ length: 1000 }, newId);
  assert.equal(new Set(ids).size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

function typed(text, gapMs) {
  const codes = [];
  const scanner = createScanner((code) => codes.push(code));
  let at = 0;
  for (const key of [...text, 'Enter']) scanner.key(key, (at += gapMs));
  return codes;
}

test('a scanner types a code, a person does not', () => {
  assert.deepEqual(typed('M1.AE3DQ5XYZ', 10), ['M1.AE3DQ5XYZ']);
  assert.deepEqual(typed('m1.ae3dq5xyz', 10), ['M1.AE3DQ5XYZ']); // caps lock
  assert.deepEqual(typed('M1.AE3DQ5XYZ', 1600), ['M1.AE3DQ5XYZ']); // on a very busy device
  assert.deepEqual(typed('M1.AE3DQ5XYZ', 2400), []);
  assert.deepEqual(typed(']Q1M1.AE3DQ5XYZ', 10), ['M1.AE3DQ5XYZ']); // with the kind of symbol before it
  assert.deepEqual(typed('4901234567894', 10), []);
  assert.deepEqual(typed(`M1.${'A'.repeat(200)}`, 10), []);
  assert.deepEqual(typed('M1.', 10), []);
});

test('keys of a scanner that come between are no part of the code, and an old burst is forgotten', () => {
  const codes = [];
  const scanner = createScanner((code) => codes.push(code));
  let at = 0;
  for (const key of ['x', 'y']) scanner.key(key, (at += 10));
  at += 500;
  for (const key of ['Shift', 'M', '1', '.', 'Shift', ...'ABCDEFGH', 'Enter']) scanner.key(key, (at += 10));
  assert.deepEqual(codes, ['M1.ABCDEFGH']);
});

test('no line may begin inside a Japanese word; other languages are left alone', () => {
  const text = phrases('今夜の献立に、きのこ鍋はいかがですか', 'ja');
  assert.equal(text.replaceAll('\u200b', ''), '今夜の献立に、きのこ鍋はいかがですか');
  assert.ok(text.split('\u200b').every((part) => !/^[、。はにのを]/.test(part)), text);
  assert.ok(text.includes('\u200bきのこ'));
  assert.ok(!phrases('炭酸飲料 12缶パック', 'ja').includes('12\u200b缶'));
  assert.equal(phrases('Soda, 2-liter', 'en'), 'Soda, 2-\u2060liter');
  assert.ok(!phrases('今夜はきのこ鍋', 'ja').includes('\u200b鍋'));
  assert.ok(!phrases('お荷物をお車まで', 'ja').includes('お\u200b'));
  assert.ok(!phrases('トルティーヤチップス', 'ja').includes('\u200b'));
  assert.equal(phrases('Frozen pizza', 'en'), 'Frozen pizza');
});

test('the fragment names the screen, and leaves the page of the same origin next to it alone', () => {
  const small = memory();
  keepIdentity(small, 'scr_a', 'ka');
  assert.deepEqual(fromFragment('#screen=scr_b&key=kb'), { screen: 'scr_b', key: 'kb', fixed: true });
  assert.equal(fromFragment('#screen=scr_b'), null);
  assert.deepEqual(readIdentity('#screen=scr_b&key=kb', small), { screen: 'scr_b', key: 'kb', fixed: true });
  assert.deepEqual(readIdentity('', small), { screen: 'scr_a', key: 'ka' });
  small.setItem('shelfcast:identity', '{broken');
  assert.equal(readIdentity('', small), null);
});

test('storage without IndexedDB keeps the order of its keys and no name sees another', async () => {
  const small = memory();
  const [one, two] = [inStorage(small, 'shelfcast:a'), inStorage(small, 'shelfcast:b')];
  for (const seq of ['002', '001', '010']) await one.put(`play:${seq}`, { seq });
  await two.put('play:000', { seq: 'other' });
  assert.deepEqual((await one.list('play:', 2)).map((play) => play.seq), ['001', '002']);
  assert.equal((await one.list('play:', 9)).length, 3);
  await one.remove('play:001');
  assert.equal(await one.get('play:001'), undefined);
  assert.equal((await two.list('play:', 9)).length, 1);
});

test('each window gets its format, and the design box fills it', () => {
  assert.equal(formatOf(1920, 1080), 'landscape');
  assert.equal(formatOf(1080, 1920), 'portrait');
  assert.equal(formatOf(1920, 360), 'strip');
  assert.deepEqual(boxOf(3840, 2160), { format: 'landscape', k: 2, width: 1920, height: 1080 });
  for (const [width, height] of [[1024, 768], [1280, 1024], [600, 1024], [2560, 400], [333, 187]]) {
    const box = boxOf(width, height);
    assert.ok(Math.abs(box.width * box.k - width) < 1e-6 && Math.abs(box.height * box.k - height) < 1e-6);
  }
});

test('no edge stays on the same pixels for three minutes, and none strays by more than two', (t) => {
  globalThis.document = { createElement: () => ({ setAttribute: () => undefined, append: () => undefined, dataset: {} }), body: { dataset: {}, classList: { toggle: () => undefined } } };
  t.after(() => delete globalThis.document);
  const style = new Map();
  const root = { querySelectorAll: () => [], style: { setProperty: (name, value) => style.set(name, value) } };
  let minute = 0;
  const line = { replaceChildren: () => undefined };
  const clock = { now: () => minute * 60_000 };
  const panel = createPanel({ root, line, clock, settings: () => ({}), language: () => 'ja', lines: () => [], onHours: () => undefined });
  const places = Array.from({ length: 60 }, (_, at) => {
    minute = at;
    panel.apply();
    return ['--x', '--y'].map((name) => parseInt(style.get(name), 10));
  });
  assert.ok(places.every((place) => place.every((px) => Math.abs(px) <= 2)));
  for (const axis of [0, 1]) for (let at = 0; at < 58; at += 1) assert.ok(new Set(places.slice(at, at + 3).map((place) => place[axis])).size > 1, `minute ${at}`);
});

test('the countdown ends at nought', () => {
  assert.equal(secondsLeft(42_000, 500), 42);
  assert.equal(secondsLeft(42_000, 90_000), 0);
});
