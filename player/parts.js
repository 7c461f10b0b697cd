// The pieces that every card is made of: tile, price, stock words, QR, bottom line.

import { h, s } from './dom.js';

const COLOUR = /^#[0-9a-f]{6}$/i;
const PATH = /^[MmHhVvLlZz0-9 .,-]*$/;
const PICTOGRAM = /^[a-z0-9-]+$/;
const STOCK_NUMBER_MAX_AGE_MS = 120000;

export function colours(product) {
  return {
    '--tint': COLOUR.test(product.tint) ? product.tint : '#F1ECDF',
    '--deep': COLOUR.test(product.deep) ? product.deep : '#14181F',
  };
}

export function pictogramUrl(product) {
  return PICTOGRAM.test(product.pictogram || '') ? `/assets/pictograms/${product.pictogram}.svg` : '';
}

function letter(product) {
  return h('span', { class: 'letter', 'aria-hidden': 'true' }, product.letter || (product.name || '').slice(0, 1));
}

/** The tinted rectangle with one pictogram; the family's letter stands in when there is none or it can't be loaded. */
export function tile(product, ...inside) {
  const url = pictogramUrl(product);
  const box = h('div', Object.assign({ class: 'tile' }, colours(product)), ...inside);
  if (!url) {
    box.append(letter(product));
    return box;
  }
  const image = h('img', { class: 'picto', src: url, alt: '' });
  image.addEventListener('error', () => image.replaceWith(letter(product)), { once: true });
  box.append(image);
  return box;
}

/** Digits of a price decide its size: `sizes` are px for up to 3, 4, and more digits, then smaller ones that may fit. */
export function price(value, sizes) {
  if (!value) return null;
  if (!value.digits) {
    const small = sizes.map((size) => Math.round(size * 0.42));
    return value.words ? h('p', { class: 'price by-words', 'data-fit': small.join(' ') }, value.words) : null;
  }
  const count = value.digits.replace(/\D/g, '').length;
  const steps = sizes.slice(count <= 3 ? 0 : count === 4 ? 1 : 2);
  const [whole, cents] = value.digits.split('.');
  const unit = value.unit ? h('span', { class: 'unit' }, value.unit) : null;
  const before = value.unit !== '円';
  return h(
    'p',
    { class: 'price', 'data-fit': steps.join(' ') },
    before ? unit : null,
    h('span', { class: 'digits' }, whole),
    cents ? h('span', { class: 'cents' }, cents) : null,
    before ? null : unit,
    value.tax ? h('span', { class: 'tax' }, value.tax) : null,
  );
}

/** A counted stock («あと2点») older than two minutes is never shown: the words that stand in for it are. */
export function stock(value, context) {
  if (!value || !value.words) return null;
  const stale = value.tone === 'red' && context.now() - value.as_of_ms > STOCK_NUMBER_MAX_AGE_MS;
  const tone = ['green', 'ink', 'red'].includes(value.tone) && !stale ? value.tone : 'muted';
  return h('p', { class: `stock ${tone}` }, stale ? context.words.checkShelf : value.words);
}

/** In narrow lists: what is known of each, and once for all of them the words for what is not. */
export function briefStock(items, context) {
  const each = items.map((item) => stock(item.stock, context));
  const unsure = each.find((words) => words && words.classList.contains('muted'));
  return { each: each.map((words) => (words && words.classList.contains('muted') ? null : words)), once: unsure ? unsure.textContent : '' };
}

export function qr(value) {
  if (!value || !PATH.test(value.path || '') || !(value.size > 0)) return null;
  const quiet = /^M0[ ,]?0\D/.test(value.path) ? 4 : 0; // dark from the corner on: the quiet zone is ours to add
  const side = value.size + 2 * quiet;
  return s(
    'svg',
    { class: 'qr', viewBox: `${-quiet} ${-quiet} ${side} ${side}`, 'shape-rendering': 'crispEdges', role: 'img', 'aria-label': value.caption },
    s('rect', { x: -quiet, y: -quiet, width: side, height: side, fill: '#fff' }),
    s('path', { d: value.path, fill: '#000' }),
  );
}

/** QR with what one gets by it, and where the product stands. */
export function ask(card) {
  const code = qr(card.qr);
  const place = card.place ? h('p', { class: 'place' }, card.place) : null;
  if (!code && !place) return null;
  return h('aside', { class: 'ask' }, code, place, code && card.qr.caption ? h('p', { class: 'caption' }, card.qr.caption) : null);
}

/** The name: sizes are tried from big to small; `data-short` takes the name's place before it gets smaller than the third. */
export function name(product, sizes, lines = 2) {
  return h('h2', { class: 'name', 'data-fit': sizes.join(' '), 'data-lines': lines, 'data-short': product.short }, product.name);
}

export function sub(product, sizes) {
  // a number stays with its unit
  return product.sub ? h('p', { class: 'sub', 'data-fit': sizes }, product.sub.replace(/(\d) (?=\S)/g, '$1\u00a0')) : null;
}

/** Legal line, a remark and the demo line; the camera mark has its own layer, the room for it is left free here. */
export function foot(legal, context, remark) {
  return h(
    'footer',
    { class: 'foot' },
    legal ? h('p', { class: 'legal' }, legal) : null,
    remark ? h('p', { class: 'remark' }, remark) : null,
    context.demoLine ? h('p', { class: 'demo' }, context.demoLine) : null,
  );
}

/** 「あと 42秒 で消えます」, counted down by the stage once a second while it is shown. */
export function countdown(context) {
  if (!context.expiresMs) return null;
  const [before, after] = context.words.clears;
  const left = h('strong', { 'data-expires': context.expiresMs }, context.words.seconds(secondsLeft(context.expiresMs, context.now())));
  return h('p', { class: 'clears' }, before, left, after);
}

/** The store's wall clock at `ms` -> {time, date} in a language's words. */
export function clockWords(ms, zone, language) {
  const say = (options) => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'ja-JP', Object.assign({ timeZone: zone }, options)).format(ms);
  return { time: say({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }), date: say({ weekday: 'short', month: 'long', day: 'numeric' }) };
}

/** The first `most` products that read differently from each other. */
export function distinct(products, most) {
  const words = ({ name, sub }) => `${name}\n${sub}`;
  return products.filter((item, n) => products.findIndex((one) => words(one) === words(item)) === n).slice(0, most);
}

export function secondsLeft(expiresMs, nowMs) {
  return Math.max(0, Math.ceil((expiresMs - nowMs) / 1000));
}
