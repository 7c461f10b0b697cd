// The leased manifest in, what to show without the server out: a leased item, else the house loop, else the brand still.

const HOUR_MS = 3600000;
const BAN_MS = 60000;
const DAYS = 'MonTueWedThuFriSatSun';

export const BRAND = { spot: '', campaign: '', name: '', kind: 'brand', length_ms: 10000, creative: null, card: null };

const formatters = new Map(); // making one takes longer than all else here

function formatter(zone) {
  const parts = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  try {
    return new Intl.DateTimeFormat('en-US', Object.assign({ timeZone: zone }, parts));
  } catch (error) {
    return new Intl.DateTimeFormat('en-US', Object.assign({ timeZone: 'UTC' }, parts));
  }
}

/** UTC ms -> {weekday 0 = Monday, minute of the day} on the store's wall clock. */
export function localTime(ms, zone) {
  const found = {};
  if (!formatters.has(zone)) formatters.set(zone, formatter(zone));
  for (const part of formatters.get(zone).formatToParts(ms)) found[part.type] = part.value;
  return { weekday: DAYS.indexOf(found.weekday) / 3, minute: Number(found.hour) * 60 + Number(found.minute) };
}

/**
 * Half open, by the wall clock: a skipped hour has no minutes, a repeated one counts twice. An end at or before the start
 * crosses midnight and belongs to the day on which it starts.
 */
export function inDayparts(dayparts, local) {
  if (!dayparts || dayparts.length === 0) return true;
  const yesterday = (local.weekday + 6) % 7;
  return dayparts.some(({ weekdays, start_min: start, end_min: end }) => {
    if (start < end) return weekdays.includes(local.weekday) && local.minute >= start && local.minute < end;
    return (weekdays.includes(local.weekday) && local.minute >= start) || (weekdays.includes(yesterday) && local.minute < end);
  });
}

function inWindow(item, ms) {
  return (!item.start_ms || ms >= item.start_ms) && (!item.end_ms || ms < item.end_ms);
}

/** `history`: [{spot, at}] of what was shown before, oldest first. */
export function createPlaylist(history = []) {
  let manifest = null;
  let shown = history.slice();
  const withdrawn = new Set();
  const bannedUntil = new Map();
  const owed = new Map(); // plays of a share, at most one: what could not be given is not made up for in a row

  const recent = (spot, ms) => shown.filter((play) => play.spot === spot && play.at > ms - HOUR_MS).length;
  const lastAt = (spot) => shown.reduce((at, play) => (play.spot === spot ? Math.max(at, play.at) : at), -Infinity);

  /** Why an item may not run now, in the words of `status`; '' when it may. */
  function barrier(item, ms, holds) {
    if (withdrawn.has(item.spot) || (bannedUntil.get(item.spot) || 0) > ms) return 'failed';
    if (item.restricted) return 'daypart'; // nobody here can say that no child is present
    if (!inWindow(item, ms) || !inDayparts(item.dayparts, localTime(ms, manifest.time_zone))) return 'daypart';
    if (item.cap_per_hour > 0 && recent(item.spot, ms) >= item.cap_per_hour) return 'cap';
    return !item.creative || holds(item.creative.sha256) ? '' : 'not_cached';
  }

  /** The longest unseen of those that may run now, or null. Who has a share of the plays comes when it is due, else not at all. */
  function from(items, ms, holds) {
    const may = items.filter((item) => barrier(item, ms, holds) === '');
    const due = may.filter(({ spot }) => owed.get(spot) >= 0.5);
    const pool = due.length ? due : may.filter((item) => !item.share);
    return pool.reduce((best, item) => (best === null || lastAt(item.spot) < lastAt(best.spot) ? item : best), null);
  }

  /** The house's own, also for a part of the panel beside the stage. */
  const pickHouse = (ms, holds) => {
    const own = manifest && from(manifest.house, ms, holds);
    return own ? { item: own, rung: 'house', why: '' } : { item: BRAND, rung: 'brand', why: '' };
  };

  return {
    manifest: () => manifest,
    /** A new manifest says anew what is withdrawn. */
    use(next) {
      manifest = next;
      withdrawn.clear();
    },
    withdraw(spots) {
      for (const spot of spots) withdrawn.add(spot);
    },
    /** An item could not be shown: leave it out for a minute. */
    failed(spot, ms) {
      bannedUntil.set(spot, ms + BAN_MS);
    },
    /** Something was shown, by whoever's choice: caps count it. Returns what to keep for the next start. */
    shown(spot, ms) {
      for (const item of manifest ? manifest.items : []) {
        if (item.share) owed.set(item.spot, Math.min(1, (owed.get(item.spot) || 0) + item.share - (item.spot === spot)));
      }
      shown = shown.filter((play) => play.at > ms - HOUR_MS).concat({ spot, at: ms });
      return shown;
    },
    /** The next rung of the ladder at `ms`; `holds(sha256)`: is this creative on the device. `why`: what the brand still stands for. */
    pick(ms, holds) {
      if (!manifest) return { item: BRAND, rung: 'brand', why: 'not_cached' };
      const { items, house, lease_until_ms: until } = manifest;
      const leased = ms < until ? from(items, ms, holds) : null;
      if (leased) return { item: leased, rung: 'lease', why: '' };
      const own = pickHouse(ms, holds);
      if (own.rung === 'brand') own.why = ms >= until ? 'lease_over' : items.concat(house).map((item) => barrier(item, ms, holds))[0] || '';
      return own;
    },
    /** The house's words: those of its cards that have nothing else. */
    lines() {
      const cards = (manifest ? manifest.house : []).map(({ card }) => card).filter((card) => card && card.products.length === 0);
      return cards.flatMap((card) => [card.title].concat(card.lines)).filter(Boolean);
    },
    pickHouse,
  };
}
