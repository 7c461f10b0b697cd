// What goes on in, three accounts of it out: attributes of <body>, `status` to the server, words behind the staff's dot.

const KEPT_ERRORS = 20;
const TEXT = 200;

export function mark(name, value) {
  document.body.dataset[name] = String(value);
}

export function createReport({ overlay, words }) {
  const errors = [];
  return {
    trouble(text) {
      errors.push(String(text).slice(0, TEXT));
      if (errors.length > KEPT_ERRORS) errors.shift();
    },
    staff(line, online) {
      const lines = [line, isSecureContext ? '' : words().notSecure, online ? '' : words().offline];
      overlay.setStaff(lines.filter(Boolean).join(' / '));
    },
    shown(show, rung) {
      mark('state', 'playing');
      mark('rung', rung);
      mark('spot', show.item.spot);
      mark('decision', show.decision);
      mark('guest', Boolean(show.item.guest));
    },
    /** Errors are told once. */
    status({ link, director, proof, cache }) {
      const show = director.current();
      mark('queued', proof.queued());
      const sent = link.send({
        type: 'status',
        spot: show ? show.item.spot : '',
        decision: show ? show.decision : '',
        visible: document.visibilityState === 'visible',
        queued_plays: proof.queued(),
        cached: (cache.list() || []).length,
        missing: cache.missing(),
        errors,
      });
      if (sent) errors.length = 0;
    },
  };
}
