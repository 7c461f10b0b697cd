// The composition root of the page: which screen this is, then the parts that play on it.

import { readIdentity, keepIdentity } from './identity.js';
import { play } from './player.js';
import { mark } from './report.js';
import { register } from './register.js';
import { openSmall } from './store.js';

const small = openSmall();

async function identify() {
  const known = readIdentity(location.hash, small);
  if (known) return known;
  mark('state', 'register');
  const given = await register(document.getElementById('stage'), !isSecureContext);
  keepIdentity(small, given.screen, given.key);
  return { screen: given.screen, key: given.key, fixed: false };
}

mark('online', false);
identify().then((identity) => play(identity, small));
