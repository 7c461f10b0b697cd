// A screen's identity in, a playing page: every part is made here and told of the others.

import { createBeside } from './beside.js';
import { createCache } from './cache.js';
import { createClock } from './clock.js';
import { createCommands } from './commands.js';
import { createConnection } from './connection.js';
import { createDirector } from './director.js';
import { h } from './dom.js';
import { createIdentity } from './identity.js';
import { newId } from './ids.js';
import { wait } from './media.js';
import { createOverlay } from './overlay.js';
import { createPanel } from './panel.js';
import { createParade } from './parade.js';
import { createPlaylist } from './playlist.js';
import { createProof } from './proof.js';
import { createReport, mark } from './report.js';
import { createScanner } from './scanner.js';
import { createStage } from './stage.js';
import { useSpareTime } from './spare.js';
import { openStore } from './store.js';
import { createSupply } from './supply.js';
import { wordsOf } from './words.js';
import { inCharge, mayKeep, takeCharge } from './worker.js';

const STATUS_MS = 30000;
const FIRST_MS = 4000;
const BLANK = { screen: {}, camera: { on: false, text: '' }, demo_line: '', staff_line: '' };

const monotonic = () => performance.now();
const here = (id) => document.getElementById(id);

export function hello({ identity, playlist, proof }) {
  return {
    screen: identity.screen,
    key: identity.current().key,
    manifest: (playlist.manifest() || { etag: '' }).etag,
    secure: isSecureContext,
    cache: mayKeep(),
    clock_ms: Date.now(),
    pending_plays: proof.queued(),
    user_agent: navigator.userAgent.slice(0, 300),
  };
}

/** What the server says, by message type. */
function handlersOf(parts) {
  const { store, clock, overlay, supply, director, proof, report, house, identity, link, commands, parade } = parts;
  return {
    welcome(message) {
      house.welcome = message;
      store.put('welcome', message);
      store.put('time', { behindMs: clock.behindMs(), lastMs: clock.now() });
      overlay.setCamera(message.camera);
      report.staff(message.staff_line, true);
      parade.settings();
      supply.refresh(message.manifest);
    },
    settings(message) {
      house.welcome = Object.assign({}, house.welcome, { screen: message.screen });
      store.put('welcome', house.welcome);
      parade.settings();
    },
    show(message) {
      if (parade.mayWake(message)) director.show(message);
    },
    plays_ack: (message) => proof.acknowledged(message).then(() => mark('queued', proof.queued())),
    manifest_changed: (message) => supply.refresh(message.etag),
    withdraw(message) {
      director.withdraw(message.spots);
      parade.beside.withdraw(message.spots);
    },
    guest_end: director.guestEnd,
    notice: (message) => overlay.notify(message.text, message.tone, message.lasts_ms),
    command: commands.handle,
    key: (message) => identity.keep(message.key) && link.reopen(),
    refused: (message) => report.trouble(`refused ${message.code}: ${message.text}`),
  };
}

/** What happens when the connection changes. */
function statesOf({ identity, root, house, proof, director, report, parade, status }) {
  const back = (online) => {
    mark('online', online);
    root.querySelectorAll('.elsewhere').forEach((notice) => notice.remove());
    report.staff(house.welcome.staff_line, online);
    parade.begin();
  };
  return {
    online() {
      identity.accepted();
      back(true);
      proof.reconnected();
      director.online();
      if (director.current()) status(); // else with the first item, in a moment
    },
    offline: () => back(false),
    elsewhere() {
      mark('online', false);
      parade.end('elsewhere');
      const words = house.words();
      root.append(h('section', { class: 'elsewhere' }, h('h1', null, words.elsewhere), h('p', null, words.elsewhereHelp)));
    },
    revoked() {
      identity.forget();
      location.reload();
    },
  };
}

