// The phone that stands at the shelf: empty until something is scanned, then the real page at 390 px.

const figure = document.getElementById("phone");
const frame = figure.querySelector("iframe");

/** The page's document, with the Japanese letters that every phone brings along and this machine may lack. */
function lettered() {
  const page = frame.contentDocument;
  const fonts = page.createElement("link");
  fonts.rel = "stylesheet";
  fonts.href = "/assets/fonts/fonts.css";
  page.head.append(fonts);
  return page;
}

/** Opens an address of ours on it; resolves with the page's text once it is there. */
export function openOnPhone(address) {
  figure.classList.add("on");
  frame.tabIndex = 0;
  return new Promise((done) => {
    frame.addEventListener("load", () => done(lettered().body.innerText), { once: true });
    if (frame.src && new URL(frame.src).href === new URL(address, location.href).href) frame.contentWindow.location.reload();
    else frame.src = address;
  });
}

export function putAway() {
  figure.classList.remove("on");
  frame.tabIndex = -1;
  frame.removeAttribute("src");
}
