// Dots on the floor: as many as the last snapshot of a screen's audience says, adults and children, walking in and out.

import { still } from "./api.js";
import { put, svg } from "./dom.js";

const layer = document.getElementById("people");
const DOOR = [210, 786];
const SPOTS = {
  entrance: [[150, 684], [232, 696], [312, 678], [376, 700], [92, 704]],
  aisle: [[520, 588], [585, 600], [640, 580], [480, 606], [548, 622]],
  checkout: [[770, 634], [840, 646], [905, 630], [730, 652], [940, 656]],
  edge: [[668, 212], [722, 204], [776, 212], [830, 204], [696, 224]],
};
const FAR = { entrance: [0, 52], aisle: [-60, 60], checkout: [0, 60], edge: [0, 16] };
const standing = new Map();

function figure(child) {
  const size = child ? 0.74 : 1;
  const made = svg(
    "g",
    { class: child ? "person child" : "person" },
    svg("ellipse", { class: "shade", cx: 2, cy: 7, rx: 17, ry: 9 }),
    svg("ellipse", { class: "body", rx: 15, ry: 9.5 }),
    svg("circle", { class: "head", cy: -1, r: 7.5 }),
  );
  made.style.setProperty("--size", size);
  return made;
}

function move(person, [x, y]) {
  person.style.transform = `translate(${x}px, ${y}px) scale(var(--size))`;
}

function leave(person) {
  move(person, DOOR);
  if (still.matches) person.remove();
  else setTimeout(() => person.remove(), 1400);
}

/** `audience`: present, near, child and source_label of a snapshot, or null; `screen` as "367-entrance". */
export function people(screen, audience) {
  const where = screen.split("-").pop();
  const { present = 0, near = 0, child = 0 } = audience || {};
  const here = standing.get(screen) || [];
  const seats = SPOTS[where];
  const [dx, dy] = FAR[where];
  const wanted = Math.min(present, seats.length);
  while (here.length > wanted) leave(here.pop());
  for (let index = 0; index < wanted; index += 1) {
    const young = index >= wanted - child;
    if (here[index] && here[index].classList.contains("child") !== young) leave(here.splice(index, 1)[0]);
    if (!here[index]) {
      here[index] = figure(young);
      move(here[index], DOOR);
      layer.append(here[index]);
      here[index].getBoundingClientRect();
    }
    const [x, y] = seats[index];
    move(here[index], near > 0 ? [x, y] : [x + dx, y + dy]);
  }
  standing.set(screen, here);
  const mark = document.querySelector(`[data-people-at="${screen}"]`);
  const who = audience && (wanted > 0 || audience.source === "camera") ? audience.source_label : "";
  put(document.querySelector(`[data-who="${where}"]`), who);
  mark.dataset.count = wanted;
  mark.dataset.source = who;
  mark.classList.toggle("seen", wanted > 0);
  document.querySelector(`[data-light="${where}"]`).classList.toggle("lit", wanted > 0);
}
