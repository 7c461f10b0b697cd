// A card as it stands on the page and its panel's facts in, everything on it that can't be read from there out.

import { contrast, coloursAt, parse, same } from './colours.js';
import { leastOf } from './panels.js';
import { linesOf, rulerOf, textsIn } from './texts.js';
import { say } from './words.js';

const TEXT_CONTRAST = 7;
const EASY_CONTRAST = 4.5; // legal lines, and big bold text in cut red or a tile's deep colour
const EASY_PX = 28;
const MOST_LINES = 2;
const MOST_WIDE = 13;
const QUIET = 4;
const SLACK = 1; // px that rounding may cost

const metres = (value) => Math.round(value * 10) / 10;
const inside = (box, edge) =>
  box.left >= edge.left - SLACK && box.right <= edge.right + SLACK && box.top >= edge.top - SLACK && box.bottom <= edge.bottom + SLACK;
const apart = (a, b) =>
  a.right <= b.left + SLACK || b.right <= a.left + SLACK || a.bottom <= b.top + SLACK || b.bottom <= a.top + SLACK;

function pathTo(element) {
  const classes = Array.from(element.classList).join('.');
  const own = element.tagName.toLowerCase() + (classes ? `.${classes}` : '');
  const parent = element.parentElement && element.parentElement.classList[0];
  return parent ? `.${parent} > ${own}` : own;
}

function finding(rule, thing, facts) {
  const box = thing.inks[0];
  const found = Object.assign({ rule, text: thing.text, selector: pathTo(thing.element), box }, facts);
  return Object.assign(found, { words: say(found) });
}

function sizes(text, least, panel) {
  const digits = text.text.replace(/\D/g, '').length;
  const kind = text.role === 'price' && digits >= 5 ? 'long' : text.role;
  const wanted = least[kind];
  if (text.size >= wanted - 0.1) return [];
  const distance = metres(text.role === 'legal' ? panel.distance_m / 2 : panel.distance_m);
  return [finding('too_small', text, { measured: Math.round(text.size), wanted, distance_m: distance })];
}

/** Boxes that a text must stay in: those that are painted or cut what reaches out, and those that the layout has named. */
function boxesAround(element, card, ruler) {
  const found = [];
  for (let one = element; one && card.contains(one); one = one.parentElement) {
    const style = getComputedStyle(one);
    if (style.display === 'inline') continue;
    const cuts = style.overflowX !== 'visible' || style.overflowY !== 'visible';
    const painted = parse(style.backgroundColor)[3] > 0 || parseFloat(style.borderTopWidth) > 0;
    if (cuts || painted || one.hasAttribute('data-box')) found.push({ cuts: cuts && one !== card, edge: ruler(one.getBoundingClientRect()) });
  }
  return found;
}

function bounds(text, card, ruler) {
  const out = boxesAround(text.element, card, ruler).filter(({ edge }) => !text.inks.every((ink) => inside(ink, edge)));
  const style = getComputedStyle(text.element);
  const shortened = style.textOverflow !== 'clip' && text.element.scrollWidth > text.element.clientWidth;
  const cut = shortened || /…|\.\.\.$/.test(text.text) || out.some((box) => box.cuts);
  const price = text.element.closest('.price') !== null;
  if (price && (cut || out.length)) return [finding('price_cut', text)];
  if (shortened || out.some((box) => box.cuts)) return [finding('clipped', text)];
  return out.length ? [finding('outside', text)] : [];
}

function easy(text, seen) {
  if (text.role === 'legal') return true;
  if (!text.bold || text.size < EASY_PX) return false;
  const named = ['--red', '--deep'].map((name) => getComputedStyle(text.element).getPropertyValue(name)).filter(Boolean);
  return named.some((colour) => same(parse(colour), seen.ink) || same(parse(colour), seen.ground));
}

