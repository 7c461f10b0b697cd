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
    return kept && kept.screen && kept.key ? { screen: kept.screen, key: kept.key, fixed: false } : null;
  } catch (error) {
    return null;
  }
}

export function keepIdentity(small, screen, key) {
  small.setItem(KEPT, JSON.stringify({ screen, key }));
}

/** The key was revoked: the next start registers again. A fragment's key leaves the address for the same reason. */
export function forgetIdentity(identity, small) {
  if (identity.fixed) history.replaceState(null, '', location.pathname + location.search);
  else small.removeItem(KEPT);
}
