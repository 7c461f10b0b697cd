// The member's page without a signal: what the page loads is kept, and a page that can't be had becomes the one that shows
// kept codes. Everything else, and every page that can be had, comes from the server.

const version = new URL(location.href).searchParams.get('v');
const CACHE = `me-${version}`;
const LOADED = ['static/me.js', 'static/shelf.css', 'static/icon.svg', 'families.css'].map(
  (name) => `/shelf/${name}?v=${version}`,
);
const OFFLINE = ['/me/offline?lang=ja', '/me/offline?lang=en'];

self.addEventListener('install', (event) => {
  const all = [...LOADED, '/shelf/static/codes.js', ...OFFLINE];
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(all)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('me-') && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function instead(request) {
  if (request.mode !== 'navigate') return (await caches.match(request)) || Response.error();
  const asked = new URL(request.url).searchParams.get('lang') || self.navigator.language.slice(0, 2);
  return caches.match(OFFLINE[asked === 'en' ? 1 : 0]);
}

self.addEventListener('fetch', (event) => {
  const path = new URL(event.request.url).pathname;
  const page = event.request.mode === 'navigate' && path === '/me';
  if (event.request.method !== 'GET' || !(page || path.startsWith('/shelf/'))) return;
  event.respondWith(fetch(event.request).catch(() => instead(event.request)));
});
