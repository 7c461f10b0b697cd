// The two panels behind the header's buttons: what the data is, and trying it on one's own phone.

import { get, say } from "./api.js";
import { h, number, qr } from "./dom.js";

const $ = (id) => document.getElementById(id);
const COUNTS = ["rows_imported", "rows_rejected", "order_lines", "products", "households", "stores"];

async function data() {
  const told = await get("/data");
  const known = COUNTS.filter((name) => told[name] !== null && told[name] !== undefined);
  $("counts").replaceChildren(...known.map((name) => h("div", null, h("dt", null, say(name)), h("dd", null, number(told[name])))));
}

async function phone() {
  const told = await get("/phone");
  const code = told.qr ? qr(told.qr, told.address) : null;
  const words = told.reachable ? [h("p", null, say("phone_how")), h("p", { class: "address" }, told.address)] : [h("p", null, ...told.how.split("`").map((text, index) => (index % 2 ? h("code", null, text) : text)))];
  $("phone-try").replaceChildren(...[code, h("div", null, ...words)].filter(Boolean));
}

function panel(name, fill) {
  const dialog = $(`panel-${name}`);
  document.querySelector(`[data-action="${name}"]`).addEventListener("click", () => {
    dialog.showModal();
    fill().catch((error) => $(`${name}-failed`).replaceChildren(error.message));
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

panel("data", data);
panel("try", phone);