function colours(text, card) {
  const root = card.contains(text.element) ? card : text.element;
  const seen = text.rects.map((rect) => coloursAt(text.element, root, (rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2));
  if (seen.some((one) => one.cover)) return [finding('covered', text)];
  if (seen.some((one) => one.picture)) return [finding('over_picture', text)];
  const [worst] = seen.sort((a, b) => contrast(a.ink, a.ground) - contrast(b.ink, b.ground));
  if (!worst) return [];
  const measured = contrast(worst.ink, worst.ground);
  const wanted = easy(text, worst) ? EASY_CONTRAST : TEXT_CONTRAST;
  return measured < wanted - 0.05 ? [finding('contrast', text, { measured: Number(measured.toFixed(1)), wanted })] : [];
}

function lines(text) {
  if (!text.element.closest('.name, .title')) return [];
  const widths = linesOf(text);
  const found = widths.length > MOST_LINES ? [finding('name_lines', text, { measured: widths.length, wanted: MOST_LINES })] : [];
  const widest = Math.floor(Math.max(...widths) * 10) / 10;
  return widest > MOST_WIDE ? found.concat(finding('name_wide', text, { measured: widest, wanted: MOST_WIDE })) : found;
}

function overlaps(things) {
  const price = (thing) => thing.element.closest('.price');
  const together = (a, b) => a.element === b.element || (price(a) && price(a) === price(b)) || a.element.contains(b.element);
  return things.flatMap((a, index) =>
    things
      .slice(index + 1)
      .filter((b) => !together(a, b) && !together(b, a) && a.inks.some((one) => b.inks.some((two) => !apart(one, two))))
      .map((b) => (a.solid && !b.solid ? finding('overlap', b, { other: a.text }) : finding('overlap', a, { other: b.text }))),
  );
}

function codes(svg, card, least, ruler) {
  const box = ruler(svg.getBoundingClientRect());
  const thing = { element: svg, text: 'QR', inks: [box] };
  const dark = svg.querySelector('path').getBBox();
  const all = svg.viewBox.baseVal;
  const quiet = Math.min(dark.x - all.x, dark.y - all.y, all.x + all.width - dark.x - dark.width, all.y + all.height - dark.y - dark.height);
  const side = Math.round((box.right - box.left) * least.mm);
  const group = svg.parentElement.querySelector('.caption');
  const found = [];
  if (side < Math.floor(least.qr_mm)) found.push(finding('qr_small', thing, { measured: side, wanted: Math.round(least.qr_mm), distance_m: metres(least.qr_mm / 100) }));
  if (quiet < QUIET - 0.01) found.push(finding('qr_quiet', thing, { measured: Math.max(0, Math.round(quiet)), wanted: QUIET }));
  if (!group || !group.textContent.trim() || !group.getClientRects().length) found.push(finding('qr_words', thing));
  if (!inside(box, ruler(card.getBoundingClientRect()))) found.push(finding('outside', thing));
  return found;
}

function solids(card, ruler) {
  return Array.from(card.querySelectorAll('.qr, .picto, .letter')).map((element) => ({
    element,
    solid: true,
    text: element.matches('.qr') ? 'QR' : element.textContent || '🖼',
    inks: [ruler(element.getBoundingClientRect())],
  }));
}

/**
 * Findings [{rule, text, selector, measured, wanted, box, words}], [] for a card that can be read. `card`: its laid-out root;
 * `panel`: {width, height, mm_per_px, distance_m} or one of PANELS; `mark`: the camera's mark above it, or null.
 */
export function inspect(card, panel, mark) {
  const ruler = rulerOf(card);
  const least = leastOf(panel, card.querySelectorAll('.name').length > 1 || card.matches('.moment'));
  const isLetter = (text) => text.element.matches('.letter');
  const texts = textsIn(card, ruler).concat(mark ? textsIn(mark, ruler) : []).filter((text) => !isLetter(text));
  const each = texts.flatMap((text) => sizes(text, least, panel).concat(bounds(text, card, ruler), colours(text, card), lines(text)));
  const qr = Array.from(card.querySelectorAll('svg.qr')).flatMap((svg) => codes(svg, card, least, ruler));
  return each.concat(overlaps(texts.concat(solids(card, ruler))), qr);
}
