// A manifest in, its files on the device out: creatives by SHA-256, verified before they are kept; pictograms and font slices.

import { isNamed } from './hash.js';
import { loadFaces, wait } from './media.js';
import { pictogramUrl } from './parts.js';

const ATTEMPTS = 4;
const PAUSE_MS = 2000;

/** All bytes of a creative; what has arrived is kept when the connection breaks and only the rest is asked for. */
async function download(url) {
  let parts = [];
  let received = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const response = await fetch(url, received > 0 ? { headers: { Range: `bytes=${received}-` } } : {});
      if (!response.ok) throw new Error(`${response.status}`);
      if (response.status !== 206) [parts, received] = [[], 0];
      const reader = response.body.getReader();
      for (let step = await reader.read(); !step.done; step = await reader.read()) {
        parts.push(step.value);
        received += step.value.length;
      }
      return new Blob(parts).arrayBuffer();
    } catch (error) {
      if (attempt + 1 === ATTEMPTS) throw error;
      await wait(PAUSE_MS);
    }
  }
  return null;
}

export function creativesOf(manifest) {
  const all = manifest.items.concat(manifest.house).map((item) => item.creative).filter(Boolean);
  return Array.from(new Map(all.map((creative) => [creative.sha256, creative])).values());
}

/** Until it is opened, which takes a service worker in charge, nothing is kept and `list()` is null. `makeRoom()`: the device is full. */
export function createCache(screen, makeRoom, onTrouble) {
  const name = `shelfcast:media:${screen}`;
  const held = new Set();
  let available = false;
  let missing = 0;

  async function take(creative, files) {
    if (held.has(creative.sha256)) return;
    const elsewhere = await caches.match(creative.url); // another screen's page of this origin has it, verified
    const bytes = elsewhere ? await elsewhere.arrayBuffer() : await download(creative.url);
    if (!(await isNamed(bytes, creative.sha256))) throw new Error('hash does not match');
    const headers = { 'Content-Type': creative.mime, 'Content-Length': String(bytes.byteLength) };
    const put = () => files.put(creative.url, new Response(bytes, { headers }));
    await put().catch(() => makeRoom().then(put));
    held.add(creative.sha256);
  }

  /** What the manifest's cards need, passed through the service worker, which keeps it; see spare.js for the rest. */
  async function warm(manifest) {
    const cards = manifest.items.concat(manifest.house).map((item) => item.card).filter(Boolean);
    const urls = new Set(cards.flatMap((card) => card.products.map(pictogramUrl)).filter(Boolean));
    await Promise.all(Array.from(urls, (url) => fetch(url).catch(() => undefined)).concat(loadFaces(JSON.stringify(cards))));
  }

  return {
    available: () => available,
    holds: (sha) => !available || held.has(sha),
    /** Hashes held, for `next`; null = not told. */
    list: () => (available ? Array.from(held) : null),
    missing: () => missing,
    async open() {
      const files = await caches.open(name);
      for (const request of await files.keys()) held.add(new URL(request.url).pathname.split('/').pop());
      available = true;
    },
    /** Fetch what the manifest names and is not here; resolves when all has been tried. */
    async prepare(manifest) {
      if (!available) return;
      const files = await caches.open(name);
      const wanted = creativesOf(manifest);
      missing = wanted.filter((creative) => !held.has(creative.sha256)).length;
      for (const creative of wanted) {
        try {
          await take(creative, files);
        } catch (error) {
          onTrouble(`creative ${creative.sha256.slice(0, 12)}: ${error.message}`);
        }
        missing = wanted.filter((one) => !held.has(one.sha256)).length;
      }
      await warm(manifest);
    },
    /** Drop what neither the manifest in use nor the one before it names. */
    async evict(manifests) {
      if (!available) return;
      const kept = new Set(manifests.filter(Boolean).flatMap(creativesOf).map((creative) => creative.sha256));
      const files = await caches.open(name);
      for (const sha of Array.from(held).filter((one) => !kept.has(one))) {
        await files.delete(`/media/${sha}`);
        held.delete(sha);
      }
    },
  };
}
