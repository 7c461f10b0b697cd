// A screen's identity in, a playing page: every part is made here and told of the others.

import { createCache } from './cache.js';
import { createClock } from './clock.js';
import { createConnection } from './connection.js';
import { createDirector } from './director.js';
import { h } from './dom.js';
import { forgetIdentity } from './identity.js';
import { newId } from './ids.js';
import { createOverlay } from './overlay.js';
import { createPlaylist } from './playlist.js';
import { createProof } from './proof.js';
import { createReport, mark } from './report.js';
import { createScanner } from './scanner.js';
import { createStage } from './stage.js';
import { openStore } from './store.js';
import { createSupply } from './supply.js';
import { wordsOf } from './words.js';
import { takeCharge } from './worker.js';

const STATUS_MS = 30000;
const BLANK = { screen: {}, camera: { on: false, text: '' }, demo_line: '', staff_line: '' };

const monotonic = () => performance.now();

export function hello({ identity, playlist, proof, secure }) {
  return {
    screen: identity.screen,
    key: identity.key,
    manifest: (playlist.manifest() || { etag: '' }).etag,
    secure: isSecureContext,
    cache: secure,
    clock_ms: Date.now(),
    pending_plays: proof.queued(),
    user_agent: navigator.userAgent.slice(0, 300),
  };
}

/** What the server says, by message type. */
function handlersOf(parts) {
  const { store, clock, overlay, supply, director, proof, report, house } = parts;
  return {
    welcome(message) {
      house.welcome = message;
      store.put('welcome', message);
      store.put('time', { behindMs: clock.behindMs(), lastMs: clock.now() });
      overlay.setCamera(message.camera);
      report.staff(message.staff_line, true);
      supply.refresh(message.manifest);
    },
    show: director.show,
    plays_ack: proof.acknowledged,
    manifest_changed: (message) => supply.refresh(message.etag),
    withdraw: (message) => director.withdraw(message.spots),
    guest_end: director.guestEnd,
    notice: (message) => overlay.notify(message.text, message.tone, message.lasts_ms),
    refused: (message) => report.trouble(`refused ${message.code}: ${message.text}`),
  };
}

/** What happens when the connection changes. */
function statesOf({ identity, small, root, house, proof, director, report }) {
  const back = (online) => {
    mark('online', online);
    root.querySelectorAll('.elsewhere').forEach((notice) => notice.remove());
    report.staff(house.welcome.staff_line, online);
    director.start();
  };
  return {
    online() {
      back(true);
      proof.reconnected();
      director.online();
    },
    offline: () => back(false),
    elsewhere() {
      mark('online', false);
      mark('state', 'elsewhere');
      director.stop();
      const words = house.words();
      root.append(h('section', { class: 'elsewhere' }, h('h1', null, words.elsewhere), h('p', null, words.elsewhereHelp)));
    },
    revoked() {
      forgetIdentity(identity, small);
      location.reload();
    },
  };
}

function listen({ link, stage, overlay, director, status }) {
  const scanner = createScanner((text) => link.send({ type: 'code', text }));
  const touched = () => document.body.dataset.state === 'elsewhere' && link.hurry();
  addEventListener('keydown', (event) => {
    scanner.key(event.key, event.timeStamp);
    overlay.openStaff(true);
    touched();
  });
  addEventListener('keyup', () => overlay.openStaff(false));
  addEventListener('pointerdown', touched);
  addEventListener('online', link.hurry);
  addEventListener('resize', stage.relayout);
  addEventListener('pagehide', director.checkpoint);
  setInterval(status, STATUS_MS);
}

function contextOf(house, clock) {
  return (show, format) => ({
    format,
    language: house.language(),
    words: wordsOf(show.item.card ? show.item.card.language : house.language()),
    guest: Boolean(show.item.guest),
    expiresMs: show.item.expires_ms || 0,
    demoLine: house.welcome.demo_line,
    now: clock.now,
  });
}

/** The last welcome, kept so that a start without the server has its language, its camera mark and its clock. */
async function recallHouse(store, clock) {
  const [welcome, time] = await Promise.all([store.get('welcome'), store.get('time')]);
  if (time) clock.recall(time.behindMs, time.lastMs);
  const house = { welcome: welcome || BLANK };
  house.language = () => (house.welcome.screen.language === 'en' ? 'en' : 'ja');
  house.words = () => wordsOf(house.language());
  return house;
}

export async function play(identity, small) {
  const prefix = `shelfcast:${identity.screen}`;
  const root = document.getElementById('stage');
  const clock = createClock(monotonic, Date.now);
  const [store, secure] = await Promise.all([openStore(prefix, small), takeCharge()]);
  const house = await recallHouse(store, clock);
  const overlay = createOverlay(document.getElementById('overlay'), () => house.words().camera);
  const report = createReport({ overlay, words: house.words });
  const stage = createStage(root, overlay, contextOf(house, clock));
  const playlist = createPlaylist(await store.get('shown'));
  const cache = createCache(identity.screen, secure, report.trouble);
  const parts = { identity, small, root, store, clock, house, overlay, report, stage, playlist, cache, secure };

  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/player/socket`;
  const link = createConnection({
    url,
    clock,
    monotonic,
    hello: () => hello(parts),
    onMessage: (message) => (parts.handlers[message.type] || (() => undefined))(message),
    onState: (state) => parts.states[state](),
  });
  parts.proof = await createProof({ store, small, prefix, clock, newId, send: link.send, onTrouble: report.trouble });
  parts.supply = createSupply({ identity, store, playlist, cache, onTrouble: report.trouble });
  const status = () => report.status(Object.assign({ link }, parts));
  const hooks = {
    onTrouble: report.trouble,
    onBoundary: () => parts.supply.activate().then(() => mark('manifest', (playlist.manifest() || { etag: '' }).etag)),
    onShown(show, rung) {
      if (show.item.spot && !show.item.guest) store.put('shown', playlist.shown(show.item.spot, clock.now()));
      report.shown(show, rung);
      status();
    },
  };
  parts.director = createDirector({ stage, playlist, proof: parts.proof, cache, link, clock, monotonic, newId, hooks });
  parts.handlers = handlersOf(parts);
  parts.states = statesOf(parts);

  await Promise.all([cache.open(), parts.supply.recall()]);
  stage.scale();
  overlay.setCamera(house.welcome.camera);
  listen(Object.assign({ link, status }, parts));
  parts.director.start();
  link.open();
}
