// Signing in by passkey, and making one: the browser's answer to our options goes back as JSON in a form.
// A browser without passkeys, or a page under another address than the passkeys', gets words and no button.

const part = document.getElementById('passkey');
const button = part.querySelector('button');
const said = part.querySelector('[role=status]');
const BYTES = { create: ['challenge', 'user.id', 'excludeCredentials.id'], get: ['challenge', 'allowCredentials.id'] };

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

function decode(options, kind) {
  for (const path of BYTES[kind]) {
    const [first, second] = path.split('.');
    if (!second) options[first] = bytes(options[first]);
    else for (const one of [options[first] || []].flat()) one[second] = bytes(one[second]);
  }
  return options;
}

function encode(credential) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function send(address, fields) {
  const body = new URLSearchParams({ form: part.dataset.form || '', ...fields });
  const answer = await fetch(address, { method: 'POST', body, credentials: 'same-origin' });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || part.dataset.failed);
  }
  return answer;
}

async function go() {
  button.disabled = true;
  said.textContent = '';
  const kind = part.dataset.kind;
  try {
    const options = decode(await (await send(part.dataset.ask)).json(), kind);
    const credential = await navigator.credentials[kind]({ publicKey: options });
    await send(part.dataset.send, { answer: encode(credential) });
    location.assign(part.dataset.next);
  } catch (problem) {
    const ours = problem.constructor === Error; // the browser's own are DOMExceptions, in words for developers
    said.textContent = ours ? problem.message : part.dataset[problem.name === 'InvalidStateError' ? 'there' : 'failed'];
    button.disabled = false;
  }
}

const here = location.origin === part.dataset.origin;
const able = window.isSecureContext && 'PublicKeyCredential' in window;
button.hidden = !(here && able);
part.querySelector('[data-elsewhere]').hidden = here;
part.querySelector('[data-unable]').hidden = !here || able;
button.addEventListener('click', go);
