// The page on which a card is laid out as a player would do it, and inspected: in the studio's frames and in check-template.

import { formatOf } from '../cards.js';
import { createOverlay } from '../overlay.js';
import { createStage } from '../stage.js';
import { wordsOf } from '../words.js';
import { inspect } from './legibility.js';
import { PANELS } from './panels.js';
import { MARKS } from './words.js';

const overlay = createOverlay(document.getElementById('overlay'), () => '');
const stage = createStage(document.getElementById('stage'), overlay, (show, format) => ({
  format,
  language: show.item.card.language,
  words: wordsOf(show.item.card.language),
  guest: show.item.guest,
  now: () => Date.now(),
  expiresMs: show.item.guest ? Date.now() + 60000 : 0,
  demoLine: show.simulated ? MARKS[show.item.card.language].demo : '',
}));

/** A card's JSON -> it laid out behind what is shown; `camera`: with its mark on, `simulated`: with the demo's line, `guest`: for one. */
async function layOut(card, { camera, simulated, guest = card.template === 'moment' }) {
  const language = card.language === 'en' ? 'en' : 'ja';
  overlay.setCamera({ on: camera, text: MARKS[language].camera });
  overlay.under(card.template);
  const item = { kind: 'card', card: Object.assign({}, card, { language }), creative: null, guest, expires_ms: 0 };
  const prepared = await stage.prepare({ item, simulated });
  return { prepared, element: prepared.layer.querySelector('.card'), mark: document.querySelector('.camera') };
}

/** The findings of a card with both marks on on each of the panels, which have the window's shape; rejects when it isn't a card. */
async function check(card, panels, options) {
  const { prepared, element, mark } = await layOut(card, Object.assign({ camera: true, simulated: true }, options));
  const found = panels.map((panel) => inspect(element, panel, mark));
  stage.discard(prepared);
  return found;
}

/** Bring a card forward for people to look at. */
async function show(card, { simulated }) {
  const { prepared } = await layOut(card, { camera: false, simulated });
  await stage.present(prepared, () => undefined);
}

window.addEventListener('resize', () => stage.relayout());
window.legibility = { PANELS, check, formatOf, inspect, layOut, show };
