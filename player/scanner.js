// Keys in, the code that a USB scanner typed out: without a long pause, and with Enter at its end.

const CODE = /M1\.[A-Z2-7]{5,97}$/i; // before it, some scanners say what kind of symbol it was
const GAP_MS = 2000; // a busy device may hold a key up for long
const LONGEST = 101;

/** `onCode(text)`; what is typed is never shown. */
export function createScanner(onCode) {
  let typed = '';
  let lastAt = -Infinity;
  return {
    /** One keydown: its `key` and when, in ms. */
    key(key, atMs) {
      if (atMs - lastAt > GAP_MS) typed = '';
      if (key === 'Enter') {
        const found = CODE.exec(typed);
        typed = '';
        if (found) onCode(found[0].toUpperCase());
      } else if (key.length === 1) {
        typed = (typed + key).slice(0, LONGEST);
        lastAt = atMs;
      }
    },
  };
}
