// What every part needs: the page's own data, its words, and the demo's addresses.

const body = document.body;
export const store = body.dataset.store;
export const lang = body.dataset.lang;
export const fast = new URLSearchParams(location.search).get("pace") === "fast";
export const still = matchMedia("(prefers-reduced-motion: reduce)");
export const entrance = `${store}-entrance`;
const words = JSON.parse(document.getElementById("words").textContent);

/** A text with its figures filled in: say("took", { ms: 8 }). */
export function say(key, figures = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => (name in figures ? figures[name] : ""));
}

export class Refused extends Error {}

const lost = document.getElementById("network");

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(`/demo${path}${path.includes("?") ? "&" : "?"}lang=${lang}`, options);
  } catch (error) {
    lost.hidden = false;
    throw error;
  }
  lost.hidden = true;
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(told.detail || say("failed"));
  return told;
}

export const get = (path) => ask(path);

export const post = (path, data = {}) =>
  ask(path, {
    method: "POST",
    keepalive: true, // what a page undoes as it goes still arrives
    headers: { "X-Shelfcast-Demo": "1", "Content-Type": "application/json" },
    body: JSON.stringify(data),
  });

/** Calls `task` every `ms` for as long as the page is open; a failure is told by `ask` and tried again. */
export async function every(ms, task) {
  for (;;) {
    await task().catch(() => {});
    await new Promise((done) => setTimeout(done, ms));
  }
}
