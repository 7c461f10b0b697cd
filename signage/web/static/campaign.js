// The confirmation sentence while the form is filled in, products as one types, and one press = one submission.
const form = document.querySelector('.steps');
const token = document.querySelector('meta[name="csrf-token"]').content;
const sentence = form.querySelector('[data-sentence-here]');
const outlook = form.querySelector('[data-forecast-here]');
const product = form.querySelector('#gtin');
const found = form.querySelector('#found');

function later(action, pause) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(() => action().catch(() => {}), pause); };
}

async function say() {
  const answer = await fetch(form.dataset.sentence, { method: 'POST', body: new FormData(form), headers: { 'X-CSRFToken': token } });
  if (answer.ok) sentence.textContent = (await answer.json()).sentence;
}

let asked = 0;

async function forecast() {
  const mine = ++asked;
  const answer = await fetch(form.dataset.forecast, { method: 'POST', body: new FormData(form), headers: { 'X-CSRFToken': token } });
  if (!answer.ok || mine !== asked) return; // the form has changed since
  const told = await answer.json();
  outlook.querySelector('p').textContent = told.forecast;
  outlook.querySelector('ul').replaceChildren(...told.none.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  outlook.hidden = !told.forecast;
}

async function search() {
  const text = product.value.trim();
  if (text.length < 2) return;
  const answer = await fetch(`${form.dataset.products}?q=${encodeURIComponent(text)}`);
  if (!answer.ok) return;
  found.replaceChildren(...(await answer.json()).products.map((one) => {
    const option = document.createElement('option');
    option.value = one.gtin;
    option.label = one.name;
    return option;
  }));
}

function choose() {
  const what = form.querySelector('[name="what"]:checked')?.value;
  for (const part of form.querySelectorAll('[data-for]')) part.hidden = !part.dataset.for.split(' ').includes(what);
}

form.addEventListener('change', later(say, 150));
form.addEventListener('change', later(forecast, 800));
form.addEventListener('change', choose);
product.addEventListener('input', later(search, 250));
form.addEventListener('submit', () => { setTimeout(() => form.querySelectorAll('button').forEach((button) => { button.disabled = true; }), 0); });
choose();
say().catch(() => {});
forecast().catch(() => {});
