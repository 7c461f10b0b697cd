// Elements and the few forms in which figures are written.

import { lang } from "./api.js";

/** h("p", { class: "x", "data-y": 1 }, "text", child): an element; null children are left out. */
export function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A QR from its side in modules and its path, with a quiet zone of four. */
export function qr(code, label) {
  const side = code.size + 8;
  return svg("svg", { viewBox: `-4 -4 ${side} ${side}`, role: "img", "aria-label": label, class: "qr" }, svg("path", { d: code.path }));
}

export const number = (value) => new Intl.NumberFormat(lang).format(value);

/** Milliseconds as one reads them: 8.3 ms, 212 ms, 1.4 s. */
export function took(ms) {
  if (ms >= 1000) return (ms / 1000).toFixed(1) + (lang === "en" ? " s" : "秒");
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** The tile that stands in for a photograph: tint and pictogram, or the family's letter. */
export function tile(product) {
  const box = h("span", { class: "tile" });
  box.style.setProperty("--tint", product.tint);
  box.style.setProperty("--deep", product.deep);
  if (product.pictogram) box.append(h("img", { src: product.pictogram, alt: "" }));
  else box.append(h("b", null, product.letter));
  return box;
}

/** A price as the shop writes it, or the words that stand for one. */
export function price(words) {
  if (!words.digits) return h("span", { class: "price words" }, words.words);
  const [whole, cents] = words.raised_cents ? words.digits.split(".") : [words.digits];
  const unit = h("small", null, words.unit);
  const digits = h("b", null, whole, cents ? h("sup", null, cents) : null);
  const order = words.unit === "円" ? [digits, unit] : [unit, digits];
  return h("span", { class: "price" }, ...order, words.tax ? h("small", { class: "tax" }, words.tax) : null);
}

/** What is said beside, in the brackets of the language. */
export const aside = (text, beside) => `${text}${lang === "en" ? " " : ""}(${beside})`;

let quiet = 0;

/** A word across the page for some seconds, told to screen readers as well. */
export function announce(text) {
  const toast = document.getElementById("announce");
  put(toast, text);
  toast.classList.add("on");
  clearTimeout(quiet);
  quiet = setTimeout(() => toast.classList.remove("on"), 9000);
}

/** Puts a text in only when it changed, so that a screen reader isn't told the same again. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
