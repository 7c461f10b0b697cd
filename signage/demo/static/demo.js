// The demo page: scales the four live players to fit, sends what the buttons say, shows the last decision.
const { store, lang } = document.body.dataset;
const $ = (id) => document.getElementById(id);
const preparing = $("preparing");
const entrance = `${store}-entrance`;
let watched = entrance;
let lastCode = "";

async function post(path, body) {
  const answer = await fetch(`/demo${path}`, {
    method: "POST",
    headers: { "X-Shelfcast-Demo": "1", "Content-Type": "application/json" },
    body: JSON.stringify(body || {}),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.json();
}

function fit(panel) {
  const glass = panel.querySelector(".glass");
  const { width, height } = panel.dataset;
  const scale = glass.clientWidth / width;
  glass.style.height = `${Math.round(height * scale) + 12}px`;
  const frame = glass.querySelector("iframe");
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
  frame.style.transform = `scale(${scale})`;
}

for (const panel of document.querySelectorAll(".panel")) {
  fit(panel);
  new ResizeObserver(() => fit(panel)).observe(panel);
  const frame = panel.querySelector("iframe");
  frame.src = frame.dataset.src;
}

function choose(screen) {
  watched = screen;
  for (const button of document.querySelectorAll(".pick")) {
    const on = button.dataset.screen === screen;
    button.setAttribute("aria-pressed", String(on));
    if (on) $("where").textContent = button.textContent;
  }
  look();
}
for (const button of document.querySelectorAll(".pick")) button.addEventListener("click", () => choose(button.dataset.screen));

function element(tag, text, name) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function fact(name, value) {
  const box = element("div");
  box.append(element("dt", name), element("dd", value));
  return box;
}

let shown = "";
function showDecision(decision) {
  if (!decision || !decision.decision || decision.decision === shown) return;
  shown = decision.decision;
  const words = $("decision-template").dataset;
  const winner = element("div", undefined, "winner");
  winner.append(element("strong", decision.winner ? decision.winner.name : ""), element("span", decision.sentence));
  const facts = element("dl", undefined, "facts");
  facts.append(fact(words.chance, `${(decision.propensity * 100).toFixed(1)} %`), fact(words.took, `${decision.latency_ms.toFixed(1)} ms`));
  const list = element("ul", undefined, "losers");
  for (const loser of decision.losers.slice(0, 3)) {
    const row = element("li");
    row.append(element("b", loser.name), element("span", loser.text));
    list.append(row);
  }
  $("decision").replaceChildren(winner, facts, element("h3", words.losers), list);
}

function showProgress(progress) {
  if (progress.what === undefined) return;
  if (preparing && progress.model !== "none") location.reload();
  $("progress-what").textContent = `${progress.what} (${progress.number}/${progress.of})`;
  $("progress").value = (progress.number - 1 + progress.share) / progress.of;
  $("model").textContent = $("model").dataset[progress.model] || "";
}

async function look() {
  try {
    const answer = await fetch(`/demo/state/${encodeURIComponent(watched)}?lang=${lang}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    showDecision(state.decision);
    showProgress(state.progress);
    $("network").hidden = true;
  } catch {
    $("network").hidden = false;
  }
}

let walking = 0;
function walk(crowd) {
  clearInterval(walking);
  let left = 16;
  const step = async () => {
    left -= 1;
    if (left <= 0) clearInterval(walking);
    const seen = await post(`/people/${encodeURIComponent(entrance)}/${left <= 0 ? "leave" : crowd}`);
    document.querySelector(".panel.entrance [data-people]").textContent = "●".repeat(seen.present);
  };
  walking = setInterval(step, 500);
  step();
}
for (const button of document.querySelectorAll("[data-crowd]")) button.addEventListener("click", () => walk(button.dataset.crowd));

const SVG = "http://www.w3.org/2000/svg";
async function newCode() {
  const code = await post(`/member/${$("member").value}/code`);
  lastCode = code.text;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `-4 -4 ${code.qr.size + 8} ${code.qr.size + 8}`);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", code.text);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", code.qr.path);
  picture.append(path);
  $("code").replaceChildren(picture);
}
$("show-code").addEventListener("click", async () => {
  await newCode();
  $("code").hidden = false;
});
async function holdUp(text) {
  const { refused } = await post(`/scan/${encodeURIComponent(entrance)}?lang=${lang}`, { text });
  $("scan-result").textContent = refused || $("scan-result").dataset.accepted;
  $("again").disabled = false;
  choose(entrance);
}
$("hold-up").addEventListener("click", async () => {
  await newCode();
  await holdUp(lastCode);
});
$("again").addEventListener("click", () => holdUp(lastCode));
$("end").addEventListener("click", () => post(`/end/${encodeURIComponent(entrance)}`));

function phone(address) {
  $("phone").querySelector("iframe").src = address;
  $("phone").showModal();
}
$("open-shelf").addEventListener("click", () => phone(`/01/${$("product").value}?s=${store}&lang=${lang}`));
$("open-me").addEventListener("click", async () => phone((await post(`/member/${$("member").value}/page`)).href));

for (const button of document.querySelectorAll("[data-quantity]")) {
  button.addEventListener("click", async () => {
    await post(`/stock/${store}/${$("product").value}/${button.dataset.quantity}`);
    $("stock-result").textContent = $("stock-result").dataset.done;
  });
}

choose(entrance);
setInterval(look, 1000);
