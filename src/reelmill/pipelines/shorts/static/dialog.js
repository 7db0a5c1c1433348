// The dialog that exports a scene: preview, strategy, trim, quality, and what became of it.
import { Problem, ask } from "/static/api.js";
import { gettext, gettext_noop } from "/static/gettext.js";
import { download } from "./download.js";
import { follow } from "/static/follow.js";
import { Preview } from "./preview.js";
import { toast } from "/static/toast.js";
import { Trim } from "./trim.js";
import { Work } from "./work.js";
import { complain, lengthOf, limitReached, say } from "./words.js";

const PLAN_WAIT_MS = 500;
const ENDED = new Set(["completed", "failed", "canceled"]);
// From so many seconds below the limit on, it is said that it is near.
const NEAR_S = 10;
// A length may be off by what floating point adds.
const ROUNDING_S = 1e-6;
const REASONS = {
  face: gettext_noop("a face"),
  motion: gettext_noop("what moves"),
  saliency: gettext_noop("what stands out"),
  center: gettext_noop("the middle"),
  edited: gettext_noop("your edits"),
};

// So many letters of captions are read, and a letter has no more bytes than four.
const CAPTIONS_BYTES = 4 * 400000;

async function textOf(file) {
  if (file.size > CAPTIONS_BYTES) throw new Problem(413, { detail: gettext("The file of captions is too large.") });
  return file.text();
}

const dialog = document.getElementById("export");
const find = (name) => dialog.querySelector(name);

export class ExportDialog {
  constructor() {
    this.form = document.getElementById("export-form");
    this.preview = new Preview(find(".preview"));
    this.trim = new Trim((name) => this.trimmed(name));
    this.work = new Work((error) => this.refuse(error));
    this.plans = new Map();
    this.scene = null;
    this.left = Infinity;
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    this.form.addEventListener("change", (event) => event.target.name === "strategy" && this.showStrategy());
    for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
    find("#export-again").addEventListener("click", () => this.showForm());
    dialog.addEventListener("close", () => this.closed());
  }

  async open(scene) {
    this.scene = scene;
    this.plans.clear();
    this.trim.open(scene);
    this.preview.open(scene.source, scene.picture, scene.start, scene.end);
    say(find("[data-scene-name]"), scene.name);
    this.view("form");
    this.clear();
    this.showLength();
    this.showStrategy();
    dialog.showModal();
    find("input[name=strategy]:checked").focus();
    await Promise.allSettled([this.resume(scene), this.showLimits()]);
    dialog.dataset.open = scene.id;
  }

  // Where the latest export of this scene is, that is where the dialog goes on.
  async resume(scene) {
    const { exports } = await ask("GET", `/v1/exports?scene_id=${scene.id}&limit=1`);
    if (this.scene !== scene || !exports.length || exports[0].status === "canceled") return;
    this.work.start(exports[0]);
    this.view("work");
  }

  async showLimits() {
    const limits = await ask("GET", "/v1/exports/limits");
    say(find("[data-left]"), gettext("%(remaining)s/%(limit)s today", limits));
    find("#export-limit").hidden = limits.remaining > 0;
    this.left = limits.remaining;
    this.showLength();
    say(find("[data-limit-words]"), limitReached(limits));
  }

