// A prepared layer waits behind the one on show; it comes forward only when it can really be seen, so nothing black between.

import { boxOf, brand, build, fit } from './cards.js';
import { h } from './dom.js';
import { drop, loadFaces, loadImage, loadVideo, wait, watchVideo, within } from './media.js';
import { secondsLeft } from './parts.js';

const FADE_MS = 240;
const START_MS = 4000;
const CARD_MS = 3000;
const BRAND_MS = 300; // what follows it should not wait for its words

/** Two frames of the compositor, or a quarter second where none comes (a hidden tab). */
function painted() {
  return Promise.race([wait(250), new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))]);
}

/** Resolves when nothing of what is behind shines through any more; on a slow device a fade takes longer than its time. */
async function opaque(layer) {
  for (let turn = 0; turn < 20; turn += 1) {
    await wait(FADE_MS + 60);
    if (!layer.isConnected || getComputedStyle(layer).opacity === '1') break;
  }
  await painted();
}

export function createStage(root, overlay, cardContext) {
  let front = null;
  let ticking = 0;

  const box = () => boxOf(root.clientWidth || innerWidth, root.clientHeight || innerHeight);

  const scale = () => {
    const now = box();
    const { style } = root.parentNode;
    style.setProperty('--k', now.k);
    style.setProperty('--w', `${now.width}px`);
    style.setProperty('--h', `${now.height}px`);
    overlay.fitTo(now);
    return now;
  };

  /** A turn of the loop fades; what can't wait for one is there at once. */
  const layerFor = ({ item, now }) => {
    const layer = h('section', { class: now ? 'layer now' : 'layer', 'data-kind': item.kind, 'aria-hidden': 'true' });
    root.append(layer);
    return layer;
  };

  async function fillCard(prepared) {
    const context = cardContext(prepared.show, scale().format);
    const element = prepared.item.kind === 'brand' ? brand(context) : build(prepared.item.card, context);
    const pictures = Array.from(element.querySelectorAll('img'), (image) => image.decode().catch(() => undefined));
    // Laid out before its fonts are there, every letter would be looked up among the system's, and all of it once more.
    await Promise.race([Promise.all(pictures.concat(loadFaces(element.textContent))), wait(prepared.item.kind === 'brand' ? BRAND_MS : CARD_MS)]);
    prepared.layer.replaceChildren(h('div', { class: 'board' }, element));
    if (!fit(element)) prepared.misfit = true;
  }

  async function fill(prepared) {
    const { item, layer } = prepared;
    if (item.kind === 'image') layer.append((prepared.media = await loadImage(item.creative)));
    else if (item.kind === 'video') {
      layer.classList.add('warm'); // drawn as good as unseen, for what isn't drawn has no frame; and without a ground, see below
      prepared.media = await loadVideo(item.creative, layer);
    } else await fillCard(prepared);
  }

  function discard(prepared) {
    if (!prepared) return;
    if (prepared.stopWatch) prepared.stopWatch();
    if (prepared.media) drop(prepared.media);
    prepared.layer.remove();
  }

  function count(prepared) {
    clearInterval(ticking);
    const marks = Array.from(prepared.layer.querySelectorAll('[data-expires]'));
    if (marks.length === 0) return;
    ticking = setInterval(() => {
      const context = cardContext(prepared.show, box().format);
      for (const mark of marks) mark.textContent = context.words.seconds(secondsLeft(Number(mark.dataset.expires), context.now()));
    }, 1000);
  }

  return {
    scale,
    discard,
    /** What is on show: {item, layer, media}, or null. */
    front: () => front,
    /** No item stands there decoded and in sight: what nobody may call playing. */
    dark: () => !front || !front.layer.isConnected || !front.layer.classList.contains('in') || Boolean(front.media && front.media.error),
    /** Build and decode a show's item out of sight; rejects with the reason when it can't be shown. */
    async prepare(show) {
      const prepared = { show, item: show.item, layer: layerFor(show), media: null, stopWatch: null, misfit: false };
      try {
        await fill(prepared);
      } catch (error) {
        discard(prepared);
        throw error;
      }
      return prepared;
    },
    /** Bring a prepared layer forward; resolves when its first frame has been presented. `onStall` is for videos. */
    async present(prepared, onStall) {
      if (prepared.item.kind === 'video') {
        await within(prepared.media.play(), START_MS, 'video');
        prepared.stopWatch = watchVideo(prepared.media, onStall);
      }
      overlay.under(prepared.item.card ? prepared.item.card.template : prepared.item.kind);
      if (prepared.item.kind !== 'brand' && !overlay.mayShow()) throw new Error('camera mark: not visible, content refused');
      const behind = front;
      root.append(prepared.layer);
      prepared.layer.getBoundingClientRect();
      prepared.layer.classList.add('in');
      prepared.layer.removeAttribute('aria-hidden');
      front = prepared;
      count(prepared);
      if (behind) {
        opaque(prepared.layer).then(() => {
          prepared.layer.classList.remove('warm'); // a film may come forward a frame late: till now the old one was seen through it
          discard(behind);
        });
      }
      await painted();
    },
    /** The window changed its shape: lay the card on show out again. */
    async relayout() {
      scale();
      if (front && !front.item.creative) {
        front.layer.classList.add('still'); // a price on its way up would be measured as running over
        await fillCard(front);
        count(front);
      }
    },
  };
}
