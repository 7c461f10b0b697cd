// The guided tour: seven scenes, each a button; all in a row, or one again. It can be paused, and stopped by Escape.

import { leave } from "./actions.js";
import { say } from "./api.js";
import { put } from "./dom.js";
import { shutAll } from "./dock.js";
import { screens } from "./floor.js";
import { narrow, Scene, Stopped, unlook } from "./scene.js";
import { member, people, quiet, shelf } from "./scenes.js";
import { cable, marketer, report } from "./scenes-more.js";

const SCENES = { quiet, people, member, shelf, marketer, cable, report };
const BETWEEN_MS = 7000;
const $ = (id) => document.getElementById(id);
const buttons = [...document.querySelectorAll("[data-scene]")];
const button = (action) => document.querySelector(`[data-action="${action}"]`);
let shop = null;
let running = null; // the scene that runs, or that was last run and is not yet put back
let playing = false;
let turn = 0; // of presses: what a later one has overtaken does not begin
let undone = Promise.resolve(); // nothing begins before what came before is put back

const paint = (scene, state) => {
  scene.dataset.sceneState = state;
  put(scene.querySelector(".mark"), state === "idle" ? "" : say(`scene_${state}`));
};

async function stop() {
  playing = false;
  turn += 1;
  const last = running;
  running = null;
  if (last) {
    last.stopped = true;
    unlook();
    undone = undone.then(() => last.putBack());
  }
  await undone;
}

async function play(element) {
  const row = playing;
  const before = stop();
  const mine = turn;
  for (const other of buttons) other.toggleAttribute("aria-current", other === element); // at once: putting back may take a second
  await before;
  if (mine !== turn) throw new Stopped();
  playing = row;
  const scene = new Scene($("tour-said"), element);
  running = scene;
  $("tour-said").replaceChildren();
  put($("tour-time"), element.dataset.time);
  put($("tour-title"), element.dataset.title);
  put($("tour-lead"), element.dataset.lead);
  element.scrollIntoView({ block: "nearest", inline: "center" });
  if (narrow.matches) stageFirst();
  paint(element, "running");
  showPause(scene);
  try {
    await SCENES[element.dataset.scene](scene, shop);
    document.dispatchEvent(new Event("acted"));
    paint(element, "done");
  } catch (error) {
    if (error instanceof Stopped) {
      if (!running || running.element !== element) paint(element, "idle"); // it may have begun again meanwhile
    } else {
      paint(element, "failed");
      scene.say("scene_trouble", { text: error.message });
    }
    throw error;
  } finally {
    if (!running || running === scene) unlook();
  }
  return scene;
}

/** From this scene to the last, with a pause to speak after each. */
async function playFrom(index) {
  playing = true;
  for (const element of buttons.slice(index)) {
    const scene = await play(element);
    await scene.rest(BETWEEN_MS);
    if (!playing) return;
  }
  playing = false;
}

/** Where the page is one column, the screens and the words below them have to share the window. */
const stageFirst = () => document.querySelector(".stage").scrollIntoView({ block: "start", inline: "nearest" });

const quietly = (promise) => promise.catch(() => {});

function showPause(scene) {
  button("pause").setAttribute("aria-pressed", String(scene.paused));
  put(button("pause").querySelector("span"), say(scene.paused ? "resume" : "pause"));
}

function show(on) {
  document.body.classList.toggle("touring", on);
  $("tour").hidden = !on;
  $("scenes").hidden = !on;
  $("dock").hidden = on;
  button("tour").setAttribute("aria-expanded", String(on));
  shutAll();
  if (on) {
    button("play").focus({ preventScroll: true });
    if (narrow.matches) stageFirst();
  }
  else button("tour").focus();
}

async function end() {
  const last = stop();
  show(false); // at once: putting back may take a second
  await last;
  await Promise.all(screens.map(leave)).catch(() => {});
}

function arrows(event) {
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
}

const current = () => Math.max(0, buttons.findIndex((element) => element.hasAttribute("aria-current")));

export function ready(opened) {
  shop = opened;
  button("tour").disabled = false;
}

for (const element of buttons) {
  element.addEventListener("click", () => {
    playing = false;
    quietly(play(element));
  });
}
button("tour").addEventListener("click", () => ($("tour").hidden ? show(true) : end()));
button("stop").addEventListener("click", end);
button("play").addEventListener("click", () => quietly(playFrom(buttons[current()].dataset.sceneState === "done" ? (current() + 1) % buttons.length : current())));
button("replay").addEventListener("click", () => {
  playing = false;
  quietly(play(buttons[current()]));
});
button("pause").addEventListener("click", () => {
  if (!running) return;
  running.paused = !running.paused;
  showPause(running);
});
$("scenes").addEventListener("keydown", arrows);
addEventListener("pagehide", () => running && running.putBack()); // a page that goes leaves no cable cut
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("tour").hidden && !document.querySelector("dialog[open]")) end();
});
