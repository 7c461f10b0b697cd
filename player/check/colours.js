// An element and a point on it in, the colours that really stand there out: every ground and every opacity below, composited.

function channel(value) {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

/** `rgb(…)`, `rgba(…)`, `color(srgb …)` or `#rrggbb` -> [r, g, b, alpha]. */
export function parse(colour) {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour.trim());
  if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16)).concat(1);
  const [r, g, b, alpha = 1] = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const factor = colour.startsWith('color(') ? 255 : 1;
  return [r * factor, g * factor, b * factor, alpha];
}

/** WCAG 2 contrast of two opaque colours, 1 to 21. */
export function contrast(one, other) {
  const [high, low] = [one, other]
    .map(([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b))
    .sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

export function same(one, other) {
  return [0, 1, 2].every((at) => Math.abs(one[at] - other[at]) < 1);
}

function over([r, g, b, alpha], opacity, ground) {
  const share = alpha * opacity;
  return [r, g, b].map((value, at) => value * share + ground[at] * (1 - share)).concat(1);
}

function opacityOf(element, root) {
  let opacity = 1;
  for (let one = element; one && one !== root.parentElement; one = one.parentElement) opacity *= Number(getComputedStyle(one).opacity);
  return opacity;
}

/** What is painted at a point of the window, the topmost first; the element's own ancestors where the window doesn't reach. */
function stackAt(element, root, x, y) {
  const found = document.elementsFromPoint(x, y).filter((one) => root.contains(one));
  if (found.includes(element)) return found;
  const ancestors = [];
  for (let one = element; one && one !== root.parentElement; one = one.parentElement) ancestors.push(one);
  return ancestors;
}

/** {ink, ground, picture, cover}: the text's colour on its ground; a picture under it; an opaque stranger above it. */
export function coloursAt(element, root, x, y) {
  const stack = stackAt(element, root, x, y);
  const at = stack.indexOf(element);
  const below = stack.slice(at);
  const isPicture = (one) => getComputedStyle(one).backgroundImage !== 'none' || one.tagName === 'IMG';
  const ground = below.reduceRight((paint, one) => over(parse(getComputedStyle(one).backgroundColor), opacityOf(one, root), paint), [255, 255, 255, 1]);
  const cover = stack.slice(0, at).find((one) => !element.contains(one) && parse(getComputedStyle(one).backgroundColor)[3] > 0.5);
  return {
    ink: over(parse(getComputedStyle(element).color), opacityOf(element, root), ground),
    ground,
    picture: below.some(isPicture),
    cover: cover || null,
  };
}
