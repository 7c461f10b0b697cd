// The last three scenes: the marketer, the cut cable, the report.

import * as act from "./actions.js";
import { entrance, fast, store } from "./api.js";
import { number, took } from "./dom.js";
import { look, player, screens, watch } from "./floor.js";
import { at } from "./scenes.js";

const OFFLINE_MS = fast ? 5000 : 14000; // long enough for every screen to begin another item by itself
const SETTLE_MS = 1500; // players ask for a manifest after the scene before; let them have it

export async function marketer(scene) {
  scene.look(at("entrance"));
  scene.undo(() => act.marketer.end());
  watch(entrance);
  scene.say("marketer_drops");
  const made = await act.marketer.submit();
  scene.say("marketer_checked", { took: took(made.processed_ms), size: made.size });
  await scene.rest(3000);
  scene.say("marketer_reads", { sentence: made.sentence });
  await scene.rest(6000);
  const pressed = performance.now();
  await act.marketer.approve();
  scene.say("marketer_approves");
  scene.look(at("entrance"), "#board");
  const shown = await scene.until(() => player(entrance).dataset.spot === made.spot, 60000);
  if (shown) scene.say("marketer_shown", { took: took(performance.now() - pressed) });
}

/** Items that the four players have begun without the server, by the pages themselves. */
function watchItems() {
  const seen = new Map(screens.map((screen) => [screen, new Set()]));
  return () => {
    for (const screen of screens) seen.get(screen).add(player(screen).querySelector("#stage").innerText.trim().slice(0, 120));
    return screens.reduce((sum, screen) => sum + seen.get(screen).size, 0);
  };
}

export async function cable(scene) {
  scene.look(".panel");
  scene.undo(() => act.cut(false));
  await new Promise((done) => setTimeout(done, SETTLE_MS));
  await act.cut(true);
  await scene.until(async () => Object.values((await look()).screens).every((screen) => screen.cut && !screen.online));
  scene.say("cable_cut", { count: screens.length });
  const items = watchItems();
  const end = performance.now() + OFFLINE_MS;
  await scene.until(() => items() && performance.now() > end, OFFLINE_MS + 5000);
  const playing = screens.filter((screen) => player(screen).querySelector("#stage").innerText.trim()).length;
  scene.say("cable_playing", { count: playing, seconds: OFFLINE_MS / 1000 });
  await act.cut(false);
  scene.say("cable_back");
  const told = await scene.until(async () => {
    await look();
    const now = await act.network();
    return now.total.done && now;
  }, 90000);
  if (!told) return;
  const { arrived, lost, doubled } = told.total;
  scene.say("cable_arrived", { arrived: number(arrived), lost: number(lost), doubled: number(doubled) });
}

export async function report(scene) {
  scene.look("#tour-said");
  const told = await act.report();
  scene.say("report_plays", { plays: number(told.plays_completed) });
  await scene.rest(3000);
  if (told.ots === null) scene.say("report_few");
  else scene.say("report_ots", { ots: number(told.ots) });
  if (told.ots !== null && told.suppressed) scene.say("report_part");
  scene.say("report_formula", { formula: told.ots_formula });
  await scene.rest(4000);
  scene.say("report_effect", { effect: told.effect, why: told.effect_why });
  scene.say("report_open", { store });
}