function listen({ link, stage, overlay, director, parade, status, report }) {
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
  addEventListener('resize', () => [stage, parade.beside].forEach((part) => part.relayout()));
  addEventListener('pagehide', () => [director, parade.beside].forEach((part) => part.checkpoint()));
  addEventListener('unhandledrejection', (event) => report.trouble(`page: ${event.reason}`));
  document.addEventListener('visibilitychange', status);
  setInterval(() => {
    parade.watch();
    status();
  }, STATUS_MS);
}

function contextOf(house, clock) {
  return (show, format) => ({
    format,
    language: house.language(),
    words: wordsOf(show.item.card ? show.item.card.language : house.language()),
    guest: Boolean(show.item.guest),
    expiresMs: show.item.expires_ms || 0,
    demoLine: house.welcome.demo_line,
    zone: house.welcome.screen.time_zone || 'UTC',
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

/** The first item comes before all that makes the next start independent of the server. */
async function keepFiles({ cache, supply, status, stage, report }) {
  const end = monotonic() + FIRST_MS;
  while (monotonic() < end && ['', 'brand'].includes(document.body.dataset.rung || '')) await wait(250);
  if ((await takeCharge()) && !cache.available()) {
    await cache.open();
    await supply.keep();
    status();
  }
  useSpareTime(stage, cache).catch((error) => report.trouble(error.message));
}

export async function play(found, small) {
  const identity = createIdentity(found, small);
  const prefix = `shelfcast:${identity.screen}`;
  const root = here('stage');
  const clock = createClock(monotonic, Date.now);
  const store = await openStore(prefix, small);
  const [house, shown] = await Promise.all([recallHouse(store, clock), store.get('shown')]);
  const overlay = createOverlay(here('overlay'), () => house.words().camera);
  const report = createReport({ overlay, words: house.words });
  const context = contextOf(house, clock);
  const stage = createStage(root, overlay, context);
  const playlist = createPlaylist(shown);
  const cache = createCache(identity.screen, () => parts.supply.trim(), report.trouble);
  const supply = createSupply({ identity, store, playlist, cache, onTrouble: report.trouble });
  const parts = { identity, root, store, clock, house, overlay, report, stage, playlist, cache, supply };

  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/player/socket`;
  const link = createConnection({
    url,
    clock,
    monotonic,
    hello: () => hello(parts),
    retryKey: identity.refused,
    onMessage: (message) => (parts.handlers[message.type] || (() => undefined))(message),
    onState: (state) => parts.states[state](),
  });
  const [proof] = await Promise.all([
    createProof({ store, small, prefix, clock, newId, send: link.send, makeRoom: supply.trim, onTrouble: report.trouble }),
    supply.recall(),
    inCharge() ? cache.open() : undefined,
  ]);
  const status = () => report.status(parts);
  const hooks = {
    onTrouble: report.trouble,
    onBoundary: () => supply.activate().then(() => mark('manifest', (playlist.manifest() || { etag: '' }).etag)),
    onShown(show, rung, why) {
      if (show.item.spot && !show.item.guest) store.put('shown', playlist.shown(show.item.spot, clock.now())).catch((error) => report.trouble(error.name));
      report.shown(show, rung, why);
      status();
    },
  };
  const director = createDirector({ stage, playlist, proof, cache, link, clock, monotonic, newId, hooks });
  const beside = createBeside(here('beside'), { overlay, context, playlist, proof, cache, clock, monotonic, newId, report });
  const panel = createPanel({
    root: here('panel'),
    line: here('line'),
    clock,
    settings: () => house.welcome.screen,
    language: house.language,
    lines: playlist.lines,
    onHours: (lit) => parts.parade.hours(lit),
  });
  Object.assign(parts, { link, proof, director, status });
  parts.parade = createParade({ director, beside, panel, stage, link, cache, report });
  parts.commands = createCommands(parts);
  parts.handlers = handlersOf(parts);
  parts.states = statesOf(parts);

  link.open();
  stage.scale();
  overlay.setCamera(house.welcome.camera);
  panel.apply();
  listen(parts);
  parts.parade.begin();
  panel.start();
  keepFiles(parts);
}
