// Drop many files: each goes up by itself with progress and an Idempotency-Key; then the list says what became of it.
const form = document.querySelector('.drop');
const tiles = document.querySelector('[data-tiles]');
const token = document.querySelector('meta[name="csrf-token"]').content;
const WORKING = ['uploaded', 'processing'];

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain http
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function line(name) {
  const item = document.createElement('li');
  const title = document.createElement('span');
  const words = document.createElement('span');
  const bar = document.createElement('progress');
  title.textContent = name;
  words.textContent = form.dataset.textSending;
  words.className = 'sub';
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', name);
  item.append(title, words, bar);
  document.querySelector('.uploads').append(item);
  return {
    progress(share) { bar.value = share; },
    done() { item.remove(); },
    refuse(text) {
      bar.remove();
      words.remove();
      const wrong = document.createElement('p');
      wrong.className = 'wrong';
      wrong.textContent = text;
      item.append(wrong);
    },
  };
}

function send(file) {
  const shown = line(file.name);
  if (file.size > Number(form.dataset.limitMb) * 1024 * 1024) return shown.refuse(form.dataset.textTooLarge);
  const body = new FormData();
  body.append('file', file);
  const request = new XMLHttpRequest();
  request.open('POST', form.dataset.upload);
  request.setRequestHeader('X-CSRFToken', token);
  request.setRequestHeader('Idempotency-Key', newKey());
  request.responseType = 'json';
  request.upload.onprogress = (event) => { if (event.lengthComputable) shown.progress(event.loaded / event.total); };
  request.onerror = () => shown.refuse(form.dataset.textLost);
  request.onload = () => {
    if (request.status !== 201) return shown.refuse(request.response?.detail ?? form.dataset.textLost);
    shown.done();
    add(request.response);
    return watch();
  };
  return request.send(body);
}

function add(creative) {
  document.querySelector('[data-empty]')?.remove();
  const tile = document.createElement('li');
  tile.className = 'card tile';
  tile.dataset.creative = creative.creative_id;
  tile.innerHTML = '<div class="thumb"></div><div class="tile-text"><h2></h2><p><span data-words></span></p>'
    + '<progress max="1" value="0" data-progress></progress><p class="wrong" data-error></p><p class="sub" data-facts></p></div>';
  tile.querySelector('h2').textContent = creative.name;
  tile.querySelector('[data-progress]').setAttribute('aria-label', creative.name);
  tiles.prepend(tile);
  update(tile, creative);
}

function update(tile, creative) {
  const finished = !WORKING.includes(creative.state) && WORKING.includes(tile.dataset.state);
  tile.dataset.state = creative.state;
  const words = tile.querySelector('[data-words]');
  words.textContent = creative.words;
  words.className = `state ${creative.state}`;
  tile.querySelector('[data-error]').textContent = creative.error;
  tile.querySelector('[data-facts]').textContent = creative.facts;
  const bar = tile.querySelector('[data-progress]');
  bar.hidden = !WORKING.includes(creative.state);
  bar.value = creative.progress;
  if (creative.poster && !tile.querySelector('img')) {
    const poster = document.createElement('img');
    poster.alt = '';
    poster.src = creative.poster;
    tile.querySelector('.thumb').append(poster);
  }
  return finished;
}

let watching = false;

async function watch() {
  if (watching) return;
  watching = true;
  let finished = false;
  while (tiles.querySelector('[data-state="uploaded"], [data-state="processing"]')) {
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    const answer = await fetch(form.dataset.list);
    if (!answer.ok) break;
    for (const creative of (await answer.json()).creatives) {
      const tile = tiles.querySelector(`[data-creative="${CSS.escape(creative.creative_id)}"]`);
      if (tile) finished = update(tile, creative) || finished;
    }
  }
  watching = false;
  if (finished && !document.querySelector('.uploads li')) window.location.replace(window.location.pathname);
}

if (form) {
  form.addEventListener('dragover', (event) => { event.preventDefault(); form.classList.add('over'); });
  form.addEventListener('dragleave', () => form.classList.remove('over'));
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    for (const file of event.dataTransfer.files) send(file);
  });
  form.querySelector('#files').addEventListener('change', (event) => {
    for (const file of event.target.files) send(file);
    event.target.value = '';
  });
  watch();
}
