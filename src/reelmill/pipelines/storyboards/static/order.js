// Scenes in another order: dragged by mouse or finger, or moved with the arrow keys.
import { ask } from "/static/api.js";
import { toast } from "/static/toast.js";
import { address, fresh, hold, release } from "./board.js";
import { announce } from "./words.js";

// So far a press moves before it is a drag, in pixels.
const SLACK_PX = 6;
// So near to an edge of the window the page begins to scroll, in pixels, and how fast.
const EDGE_PX = 90;
const PACE = 0.15;
// So long the keys may rest before the order is told, so that five presses are one change.
const REST_MS = 700;

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

let list = null;
let timer = 0;

const panels = () => [...list.querySelectorAll("[data-scene]")];
const numbers = () => panels().map((panel) => Number(panel.dataset.number));
const isChanged = () => numbers().some((number, index) => number !== index + 1);

function placeAt(panel, index) {
  const others = panels().filter((each) => each !== panel);
  list.insertBefore(panel, others[index] ?? null);
}

async function tell() {
  clearTimeout(timer);
  timer = 0;
  if (isChanged()) {
    try {
      await ask("POST", `${address}/reorder`, { scene_order: numbers() });
    } catch (error) {
      toast(error.message);
    }
  }
  const held = document.activeElement?.id;
  release();
  await fresh();
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

function moved(panel) {
  const index = panels().indexOf(panel);
  announce(`Scene ${panel.dataset.number} is now at place ${index + 1} of ${panels().length}.`);
}

function byKey(event) {
  const grip = event.target.closest?.("[data-act=grip]");
  const step = STEPS[event.key];
  if (!grip || !step) return;
  event.preventDefault();
  list = grip.closest("ol");
  const panel = grip.closest("[data-scene]");
  const index = panels().indexOf(panel) + step;
  if (index < 0 || index >= panels().length) return;
  hold();
  placeAt(panel, index);
  grip.focus();
  panel.scrollIntoView({ block: "nearest" });
  moved(panel);
  clearTimeout(timer);
  timer = setTimeout(tell, REST_MS);
}

// The panel under the pointer, and whether the pointer is in its second half.
function target(panel, x, y) {
  const over = document.elementsFromPoint(x, y).find((each) => each.matches?.("[data-scene]") && each !== panel);
  if (!over) return null;
  const box = over.getBoundingClientRect();
  const isRow = getComputedStyle(list).gridTemplateColumns.split(" ").length > 1;
  const isBehind = isRow ? x > box.left + box.width / 2 : y > box.top + box.height / 2;
  return { over, isBehind };
}

class Drag {
  constructor(panel, event) {
    this.panel = panel;
    this.from = [event.clientX, event.clientY];
    this.isOn = false;
    this.stop = new AbortController();
    const { signal } = this.stop;
    addEventListener("pointermove", (move) => this.move(move), { signal });
    addEventListener("pointerup", () => this.end(), { signal });
    addEventListener("pointercancel", () => this.end(), { signal });
    addEventListener("keydown", (key) => key.key === "Escape" && this.giveUp(), { signal });
  }

  move(event) {
    const [x, y] = [event.clientX - this.from[0], event.clientY - this.from[1]];
    if (!this.isOn && Math.hypot(x, y) < SLACK_PX) return;
    if (!this.isOn) this.begin();
    this.at = [event.clientX, event.clientY];
    this.place();
  }

  place() {
    const found = target(this.panel, this.at[0], Math.min(Math.max(this.at[1], 1), innerHeight - 1));
    if (!found) return;
    const reference = found.isBehind ? found.over.nextElementSibling : found.over;
    if (reference !== this.panel && this.panel.nextElementSibling !== reference) list.insertBefore(this.panel, reference);
  }

  // Near an edge of the window the page goes along.
  scroll() {
    if (!this.isOn || this.stop.signal.aborted) return;
    const y = this.at?.[1] ?? innerHeight / 2;
    const step = Math.min(0, y - EDGE_PX) + Math.max(0, y - innerHeight + EDGE_PX);
    if (step) {
      scrollBy({ top: Math.sign(step) * Math.min(Math.abs(step), EDGE_PX) * PACE, behavior: "instant" });
      this.place();
    }
    requestAnimationFrame(() => this.scroll());
  }

  begin() {
    this.isOn = true;
    hold();
    this.panel.classList.add("dragged");
    list.classList.add("dragging");
    this.scroll();
  }

  giveUp() {
    for (const panel of panels().sort((a, b) => a.dataset.number - b.dataset.number)) list.append(panel);
    this.end();
  }

  end() {
    this.stop.abort();
    this.panel.classList.remove("dragged");
    list.classList.remove("dragging");
    if (!this.isOn) return;
    moved(this.panel);
    tell();
  }
}

function press(event) {
  const grip = event.target.closest("[data-act=grip]");
  const picture = event.pointerType === "mouse" ? event.target.closest(".panel-look") : null;
  const panel = (grip ?? picture)?.closest("[data-scene]");
  // Without a grip nothing may be moved now; a form that is open keeps its place.
  if (!panel?.querySelector(".grip") || event.button !== 0 || document.querySelector("#scenes details[open]")) return;
  list = panel.closest("ol");
  new Drag(panel, event);
}

export function startOrder(scenes) {
  scenes.addEventListener("keydown", byKey);
  scenes.addEventListener("pointerdown", press);
  // A panel that is moved loses the focus for a moment and gets it back.
  scenes.addEventListener("focusout", () => setTimeout(() => timer && !document.activeElement.matches(".grip") && tell()));
}
