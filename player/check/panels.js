// The four places where a store shows something, and how big what they show has to be; sizes in px of the design box.

import { boxOf } from '../cards.js';

const CAP = 0.92; // a character's height as a share of its font size
const MM_PER_M = 4;
const SCAN_SHARE = 0.3; // people who scan have come nearer than those who read
const SCAN_LEAST_M = 0.7;

/**
 * By place: px, mm of one px, metres to the reader, and the least sizes that the house has settled on. `long` is the least
 * for a price of five digits and more. Where several products share a screen, and on a panel that has only its facts, names
 * are at least 1.3 and prices 2.5 times the least text.
 */
export const PANELS = {
  entrance: { width: 1920, height: 1080, mm_per_px: 0.63, distance_m: 5, text: 36, legal: 24, name: 96, price: 176, long: 128 },
  aisle: { width: 1080, height: 1920, mm_per_px: 0.49, distance_m: 3, text: 28, legal: 24, name: 44, price: 92, long: 76 },
  checkout: { width: 1920, height: 1080, mm_per_px: 0.37, distance_m: 1.5, text: 24, legal: 20, name: 56, price: 120, long: 96 },
  shelf: { width: 1920, height: 360, mm_per_px: 0.36, distance_m: 1, text: 26, legal: 20, name: 40, price: 140, long: 76 },
};

/** A panel's facts in, the least px for each kind of text and the least mm of a QR's side out. Text: 4 mm for each metre. */
export function leastOf(panel, several) {
  const k = boxOf(panel.width, panel.height).k;
  const px = Math.ceil((MM_PER_M * panel.distance_m) / CAP / (panel.mm_per_px * k));
  const text = panel.text || px;
  const shared = { name: Math.round(text * 1.3), price: Math.round(text * 2.5), long: Math.round(text * 2.3) };
  const own = { name: panel.name || shared.name, price: panel.price || shared.price, long: panel.long || shared.long };
  return Object.assign(several ? shared : own, {
    mm: panel.mm_per_px * k,
    text,
    legal: panel.legal || Math.ceil(px / 2),
    qr_mm: 100 * Math.max(SCAN_LEAST_M, SCAN_SHARE * panel.distance_m),
  });
}
