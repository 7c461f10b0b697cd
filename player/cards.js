// A card's data in, its element out, in one of three formats; then `fit` makes every text fit its box by measuring it.

import { product } from './cards-product.js';
import { moment, ranking, trio } from './cards-many.js';
import { brand, clock, notice, recipe, service } from './cards-words.js';
import { phrases } from './phrases.js';

const BUILDERS = { product, pick: product, ranking, trio, service, notice, clock, recipe, moment };
const DESIGN = { landscape: [1920, 1080], portrait: [1080, 1920], strip: [1920, 360] };

/** Which of the three layouts a window takes. */
export function formatOf(width, height) {
  const ratio = width / Math.max(1, height);
  return ratio >= 2.6 ? 'strip' : ratio >= 1 ? 'landscape' : 'portrait';
}

/** The scale `k` and the design box that fills the window: the format's own size, longer one way if the shape differs. */
export function boxOf(width, height) {
  const format = formatOf(width, height);
  const [w, h] = DESIGN[format];
  const k = Math.min(width / w, height / h) || 1;
  return { format, k, width: width / k, height: height / k };
}

export function build(card, context) {
  const builder = BUILDERS[card.template];
  if (!builder) throw new Error(`unknown template ${String(card.template).slice(0, 40)}`);
  const element = builder(card, context);
  element.classList.add('card', context.format);
  element.lang = card.language === 'en' ? 'en' : 'ja';
  for (const text of element.querySelectorAll('.name, .title, .line')) {
    text.textContent = phrases(text.textContent, element.lang);
    if (text.dataset.short) text.dataset.short = phrases(text.dataset.short, element.lang);
  }
  return element;
}

export { brand };

function lineCount(element, size) {
  const lineHeight = parseFloat(getComputedStyle(element).lineHeight) || size * 1.2;
  return Math.round(element.offsetHeight / lineHeight);
}

/** Something in the box reaches out of it. Rectangles of blocks: scrollHeight and spans count a font's invisible top too. */
function runsOver(box) {
  const edge = box.getBoundingClientRect();
  return Array.from(box.querySelectorAll('*:not(span, s)')).some((part) => {
    const rect = part.getBoundingClientRect();
    return rect.top < edge.top - 1 || rect.bottom > edge.bottom + 1 || rect.right > edge.right + 1;
  });
}

function overflows(element, size, lines) {
  const box = element.closest('[data-box]');
  return element.scrollWidth > element.clientWidth + 1 || lineCount(element, size) > lines || (box !== null && runsOver(box));
}

/** Try sizes in turn; `44 40 34/2` means 44 or 40 px on one line (or `data-lines`), else 34 px on two. */
function fitOne(element) {
  const steps = element.dataset.fit.split(' ').map((step) => step.split('/').map(Number));
  const attempt = (from, to) =>
    steps.slice(from, to).some(([size, lines]) => {
      element.style.setProperty('--size', `${size}px`);
      return !overflows(element, size, lines || Number(element.dataset.lines || 1));
    });
  if (!element.dataset.short) return attempt(0);
  const full = element.textContent;
  if (attempt(0, 3)) return true;
  element.textContent = element.dataset.short;
  if (attempt(0)) return true;
  element.textContent = full;
  return attempt(3);
}

/** Give every `data-fit` text the biggest of its sizes at which nothing runs over; the card must be in the document. */
export function fit(card) {
  const texts = Array.from(card.querySelectorAll('[data-fit]'));
  for (const text of texts) text.style.setProperty('--size', `${parseFloat(text.dataset.fit.split(' ').pop())}px`);
  return texts.map(fitOne).every(Boolean);
}
