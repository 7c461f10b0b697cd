// Nobody in particular in, a screen's identity out: shows a code that the studio approves, and says what won't work on http.

import { emblem } from '../cards-words.js';
import { h } from '../dom.js';
import { qr } from '../parts.js';
import { wordsOf } from './words.js';

const POLL_MS = 2000;
const RETRY_MS = 5000;

async function post(path, body) {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const answer = response.ok ? await response.json() : null;
  return { status: response.status, answer, retryMs: Number(response.headers.get('Retry-After')) * 1000 };
}

function inBoth(tag, name, text) {
  return ['ja', 'en'].map((language) => h(tag, { class: `${name} ${language}`, lang: language }, text(wordsOf(language))));
}

function warning() {
  const lines = (words) => [h('strong', null, words.insecureTitle), ...words.insecure.map((line) => h('span', null, line)), h('em', null, words.insecureFix)];
  return h('div', { class: 'warning', role: 'note' }, ...['ja', 'en'].map((language) => h('p', { lang: language }, ...lines(wordsOf(language)))));
}

function steps(language) {
  return h('ol', { lang: language }, ...wordsOf(language).steps.map((step) => h('li', null, step)));
}

/** `root` gets the page; resolves to {screen, key} when somebody approved the code. `insecure`: no offline cache here. */
export function register(root, insecure) {
  const code = h('p', { class: 'code', 'aria-live': 'polite' }, '······');
  const status = h('div', { class: 'status' });
  const picture = h('div', { class: 'picture' });
  const page = h(
    'section',
    { class: 'register' },
    h('header', null, emblem(), h('div', null, ...inBoth('h1', 'what', (words) => words.register))),
    h('div', { class: 'main' }, h('div', { class: 'codes' }, ...inBoth('h2', 'label', (words) => words.code), code, status), picture),
    h('div', { class: 'steps' }, steps('ja'), steps('en')),
    insecure ? warning() : null,
  );
  root.replaceChildren(h('link', { rel: 'stylesheet', href: '/player/register/register.css' }), page);

  const say = (text) => status.replaceChildren(...(text ? inBoth('p', 'say', text) : []));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const body = { width: screen.width, height: screen.height, user_agent: navigator.userAgent.slice(0, 300), insecure };

  /** A registration, or null when there is none to be had now. */
  async function open() {
    say((words) => words.asking);
    const { answer, retryMs } = await post('/v1/player/registrations', body);
    if (!answer) {
      await pause(retryMs || RETRY_MS);
      return null;
    }
    code.textContent = answer.code;
    document.body.dataset.code = answer.code;
    picture.replaceChildren(qr(answer.qr) || '');
    say(null);
    return answer;
  }

  /** {screen, key} once approved, null when the code has run out. */
  async function claim(registration) {
    for (;;) {
      await pause(POLL_MS);
      const { status: answered, answer, retryMs } = await post('/v1/player/registrations/claim', { poll_secret: registration.poll_secret });
      if (answered === 200 && answer.key) return answer;
      if (answered === 410 || answered === 404) return null;
      if (retryMs) await pause(retryMs);
    }
  }

  async function attempt() {
    try {
      const registration = await open();
      return registration && (await claim(registration));
    } catch (error) {
      say((words) => words.noServer);
      await pause(RETRY_MS);
      return null;
    }
  }

  return (async () => {
    for (;;) {
      const identity = await attempt();
      if (identity) {
        root.replaceChildren();
        delete document.body.dataset.code;
        return { screen: identity.screen, key: identity.key };
      }
    }
  })();
}
