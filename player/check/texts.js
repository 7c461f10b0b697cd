// A card's element in, its texts as they stand on the screen out: where their ink is, how big, in which role.

const LEGAL = '.note, .foot, .demo, .legal, .camera, .tax';
const NEAR = '.caption, .place, .guest-line, .forget, .hint'; // read by whoever has come near: to scan, or to be greeted
const BIG_DIGITS = '.digits, .cents, .rank';
const FREE = { digits: [0.3, 0.2], text: [0.3, 0.18] }; // room that the fonts keep above and below their ink, in em

/** What a text is for, which decides how big it has to be. */
function roleOf(element) {
  if (element.matches('.digits')) return 'price';
  if (element.closest('.name')) return 'name';
  return element.closest(LEGAL) || element.closest(NEAR) ? 'legal' : 'text';
}

/** Rectangles of the window -> px of the card's own box. */
export function rulerOf(card) {
  const edge = card.getBoundingClientRect();
  const k = edge.width / card.offsetWidth || 1;
  return (rect) => ({
    left: (rect.left - edge.left) / k,
    right: (rect.right - edge.left) / k,
    top: (rect.top - edge.top) / k,
    bottom: (rect.bottom - edge.top) / k,
  });
}

function textOf(node, ruler) {
  const element = node.parentElement;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const [above, below] = FREE[element.matches(BIG_DIGITS) ? 'digits' : 'text'];
  const range = document.createRange();
  range.selectNodeContents(node);
  const rects = Array.from(range.getClientRects()).filter((rect) => rect.width > 0);
  const inks = rects.map(ruler).map((box) => Object.assign(box, { top: box.top + above * size, bottom: box.bottom - below * size }));
  const bold = Number(style.fontWeight) >= 700;
  return { node, element, size, bold, rects, inks, role: roleOf(element), text: node.textContent.replace(/\u200b/g, '').trim() };
}

/** Every text that is laid out, in the order of the document. */
export function textsIn(root, ruler) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.textContent.trim() || !node.parentElement.getClientRects().length) continue;
    if (node.parentElement.closest('[hidden]') || getComputedStyle(node.parentElement).visibility !== 'visible') continue;
    found.push(textOf(node, ruler));
  }
  return found;
}

/** A text's lines: how wide each is in full-width characters, which is in em. */
export function linesOf(text) {
  const lines = new Map();
  for (const ink of text.inks) {
    const line = Math.round(ink.top);
    lines.set(line, (lines.get(line) || 0) + (ink.right - ink.left) / text.size);
  }
  return Array.from(lines.values());
}
