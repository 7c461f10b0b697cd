// Time to spare in; out, a next greeting of which nothing has to be fetched, compiled or laid out for the first time.

import { wait } from './media.js';

const START_MS = 45000; // by then the device holds what it can't do without
const PACE_MS = 50; // a chain's new screens share one server
const PRODUCT = { name: '見本', price: { digits: '1' } };
const GREETING = { kind: 'card', card: { template: 'moment', lines: [], products: [PRODUCT] } };

/** Fonts and pictograms that no card has needed here so far: the service worker keeps what passes through it. */
async function keepAssets() {
  for (const path of await (await fetch('/assets')).json()) {
    if (await caches.match(path)) continue;
    await fetch(path);
    await wait(PACE_MS);
  }
}

/** A greeting is built where nobody sees it: the first member of the day waits no longer than the second. */
export async function useSpareTime(stage, cache) {
  await wait(START_MS);
  stage.discard(await stage.prepare({ item: GREETING }));
  if (cache.available()) await keepAssets(); // last: it fails when the network is away just now
}
