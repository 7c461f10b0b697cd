// A campaign's card, the clock or the chosen product's card, in the four places, laid out by the player's own code, and what can't be read there, in words.
const box = document.querySelector('[data-preview]');
const warning = document.querySelector('[data-preview-warning]');
const form = box.closest('form');
const places = Array.from(box.querySelectorAll('[data-place]'));
const language = document.documentElement.lang;
const CHECK_PAGE = '/player/check/index.html';
const FIELDS = ['gtin', 'title_ja', 'title_en', 'what', 'stores', 'family', 'heading_ja', 'heading_en', 'body_ja', 'body_en'];
let shown = { simulated: false, cards: null, prices: {} };
let asked = 0;
let drawing = Promise.resolve();

/** What to ask for; null while there is no card. */
function chosen() {
  if (box.dataset.campaign) return { campaign: box.dataset.campaign };
  const what = form.querySelector('[name="what"]:checked')?.value;
  if (['ranking', 'trio', 'service', 'notice'].includes(what)) {
    const said = ['family', 'heading_ja', 'heading_en', 'body_ja', 'body_en'].map((name) => [name, form.elements[name].value]);
    return Object.assign({ what }, Object.fromEntries(said));
  }
  if (what === 'clock') return { title_ja: form.elements.title_ja.value, title_en: form.elements.title_en.value };
  const gtin = form.elements.gtin.value.trim();
  return what === 'card' && gtin.length > 1 ? { gtin } : null; // a code, or a whole name
}

function storeOf() {
  return form?.querySelector('[name="stores"]:checked')?.value || box.dataset.store;
}

/** The frame's own check, once its page has loaded; the frames start when there is first something to show. */
function frameOf(place) {
  const frame = place.querySelector('iframe');
  if (frame.contentWindow?.legibility) return Promise.resolve(frame.contentWindow.legibility);
  return new Promise((done) => {
    frame.addEventListener('load', () => done(frame.contentWindow.legibility), { once: true });
    if (!frame.getAttribute('src')) frame.src = CHECK_PAGE;
  });
}

function line(text, kind, said) {
  const item = document.createElement('li');
  item.className = kind;
  if (said) {
    const quoted = document.createElement('q');
    quoted.textContent = text;
    quoted.lang = said;
    item.append(quoted, ' ');
  } else item.textContent = text;
  return item;
}

function tell(place, findings) {
  const list = place.querySelector('.findings');
  const items = findings.map((one) => {
    const item = line(one.text, 'bad', one.said);
    item.append(one.words[language]);
    return item;
  });
  list.replaceChildren(...(items.length ? items : [line(box.dataset.fine, 'good')]));
}

/** Both languages are checked, the pressed one is shown. Returns how many places of the card are hard to read. */
async function draw(place, cards, pressed) {
  const zone = place.dataset.place;
  const page = await frameOf(place);
  const findings = [];
  for (const said of Object.keys(cards)) {
    const card = cards[said][zone];
    if (!card) {
      place.querySelector('.findings').replaceChildren(line(box.dataset.out, 'bad'));
      return 0;
    }
    const [found] = await page.check(card, [page.PANELS[zone]]);
    findings.push(...found.map((one) => Object.assign({ said }, one)));
  }
  await page.show(cards[pressed][zone], { simulated: shown.simulated });
  tell(place, findings);
  return findings.length;
}

async function drawNow() {
  const pressed = box.querySelector('[data-language][aria-pressed="true"]').dataset.language;
  const counts = await Promise.all(places.map((place) => draw(place, shown.cards, pressed)));
  const sum = counts.reduce((a, b) => a + b, 0);
  box.dataset.findings = String(sum);
  warning.hidden = sum === 0;
  box.querySelector('.findings.prices').replaceChildren(...shown.prices[language].map((text) => line(text, 'note')));
  warning.textContent = sum ? warning.dataset.words.replace('{n}', sum) : '';
}

/** One drawing after the other: the frames hold one card at a time. */
function drawAll() {
  drawing = drawing.then(drawNow, drawNow);
  return drawing;
}

async function refresh() {
  const what = chosen();
  const turn = ++asked;
  delete box.dataset.findings;
  const answer = what && (await fetch(`${box.dataset.preview}?${new URLSearchParams(Object.assign({ store: storeOf() }, what))}`));
  if (turn !== asked) return;
  box.hidden = !answer?.ok;
  warning.hidden = true;
  if (!answer?.ok) return;
  shown = await answer.json();
  await drawAll();
}

for (const button of box.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    box.querySelectorAll('[data-language]').forEach((one) => one.setAttribute('aria-pressed', String(one === button)));
    drawAll().catch(() => {});
  });
}
let timer;
form?.addEventListener('input', (event) => {
  if (!FIELDS.includes(event.target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), 300);
});
refresh().catch(() => {});
