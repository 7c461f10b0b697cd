// Which screen this page is: from the address's fragment (kiosks, the demo's frames), else what registration gave it.

const KEPT = 'shelfcast:identity';

/** `#screen=…&key=…` -> {screen, key, fixed: true}, or null. */
export function fromFragment(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const screen = parts.get('screen') || '';
  const key = parts.get('key') || '';
  return screen && key ? { screen, key, fixed: true } : null;
}

export function readIdentity(hash, small) {
  const fixed = fromFragment(hash);
  if (fixed) return fixed;
  try {
    const kept = JSON.parse(small.getItem(KEPT) || 'null');
    return kept && kept.screen && kept.key ? kept : null;
  } catch (error) {
    return null;
  }
}

export function keepIdentity(small, screen, key) {
  small.setItem(KEPT, JSON.stringify({ screen, key }));
}

/**
 * Who this page is from now on, its key being renewed in two phases: a new key stands beside the old one until it has
 * let us in. A fragment's key is the kiosk's own and stays.
 */
export function createIdentity(found, small) {
  const { screen, fixed } = found;
  let { key, next = '' } = found;
  const put = () => small.setItem(KEPT, JSON.stringify({ screen, key, next }));
  return {
    screen,
    /** The key to say hello with. */
    current: () => ({ key: next || key }),
    /** A new key came: true when the socket is to be opened again with it. */
    keep(given) {
      if (fixed) return false;
      next = given;
      put();
      return true;
    },
    /** The key was refused: true when the old one is left to try. */
    refused() {
      if (!next) return false;
      next = '';
      put();
      return true;
    },
    /** A welcome: the key in use is the good one. */
    accepted() {
      if (!next) return;
      [key, next] = [next, ''];
      put();
    },
    /** The key was revoked: the next start registers again. A fragment's key leaves the address for the same reason. */
    forget() {
      if (fixed) history.replaceState(null, '', location.pathname + location.search);
      else small.removeItem(KEPT);
    },
  };
}
