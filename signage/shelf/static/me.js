// The member's code stays fresh: counts down, and takes over the page's newest code and what a screen is showing. Without a
// signal it shows the codes that the phone kept. Without this script the page loads itself again.

import { current, drawn, fill } from './codes.js';

const POLL_MS = 4000;
const offline = document.getElementById('offline');
const words = { away: offline.textContent, kept: offline.dataset.kept, over: offline.dataset.over };
let until = left();
let asking = false;

function left() {
  return performance.now() + Number(document.getElementById('code').dataset.left) * 1000;
}

function draw() {
  const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
  const place = document.querySelector('[data-seconds]');
  place.textContent = place.dataset.seconds.replace('#', seconds);
  if (seconds === 0) refresh();
}

async function refresh() {
  if (document.hidden || asking) return;
  asking = true;
  try {
    const address = new URL('/me' + location.search, location.origin);
    address.searchParams.delete('done');
    const answer = await fetch(address, { cache: 'no-store', credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('code');
    if (answer.ok && !fresh) location.replace('/me'); // signed out meanwhile
    if (answer.ok) offline.hidden = true;
    else away();
    if (fresh) take(fresh);
    if (fresh) await fill().catch(() => {}); // for later: what is needed now is here
  } catch {
    away();
  } finally {
    asking = false;
  }
}

function take(fresh) {
  const shown = document.getElementById('code');
  if (fresh.dataset.state !== shown.dataset.state) {
    const focused = shown.contains(document.activeElement) ? document.activeElement.id : '';
    shown.replaceWith(document.importNode(fresh, true));
    if (focused) document.getElementById(focused)?.focus();
  }
  document.getElementById('code').dataset.left = fresh.dataset.left;
  until = left();
}

function away() {
  offline.hidden = false;
  offline.textContent = words.away;
  if (until > performance.now()) return; // the code that is shown is still good
  const code = current();
  const qr = document.querySelector('.qr');
  qr.hidden = document.querySelector('.left').hidden = !code;
  offline.textContent = code ? words.kept : words.over;
  document.getElementById('code').dataset.state = 'kept';
  if (!code) return;
  qr.replaceChildren(drawn(code.rows));
  until = performance.now() + code.leftMs;
}

draw();
setInterval(draw, 1000);
setInterval(refresh, POLL_MS);
document.addEventListener('visibilitychange', refresh);
fill().catch(() => {});
if ('serviceWorker' in navigator) {
  const version = new URL(import.meta.url).search;
  navigator.serviceWorker.register(`/me/sw.js${version}`, { scope: '/me' }).catch(() => {});
}
