// Dropped files: sent two at a time with their progress, cancelled by a press; then the list says what became of each.
import { Cancelled, Refused, cancel, send } from './uploads.js';

const form = document.querySelector('.drop');
const tiles = document.querySelector('[data-tiles]');
const token = document.querySelector('meta[name="csrf-token"]').content;
const where = { url: form?.dataset.uploads, token, query: '' };
const WORKING = ['uploaded', 'processing'];
const AT_ONCE = 2;
const ASKED_MOST = 50;
const waiting = [];
let busy = 0;

/** The line of a file on its way. `stop` is called when it is cancelled. */
function line(name, stop) {
  const item = document.createElement('li');
  const title = document.createElement('span');
  const words = document.createElement('span');
  const bar = document.createElement('progress');
  const button = document.createElement('button');
  title.textContent = name;
  words.textContent = form.dataset.textQueued;
  words.className = 'sub';
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', name);
  button.type = 'button';
  button.className = 'button small';
  button.textContent = form.dataset.textCancel;
  button.setAttribute('aria-label', `${form.dataset.textCancel}: ${name}`);
  button.addEventListener('click', () => { stop(); item.remove(); });
  item.append(title, words, bar, button);
  document.querySelector('.uploads').append(item);
  return {
    progress(share) {
      bar.value = share;
      words.textContent = `${form.dataset.textSending} ${Math.floor(share * 100)}%`;
    },
    wait() { words.textContent = form.dataset.textLost; },
    say(text, kind, link) {
      bar.remove();
      words.remove();
      button.remove();
      const said = document.createElement('p');
      said.className = kind;
      said.textContent = text;
      item.append(said);
      if (!link) return;
      const there = document.createElement('a');
      there.textContent = link.text;
      there.href = link.url;
      said.append(' ', there);
    },
    done() { item.remove(); },
  };
}

/** Where a file goes: with a variant, of which creative it is one, and its language. */
function query() {
  const language = form.querySelector('[data-language]')?.value ?? '';
  return form.dataset.variantOf ? `?${new URLSearchParams({ variant_of: form.dataset.variantOf, language })}` : '';
}

function take(file) {
  const task = {};
  const to = { ...where, query: query() };
  const shown = line(file.name, () => cancel(where, task));
  forget(file);
  if (file.size > Number(form.dataset.limitMb) * 1024 * 1024) return shown.say(form.dataset.textTooLarge, 'wrong');
  waiting.push({ file, task, shown, to });
  return next();
}

async function next() {
  if (busy >= AT_ONCE || !waiting.length) return;
  const { file, task, shown, to } = waiting.shift();
  busy += 1;
  try {
    const told = await send(file, to, task, (what, share) => (what === 'sending' ? shown.progress(share) : shown.wait()));
    if (told.known) recognised(shown, told);
    else {
      shown.done();
      add(told.creative);
      watch();
    }
  } catch (error) {
    if (error instanceof Cancelled) return; // a file that can no longer be read is said like one that is refused
    shown.say((error instanceof Refused && error.message) || form.dataset.textFailed, 'wrong');
  } finally {
    busy -= 1;
    next();
  }
}

/** It is here already; one that has expired is of no use before it gets another expiry. */
function recognised(shown, { words, creative }) {
  const { textExpiry, textThere } = form.dataset;
  if (creative.expired) shown.say(words, 'wrong', { text: textExpiry, url: `${creative.page}#expires` });
  else shown.say(words, 'sub', { text: textThere, url: creative.page });
}

/** A file that is chosen again is no longer an unfinished one. */
function forget(file) {
  document.querySelectorAll('[data-unfinished]').forEach((item) => {
    if (item.dataset.unfinished === `${file.size}:${file.name}`) item.remove();
  });
}

/** What was begun before this page was opened: it goes on when the same file is chosen again. */
async function remind() {
  const answer = await fetch(where.url);
  if (!answer.ok) return;
  for (const one of (await answer.json()).uploads) {
    const shown = line(one.name, () => cancel(where, { upload: one.upload_id }));
    shown.progress(one.offset / one.size);
    const item = document.querySelector('.uploads').lastElementChild;
    item.dataset.unfinished = `${one.size}:${one.name}`;
    item.querySelector('.sub').textContent = form.dataset.textUnfinished;
  }
}

function add(creative) {
  document.querySelector('[data-empty]')?.remove();
  const tile = document.createElement('li');
  tile.className = 'card tile';
  tile.dataset.creative = creative.creative_id;
  tile.innerHTML = '<div class="thumb"></div><div class="tile-text"><h2><a></a></h2><p><span data-words></span></p>'
    + '<progress max="1" value="0" data-progress></progress><p class="wrong" data-error></p><p class="sub" data-facts></p></div>';
  tile.querySelector('h2 a').textContent = creative.name;
  tile.querySelector('h2 a').href = creative.page;
  tile.querySelector('[data-progress]').setAttribute('aria-label', creative.name);
  tiles.prepend(tile);
  update(tile, creative);
}

function update(tile, creative) {
  const finished = !WORKING.includes(creative.state) && WORKING.includes(tile.dataset.state);
  tile.dataset.state = creative.state;
  const words = tile.querySelector('[data-words]');
  words.textContent = creative.words;
  words.className = `state ${creative.state}`;
  tile.querySelector('[data-error]').textContent = creative.error;
  tile.querySelector('[data-facts]').textContent = creative.facts;
  const bar = tile.querySelector('[data-progress]');
  bar.hidden = !WORKING.includes(creative.state);
  bar.value = creative.progress;
  if (creative.poster && !tile.querySelector('img')) {
    const poster = document.createElement('img');
    poster.alt = '';
    poster.src = creative.poster;
    tile.querySelector('.thumb').append(poster);
  }
  return finished;
}

let watching = false;

async function watch() {
  if (watching) return;
  watching = true;
  let finished = false;
  for (;;) {
    const at = [...tiles.querySelectorAll('[data-state="uploaded"], [data-state="processing"]')].slice(0, ASKED_MOST);
    if (!at.length) break;
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    const answer = await fetch(`${form.dataset.list}?${new URLSearchParams(at.map((tile) => ['id', tile.dataset.creative]))}`);
    if (!answer.ok) break;
    const { creatives } = await answer.json();
    for (const tile of at) { // one that is gone was deleted elsewhere
      if (!creatives.some((one) => one.creative_id === tile.dataset.creative)) tile.remove();
    }
    for (const creative of creatives) {
      const tile = tiles.querySelector(`[data-creative="${CSS.escape(creative.creative_id)}"]`);
      if (tile) finished = update(tile, creative) || finished;
    }
  }
  watching = false;
  if (!finished) return;
  await refresh();
  watch();
}

/** The list as the server has it now, with all that belongs to what is finished. No reload: somebody may just be choosing a file. */
async function refresh() {
  const answer = await fetch(window.location.href);
  const list = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-tiles]');
  if (!list) return;
  const newer = [...tiles.querySelectorAll('[data-state="uploaded"], [data-state="processing"]')]
    .filter((tile) => !list.querySelector(`[data-creative="${CSS.escape(tile.dataset.creative)}"]`));
  tiles.replaceChildren(...newer, ...list.children);
}

if (form) {
  form.addEventListener('dragover', (event) => { event.preventDefault(); form.classList.add('over'); });
  form.addEventListener('dragleave', () => form.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    for (const file of event.dataTransfer.files) take(file);
  });
  form.querySelector('#files').addEventListener('change', (event) => {
    for (const file of event.target.files) take(file);
    event.target.value = '';
  });
  watch();
  remind();
}
