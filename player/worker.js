// Registers the service worker; false where there is none, which is what plain http under another host name means.

import { wait } from './media.js';

const WAIT_MS = 8000;

/** Can this browser keep anything here? */
export const mayKeep = () => Boolean(isSecureContext && navigator.serviceWorker && window.caches);

/** Is the worker of an earlier visit in charge already? */
export const inCharge = () => mayKeep() && Boolean(navigator.serviceWorker.controller);

export async function takeCharge() {
  if (!mayKeep()) return false;
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register('/player/sw.js', { scope: '/player' });
    if (!serviceWorker.controller) {
      const taken = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
      await Promise.race([taken, wait(WAIT_MS)]);
    }
  } catch (error) {
    // the server is away: a worker of an earlier visit may be in charge all the same
  }
  return Boolean(serviceWorker.controller);
}