  view(name) {
    for (const part of dialog.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== name;
    const first = name === "work" ? find('[data-view="work"] [data-close]') : find("input[name=strategy]:checked");
    if (dialog.open) first.focus();
  }

  showForm() {
    this.clear();
    this.view("form");
    this.showLimits().catch(() => {});
  }

  clear() {
    for (const box of ["#export-limit", "#export-problem"]) find(box).hidden = true;
    say(find("[data-told]"), "");
  }

  trimmed(name) {
    this.preview.trim(this.trim.start, this.trim.end, name === "start" ? this.trim.start : this.trim.end);
    this.showLength();
    this.showStrategy();
  }

  get strategy() {
    return this.form.elements.strategy.value;
  }

  get fits() {
    return this.trim.length <= Number(dialog.dataset.longest) + ROUNDING_S;
  }

  showLength() {
    say(find("[data-length]"), lengthOf(this.trim.length));
    find("[data-length]").classList.toggle("s-failed", !this.fits);
    find("#export-too-long").hidden = this.fits;
    find("#export-near").hidden = !this.fits || this.trim.length < Number(dialog.dataset.longest) - NEAR_S;
    find("#export-start").disabled = !this.fits || this.left === 0;
  }

  showStrategy() {
    clearTimeout(this.planning);
    const wanted = this.strategy === "smart_crop" && this.fits;
    const plan = wanted ? this.plans.get(this.planAddress) : null;
    const words = wanted && !plan ? gettext("Looking for the subject...") : this.planWords(plan);
    this.preview.show(this.strategy, plan, words);
    if (wanted && !plan) this.planning = setTimeout(() => this.fetchPlan(), PLAN_WAIT_MS);
  }

  // The same part as will be exported: the plan that is shown is the one that is used.
  get planAddress() {
    return `/v1/scenes/${this.scene.id}/crop-plan?${new URLSearchParams(this.trim.wish)}`;
  }

  async fetchPlan() {
    const address = this.planAddress;
    const isWanted = () => dialog.open && this.strategy === "smart_crop" && this.scene && address === this.planAddress;
    try {
      this.plans.set(address, await ask("GET", address));
      if (isWanted()) this.showStrategy();
    } catch (error) {
      if (isWanted()) this.preview.show("smart_crop", null, gettext("No preview of the subject: %(why)s The export still follows it.", { why: error.message }));
    }
  }

  planWords(plan) {
    if (!plan) return "";
    const [what, more] = new Set(plan.keyframes.map((key) => (REASONS[key.reason] ? gettext(REASONS[key.reason]) : key.reason)));
    const facts = { what, more, share: Math.round(plan.confidence * 100) };
    return more ? gettext("Follows %(what)s and %(more)s, %(share)s %% sure.", facts) : gettext("Follows %(what)s, %(share)s %% sure.", facts);
  }

  async start() {
    if (!this.fits) return;
    const { scene } = this;
    const button = find("#export-start");
    this.clear();
    button.disabled = true;
    button.textContent = gettext("Starting...");
    try {
      const wish = { aspect_ratio_strategy: this.strategy, output_quality: find("#export-quality").value, ...this.trim.wish };
      const [captions] = find("#export-captions").files;
      if (captions) wish.captions = await textOf(captions);
      const made = await ask("POST", `/v1/scenes/${scene.id}/export-short`, wish);
      this.work.start(made);
      this.view("work");
      if (made.status === "completed") return;
      toast(gettext("Export started! You'll be notified when ready."));
      this.promise(made);
    } catch (error) {
      this.refuse(error);
    } finally {
      button.textContent = gettext("Export");
      this.showLength();
    }
  }

  refuse(error) {
    this.view("form");
    if (error.status === 429) complain(find("#export-limit"), error);
    else complain(find("#export-problem"), error);
    this.showLimits().catch(() => {});
  }

  // Also when the dialog is closed by then, or shows another scene.
  promise(made) {
    const leave = follow(made.job_id, (job) => {
      if (!ENDED.has(job.state)) return;
      setTimeout(() => leave());
      const isShown = dialog.open && this.work.export?.export_id === made.export_id;
      if (isShown || job.state === "canceled") return;
      if (job.state === "failed") toast(gettext("Export Failed: %(name)s.", { name: this.scene?.id === made.scene_id ? this.scene.name : gettext("a scene") }));
      else toast(gettext("Export ready! Click to download."), () => download(made.export_id).catch((error) => toast(error.message)));
    });
  }

  closed() {
    this.preview.close();
    clearTimeout(this.planning);
    const back = this.scene && (document.getElementById(`part-${this.scene.id}`) ?? document.getElementById(`export-${this.scene.id}`));
    back?.focus();
    delete dialog.dataset.open;
    this.work.forget();
  }
}
