// What the popovers' buttons do, and the choices in them that only the server knows.

import * as act from "./actions.js";
import { say } from "./api.js";
import { announce, aside, h, number, put, qr, took } from "./dom.js";
import { isOpen, shutAll } from "./dock.js";
import { watch } from "./floor.js";
import { openOnPhone } from "./phone.js";

const $ = (id) => document.getElementById(id);
const chosen = (name) => (document.querySelector(`input[name="${name}"]:checked`) || {}).value;

/** In the popover, and across the page when it is closed. */
function tell(action, text) {
  put(document.querySelector(`#pop-${action} [role="status"]`), text);
  if (!isOpen(action)) announce(text);
}
let lastCode = "";

function radio(name, value, checked, ...words) {
  return h("label", null, h("input", { type: "radio", name, value, checked }), h("span", null, ...words));
}

/** Members and products, once the store is there. */
export function fill({ members, products }) {
  $("members").replaceChildren(
    ...members.map((member, index) => radio("member", index, index === 0, h("b", null, member.label), h("small", null, member.line))),
  );
  const options = () =>
    products.map((product) => h("option", { value: product.gtin }, product.sub ? aside(product.name, product.sub) : product.name));
  for (const list of document.querySelectorAll("select[data-products]")) list.replaceChildren(...options());
}

async function heldUp(text) {
  const screen = $("member-at").value;
  const start = performance.now();
  const refused = await act.holdUp(screen, text);
  tell("member", refused || say("accepted", { took: took(performance.now() - start) }));
  $("again").disabled = false;
  watch(screen);
}

async function newCode() {
  const code = await act.memberCode(chosen("member"));
  lastCode = code.text;
  $("code").replaceChildren(qr(code.qr, say("code")), h("code", null, code.text));
  $("code").hidden = false;
}

async function stock() {
  const gtin = $("stock-of").value;
  const quantity = Number(chosen("quantity"));
  await act.setStock(gtin, quantity);
  tell("stock", say("stock_done"));
  if (quantity > 0) return;
  for (let tries = 0; tries < 12; tries += 1) {
    const told = await act.left(gtin);
    if (told.on.length === 0) {
      tell("stock", told.left_ms === null ? say("left_none") : say("left_in", { took: took(told.left_ms) }));
      return;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

const chosenScreens = () => (chosen("cable") === "all" ? [] : [chosen("cable")]);

function tellNetwork(told) {
  const { arrived, lost, doubled } = told.total;
  tell("network", told.total.done ? say("arrived", { arrived: number(arrived), lost, doubled }) : say("arriving"));
}

async function restore() {
  await act.cut(false, chosenScreens());
  for (let tries = 0; tries < 60; tries += 1) {
    const told = await act.network();
    tellNetwork(told);
    if (told.total.done) return;
    await new Promise((done) => setTimeout(done, 1000));
  }
}

const DO = {
  walk: async () => {
    const screen = $("walk-at").value;
    watch(screen);
    await act.stand(screen, chosen("crowd"));
  },
  leave: () => act.leave($("walk-at").value),
  camera: async () => tell("walk", (await act.camera(chosen("camera"))).camera.text),
  code: newCode,
  hold: async () => {
    await newCode();
    await heldUp(lastCode);
  },
  again: () => heldUp(lastCode),
  end: () => act.endGuest($("member-at").value),
  me: async () => openOnPhone((await act.memberPage(chosen("member"))).href),
  scan: () => openOnPhone(act.shelfPage($("scan-of").value)),
  stock,
  cut: async () => {
    await act.cut(true, chosenScreens());
    tell("network", say("cut_done"));
  },
  restore,
  forward: async (button) => tell("clock", say("clock_is", (await act.forward(Number(button.dataset.minutes))).clock)),
  now: async () => tell("clock", say("clock_is", (await act.realTime()).clock)),
};

for (const button of document.querySelectorAll("[data-do]")) {
  const action = button.closest("[id^=pop-]").id.slice(4);
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    if (button.matches(".main, [data-do=camera]")) {
      shutAll(); // what happens is to be seen in the store, and the popover would stand before it
      document.querySelector(`[data-action="${action}"]`).focus();
    }
    await Promise.resolve(DO[button.dataset.do](button)).catch((error) => tell(action, error.message));
    button.removeAttribute("aria-busy");
    document.dispatchEvent(new Event("acted"));
  });
}
