// Whether anything is on at all: hours, other pages with the same screen, and a watchdog in; beginning and end of the show out.

import { mark } from './report.js';

/** The stage and what is beside it begin and end together. */
export function createParade({ director, beside, panel, stage, link, cache, report }) {
  const state = () => document.body.dataset.state;
  const parade = {
    beside,
    begin() {
      if (!panel.lit()) return parade.end('night');
      if (state() !== 'playing') mark('state', 'start');
      director.start();
      if (panel.beside()) beside.start();
      else beside.stop();
      return undefined;
    },
    end(why) {
      mark('state', why);
      director.stop();
      beside.stop();
    },
    /** Settings are new: parts may have another shape. */
    settings() {
      panel.apply();
      stage.relayout();
      beside.relayout();
    },
    /** At night only an emergency lights the panel, until it is over. */
    mayWake: ({ item }) => state() !== 'night' || Boolean(item && item.level === 'emergency'),
    /** Told every few seconds. */
    hours(lit) {
      const show = director.current();
      const urgent = show && show.item.level === 'emergency';
      if (lit ? state() === 'night' : state() === 'playing' && !urgent) parade.begin();
      else if (lit && state() === 'playing' && panel.beside()) beside.start();
    },
    /** The watchdog: what can't go on begins anew, if the page can be had again. */
    watch() {
      if (!director.stuck() || !(cache.available() || link.online())) return;
      report.trouble('watchdog: an item did not end');
      director.checkpoint();
      location.reload();
    },
  };
  return parade;
}
