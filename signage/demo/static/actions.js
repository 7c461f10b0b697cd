// What can be done in the store, for the dock and the tour alike: each function is one real action.

import { get, lang, post, store } from "./api.js";
import { look } from "./floor.js";

const SNAPSHOT_MS = 500;
const walks = new Map();
const path = encodeURIComponent;

/** Simulated people stand before a screen for `ms`; a snapshot of them goes out twice a second, the last one empty. */
export async function stand(screen, crowd, ms = 15000) {
  walks.set(screen, { crowd, until: Date.now() + ms });
  await post(`/people/${path(screen)}/${path(crowd)}`);
  await look();
}

export async function leave(screen) {
  walks.delete(screen);
  await post(`/people/${path(screen)}/leave`);
  await look();
}

setInterval(() => {
  for (const [screen, { crowd, until }] of walks) {
    const over = Date.now() >= until;
    (over ? leave(screen) : post(`/people/${path(screen)}/${path(crowd)}`)).catch(() => {});
  }
}, SNAPSHOT_MS);

export const camera = (source) => post("/camera", { source });

export const memberCode = (index) => post(`/member/${index}/code`);
export const memberPage = (index) => post(`/member/${index}/page`);

/** Holds a code up to a screen: "" when it was accepted, else the words of the refusal. */
export async function holdUp(screen, text) {
  return (await post(`/scan/${path(screen)}`, { text })).refused || "";
}

export const endGuest = (screen) => post(`/end/${path(screen)}`);

export const shelfPage = (gtin) => `/01/${path(gtin)}?s=${path(store)}&lang=${lang}`;
export const setStock = (gtin, quantity) => post(`/stock/${store}/${path(gtin)}/${quantity}`);
export const showNow = (screen, gtin) => post(`/show/${path(screen)}/${path(gtin)}`);
export const left = (gtin) => get(`/left/${store}/${path(gtin)}`);
export const why = (screen, gtin) => get(`/why/${path(screen)}?gtin=${path(gtin)}`);

/** `screens` empty: all four. A mended cable is told to a real player by its system's `online`; so is it here. */
export async function cut(off, screens = []) {
  await post(`/network/${store}`, screens.length ? { cut: off, screens } : { cut: off });
  if (!off) for (const frame of document.querySelectorAll(".panel iframe")) frame.contentWindow.dispatchEvent(new Event("online"));
}
export const network = () => get(`/network/${store}`);

export const forward = (minutes) => post(`/clock/${store}`, { forward_min: minutes });
export const realTime = () => post(`/clock/${store}`, { reset: true });

export const marketer = {
  submit: () => post(`/marketer/${store}`),
  approve: () => post(`/marketer/${store}/approve`),
  state: () => get(`/marketer/${store}`),
  end: () => post(`/marketer/${store}/end`),
};
export const report = () => get(`/report/${store}`);
