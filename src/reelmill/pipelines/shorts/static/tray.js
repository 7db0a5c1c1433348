// Scenes that are picked for a highlight reel, in their order, also those of other videos of this visit.
import { ask } from "/static/api.js";
import { download } from "./download.js";
import { follow } from "/static/follow.js";
import { failure, gettext, gettext_noop } from "/static/gettext.js";
import { sceneOf } from "./scenes.js";
import { toast } from "/static/toast.js";
import { badge, complain, left, megabytes, minutes, say } from "./words.js";

const STAGES = {
  cutting: gettext_noop("Cutting scenes"),
  concat: gettext_noop("Concatenating"),
  upload: gettext_noop("Uploading"),
  complete: gettext_noop("Complete"),
};
const ENDED = new Set(["completed", "failed", "canceled"]);
const STATUSES = { queued: "pending", processing: "processing", done: "completed", error: "failed" };

const root = document.getElementById("tray");
const region = document.getElementById("video");
const find = (name) => root.querySelector(name);
const kept = (name, otherwise) => JSON.parse(sessionStorage.getItem(name)) ?? otherwise;
const keep = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));

export class Tray {
  constructor() {
    this.scenes = kept("shorts-picked", []);
    this.reel = kept("shorts-reel", null);
    this.leave = () => {};
    this.turn = 0;
    this.listen();
    this.sync();
    if (this.reel) this.watch(this.reel);
  }

  listen() {
    region.addEventListener("placed", () => this.sync());
    find("[data-picked]").addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.listenToDrags(find("[data-picked]"));
    document.getElementById("reel-clear").addEventListener("click", () => {
      this.become([]);
      find("#h-tray").focus();
    });
    document.getElementById("reel-export").addEventListener("click", () => this.trying(() => this.start()));
    document.getElementById("reel-retry").addEventListener("click", () => this.trying(() => this.retry()));
    document.getElementById("reel-dismiss").addEventListener("click", () => this.dismiss());
    document.getElementById("reel-download").addEventListener("click", (event) => {
      event.preventDefault();
      this.trying(() => download(this.reel));
    });
  }

  listenToDrags(list) {
    const rowOf = (event) => event.target.closest("li");
    list.addEventListener("dragstart", (event) => {
      this.dragged = rowOf(event).dataset.id;
      event.dataTransfer.effectAllowed = "move";
    });
    list.addEventListener("dragover", (event) => this.dragged && event.preventDefault());
    list.addEventListener("drop", (event) => {
      event.preventDefault();
      const to = this.scenes.findIndex((scene) => scene.id === rowOf(event)?.dataset.id);
      if (to >= 0) this.move(this.dragged, to);
      this.dragged = null;
    });
  }

  // Scenes of this video may have been trimmed, merged or deleted since they were picked.
  sync() {
    const here = new Map([...region.querySelectorAll("[data-scene]")].map((card) => [card.dataset.scene, sceneOf(card)]));
    const { video } = region.dataset;
    this.become(this.scenes.filter((scene) => scene.video !== video || here.has(scene.id)).map((scene) => here.get(scene.id) ?? scene));
  }

  become(scenes) {
    this.scenes = scenes;
    keep("shorts-picked", scenes);
    this.paint();
  }

  toggle(scene) {
    const others = this.scenes.filter((one) => one.id !== scene.id);
    this.become(others.length < this.scenes.length ? others : [...others, scene]);
  }

  move(id, to) {
    const scenes = [...this.scenes];
    const [scene] = scenes.splice(scenes.findIndex((one) => one.id === id), 1);
    scenes.splice(to, 0, scene);
    this.become(scenes);
  }

  pressed(button) {
    if (!button) return;
    const { id } = button.closest("li").dataset;
    const at = this.scenes.findIndex((scene) => scene.id === id);
    const { act } = button.dataset;
    if (act === "remove") this.become(this.scenes.filter((scene) => scene.id !== id));
    else this.move(id, act === "up" ? at - 1 : at + 1);
    const again = find(`li[data-id="${id}"] [data-act="${act}"]:not(:disabled)`) ?? find(`li[data-id="${id}"] button:not(:disabled)`) ?? find("#h-tray");
    again.focus();
  }

