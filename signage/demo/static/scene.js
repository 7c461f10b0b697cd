// One scene of the tour while it runs: what it says, what it points at, its waits (which can be paused and stopped).

import { fast, say } from "./api.js";
import { h } from "./dom.js";

export class Stopped extends Error {}

const POLL_MS = 120;
export const narrow = matchMedia("(max-width: 1023px)"); // there the screens stand in a row that scrolls
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Scene {
  /** `said`: where its sentences go; `element`: its button. */
  constructor(said, element) {
    this._said = said;
    this.element = element;
    this._undo = [];
    this.stopped = false;
    this.paused = false;
  }

  /** A sentence with what was measured. `key` names it, `figures` fill it. */
  say(key, figures = {}) {
    const words = say(key, figures).split(/\*\*(.+?)\*\*/); // **measured** stands out
    const line = h("p", { "data-line": key, "data-figures": JSON.stringify(figures) });
    line.append(...words.map((text, index) => (index % 2 ? h("b", null, text) : text)));
    this._said.append(line);
    this._said.scrollTop = this._said.scrollHeight;
  }

  /** Points at parts of the page; the rest steps back. */
  look(...selectors) {
    unlook();
    const found = selectors.flatMap((selector) => [...document.querySelectorAll(selector)]);
    for (const element of found) element.classList.add("look");
    const first = found.find((element) => element.closest(".stage"));
    if (narrow.matches && first) first.scrollIntoView({ block: "nearest", inline: "center" });
  }

  /** A pause to read and look; shorter at ?pace=fast. */
  async rest(ms) {
    let left = fast ? Math.min(ms / 8, 400) : ms;
    while (left > 0 || this.paused) {
      this._check();
      await sleep(POLL_MS);
      if (!this.paused) left -= POLL_MS;
    }
    this._check();
  }

  /** Asks until something real has happened: its truthy answer, or null after `ms`. */
  async until(ask, ms = 20000) {
    const end = performance.now() + ms;
    for (;;) {
      this._check();
      const told = await ask();
      if (told) return told;
      if (performance.now() > end) return null;
      await sleep(POLL_MS);
    }
  }

  /** Kept for when the next scene begins, or the tour ends. */
  undo(task) {
    this._undo.unshift(task);
  }

  async putBack() {
    for (const task of this._undo.splice(0)) await task().catch(() => {});
  }

  _check() {
    if (this.stopped) throw new Stopped();
  }
}

export function unlook() {
  for (const element of document.querySelectorAll(".look")) element.classList.remove("look");
}
