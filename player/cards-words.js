// Words of the house: a service or notice card, and the brand still that stands when there is nothing else.

import { h, s } from './dom.js';
import { ask, foot } from './parts.js';

const TITLES = { landscape: '120 108 96 80 66', portrait: '104 92 80 66 54', strip: '72 60 50 42' };
const LINES = { landscape: '56 50 44 38', portrait: '52 46 40 36', strip: '36 32 28 26' };

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

export function service(card, context) {
  const lines = card.lines.map((line) => h('p', { class: 'line', 'data-fit': LINES[context.format], 'data-lines': 3 }, line));
  return h(
    'article',
    { class: card.qr ? 'service asks' : 'service' },
    h('div', { class: 'side' }, card.tag ? h('p', { class: 'tag' }, card.tag) : null, emblem()),
    h(
      'div',
      { class: 'words', 'data-box': true },
      h('h1', { class: 'title', 'data-fit': TITLES[context.format], 'data-lines': 2 }, card.title),
      ...lines,
      card.basis ? h('p', { class: 'basis' }, card.basis) : null,
    ),
    ask(card),
    foot(card.legal, context),
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
