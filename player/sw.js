// Keeps what the page needs to start and to play without the server. What is shown, and when, is the page's business.

const SHELL_CACHE = 'shelfcast:shell';
const ASSET_CACHE = 'shelfcast:assets';
const ANSWER_MS = 4000;
const PAGE = '/player';
const FONTS = '/assets/fonts/fonts.css';
const NAMED = /(?:from |import\(|src=|href=|href: )['"]([^'"]+)['"]/g;

/** The page, all that it names, and all that they name. Fonts may not be there: the page has others to fall back on. */
async function keep(path, cache, seen) {
  if (seen.has(path)) return;
  seen.add(path);
  const response = await fetch(path, { cache: 'reload' });
  if (!response.ok) {
    if (path === FONTS) return;
    throw new Error(`${path}: ${response.status}`);
  }
  await cache.put(path, response.clone());
  if (path !== PAGE && !path.endsWith('.js')) return;
  const named = Array.from((await response.text()).matchAll(NAMED), ([, name]) => new URL(name, response.url).pathname);
  await Promise.all(named.map((name) => keep(name, cache, seen)));
}

async function install() {
  await keep(PAGE, await caches.open(SHELL_CACHE), new Set());
}

/** The server first, so that an update is taken; what was kept if it is slow, gone or broken. */
async function networkFirst(request, key) {
  const cache = await caches.open(SHELL_CACHE);
  const late = new Promise((resolve, reject) => setTimeout(() => reject(new Error('slow')), ANSWER_MS));
  try {
    const response = await Promise.race([fetch(request), late]);
    if (!response.ok) throw new Error(String(response.status));
    await cache.put(key, response.clone());
    return response;
  } catch (error) {
    return (await cache.match(key)) || Response.error();
  }
}

async function cacheFirst(request) {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.status === 200) await (await caches.open(ASSET_CACHE)).put(request.url, response.clone());
  return response;
}

/** A kept creative, cut to the range that a video element asks for; the network for what is not kept. */
async function media(request) {
  const kept = await caches.match(request.url);
  if (!kept) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('Range') || '');
  if (!range) return kept;
  const body = await kept.blob();
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : Infinity, body.size - 1);
  if (start > end) return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${body.size}` } });
  const headers = { 'Content-Type': kept.headers.get('Content-Type'), 'Content-Range': `bytes ${start}-${end}/${body.size}` };
  return new Response(body.slice(start, end + 1), { status: 206, headers });
}

function answer(request) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return null;
  if (pathname.startsWith('/media/')) return media(request);
  if (pathname === PAGE || pathname.startsWith('/player/') || pathname === FONTS) return networkFirst(request, pathname);
  return pathname.startsWith('/assets/') ? cacheFirst(request) : null;
}

self.addEventListener('install', (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const response = answer(event.request);
  if (response) event.respondWith(response);
});
