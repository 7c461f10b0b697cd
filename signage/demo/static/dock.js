// The dock: six buttons, each opening a small popover with its choices. Arrows move along it, Escape closes.

const bar = document.getElementById("dock");
const buttons = [...bar.querySelectorAll("[data-action]")];
const popover = (button) => document.getElementById(button.getAttribute("aria-controls"));

/** The popover keeps above its button and inside the window. */
function place(pop, button) {
  pop.style.left = "0";
  const box = button.getBoundingClientRect();
  const room = document.documentElement.clientWidth - pop.offsetWidth - 12;
  const wanted = box.left + box.width / 2 - pop.offsetWidth / 2;
  pop.style.left = `${Math.max(12, Math.min(wanted, room)) - bar.getBoundingClientRect().left}px`;
}

function open(button) {
  for (const other of buttons) if (other !== button) shut(other);
  const pop = popover(button);
  pop.hidden = false;
  button.setAttribute("aria-expanded", "true");
  place(pop, button);
}

function shut(button) {
  popover(button).hidden = true;
  button.setAttribute("aria-expanded", "false");
}

export const isOpen = (action) => !document.getElementById(`pop-${action}`).hidden;
export const shutAll = () => buttons.forEach(shut);

function arrows(event) {
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (at < 0) return;
  if (step) buttons[(at + step + buttons.length) % buttons.length].focus();
  else if (event.key === "ArrowUp") {
    open(buttons[at]);
    const first = popover(buttons[at]).querySelector("input:checked, select, button");
    if (first) first.focus();
  } else return;
  event.preventDefault();
}

for (const button of buttons) button.addEventListener("click", () => (popover(button).hidden ? open(button) : shut(button)));
bar.addEventListener("keydown", arrows);
bar.addEventListener("keydown", (event) => {
  const button = buttons.find((one) => !popover(one).hidden);
  if (event.key !== "Escape" || !button) return;
  event.stopPropagation();
  shut(button);
  button.focus();
});
document.addEventListener("pointerdown", (event) => bar.contains(event.target) || shutAll());
addEventListener("resize", shutAll);
