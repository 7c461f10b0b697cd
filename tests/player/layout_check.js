// Run in the gallery page: lays out cards one by one and returns what is wrong with each, as words.
async ({ cards, language, guest }) => {
  const stage = window.theStage;
  const LEGAL = '.note, .foot, .demo, .legal, .caption, .camera, .tax, .under';
  const LEAST = { landscape: 24, portrait: 28, strip: 26 };
  const LEAST_PRODUCT = { landscape: 30, portrait: 28, strip: 26 };
  const LEAST_LEGAL = { landscape: 24, portrait: 24, strip: 20 };

  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };

  /** Where a text's ink may be: the line's box without the room that the font keeps above and below. */
  const inkOf = (node, size, digits) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const [above, below] = digits ? [0.3, 0.2] : [0.3, 0.18];
    return Array.from(range.getClientRects()).filter((r) => r.width > 1).map((r) => ({ left: r.left, right: r.right, top: r.top + above * size, bottom: r.bottom - below * size }));
  };
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;

  const textsOf = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      const style = getComputedStyle(element);
      if (!node.textContent.trim() || style.display === 'none' || !element.getClientRects().length) continue;
      const size = parseFloat(style.fontSize);
      const digits = element.matches('.digits, .cents, .rank');
      found.push({ element, size, style, text: node.textContent, boxes: inkOf(node, size, digits) });
    }
    return found;
  };

  const check = (card, element) => {
    const wrong = [];
    const format = ['landscape', 'portrait', 'strip'].find((name) => element.classList.contains(name));
    const window_ = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const inside = (box, edge) => box.left >= edge.left - 1 && box.right <= edge.right + 1 && box.top >= edge.top - 1 && box.bottom <= edge.bottom + 1;
    const texts = textsOf(element).concat(textsOf(document.querySelector('.camera')));
    const solid = Array.from(element.querySelectorAll('.qr, .picto')).map((one) => ({ element: one, boxes: [one.getBoundingClientRect()], text: one.classList[0] }));
    for (const { element: one, size, style, text, boxes } of texts) {
      const legal = one.closest(LEGAL) !== null;
      const least = legal ? LEAST_LEGAL[format] : element.matches('.product') ? LEAST_PRODUCT[format] : LEAST[format];
      if (size < least - 0.1) wrong.push(`small ${size} < ${least}: ${text}`);
      for (const box of boxes) {
        if (!inside(box, window_)) wrong.push(`outside: ${text}`);
        for (let up = one.parentElement; up && element.contains(up); up = up.parentElement) {
          if (getComputedStyle(up).overflow === 'hidden' && !inside(box, up.getBoundingClientRect())) wrong.push(`cut off: ${text}`);
        }
      }
      const big = size >= 28 && Number(style.fontWeight) >= 700;
      const ratio = contrast(parse(style.color), behind(one));
      if (ratio < (legal || big ? 4.5 : 7)) wrong.push(`contrast ${ratio.toFixed(1)}: ${text}`);
    }
    const all = texts.concat(solid);
    all.forEach((a, index) =>
      all.slice(index + 1).forEach((b) => {
        if (a.element === b.element || a.element.closest('.price') && a.element.closest('.price') === b.element.closest('.price')) return;
        if (a.boxes.some((one) => b.boxes.some((two) => !apart(one, two)))) wrong.push(`overlap: ${a.text} / ${b.text}`);
      }));
    return wrong;
  };

  const report = [];
  for (const [index, card] of cards.entries()) {
    const prepared = await stage.prepare({ item: { kind: 'card', card, creative: null, guest: guest && card.template === 'product', expires_ms: 0 } });
    const element = prepared.layer.querySelector('.card');
    window.theOverlay.under(card.template);
    const wrong = check(card, element);
    if (prepared.misfit) wrong.push(`does not fit: ${JSON.stringify(card.products.map((p) => p.name))} ${card.title} ${card.lines}`);
    if (wrong.length) report.push({ index, template: card.template, language, wrong: Array.from(new Set(wrong)) });
    stage.discard(prepared);
  }
  return report;
};
