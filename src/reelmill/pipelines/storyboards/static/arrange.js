// Things of a list in another order: dragged by mouse or finger, or moved with the arrow keys.

// So far a press moves before it is a drag, in pixels.
const SLACK_PX = 6;
// So near to an edge of the window the page begins to scroll, in pixels, and how fast.
const EDGE_PX = 90;
const PACE = 0.15;
// So long the keys may rest before the order is told, so that five presses are one change.
const REST_MS = 700;

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

// Whoever uses it says what a thing is (`thing`), what else than its grip a mouse may take it by (`hold`),
// and what is done when it begins (`begin`), when one has moved (`moved`) and when all is at rest (`rest`).
export class Arranging {
  constructor(region, { thing, hold, mayBegin = () => true, begin = () => {}, moved, rest }) {
    Object.assign(this, { region, thing, hold, mayBegin, begin, moved, rest });
    this.timer = 0;
    region.addEventListener("keydown", (event) => this.byKey(event));
    region.addEventListener("pointerdown", (event) => this.press(event));
    // What is moved loses the focus for a moment and gets it back.
    region.addEventListener("focusout", () => setTimeout(() => this.timer && !document.activeElement.matches(".grip") && this.tell()));
  }

  get list() {
    return this.region.querySelector("ol");
  }

  get things() {
    return [...this.list.querySelectorAll(this.thing)];
  }

  tell() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.rest(this.things);
  }

  told(thing) {
    this.moved(thing, this.things.indexOf(thing) + 1, this.things.length);
  }

  byKey(event) {
    const grip = event.target.closest?.(".grip");
    const step = STEPS[event.key];
    if (!grip || !step) return;
    event.preventDefault();
    const thing = grip.closest(this.thing);
    const others = this.things.filter((each) => each !== thing);
    const index = this.things.indexOf(thing) + step;
    if (index < 0 || index > others.length) return;
    this.begin();
    this.list.insertBefore(thing, others[index] ?? null);
    grip.focus();
    thing.scrollIntoView({ block: "nearest" });
    this.told(thing);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), REST_MS);
  }

  press(event) {
    const held = this.hold && event.pointerType === "mouse" ? event.target.closest(this.hold) : null;
    const thing = (event.target.closest(".grip") ?? held)?.closest(this.thing);
    // Without a grip nothing may be moved now.
    if (!thing?.querySelector(".grip") || event.button !== 0 || !this.mayBegin()) return;
    new Drag(this, thing, event);
  }
}

class Drag {
  constructor(arranging, thing, event) {
    Object.assign(this, { arranging, thing, isOn: false });
    this.from = [event.clientX, event.clientY];
    this.before = arranging.things;
    this.list = arranging.list;
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

  // What is under the pointer, and whether the pointer is in its second half.
  target(x, y) {
    const over = document.elementsFromPoint(x, y).find((each) => each !== this.thing && each.parentElement === this.list && each.matches(this.arranging.thing));
    if (!over) return null;
    const box = over.getBoundingClientRect();
    const isRow = getComputedStyle(this.list).gridTemplateColumns.split(" ").length > 1;
    const isBehind = isRow ? x > box.left + box.width / 2 : y > box.top + box.height / 2;
    return { over, isBehind };
  }

  place() {
    const found = this.target(this.at[0], Math.min(Math.max(this.at[1], 1), innerHeight - 1));
    if (!found) return;
    const reference = found.isBehind ? found.over.nextElementSibling : found.over;
    if (reference !== this.thing && this.thing.nextElementSibling !== reference) this.list.insertBefore(this.thing, reference);
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
    this.arranging.begin();
    this.thing.classList.add("dragged");
    this.list.classList.add("dragging");
    this.scroll();
  }

  giveUp() {
    for (const thing of this.before) this.list.append(thing);
    this.end();
  }

  end() {
    this.stop.abort();
    this.thing.classList.remove("dragged");
    this.list.classList.remove("dragging");
    if (!this.isOn) return;
    this.arranging.told(this.thing);
    this.arranging.tell();
  }
}
