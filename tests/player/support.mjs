// What the tests of the player's modules share: examples of the wire, a clock that is moved by hand, patience for promises.

import { readFileSync } from 'node:fs';

export const example = (name) => JSON.parse(readFileSync(new URL(`../../player/protocol/${name}.json`, import.meta.url)));

export const settle = async (turns = 20) => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** setTimeout by hand: `advance(ms)` runs what has come due, in order, and promises that need up to `turns` of the event loop. */
export function handClock(test, startMs = 1795219200000, turns = 20) {
  let nowMs = 0;
  let id = 0;
  const due = new Map();
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  globalThis.setTimeout = (work, ms = 0) => {
    id += 1;
    due.set(id, { at: nowMs + Math.max(0, ms), work });
    return id;
  };
  globalThis.clearTimeout = (which) => due.delete(which);
  test.after(() => Object.assign(globalThis, real));
  return {
    monotonic: () => nowMs,
    now: () => startMs + nowMs,
    heard: () => undefined,
    async advance(ms) {
      const end = nowMs + ms;
      for (;;) {
        await settle(turns);
        const [next] = Array.from(due.entries()).filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at || a[0] - b[0]);
        if (!next) break;
        due.delete(next[0]);
        nowMs = next[1].at;
        next[1].work();
      }
      nowMs = end;
      await settle(turns);
    },
  };
}

/** Something like localStorage. */
export function memory() {
  const kept = new Map();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => Array.from(kept.keys())[index],
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => kept.set(key, String(value)),
    removeItem: (key) => kept.delete(key),
  };
}
