// Several products: the ranking, three side by side, and the greeting with up to three picks.

import { h } from './dom.js';
import { ask, colours, countdown, foot, name, price, qr, stock, sub, tile } from './parts.js';

const ROW_PRICES = [112, 104, 92, 80, 68];
const CELL_PRICES = { landscape: [150, 136, 112, 96], portrait: [112, 104, 92, 80], strip: [158, 140, 124, 108, 92, 76] };
const CELL_NAMES = { landscape: ['64/1', '56/1', '50/1', 56, 48, 42], portrait: ['56/1', '50/1', 48, 44, 40, 36, 32], strip: [44, 40, '34/2', '30/2', '27/2'] };

function distinct(products, most) {
  const seen = new Set();
  return products
    .filter((item) => {
      const words = `${item.name}\n${item.sub}`;
      return !seen.has(words) && seen.add(words);
    })
    .slice(0, most);
}

function rankMark(index) {
  return h('span', { class: 'rank' }, index + 1);
}

function header(card) {
  return h(
    'header',
    { class: 'head', 'data-box': true },
    card.basis ? h('p', { class: 'basis' }, card.basis) : null,
    h('h1', { class: 'title', 'data-fit': '92 80 68 60/2 52/2 44/2' }, card.title || card.tag),
  );
}

function row(item, index, context) {
  return h(
    'li',
    { class: 'row' },
    rankMark(index),
    tile(item),
    h('div', { class: 'what', 'data-box': true }, name(item, [48, 44, 38]), sub(item), stock(item.stock, context)),
    h('div', { class: 'pay', 'data-box': true }, price(item.price, ROW_PRICES)),
  );
}

function cell(item, context, options) {
  const format = context.format;
  const ranked = options.ranked >= 0 ? rankMark(options.ranked) : null;
  return h(
    'li',
    Object.assign({ class: 'cell', 'data-box': true }, colours(item)),
    tile(item, ranked),
    h(
      'div',
      { class: 'what' },
      options.reason && item.reason ? h('p', { class: 'reason' }, item.reason) : null,
      name(item, CELL_NAMES[format], format === 'strip' ? 1 : 2),
      options.reason && format === 'strip' ? null : sub(item),
      options.reason ? null : stock(item.stock, context),
    ),
    h('div', { class: 'pay' }, price(item.price, CELL_PRICES[format])),
  );
}

function stripEnd(card, context) {
  const code = qr(card.qr);
  const words = code ? card.qr.caption : card.title || card.tag;
  return h(
    'aside',
    { class: 'end', 'data-box': true },
    words ? h('p', { class: 'caption', 'data-fit': '30 26 24', 'data-lines': code ? 1 : 3 }, words) : null,
    code,
    card.legal ? h('p', { class: 'legal' }, card.legal) : null,
    context.demoLine ? h('p', { class: 'demo' }, context.demoLine) : null,
  );
}

function cells(card, context, ranked) {
  const items = distinct(card.products, 3);
  const list = items.map((item, index) => cell(item, context, { ranked: ranked ? index : -1 }));
  const kind = `cells n${items.length}`;
  if (context.format === 'strip') {
    return h('article', { class: kind }, h('ul', { class: 'list' }, ...list), stripEnd(card, context));
  }
  const title = card.title || card.tag;
  return h(
    'article',
    { class: kind },
    title || card.qr ? h('div', { class: 'band' }, header(card), ask(card)) : null,
    h('ul', { class: 'list' }, ...list),
    foot(card.legal, context),
  );
}

export function ranking(card, context) {
  if (context.format !== 'portrait') return cells(card, context, true);
  const rows = distinct(card.products, 5).map((item, index) => row(item, index, context));
  return h('article', { class: 'ranking' }, header(card), h('ol', { class: 'list' }, ...rows), foot(card.legal, context));
}

export function trio(card, context) {
  return cells(card, context, false);
}

export function moment(card, context) {
  const items = distinct(card.products, 3);
  const strip = context.format === 'strip';
  return h(
    'article',
    { class: `moment n${items.length}` },
    h(
      'header',
      { class: 'head', 'data-box': true },
      h('p', { class: 'sun' }, card.tag),
      h('h1', { class: 'title', 'data-fit': strip ? '64 56 48 40' : '108 96 84 72 60' }, card.title || context.words.welcome),
    ),
    h('div', { class: 'forget' }, h('p', null, card.lines[0] || context.words.noName), countdown(context)),
    h('ul', { class: 'list' }, ...items.map((item) => cell(item, context, { ranked: -1, reason: true }))),
    strip || !card.lines[1] ? null : h('p', { class: 'hint' }, card.lines[1]),
    foot(card.legal, context),
  );
}
