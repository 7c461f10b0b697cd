// The server's stamps in, one corrected clock out: UTC ms that no change of the device's clock moves.

const KEPT = 8;

/**
 * `monotonic()` and `wall()` in ms. A stamp heard here is a lower bound of the offset; the best of eight plus half the
 * shortest round trip is the estimate (the minimum filter of NTP, RFC 5905).
 */
export function createClock(monotonic, wall) {
  let offset = wall() - monotonic();
  let bounds = [];
  let shortest = Infinity;

  return {
    now: () => Math.round(monotonic() + offset),
    /** A server time heard just now; `roundTripMs` where the message answered one of ours. */
    heard(serverMs, roundTripMs = Infinity) {
      if (!Number.isFinite(serverMs)) return;
      shortest = Math.min(shortest, roundTripMs);
      bounds = bounds.concat(serverMs - monotonic()).slice(-KEPT);
      offset = Math.max(...bounds) + (Number.isFinite(shortest) ? shortest / 2 : 0);
    },
    /** How far the device's own clock is behind; kept, so that a start without the server is right too. */
    behindMs: () => Math.round(monotonic() + offset - wall()),
    /** Start without the server: from what was kept, and never before a time that has been. */
    recall(behindMs, notBeforeMs) {
      const behind = Number.isFinite(behindMs) ? behindMs : 0;
      const floor = Number.isFinite(notBeforeMs) ? notBeforeMs : 0;
      offset = Math.max(wall() + behind, floor) - monotonic();
    },
  };
}
