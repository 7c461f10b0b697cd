// Asks every two seconds what each screen shows, and writes it into the page as text.
const list = document.querySelector('[data-now]');
const cards = Array.from(list.querySelectorAll('[data-screen]'));
const question = new URLSearchParams(cards.map((card) => ['screen', card.dataset.screen]));

function put(card, key, text) {
  const place = card.querySelector(`[data-${key}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

async function refresh() {
  const answer = await fetch(`${list.dataset.now}?${question}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) return;
  for (const screen of (await answer.json()).screens) {
    const card = list.querySelector(`[data-screen="${CSS.escape(screen.screen_id)}"]`);
    if (!card) continue;
    if (screen.name) {
      put(card, 'heading', screen.heading);
      put(card, 'name', screen.name);
      put(card, 'item', screen.item);
    }
    put(card, 'since', screen.since);
    put(card, 'why', screen.why);
    put(card, 'seen', screen.seen_at || '–');
    put(card, 'reach', screen.words);
    card.querySelector('[data-reach]').className = `reach ${screen.health}`;
    if (screen.decision) card.querySelector('[data-decision]').href = screen.decision;
  }
}

setInterval(() => { if (cards.length && !document.hidden) refresh().catch(() => {}); }, 2000);
