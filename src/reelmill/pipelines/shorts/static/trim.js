// Two handles and two numbers -> a part of a scene, to a tenth of a second; untouched ends are the scene's own.
import { gettext, number as spoken } from "/static/gettext.js";

const TENTHS = 10;

export class Trim {
  constructor(onChange) {
    this.ends = ["start", "end"].map((name) => ({
      name,
      range: document.getElementById(`trim-${name}-range`),
      number: document.getElementById(`trim-${name}-at`),
    }));
    for (const end of this.ends) {
      end.range.addEventListener("input", () => this.set(end.name, this.scene.start + end.range.value / TENTHS, onChange));
      end.number.addEventListener("change", () => this.set(end.name, Number(end.number.value), onChange));
    }
  }

  open(scene) {
    this.scene = scene;
    this.start = scene.start;
    this.end = scene.end;
    for (const { range } of this.ends) range.max = Math.ceil((scene.end - scene.start) * TENTHS);
    this.paint();
  }

  set(name, seconds, onChange) {
    const { start, end } = this.scene;
    let at = Number.isFinite(seconds) ? Math.round(seconds * 1000) / 1000 : this[name];
    at = name === "start" ? Math.min(at, this.end - 0.1) : Math.max(at, this.start + 0.1);
    at = Math.min(Math.max(at, start), end);
    // The ends of a scene need not lie on a tenth: whoever is nearer than half a tenth means them.
    if (Math.abs(at - start) < 0.05) at = start;
    if (Math.abs(at - end) < 0.05) at = end;
    this[name] = at;
    this.paint();
    onChange(name);
  }

  paint() {
    for (const { name, range, number } of this.ends) {
      range.value = Math.round((this[name] - this.scene.start) * TENTHS);
      range.setAttribute("aria-valuetext", gettext("%(seconds)s seconds", { seconds: spoken(this[name], 1) }));
      number.value = this[name].toFixed(1);
      number.min = this.scene.start.toFixed(1);
      number.max = this.scene.end.toFixed(1);
    }
  }

  get length() {
    return this.end - this.start;
  }

  get wish() {
    const wish = {};
    if (this.start !== this.scene.start) wish.start_s = this.start;
    if (this.end !== this.scene.end) wish.end_s = this.end;
    return wish;
  }
}
