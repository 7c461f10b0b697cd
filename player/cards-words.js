// Words of the house: service, notice and recipe cards, and the brand still that stands when there is nothing else.

import { h, s } from './dom.js';
import { ask, briefStock, clockWords, colours, distinct, foot, name, price, tile } from './parts.js';

const TITLES = { landscape: '120 108 96 84 72', portrait: '104 92 80 72 64', strip: '72 64 56/2 50/2 44/2' };
const LINES = { landscape: '56 50 44 40', portrait: '52 46 40', strip: '36 32 28' };
const DISHES = { landscape: '104 92 80 72 64 56', portrait: '96 84 76 68 60 52', strip: '60 54 48 42' };
const METHODS = { landscape: '44 40 36', portrait: '44 40 36', strip: '30 28' };
const PARTS = {
  landscape: [[52, 46, '42/2', '38/2'], [100, 96, 92, 84, 76]],
  portrait: [[52, 46, '42/2', '38/2'], [92, 84, 76, 68]],
  strip: [['38/2', '36/2', '34/2'], [92, 84, 76, 68, 60]],
};

/** Our mark: three things standing on a shelf. */
export function emblem() {
  const bar = (x, y, width, height, rx, fill) => s('rect', { x, y, width, height, rx, fill });
  return s(
    'svg',
    { class: 'emblem', viewBox: '0 0 240 200', 'aria-hidden': 'true' },
    bar(28, 64, 44, 100, 8, '#FFD84D'),
    bar(38, 40, 24, 30, 6, '#FFD84D'),
    bar(88, 92, 60, 72, 10, '#FBF8F1'),
    s('circle', { cx: 188, cy: 132, r: 32, fill: '#9ED8B8' }),
    s('path', { d: 'M188 100c0-14 8-22 20-22', fill: 'none', stroke: '#9ED8B8', 'stroke-width': 8, 'stroke-linecap': 'round' }),
    bar(10, 168, 220, 12, 6, '#FBF8F1'),
  );
}

/** The picture's tile; our mark on green where the card has none. */
function side(card, note) {
  const box = card.picture ? tile(card.picture) : h('div', null, emblem());
  box.classList.add('side');
  if (note) box.append(h('p', { class: 'note' }, note));
  return box;
}

function heading(card, titles, lines) {
  const text = (line) => h('p', { class: 'line', 'data-fit': lines, 'data-lines': 3 }, line);
  return [
    card.tag ? h('p', { class: 'pill' }, card.tag) : null,
    h('h1', { class: 'title', 'data-fit': titles, 'data-lines': 2 }, card.title),
    ...card.lines.map(text),
  ];
}

export function service(card, context) {
  return h(
    'article',
    { class: card.qr ? 'service asks' : 'service' },
    side(card, ''),
    h(
      'div',
      Object.assign({ class: 'words', 'data-box': true }, card.picture ? colours(card.picture) : {}),
      ...heading(card, TITLES[context.format], LINES[context.format]),
      card.basis ? h('p', { class: 'basis' }, card.basis) : null,
    ),
    ask(card),
    foot(card.legal, context),
  );
}

/** Like a service card, as a plain sign: no tinted ground, its picture in a ring. */
export function notice(card, context) {
  const sign = service(card, context);
  sign.classList.add('sign');
  return sign;
}

/** The store's time and date, over the words of a service card. */
export function clock(card, context) {
  const sign = service(card, context);
  sign.classList.add('clock');
  const now = clockWords(context.now(), context.zone, card.language);
  const shown = ['time', 'date'].map((name) => h('p', { class: name, 'data-clock': name }, now[name]));
  sign.querySelector('.words').prepend(...shown);
  return sign;
}

function part(item, format, known) {
  const [names, prices] = PARTS[format];
  return h(
    'li',
    { class: 'part', 'data-box': true },
    tile(item),
    h('div', { class: 'what' }, name(item, names, 1), known),
    h('div', { class: 'pay' }, price(item.price, prices)),
  );
}

/** A dish, and what one needs for it from the shelves with today's price and stock. */
export function recipe(card, context) {
  const { format } = context;
  const items = distinct(card.products, 3);
  const { each, once } = briefStock(items, context);
  const note = format === 'strip' || !card.picture ? '' : card.image_note;
  return h(
    'article',
    { class: 'service recipe' },
    side(card, note),
    h(
      'div',
      Object.assign({ class: 'words', 'data-box': true }, card.picture ? colours(card.picture) : {}),
      ...heading(card, DISHES[format], METHODS[format]),
    ),
    h('ul', { class: 'parts' }, ...items.map((item, index) => part(item, format, each[index]))),
    foot(card.legal, context, once),
  );
}

export function brand(context) {
  return h(
    'article',
    { class: `card brand ${context.format}`, lang: context.language },
    emblem(),
    h('p', { class: 'hello' }, context.words.welcome),
    h('p', { class: 'line' }, context.words.brand),
  );
}
