// The next hour's codes, kept on the phone: pictures that the server drew ahead, none of its secrets.

const KEPT = 'shelfcast_codes';
const HOUR = 3_600_000;
const QUIET = 4;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) || { ahead: 0, codes: [] };
  } catch {
    return { ahead: 0, codes: [] };
  }
}

export function forget() {
  localStorage.removeItem(KEPT);
}

/** The server's time now, in ms: a phone's own clock may be wrong. */
const now = (kept) => Date.now() + kept.ahead;

/** The code that is good now, and for how many ms; null when none is left. */
export function current() {
  const kept = read();
  const code = kept.codes.find((one) => one.until > now(kept));
  return code ? { rows: code.rows, leftMs: code.until - now(kept) } : null;
}

/** Ask for the codes that are still missing from the next hour, a few at a time. */
export async function fill() {
  if (!window.isSecureContext) return; // there is no page to show them without a signal
  const kept = read();
  const last = kept.codes.length ? kept.codes[kept.codes.length - 1].until : 0;
  if (last > now(kept) + HOUR - 60_000) return;
  const answer = await fetch(`/me/codes.json?after=${last || ''}`, { cache: 'no-store', credentials: 'same-origin' });
  if (!answer.ok || !answer.headers.get('Content-Type').startsWith('application/json')) return;
  const told = await answer.json();
  const codes = [...kept.codes.filter((one) => one.until > told.now), ...told.codes.filter((one) => one.until > last)];
  localStorage.setItem(KEPT, JSON.stringify({ ahead: told.now - Date.now(), codes }));
}

/** An SVG of the code, as the server draws it. */
export function drawn(rows) {
  const lines = rows.split(' ').map((row) => parseInt(row, 16).toString(2));
  const size = lines.length;
  let path = '';
  lines.forEach((line, y) => {
    [...line.padStart(size, '0')].forEach((dark, x) => {
      if (dark === '1') path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
    });
  });
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`);
  const dark = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  dark.setAttribute('d', path);
  svg.append(dark);
  return svg;
}
