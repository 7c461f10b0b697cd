// Keys in, the code that a USB scanner typed out: scanners type faster than people and end with Enter.

const GAP_MS = 80;
const LONGEST = 100;
const SHORTEST = 8;

/** `onCode(text)`; what is typed is never shown. */
export function createScanner(onCode) {
  let typed = '';
  let lastAt = -Infinity;
  return {
    /** One keydown: its `key` and when, in ms. */
    key(key, atMs) {
      if (atMs - lastAt > GAP_MS) typed = '';
      if (key === 'Enter') {
        const text = typed.toUpperCase();
        typed = '';
        if (text.startsWith('M1.') && text.length >= SHORTEST && text.length <= LONGEST) onCode(text);
      } else if (key.length === 1) {
        typed = (typed + key).slice(0, LONGEST + 1);
        lastAt = atMs;
      }
    },
  };
}
