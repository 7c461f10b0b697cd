// The composition root of the page: which screen this is, then the parts that play on it.

import { readIdentity, keepIdentity } from './identity.js';
import { play } from './player.js';
import { mark } from './report.js';
import { openSmall } from './store.js';

const AGAIN_MS = 10000;

const small = openSmall();

async function identify() {
  const known = readIdentity(location.hash, small);
  if (known) return known;
  mark('state', 'register');
  // most starts never need it: it is no part of what a playing screen loads
  const { register } = await import('./register/register.js');
  const given = await register(document.getElementById('stage'), !isSecureContext);
  keepIdentity(small, given.screen, given.key);
  return given;
}

mark('online', false);
identify()
  .then((identity) => play(identity, small))
  .catch(() => setTimeout(() => location.reload(), AGAIN_MS)); // nobody is there to press the key
