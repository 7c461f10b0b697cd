// What goes on in, three accounts of it out: attributes of <body>, `status` to the server, words behind the staff's dot.

const KEPT_ERRORS = 20;
const TEXT = 200;
const VERSION = '2';

export function mark(name, value) {
  document.body.dataset[name] = String(value);
}

async function quotaShare() {
  if (!navigator.storage || !navigator.storage.estimate) return -1;
  const { usage, quota } = await navigator.storage.estimate();
  return quota > 0 ? Math.round((100 * usage) / quota) : -1;
}

export function createReport({ overlay, words }) {
  const errors = [];
  let share = -1; // percent, of a moment ago
  let step = { rung: '', why: '' };
  return {
    trouble(text) {
      errors.push(String(text).slice(0, TEXT));
      if (errors.length > KEPT_ERRORS) errors.shift();
    },
    staff(line, online) {
      const lines = [line, isSecureContext ? '' : words().notSecure, online ? '' : words().offline];
      overlay.setStaff(lines.filter(Boolean).join(' / '));
    },
    shown(show, rung, why) {
      step = { rung, why };
      mark('state', 'playing');
      mark('rung', rung);
      mark('spot', show.item.spot);
      mark('decision', show.decision);
      mark('guest', Boolean(show.item.guest));
    },
    /** Errors are told once. */
    status({ link, director, stage, proof, cache, playlist }) {
      const show = director.current();
      const night = document.body.dataset.state === 'night';
      mark('queued', proof.queued());
      const sent = link.send({
        type: 'status',
        spot: show ? show.item.spot : '',
        decision: show ? show.decision : '',
        rung: show ? step.rung : '',
        why: show ? step.why : '',
        black: !night && stage.dark(),
        light: night ? 'off' : 'unknown',
        visible: document.visibilityState === 'visible',
        version: VERSION,
        lease_until_ms: (playlist.manifest() || { lease_until_ms: 0 }).lease_until_ms,
        quota_share: share,
        queued_plays: proof.queued(),
        cached: (cache.list() || []).length,
        missing: cache.missing(),
        errors,
      });
      if (sent) errors.length = 0;
      quotaShare().then((found) => (share = found), () => undefined);
    },
  };
}
