// One file to the server in pieces: it goes on where it stopped, after a lost connection as after a reload. See docs/http.md.
const HASHED_MAX = 64 * 1024 * 1024; // a browser hashes a file only in one piece, in memory
const WAITS_S = [1, 2, 4, 8, 15, 30];

/** An answer that trying again doesn't change; `message` is for people, "" where the server had no words. */
export class Refused extends Error {}

/** What `send` throws once its file was cancelled. */
export class Cancelled extends Error {}

async function sha256(file) {
  if (!window.crypto.subtle || file.size > HASHED_MAX) return ''; // plain http has no crypto.subtle
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Nobody answered, or not now. */
function again(status) {
  return status === 0 || status === 429 || status >= 500;
}

/** One request -> {status, body}; status 0 where there was no answer. */
function request(method, url, body, headers, task, sent) {
  return new Promise((done) => {
    const one = new XMLHttpRequest();
    one.open(method, url);
    one.responseType = 'json';
    Object.entries(headers).forEach(([name, value]) => one.setRequestHeader(name, value));
    if (sent) one.upload.onprogress = (event) => sent(event.loaded);
    one.onload = () => done({ status: one.status, body: one.response });
    one.onerror = () => done({ status: 0, body: null });
    one.onabort = one.onerror;
    task.abort = () => one.abort();
    one.send(body);
  });
}

/**
 * `where`: {url, token, query}, query "" or one that says where the file goes; `task`: {cancelled, abort, wake} that `cancel` acts on; `said`: called with ("sending", 0-1),
 * ("waiting", seconds). Returns {creative, known, words?}. Throws Refused, Cancelled, and what the browser says of a file
 * that can't be read any more.
 */
export async function send(file, where, task, said) {
  const headers = { 'X-CSRFToken': where.token };
  const facts = { name: file.name, size: file.size, modified: file.lastModified, sha256: await sha256(file) };
  let upload = null;
  let tries = 0;

  async function ask(method, url, body, more, sent) {
    if (task.cancelled) throw new Cancelled();
    const answer = await request(method, url, body, Object.assign({}, headers, more), task, sent);
    if (task.cancelled) throw new Cancelled();
    return answer;
  }

  async function rest() {
    const seconds = WAITS_S[Math.min(tries, WAITS_S.length - 1)];
    tries += 1;
    await file.slice(0, 1).arrayBuffer(); // throws for one that was changed or moved: no connection brings that back
    said('waiting', seconds);
    await new Promise((done) => {
      task.wake = done;
      setTimeout(done, seconds * 1000);
      window.addEventListener('online', done, { once: true });
    });
    upload = null; // begin answers with the same upload, and with what has arrived of it
  }

  for (;;) {
    if (!upload) {
      const begun = await ask('POST', where.url + where.query, JSON.stringify(facts), { 'Content-Type': 'application/json' });
      if (begun.status === 200) return begun.body;
      if (begun.status === 201) {
        upload = begun.body;
        task.upload = upload.upload_id;
      } else if (again(begun.status)) {
        await rest();
        continue;
      } else throw new Refused(begun.body?.detail ?? '');
    }
    const from = upload.offset;
    const piece = file.slice(from, from + upload.piece);
    said('sending', from / file.size);
    const answer = await ask('PATCH', `${where.url}/${upload.upload_id}${where.query}`, piece, {
      'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(from),
    }, (loaded) => said('sending', (from + loaded) / file.size));
    if (answer.status === 201) return answer.body;
    if (answer.status === 200) {
      upload = answer.body;
      tries = 0;
    } else if (again(answer.status) || [404, 409].includes(answer.status)) await rest();
    else throw new Refused(answer.body?.detail ?? '');
  }
}

/** Stop, and have the server forget what has arrived. */
export function cancel(where, task) {
  task.cancelled = true;
  if (task.abort) task.abort();
  if (task.wake) task.wake();
  if (!task.upload) return Promise.resolve();
  return fetch(`${where.url}/${task.upload}`, { method: 'DELETE', headers: { 'X-CSRFToken': where.token } }).catch(() => {});
}
