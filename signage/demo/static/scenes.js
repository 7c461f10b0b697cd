// The first four scenes: the quiet store, somebody comes, a member, the shelf. Each does the real thing and says what it saw.

import * as act from "./actions.js";
import { entrance, get, say, store } from "./api.js";
import { number, took } from "./dom.js";
import { floor, glassShows, look, onGlass, player, screens, watch } from "./floor.js";
import { openOnPhone, putAway } from "./phone.js";

const AFTER = ["repeat", "pacing", "outranked"]; // gates that "show now" does not ask

const STAY_MS = 300000; // shoppers inside stay until the tour ends: the report has somebody to count
const TURNS = 3; // products of a campaign take turns on its card

export const at = (zone) => `.panel[data-screen="${store}-${zone}"]`;
export const state = (screen) => get(`/state/${encodeURIComponent(screen)}`);
const named = (zone) => floor.live.screens[`${store}-${zone}`].shown.name;

/** Ends whatever an earlier visit may have left behind. */
async function asUsual() {
  await Promise.all(screens.map(act.leave));
  await act.endGuest(entrance);
  await act.cut(false);
  await act.marketer.end();
  await act.realTime();
}

export async function quiet(scene) {
  scene.look(".panel");
  await asUsual();
  scene.undo(() => act.leave(entrance));
  await act.stand(entrance, "leave", 60000); // nobody is there, and the entrance knows it
  await scene.until(async () => Object.values((await look()).screens).every((screen) => screen.shown));
  scene.say("quiet_none");
  await scene.rest(5000);
  await scene.until(async () => Object.entries((await look()).screens).every(([screen, { shown }]) => shown && onGlass(screen, shown.decision)), 8000);
  scene.say("quiet_shown", { entrance: named("entrance"), aisle: named("aisle"), checkout: named("checkout"), edge: named("edge") });
  await scene.rest(6000);
  scene.look("#board");
  const told = await scene.until(async () => {
    const now = await state(entrance);
    return now.decision.decision && now; // asked twice, the second answer may be of an item that has no record yet
  });
  scene.say("quiet_chosen", { chance: (told.decision.propensity * 100).toFixed(1), took: took(told.decision.latency_ms), count: told.decision.in_draw });
}

export async function people(scene, shop) {
  for (const zone of ["aisle", "checkout"]) await act.stand(`${store}-${zone}`, "adults", STAY_MS);
  const beer = shop.products.find((product) => product.restricted);
  const product = await showable(shop.products);
  const drawn = async (far) => {
    if (product) await act.showNow(entrance, product.gtin).catch(() => null);
    return scene.until(() => player(entrance).querySelector(`#stage .layer.in .product.${far ? "far" : "near"}`), 5000);
  };
  scene.undo(() => act.leave(entrance));
  scene.look(at("entrance"), "#people");
  await act.stand(entrance, "far", 60000);
  scene.say((await drawn(true)) ? "people_far" : "people_pass");
  await scene.rest(5000);
  await act.stand(entrance, "adults", 60000);
  const near = await scene.until(async () => {
    const { audience } = (await look()).screens[entrance];
    return audience && audience.near > 0 && audience;
  });
  if (near) scene.say((await drawn(false)) ? "people_near" : "people_close", { present: near.present, near: near.near });
  await scene.rest(6000);
  const since = performance.now();
  await act.stand(entrance, "child", 60000);
  scene.say("people_child");
  scene.look(at("entrance"), "#people", "#board");
  const safe = await scene.until(async () => (await state(entrance)).products.every((product) => !product.restricted));
  if (safe) scene.say("people_safe", { took: took(performance.now() - since) });
  await scene.rest(3000);
  const reason = beer && (await act.why(entrance, beer.gtin)).spots.find((spot) => !spot.passes);
  if (reason) scene.say("people_why", { name: reason.name, text: reason.text });
}

