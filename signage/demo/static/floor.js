// The floor plan: four live players at their true shapes, their state, and which of them the board speaks of.

import { get, lang, say, store } from "./api.js";
import { put } from "./dom.js";

const panels = new Map([...document.querySelectorAll(".panel")].map((panel) => [panel.dataset.screen, panel]));
const watchers = new Set();
const lately = new Map();
const LATELY = 6;
export const floor = { watched: "", live: null };

/** The window of a screen's real player; null before it is loaded. */
export function player(screen) {
  const frame = panels.get(screen).querySelector("iframe");
  return frame.contentDocument && frame.contentDocument.body;
}

export const screens = [...panels.keys()];

export const nameOf = (screen) => panels.get(screen).dataset.name;

function fit(figure) {
  const glass = figure.querySelector(".glass");
  const { width, height } = figure.dataset;
  const scale = glass.clientWidth / width;
  glass.style.setProperty("--shape", `${width} / ${height}`);
  const frame = glass.querySelector("iframe");
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
  frame.style.transform = `scale(${scale})`;
}

/** Larger in the middle of the window, the player untouched; again, or Escape: back to its place. */
function enlarge(figure, button) {
  const big = !figure.classList.contains("big");
  for (const other of document.querySelectorAll(".big")) close(other);
  figure.classList.toggle("big", big);
  document.body.classList.toggle("zoomed", big);
  button.setAttribute("aria-expanded", String(big));
}

function close(figure) {
  figure.classList.remove("big");
  document.body.classList.remove("zoomed");
  figure.querySelector(".zoom").setAttribute("aria-expanded", "false");
}

/** The board follows this screen from now on. */
export function watch(screen) {
  floor.watched = screen;
  for (const [id, panel] of panels) panel.querySelector(".pick").setAttribute("aria-pressed", String(id === screen));
  for (const told of watchers) told(screen);
}
export const onWatch = (told) => watchers.add(told);

/** Another tab has taken the screen over; one screen has one player. */
const elsewhere = (screen) => Boolean(player(screen)) && player(screen).dataset.state === "elsewhere";

/** Is the product on the screen's glass? What stood on it is known from the looks at its last few decisions. */
export function glassShows(screen, gtin) {
  const decision = (player(screen) || { dataset: {} }).dataset.decision;
  return (lately.get(screen) || []).some((shown) => shown.decision === decision && shown.gtins.includes(gtin));
}

function remember(screen, shown) {
  const before = (lately.get(screen) || []).filter((one) => one.decision !== shown.decision);
  lately.set(screen, [shown, ...before].slice(0, LATELY));
}

/** Is this decision on the screen's glass? A player asks shortly before its item ends; without a server it plays by itself. */
export function onGlass(screen, decision) {
  const page = player(screen);
  return Boolean(page) && (page.dataset.decision === decision || page.dataset.online !== "true" || elsewhere(screen));
}

/** The tab that one turns to takes its screens back: told to a player as its system tells a network that is there again. */
function takeBack() {
  for (const screen of document.hidden ? [] : screens.filter(elsewhere)) player(screen).ownerDocument.defaultView.dispatchEvent(new Event("online"));
}

/** What the server knows of every screen right now. */
export async function look() {
  floor.live = await get(`/live/${store}`);
  for (const [id, panel] of panels) {
    const told = floor.live.screens[id];
    if (!told) continue;
    if (told.shown) remember(id, told.shown);
    const waiting = !told.online && !told.cut && !told.shown;
    panel.dataset.online = String(told.online);
    panel.dataset.cut = String(told.cut);
    panel.dataset.guest = String(told.guest);
    const state = told.cut ? "offline_playing" : elsewhere(id) ? "elsewhere" : told.online ? "online" : waiting ? "connecting" : "silent";
    put(panel.querySelector(".state"), say(state));
  }
  return floor.live;
}

/** Starts the four players; resolves once their pages are there. */
export async function mount(keys) {
  const loads = [];
  for (const [id, panel] of panels) {
    const frame = panel.querySelector("iframe");
    loads.push(new Promise((done) => frame.addEventListener("load", done, { once: true })));
    frame.src = `/player#screen=${encodeURIComponent(id)}&key=${encodeURIComponent(keys[id])}`;
    panel.hidden = false;
  }
  document.querySelector(".stage").scrollLeft = 0;
  await Promise.all(loads);
}

for (const figure of document.querySelectorAll("[data-width]")) {
  new ResizeObserver(() => fit(figure)).observe(figure.querySelector(".glass"));
  const zoom = figure.querySelector(".zoom");
  zoom.addEventListener("click", () => enlarge(figure, zoom));
}
addEventListener("focus", takeBack);
document.addEventListener("visibilitychange", takeBack);
for (const [id, panel] of panels) panel.querySelector(".pick").addEventListener("click", () => watch(id));
document.getElementById("veil").addEventListener("click", () => document.querySelectorAll(".big").forEach(close));
document.addEventListener("keydown", (event) => {
  const big = document.querySelector(".big");
  if (event.key !== "Escape" || !big) return;
  event.stopImmediatePropagation();
  close(big);
  big.querySelector(".zoom").focus();
});
