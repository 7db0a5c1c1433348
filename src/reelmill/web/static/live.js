// Server-sent events -> progress bars that move, and regions that are fetched anew when a state changes.
import { gettext } from "./gettext.js";
import { refresh } from "./parts.js";

const FINAL = new Set(["completed", "failed", "canceled"]);
const REFRESH_MS = 700;
const SPOKEN_MS = 10000;

const regions = () => document.querySelectorAll("[data-part]");
const mark = document.querySelector("[data-pulse]");
const voice = document.querySelector("[data-voice]");

let timer = 0;
let asking = new AbortController();
let lastRefresh = 0;
let lastSpoken = 0;

function pulse(isLive, word) {
  if (!mark) return;
  mark.dataset.live = isLive ? "on" : "off";
  mark.textContent = word;
}

function refreshSoon() {
  if (timer) return;
  const wait = Math.max(0, lastRefresh + REFRESH_MS - Date.now());
  timer = setTimeout(async () => {
    lastRefresh = Date.now();
    const { signal } = asking;
    await Promise.allSettled([...regions()].map((region) => refresh(region, region.dataset.part, signal)));
    if (signal.aborted) return;
    timer = 0;
  }, wait);
}

function say(text, urgent) {
  if (!voice || (!urgent && Date.now() - lastSpoken < SPOKEN_MS)) return;
  lastSpoken = Date.now();
  voice.textContent = text;
}

function paint(row, job) {
  const bar = row.querySelector("progress");
  if (bar && job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
  }
  const words = row.querySelector("[data-words]");
  if (words) words.textContent = job.words;
  const share = row.querySelector("[data-share]");
  if (share) share.textContent = job.share;
}

function take(job) {
  const rows = document.querySelectorAll(`[data-job="${CSS.escape(job.id)}"]`);
  const stale = [...rows].some((row) => row.dataset.state !== job.state);
  for (const row of rows) paint(row, job);
  if (stale || rows.length === 0) refreshSoon();
  if (document.body.dataset.job === job.id) {
    say(`${job.label}. ${job.words}`, FINAL.has(job.state));
    if (stale) document.title = document.title.replace(/^.+? · /, `${job.label} · `);
  }
}

function watch(address) {
  const source = new EventSource(address);
  source.addEventListener("open", () => pulse(true, gettext("Live")));
  source.addEventListener("error", () => pulse(false, gettext("Reconnecting")));
  source.addEventListener("job", (event) => {
    const job = JSON.parse(event.data);
    take(job);
    document.dispatchEvent(new CustomEvent("job", { detail: job }));
    if (document.body.dataset.job === job.id && FINAL.has(job.state)) {
      source.close();
      mark?.setAttribute("hidden", "");
    }
  });
  source.addEventListener("reset", refreshSoon);
  return source;
}

// A browser opens six connections to one host: tabs that nobody sees must not keep theirs.
export function startLive() {
  const address = document.body.dataset.events;
  if (!address) return;
  let source = watch(address);
  const rest = () => {
    source.close();
    clearTimeout(timer);
    timer = 0;
    asking.abort();
    asking = new AbortController();
    pulse(false, gettext("Paused"));
  };
  addEventListener("pagehide", rest);
  addEventListener("pageshow", (event) => event.persisted && wake());
  const wake = () => {
    refreshSoon();
    source = watch(address);
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : wake()));
}
