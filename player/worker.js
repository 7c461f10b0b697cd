// Registers the service worker; false where there is none, which is what plain http under another host name means.

const WAIT_MS = 8000;

export async function takeCharge() {
  if (!isSecureContext || !navigator.serviceWorker || !window.caches) return false;
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register('/player/sw.js', { scope: '/player' });
    if (!serviceWorker.controller) {
      await Promise.race([
        new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true })),
        new Promise((resolve) => setTimeout(resolve, WAIT_MS)),
      ]);
    }
  } catch (error) {
    // the server is away: a worker of an earlier visit may be in charge all the same
  }
  return Boolean(serviceWorker.controller);
}
