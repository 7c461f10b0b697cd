// The member's code stays fresh: counts down, and takes over the page's newest code and what a screen is showing.
// Without this script the page loads itself again.

const POLL_MS = 4000;
const offline = document.getElementById('offline');
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
    const address = new URL(location.href);
    address.searchParams.delete('done');
    const answer = await fetch(address, { cache: 'no-store', credentials: 'same-origin' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.getElementById('code');
    offline.hidden = answer.ok;
    if (answer.ok && !fresh) location.reload(); // signed out meanwhile
    if (fresh) take(fresh);
  } catch {
    offline.hidden = false;
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

draw();
setInterval(draw, 1000);
setInterval(refresh, POLL_MS);
document.addEventListener('visibilitychange', refresh);
