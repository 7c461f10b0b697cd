// The demo page: waits until the store is there, then shows it and follows what happens in it.

import { every, get, lang, say, store } from "./api.js";
import { refresh, showOthers } from "./board.js";
import { fill } from "./choices.js";
import { announce, aside, put } from "./dom.js";
import { ready } from "./tour.js";
import { floor, look, mount, screens, watch } from "./floor.js";
import { people } from "./people.js";
import "./panels.js";

const $ = (id) => document.getElementById(id);
const FRESH_MS = 5000; // older than this, and a snapshot says nothing about now
let model = "";
let camera = "";

function inLanguage(text) {
  const [ja, en] = text.split(" / ");
  return lang === "en" ? en || ja : ja;
}

/** The bar of what is being prepared or learned, and the word that the trained model has taken over. */
function showProgress(progress) {
  if (progress.what === undefined) return;
  const share = (progress.number - 1 + progress.share) / progress.of;
  for (const bar of document.querySelectorAll("[data-progress]")) bar.value = share;
  for (const what of document.querySelectorAll("[data-progress-what]")) {
    put(what, aside(inLanguage(progress.what), `${progress.number}/${progress.of}`));
  }
  $("learning").hidden = progress.model !== "popular" || progress.number >= progress.of;
  put($("model"), say(`model_${progress.model}`));
  if (model === "popular" && progress.model === "trained") announce(say("model_switched"));
  model = progress.model;
}

function showClock(clock) {
  put($("clock"), clock.time);
  $("clock").dateTime = clock.local;
  $("simulated-time").hidden = !clock.simulated;
}

/** What becomes of the camera that somebody asked for is said when it is known. */
function showCamera(told) {
  if (told.state === camera) return;
  for (const choice of document.querySelectorAll("input[name=camera]")) choice.checked = choice.value === told.source;
  put(document.querySelector("#pop-walk [role=status]"), camera ? told.text : "");
  if (camera) announce(told.text);
  camera = told.state;
}

async function follow() {
  const live = await look();
  showClock(live.clock);
  showCamera(live.camera);
  showOthers(live);
  for (const screen of screens) {
    const { audience } = live.screens[screen];
    people(screen, audience && live.clock.now_ms - audience.at_ms < FRESH_MS ? audience : null);
  }
}

async function open() {
  for (;;) {
    const shop = await get(`/shop/${store}`).catch(() => null);
    if (shop) showProgress(shop.progress);
    if (shop && shop.ready) return shop;
    await new Promise((done) => setTimeout(done, 1000));
  }
}

const shop = await open();
$("preparing").hidden = true;
$("dock").inert = false;
const players = mount(shop.keys);
fill(shop);
ready(shop);
watch(screens[0]);
players.then(() => (document.body.dataset.ready = "true"));
every(1000, async () => {
  await follow();
  if (floor.watched) showProgress((await refresh()).progress);
});
document.addEventListener("acted", () => Promise.all([follow(), refresh()]).catch(() => {}));
