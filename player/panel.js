// A screen's settings in, the panel's parts out: areas, margin, the bottom line, the store's clock, its hours and the shift against burn-in.

import { h } from './dom.js';
import { clockWords } from './parts.js';
import { inDayparts, localTime } from './playlist.js';

const TICK_MS = 5000;
const LINE_TICKS = 2;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const SHIFTS = [0, 1, 2, 1, 0, -1, -2, -1]; // px, one step a minute: no edge stays on the same pixels

/** `settings()` are those of the last welcome. `onHours(lit)` is told at every tick whether the panel should be lit. */
export function createPanel({ root, line, clock, settings, language, lines, onHours }) {
  let tick = 0;
  const words = h('p', { class: 'words' });
  line.replaceChildren(words, h('p', { class: 'time', 'data-clock': 'time' }));

  const zone = () => settings().time_zone || 'UTC';
  const layout = () => settings().layout || 'full'; // one that this page doesn't know has no parts either
  const barred = () => ['l_bar', 'ticker'].includes(layout());

  function lit() {
    const { from_min: from, until_min: until } = settings().lit || {};
    return !(from >= 0) || from === until || inDayparts([{ weekdays: EVERY_DAY, start_min: from, end_min: until }], localTime(clock.now(), zone()));
  }

  function draw() {
    const now = clock.now();
    const clocks = Array.from(root.querySelectorAll('[data-clock]')).filter((place) => barred() || !line.contains(place));
    const time = clocks.length > 0 && clockWords(now, zone(), language()); // making the first takes a while
    for (const place of clocks) place.textContent = time[place.dataset.clock];
    const all = lines();
    words.textContent = all.length > 0 ? all[Math.floor(tick / LINE_TICKS) % all.length] : '';
    const minute = Math.floor(now / 60000);
    root.style.setProperty('--x', `${SHIFTS[minute % 8]}px`);
    root.style.setProperty('--y', `${SHIFTS[(minute + 2) % 8]}px`);
    tick += 1;
    onHours(lit());
  }

  return {
    lit,
    /** Is there a part beside the stage? */
    beside: () => ['two_zone', 'l_bar'].includes(layout()),
    /** Settings are new. */
    apply() {
      document.body.dataset.layout = layout();
      document.body.classList.toggle('fill', settings().fit === 'fill');
      root.style.setProperty('--safe', `${Math.min(10, Math.max(0, Number(settings().safe_percent) || 0))}%`);
      draw();
    },
    start: () => setInterval(draw, TICK_MS),
  };
}