  paint() {
    const total = this.scenes.reduce((sum, scene) => sum + scene.end - scene.start, 0);
    say(find("[data-total]"), minutes(total));
    find("[data-picked]").replaceChildren(...this.scenes.map((scene, at) => this.row(scene, at)));
    find("[data-empty]").hidden = this.scenes.length > 0;
    for (const part of root.querySelectorAll("[data-filled]")) part.hidden = this.scenes.length === 0;
    for (const button of region.querySelectorAll('[data-act="pick"]')) {
      const picked = this.scenes.some((scene) => scene.id === sceneOf(button).id);
      button.setAttribute("aria-pressed", String(picked));
      say(button.querySelector("span"), picked ? gettext("Picked") : gettext("Highlight"));
    }
  }

  row(scene, at) {
    const row = document.createElement("li");
    row.dataset.id = scene.id;
    row.draggable = true;
    const name = scene.video === region.dataset.video ? scene.name : gettext("%(scene)s of %(video)s", { scene: scene.name, video: scene.title });
    const words = document.createElement("span");
    words.textContent = `${name}, ${minutes(scene.end - scene.start)}`;
    row.append(words);
    for (const [act, shape, label, off] of [
      ["up", "↑", gettext("Move %(name)s up", { name }), at === 0],
      ["down", "↓", gettext("Move %(name)s down", { name }), at === this.scenes.length - 1],
      ["remove", "✕", gettext("Remove %(name)s", { name }), false],
    ]) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button bare", textContent: shape, disabled: off });
      button.dataset.act = act;
      button.setAttribute("aria-label", label);
      row.append(button);
    }
    return row;
  }

  async trying(act) {
    find("[data-tray-problem]").hidden = true;
    try {
      await act();
    } catch (error) {
      complain(find("[data-tray-problem]"), error);
    }
  }

  async start() {
    const scenes = this.scenes.map((scene) => ({ scene_id: scene.id, video_id: scene.video, start_s: scene.start, end_s: scene.end }));
    const made = await ask("POST", "/v1/highlights/export", { title: document.getElementById("reel-title").value, scenes });
    toast(gettext("Export started! You'll be notified when ready."));
    this.watch(made.job_id);
  }

  async retry() {
    await ask("POST", `/v1/exports/${this.reel}/retry`);
    this.watch(this.reel);
  }

  watch(id) {
    this.leave();
    this.reel = id;
    keep("shorts-reel", id);
    this.state = null;
    this.leave = follow(`shorts/reel-${id}`, (job) => this.take(job));
    this.look();
  }

  async take(job) {
    const bar = find("[data-reel] progress");
    if (job.total > 0) Object.assign(bar, { max: job.total, value: job.done });
    const seen = `${job.state} ${job.stage}`;
    // Of a second run that ends as the first one did, the end may be all that is told.
    if (seen === this.state && !ENDED.has(job.state)) return;
    this.state = seen;
    await this.look();
  }

  async look() {
    // Answers may overtake each other: only what was asked last is the news.
    const turn = ++this.turn;
    try {
      const reel = await ask("GET", `/v1/highlights/jobs/${this.reel}`);
      if (turn === this.turn) this.show(reel);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error.status === 404 || error.status === 410) this.dismiss();
      else complain(find("[data-tray-problem]"), error);
    }
  }

  show(reel) {
    const status = STATUSES[reel.status];
    const ended = reel.status === "done" || reel.status === "error";
    find("[data-reel]").hidden = false;
    find("[data-reel-badge]").replaceChildren(badge(status));
    const words = reel.status === "queued" ? gettext("Waiting for worker...") : gettext(STAGES[reel.progress.stage]);
    say(find("[data-reel-words]"), reel.error ? failure(reel.error.message) : words);
    find("[data-reel] progress").hidden = ended;
    find("[data-reel-facts]").hidden = !reel.output;
    if (reel.output) say(find("[data-reel-facts]"), `${megabytes(reel.output.file_size_bytes)} · ${reel.output.resolution} · ${left(reel.output.expires_at)}`);
    document.getElementById("reel-download").hidden = !reel.output;
    document.getElementById("reel-retry").hidden = reel.status !== "error";
    document.getElementById("reel-dismiss").hidden = !ended;
    document.getElementById("reel-export").disabled = !ended;
  }

  dismiss() {
    this.leave();
    this.turn += 1;
    this.reel = null;
    keep("shorts-reel", null);
    find("[data-reel]").hidden = true;
    document.getElementById("reel-export").disabled = false;
  }
}
