// Renderings in, acknowledged plays out: each has a UUID and a number, and stays on the device until the server has it.

import { keysOf } from './store.js';

const BATCH = 50;
const ANSWER_MS = 15000;
const PACE_MS = 200; // the server takes ten messages a second
const MOST_QUEUED = 100000;
const TEXT = 120;

const keyOf = (play) => `play:${String(play.seq).padStart(15, '0')}`;

/**
 * `store` keeps the queue; `small`, which a closing page can still write, the running number and the plays that are on or not in the queue yet.
 * `makeRoom()` is asked for when the device is full; a play that finds no room all the same waits in memory.
 */
export async function createProof({ store, small, prefix, clock, newId, send, makeRoom, onTrouble }) {
  const seqKey = `${prefix}:seq`;
  const openKey = (play) => `${prefix}:open:${play.seq}`;
  const waiting = await store.list('play:', MOST_QUEUED);
  const unkept = new Map();
  let queued = waiting.length;
  let seq = Math.max(Number(small.getItem(seqKey)) || 0, ...waiting.map((play) => play.seq));
  let sent = null;
  let busy = false;
  let timer = 0;

  async function put(play) {
    if (queued >= MOST_QUEUED) {
      const [oldest] = await store.list('play:', 1);
      await store.remove(keyOf(oldest));
      queued -= 1;
      onTrouble('plays: queue full, oldest dropped');
    }
    const key = keyOf(play);
    try {
      await store.put(key, play).catch(() => makeRoom().then(() => store.put(key, play)));
    } catch (error) {
      unkept.set(key, play);
      onTrouble(`plays: kept in memory only: ${error.name}`);
    }
    queued += 1;
    flush();
  }

  function note(key, value) {
    try {
      small.setItem(key, value);
    } catch (error) {
      onTrouble(`not kept: ${error.name}`);
    }
  }

  async function flush() {
    if (busy || sent || queued === 0) return;
    busy = true;
    const kept = await store.list('play:', BATCH);
    const plays = Array.from(unkept.values()).concat(kept).slice(0, BATCH);
    busy = false;
    const batch = newId();
    if (plays.length === 0 || !send({ type: 'plays', batch, plays })) return;
    sent = { batch, plays };
    clearTimeout(timer);
    timer = setTimeout(again, ANSWER_MS);
  }

  function again() {
    sent = null;
    flush();
  }

  function record(show, manifest, area) {
    const { item } = show;
    seq += 1;
    note(seqKey, String(seq));
    return {
      id: newId(),
      seq,
      spot: item.spot,
      campaign: item.campaign || '',
      decision: show.decision || '',
      // a guest's play names no product: nothing of a guest stays on the device
      name: show.item.guest ? '' : String(item.name || '').slice(0, TEXT),
      sha256: item.creative ? item.creative.sha256 : '',
      manifest,
      started_ms: clock.now(),
      expected_ms: Math.max(1, Math.round(item.length_ms)),
      shown_ms: 0,
      why: 'closed',
      offline: !show.decision,
      guest: Boolean(show.item.guest),
      area,
    };
  }

  /** Held frames count, but a device that slept did not show anything: at most twice the length. */
  function ended(play, shownMs, why) {
    const shown = Math.round(Math.min(Math.max(0, shownMs), 2 * play.expected_ms));
    return Object.assign({}, play, { shown_ms: shown, why });
  }

  /** Until the queue holds it, which takes a moment, its note does: the next play has begun by then, and the page may go. */
  async function close(play, shownMs, why) {
    const whole = ended(play, shownMs, why);
    note(openKey(play), JSON.stringify(whole));
    await put(whole);
    small.removeItem(openKey(play));
  }

  for (const key of keysOf(small).filter((name) => name.startsWith(`${prefix}:open`))) {
    try {
      const left = JSON.parse(small.getItem(key));
      if (!waiting.some((play) => play.id === left.id)) await put(left);
    } catch (error) {
      onTrouble(`play: ${error.name}`); // a torn note must not keep the page from its start
    }
    small.removeItem(key);
  }

  return {
    queued: () => queued,
    /** The socket is new: what was sent on the old one and not acknowledged is sent again. */
    reconnected: again,
    /** A rendering began; keep what comes back for `close`. */
    open(show, manifest, area = 'main') {
      const play = record(show, manifest, area);
      note(openKey(play), JSON.stringify(play));
      return play;
    },
    /** The page may go away now: keep the play that is on with what was shown of it. */
    checkpoint(play, shownMs) {
      note(openKey(play), JSON.stringify(ended(play, shownMs, 'closed')));
    },
    close,
    /** It should have been shown and could not be. */
    failed(show, manifest, area = 'main') {
      return close(record(show, manifest, area), 0, 'failed');
    },
    /** plays_ack: only what the server names leaves the queue. */
    async acknowledged(message) {
      if (!sent || message.batch !== sent.batch) return;
      const refused = message.refused.map((one) => one.id);
      const named = new Set([...message.accepted, ...message.duplicate, ...refused]);
      const done = sent.plays.filter((play) => named.has(play.id));
      for (const key of done.map(keyOf)) if (!unkept.delete(key)) await store.remove(key);
      queued -= done.length;
      for (const one of message.refused) onTrouble(`play refused: ${String(one.why).slice(0, TEXT)}`);
      clearTimeout(timer);
      timer = setTimeout(again, done.length > 0 ? PACE_MS : ANSWER_MS);
    },
  };
}