export async function member(scene, shop) {
  const who = shop.members[0];
  scene.undo(() => act.endGuest(entrance));
  scene.look(at("entrance"));
  scene.say("member_holds", { label: who.label, line: who.line });
  await scene.rest(3000);
  let code;
  let since;
  const greeted = await scene.until(async () => {
    code = await act.memberCode(0);
    since = performance.now();
    const refused = await act.holdUp(entrance, code.text);
    if (refused) scene.say("member_wait", { text: refused });
    if (refused) await scene.rest(24000);
    return !refused;
  }, 120000);
  if (!greeted) return;
  await scene.until(() => player(entrance).dataset.guest === "true");
  scene.say("member_greeted", { took: took(performance.now() - since) });
  const picks = await scene.until(() => {
    const cards = player(entrance).querySelectorAll("#stage .layer.in"); // two while one fades into the other
    const names = cards.length ? [...cards[cards.length - 1].querySelectorAll(".name")] : [];
    return names.length && names.map((name) => name.textContent.replace(/\u200b/g, "").trim()); // marks where it may break
  }, 8000);
  scene.look(at("entrance"), "#board");
  if (picks) scene.say("member_picks", { picks: [...new Set(picks)].join(say("comma")) }); // two sizes may share a name
  await scene.rest(6000);
  scene.say("member_again", { text: await act.holdUp(entrance, code.text) });
  await scene.rest(4000);
  scene.say("member_forgets");
}

const failing = ({ gates }) => gates.find((gate) => !gate.passed);
const mayRun = (spot) => !failing(spot) || AFTER.includes(failing(spot).gate);

/** The first of these with a price that a campaign may put on the entrance now; null when none may. */
async function showable(products) {
  for (const product of products) {
    if (!product.price.digits || product.restricted) continue;
    if ((await act.why(entrance, product.gtin)).spots.some(mayRun)) return product;
  }
  return null;
}

/** A product that can be seen leaving: sooner one that a screen shows now. */
async function onShow(shop) {
  const shown = [];
  for (const zone of ["edge", "aisle", "entrance"]) shown.push(...(await state(`${store}-${zone}`)).products);
  return (await showable([...shown, ...shop.products])) || shop.products.find((product) => product.price.digits && !product.restricted) || shop.products[0];
}

/** On the entrance when it sells out, by the studio's "show now"; when nothing may run there it stays where it is. */
async function showFirst(scene, product) {
  const showing = (live) => live.screens[entrance].shown.gtins.includes(product.gtin);
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (!(await act.showNow(entrance, product.gtin).catch(() => null))) return;
    if (!showing(await look())) continue;
    scene.say("shelf_shown");
    return;
  }
}

export async function shelf(scene, shop) {
  const product = await onShow(shop);
  scene.undo(async () => {
    await act.setStock(product.gtin, 12);
    putAway();
  });
  scene.look("#phone");
  scene.say("shelf_scan");
  await act.setStock(product.gtin, 2);
  await openOnPhone(act.shelfPage(product.gtin));
  const price = product.price.digits ? `${product.price.unit === "円" ? "" : product.price.unit}${product.price.digits}${product.price.unit === "円" ? "円" : ""}` : "";
  scene.say("shelf_page", { name: product.name, price });
  await scene.rest(7000);
  scene.look("#phone", ".panel");
  await showFirst(scene, product);
  await scene.until(() => glassShows(entrance, product.gtin), 5000);
  await scene.rest(2500); // long enough to see it there
  const sold = performance.now();
  await act.setStock(product.gtin, 0);
  await scene.until(() => !screens.some((screen) => glassShows(screen, product.gtin))); // asks the glass alone: no answer is waited for
  const ms = performance.now() - sold;
  const gone = await scene.until(async () => {
    const told = await act.left(product.gtin);
    return told.on.length === 0 && told;
  });
  scene.say("shelf_sold");
  await openOnPhone(act.shelfPage(product.gtin));
  if (gone) scene.say(gone.left_ms === null ? "shelf_none" : "shelf_left", { took: took(ms), count: number(gone.screens.length) });
  await scene.rest(4000);
  scene.look("#phone", "#board");
  for (const screen of screens) {
    const reason = (await act.why(screen, product.gtin)).spots.find((spot) => (failing(spot) || {}).gate === "stock");
    if (!reason) continue;
    watch(screen);
    scene.say("shelf_why", { text: reason.text });
    return;
  }
}
