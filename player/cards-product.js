// One product, big: far away its name and price, near by also its second line, stock and QR.

import { h } from './dom.js';
import { ask, colours, countdown, foot, name, price, stock, sub, tile } from './parts.js';

const NAMES = { landscape: [120, 108, 96, 84, 72, 60], portrait: [120, 108, 96, 84, 72, 60, 50], strip: [84, 72, 64, 56, 48, 40, '36/3', '32/3'] };
const PRICES = { landscape: [270, 216, 176, 150, 128], portrait: [270, 216, 176, 150, 128, 112], strip: [230, 196, 158, 140, 120, 100] };

function guestLine(context) {
  if (!context.guest) return null;
  return h('div', { class: 'guest-line' }, h('span', null, context.words.noName), countdown(context));
}

export function product(card, context) {
  const item = card.products[0];
  if (!item) throw new Error('a product card without a product');
  const near = card.near;
  const pill = item.family && !context.guest ? h('p', { class: 'pill' }, item.family) : null;
  const note = item.pictogram ? card.image_note : '';
  const strip = context.format === 'strip';
  const tag = item.reason || card.tag;
  return h(
    'article',
    Object.assign({ class: near ? 'product near' : 'product far' }, colours(item)),
    tile(item, tag ? h('p', { class: 'tag' }, tag) : null, note && !strip ? h('p', { class: 'note' }, note) : null),
    h(
      'div',
      { class: 'words', 'data-box': true },
      h('div', { class: 'top' }, pill, guestLine(context)),
      name(item, NAMES[context.format]),
      near ? sub(item) : null,
      near ? stock(item.stock, context) : null,
      h(
        'div',
        { class: 'pay' },
        price(item.price, PRICES[context.format]),
        // `usual` comes only while it is proved, and nothing else is struck through
        item.price && item.price.label && h('p', { class: 'basis' }, item.price.label, ' ', h('s', null, item.price.usual), ' ', item.price.dates),
        card.legal ? h('p', { class: 'legal' }, card.legal) : null,
      ),
    ),
    near ? ask(card) : null,
    foot(strip ? note : '', context),
  );
}
