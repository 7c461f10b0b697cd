// 「いま決まったこと」: the winner, why, three that lost and by what, the chance of being chosen, and the time it took.

import { get, say } from "./api.js";
import { h, price, put, tile, took } from "./dom.js";
import { floor, nameOf, onGlass, onWatch, screens, watch } from "./floor.js";

const $ = (id) => document.getElementById(id);
const part = (name) => document.querySelector(`#board [data-part="${name}"]`);
let shown = "";

function winner(decision, products) {
  const name = decision.winner ? decision.winner.name : say("nothing");
  const first = products[0];
  const about = first
    ? h("div", { class: "product" }, h("b", null, first.name), h("span", null, first.sub), price(first.price))
    : null;
  const more = products.length > 1 ? h("p", { class: "more" }, say("and_more", { count: products.length - 1 })) : null;
  const empty = h("span", { class: decision.guest ? "tile guest" : "tile plain" }, h("img", { src: "/player/icon.svg", alt: "" }));
  const picture = first ? tile(first) : empty;
  return [
    picture,
    h("div", { class: "words" }, h("p", { class: "spot" }, h("i", null, decision.winner ? decision.winner.level : ""), name), about, more),
  ];
}

function loser(row) {
  return h("li", null, h("b", null, row.name), h("span", null, row.text));
}

/** Three of them, those first that the stock or the people in front keep away. */
function telling(losers) {
  const rank = ({ gate }) => (["stock", "audience_class"].includes(gate) ? 0 : 1);
  return [...losers].sort((one, other) => rank(one) - rank(other)).slice(0, 3);
}

function show({ decision, products }) {
  const mark = `${decision.decision} ${products.map((product) => product.gtin)}`;
  if (!decision.decision || mark === shown) return;
  shown = mark;
  $("board").dataset.decision = decision.decision;
  $("board-empty").hidden = true;
  $("board-full").hidden = false;
  part("winner").replaceChildren(...winner(decision, products));
  put(part("sentence"), decision.sentence);
  put(part("chance"), `${(decision.propensity * 100).toFixed(decision.propensity === 1 ? 0 : 1)}%`);
  $("chance-bar").style.setProperty("--share", decision.propensity);
  put(part("ms"), took(decision.latency_ms));
  put(part("draw"), String(decision.in_draw));
  put(part("crowd"), decision.guest ? say("guest") : decision.audience_name || say("nobody"));
  part("losers").replaceChildren(...telling(decision.losers).map(loser));
  part("losers-head").hidden = decision.losers.length === 0;
}

/** The state of the watched screen: its last decision and the products on it. */
export async function refresh() {
  const screen = floor.watched;
  const state = await get(`/state/${encodeURIComponent(screen)}`);
  if (screen === floor.watched && (!shown || onGlass(screen, state.decision.decision))) show(state);
  return state;
}

const seen = new Map(); // what each screen has on its glass
const others = new Map(screens.map((screen) => [screen, other(screen)]));
$("others").append(...others.values());

function other(screen) {
  const press = { type: "button", onclick: () => watch(screen) };
  return h("li", { hidden: true }, h("button", press, h("b", null, nameOf(screen)), h("span", null)));
}

/** What the screens show that the board does not speak of; each leads to its own decision, and keeps the keyboard's focus. */
export function showOthers(live) {
  for (const [screen, row] of others) {
    const { shown } = live.screens[screen];
    if (shown && onGlass(screen, shown.decision)) seen.set(screen, shown.line);
    row.hidden = screen === floor.watched || !seen.has(screen);
    put(row.querySelector("span"), seen.get(screen) || "");
  }
  $("others-box").hidden = [...others.values()].every((row) => row.hidden);
}

onWatch((screen) => {
  shown = "";
  put($("board-screen"), nameOf(screen));
  if (floor.live) showOthers(floor.live);
  refresh().catch(() => {});
});
