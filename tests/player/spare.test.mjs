// What a page does when nobody waits for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { useSpareTime } from '../../player/spare.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A device that holds `held`; notes what is fetched and built, in order. */
function device(t, held, available = true) {
  const done = [];
  t.mock.timers.enable({ apis: ['setTimeout'] });
  globalThis.caches = { match: async (path) => held.includes(path) || undefined };
  globalThis.fetch = async (path) => {
    done.push(path);
    return { json: async () => ['/assets/a.woff2', '/assets/b.svg', '/assets/c.svg'] };
  };
  const stage = {
    prepare: async ({ item }) => done.push(`built ${item.card.template}`) && 'prepared',
    discard: (what) => done.push(`${what} thrown away`),
  };
  return { done, work: useSpareTime(stage, { available: () => available }) };
}

async function pass(t, ms) {
  for (let at = 0; at < ms; at += 50) {
    t.mock.timers.tick(50);
    await settle();
  }
}

test('it waits, rehearses a greeting, and fetches what is not held, one after the other', async (t) => {
  const { done, work } = device(t, ['/assets/b.svg']);
  await pass(t, 44900);
  assert.deepEqual(done, []);
  await pass(t, 1000);
  await work;
  assert.deepEqual(done, ['built moment', 'prepared thrown away', '/assets', '/assets/a.woff2', '/assets/c.svg']);
});

test('a page that can keep nothing fetches nothing', async (t) => {
  const { done, work } = device(t, [], false);
  await pass(t, 46000);
  await work;
  assert.deepEqual(done, ['built moment', 'prepared thrown away']);
});
