// What stands above every item: the camera mark, a passing notice and a dot for the staff.

import { h, s } from './dom.js';

const MARK_MIN_HEIGHT = 48;
const NOTICE_MS = 5000;

function glyph() {
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linejoin': 'round' };
  return s(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    s('path', Object.assign({ d: 'M3 8h4l1.6-2.6h6.8L17 8h4v11H3z' }, line)),
    s('circle', Object.assign({ cx: 12, cy: 13, r: 3.4 }, line)),
  );
}

export function createOverlay(root, fallbackText) {
  const mark = h('div', { class: 'camera', hidden: true });
  const notice = h('div', { class: 'notice', role: 'status', hidden: true });
  const staff = h('div', { class: 'staff', hidden: true, tabindex: 0 });
  let box = { format: 'landscape', k: 1, width: 1920, height: 1080 };
  let camera = { on: false, text: '' };
  let timer = 0;
  root.append(mark, notice, staff);

  const draw = () => {
    if (mark.parentNode !== root) root.prepend(mark);
    mark.replaceChildren(glyph(), h('span', null, camera.text || fallbackText()));
    mark.hidden = !camera.on;
  };

  /** True if the mark is really to be seen: in the page, not hidden or faded, in the window, high enough, with words. */
  const visible = () => {
    const rect = mark.getBoundingClientRect();
    const style = getComputedStyle(mark);
    const inside = rect.left >= 0 && rect.bottom <= innerHeight + 1 && rect.right <= innerWidth + 1 && rect.top >= 0;
    const solid = style.display !== 'none' && style.visibility === 'visible' && Number(style.opacity) === 1;
    return mark.isConnected && solid && inside && rect.height >= MARK_MIN_HEIGHT * box.k * 0.98 && mark.textContent.trim() !== '';
  };

  return {
    fitTo(next) {
      box = next;
      root.className = `board overlay ${next.format}`;
    },
    setCamera(next) {
      camera = next;
      document.body.classList.toggle('camera-on', Boolean(camera.on));
      draw();
    },
    /** Content may be shown: either no camera is on, or its mark is to be seen (drawn again first if it was lost). */
    mayShow() {
      if (!camera.on) return true;
      if (!visible()) draw();
      return visible();
    },
    under(template) {
      root.dataset.card = template;
    },
    notify(text, tone, lastsMs) {
      clearTimeout(timer);
      notice.className = tone === 'refused' ? 'notice refused' : 'notice';
      notice.textContent = text;
      notice.hidden = false;
      timer = setTimeout(() => {
        notice.hidden = true;
      }, lastsMs || NOTICE_MS);
    },
    /** A dot in the corner; its words are read by hovering over it, or by holding any key. */
    setStaff(text) {
      staff.hidden = !text;
      staff.title = text;
      staff.dataset.text = text;
    },
    openStaff(open) {
      staff.classList.toggle('open', open);
    },
  };
}
