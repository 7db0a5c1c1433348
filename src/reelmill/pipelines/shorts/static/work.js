// An export that was asked for, in the dialog: queued, being made, ready, failed.
import { ask } from "/static/api.js";
import { copy } from "/static/copying.js";
import { download } from "./download.js";
import { follow } from "/static/follow.js";
import { failure, gettext } from "/static/gettext.js";
import { STATES, badge, clock, isExpired, left, lengthOf, megabytes, say } from "./words.js";

// A link works for an hour: it is made anew before, also for who copies it.
const LINK_MS = 50 * 60 * 1000;

const AT_WORK = new Set(["pending", "processing"]);
const WORDS = { pending: gettext("Waiting for worker..."), processing: gettext("Converting video...") };

// What goes with a short to where it is shown: what it is of, from when to when.
const details = (made) => {
  const { title } = document.getElementById("video").dataset;
  const scene = document.querySelector("#export [data-scene-name]").textContent;
  return `${[title, scene].filter(Boolean).join(" · ")}\n${clock(made.start_s)} – ${clock(made.end_s)}\n#Shorts`;
};

const find = (name) => document.querySelector(`#export ${name}`);

export class Work {
  constructor(onProblem) {
    this.onProblem = onProblem;
    this.export = null;
    this.leave = () => {};
    this.turn = 0;
    this.act("#export-cancel", () => this.ask("POST", "/cancel"));
    this.act("#export-retry", () => this.ask("POST", "/retry"));
    this.act("#export-download", () => download(this.export.export_id));
    this.act("#export-copy", () => copy(find("#export-copy"), details(this.export)));
  }

  start(made) {
    this.leave();
    this.becomes(made);
    this.leave = follow(made.job_id, (job) => this.take(job));
  }

  forget() {
    this.leave();
    this.leave = () => {};
    this.export = null;
  }

  act(button, what) {
    find(button).addEventListener("click", async (event) => {
      event.preventDefault();
      try {
        await what();
      } catch (error) {
        this.onProblem(error);
      }
    });
  }

  async ask(method, tail = "") {
    // Answers may overtake each other: only what was asked last is the news.
    const turn = ++this.turn;
    const made = await ask(method, `/v1/exports/${this.export.export_id}${tail}`);
    if (turn !== this.turn || made.export_id !== this.export?.export_id) return;
    this.becomes(made);
  }

  becomes(made) {
    this.export = made;
    this.asked = Date.now();
    this.show();
  }

  async take(job) {
    const bar = find("[data-working] progress");
    if (job.total > 0) Object.assign(bar, { max: job.total, value: job.done });
    say(find("[data-work-share]"), job.share);
    const state = { in_progress: "processing" }[job.state] ?? job.state;
    if (state === this.export.status) return;
    await this.ask("GET").catch(this.onProblem);
  }

  show() {
    const { status } = this.export;
    const overdue = isExpired(this.export.expires_at);
    find("[data-badge]").replaceChildren(badge(status));
    find("[data-working]").hidden = !AT_WORK.has(status);
    find("[data-ready-view]").hidden = status !== "completed";
    find("[data-failed-view]").hidden = status !== "failed";
    find("[data-canceled-view]").hidden = status !== "canceled";
    find("#export-cancel").hidden = !AT_WORK.has(status);
    find("#export-again").hidden = AT_WORK.has(status);
    find("#export-retry").hidden = status !== "failed" && status !== "canceled";
    find("#export-download").hidden = status !== "completed" || overdue;
    find("#export-copy").hidden = status !== "completed" || !navigator.clipboard;
    if (AT_WORK.has(status)) this.showWork(status);
    if (status === "completed") this.showMade();
    if (status === "failed") say(find("[data-failed-words]"), failure(this.export.error_message));
    if (document.activeElement?.closest("[hidden]")) find('[data-view="work"] [data-close]').focus();
    say(find("[data-told]"), `${STATES[status]} ${WORDS[status] ?? ""}`);
  }

  showWork(status) {
    const { done, total } = this.export.progress;
    const bar = find("[data-working] progress");
    say(find("[data-work-words]"), WORDS[status]);
    if (total > 0) Object.assign(bar, { max: total, value: done });
    else if (status === "processing") bar.removeAttribute("value");
    else Object.assign(bar, { max: 1, value: 0 });
  }

  showMade() {
    const made = this.export;
    const poster = find("[data-poster]");
    if (poster.getAttribute("src") !== made.poster_url) poster.src = made.poster_url;
    find("#export-download").href = made.download_url;
    say(find("[data-size]"), megabytes(made.file_size_bytes));
    say(find("[data-resolution]"), made.resolution);
    say(find("[data-made-length]"), lengthOf(made.duration_s));
    find("[data-expires-view]").dataset.expires = made.expires_at;
    say(find("[data-expires-view]"), left(made.expires_at));
  }

  // What is between may hold the stream of events back: then it is asked, as often as anybody looks.
  poll() {
    const isTold = document.querySelector("[data-pulse]")?.dataset.live === "on";
    if (!isTold && AT_WORK.has(this.export?.status)) this.ask("GET").catch(() => {});
  }

  // The countdown has moved: nothing of an expired export can be downloaded.
  age() {
    if (this.export?.status !== "completed") return;
    if (isExpired(this.export.expires_at)) find("#export-download").hidden = true;
    else if (Date.now() - this.asked > LINK_MS) this.ask("GET").catch(this.onProblem);
  }
}
