// Several products: the ranking, three side by side, and the greeting with up to three picks.

import { h } from './dom.js';
import { ask, briefStock, colours, countdown, distinct, foot, name, price, qr, stock, sub, tile } from './parts.js';

const ROW_PRICES = [112, 104, 92, 80, 68];
const CELL_PRICES = { landscape: [150, 136, 112, 96], portrait: [150, 136, 112, 96, 84], strip: [158, 140, 124, 108, 92, 76] };
const CELL_NAMES = { landscape: ['64/1', '56/1', '50/1', 56, 48, 42], portrait: ['64/1', '56/1', 56, 48, 44, 40, 36, 32], strip: [44, 40, '34/2', '30/2', '27/2'] };

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

function row(item, index, known) {
  return h(
    'li',
    { class: 'row' },
    rankMark(index),
    tile(item),
    h('div', { class: 'what', 'data-box': true }, name(item, ['48/1', '44/1', 48, 44, 40, 38]), sub(item), known),
    h('div', { class: 'pay', 'data-box': true }, price(item.price, ROW_PRICES)),
  );
}

function cell(item, format, options) {
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
      options.reason && format === 'strip' ? null : sub(item, format === 'strip' ? '28 26' : null),
      options.known || null,
    ),
    h('div', { class: 'pay' }, price(item.price, CELL_PRICES[format])),
  );
}

function stripEnd(card, context, remark) {
  const code = qr(card.qr);
  const words = code ? card.qr.caption : card.title || card.tag;
  return h(
    'aside',
    { class: code ? 'end' : 'end bare', 'data-box': true },
    words ? h('p', { class: 'caption', 'data-fit': code ? '30 26 24' : '48 40 32', 'data-lines': code ? 1 : 3 }, words) : null,
    code,
    card.legal ? h('p', { class: 'legal' }, card.legal) : null,
    remark && !card.legal ? h('p', { class: 'remark' }, remark) : null,
    context.demoLine ? h('p', { class: 'demo' }, context.demoLine) : null,
  );
}

function cells(card, context, ranked) {
  const items = distinct(card.products, 3);
  const { format } = context;
  const { each, once } = briefStock(items, context);
  const strip = format === 'strip';
  const known = strip ? each : items.map((item) => stock(item.stock, context));
  const list = items.map((item, index) => cell(item, format, { ranked: ranked ? index : -1, known: known[index] }));
  const kind = `cells n${items.length}`;
  if (strip) return h('article', { class: kind }, h('ul', { class: 'list' }, ...list), stripEnd(card, context, once));
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
  const items = distinct(card.products, 5);
  const { each, once } = briefStock(items, context);
  const rows = items.map((item, index) => row(item, index, each[index]));
  return h('article', { class: 'ranking' }, header(card), h('ol', { class: 'list' }, ...rows), foot(card.legal, context, once));
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
    h('ul', { class: 'list' }, ...items.map((item) => cell(item, context.format, { ranked: -1, reason: true }))),
    strip || !card.lines[1] ? null : h('p', { class: 'hint' }, card.lines[1]),
    foot(card.legal, context),
  );
}
