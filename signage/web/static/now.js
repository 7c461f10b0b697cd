// Asks every two seconds what each screen shows, and writes it into the page as text.
const list = document.querySelector('[data-now]');

function put(card, key, text) {
  const place = card.querySelector(`[data-${key}]`);
  if (place && place.textContent !== text) place.textContent = text;
}

async function refresh() {
  const answer = await fetch(list.dataset.now, { headers: { Accept: 'application/json' } });
  if (!answer.ok) return;
  for (const screen of (await answer.json()).screens) {
    const card = list.querySelector(`[data-screen="${CSS.escape(screen.screen_id)}"]`);
    if (!card) continue;
    if (screen.name) put(card, 'name', screen.name);
    put(card, 'since', screen.since);
    put(card, 'why', screen.why);
    put(card, 'seen', screen.seen_at || '–');
    put(card, 'reach', screen.words);
    card.querySelector('[data-reach]').className = `reach ${screen.health}`;
    if (screen.decision) card.querySelector('[data-decision]').href = screen.decision;
  }
}

setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 2000);
