// Numbers -> the words of the pages; the server's pages say the same.
import { gettext, ngettext, number } from "/static/gettext.js";

export const STATES = {
  pending: gettext("Queued"),
  processing: gettext("Processing..."),
  completed: gettext("Ready"),
  failed: gettext("Failed"),
  canceled: gettext("Canceled"),
};

const JOB_STATES = { pending: "pending", processing: "in_progress", completed: "completed", failed: "failed", canceled: "canceled" };

export function clock(seconds) {
  const tenths = Math.floor(seconds * 10 + 0.5);
  const [minutes, rest] = [Math.floor(tenths / 600), tenths % 600];
  const hours = Math.floor(minutes / 60);
  const start = hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}` : `${minutes}`;
  return `${start}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

export function minutes(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function left(expiresAt, now = Date.now()) {
  const seconds = (Date.parse(expiresAt) - now) / 1000;
  if (seconds <= 0) return gettext("Expired");
  if (seconds >= 3600) return gettext("Expires in %(hours)sh", { hours: Math.floor(seconds / 3600) });
  return gettext("Expires in %(minutes)s min", { minutes: Math.ceil(seconds / 60) });
}

export const isExpired = (expiresAt, now = Date.now()) => Date.parse(expiresAt) <= now;

export const megabytes = (bytes) => `${number(bytes / 1e6, 1)} MB`;

export const lengthOf = (seconds) => gettext("%(length)ss", { length: number(seconds, 1) });

export const limitReached = ({ limit, hours_until_reset: hours }) =>
  ngettext("Daily export limit reached (%(limit)s/day). Try again in %(count)s hour.", "Daily export limit reached (%(limit)s/day). Try again in %(count)s hours.", hours, { limit });

// The shapes stand in the page once; a badge is a copy of one with its word.
export function badge(status) {
  const mark = document.createElement("span");
  mark.className = `badge s-${JOB_STATES[status]}`;
  const word = document.createElement("span");
  word.textContent = STATES[status];
  const shape = document.getElementById("shapes")?.content.querySelector(`[data-shape="${JOB_STATES[status]}"] svg`);
  if (shape) mark.append(shape.cloneNode(true));
  mark.append(word);
  return mark;
}

export function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

export function complain(box, error) {
  const words = box.querySelector("p") ?? box;
  words.textContent = [error.message, error.hint].filter(Boolean).join(" ");
  box.hidden = false;
}

export function countDown(within = document) {
  for (const part of within.querySelectorAll("[data-expires]")) {
    say(part, left(part.dataset.expires));
    part.closest("[data-export]")?.classList.toggle("over", isExpired(part.dataset.expires));
  }
}
