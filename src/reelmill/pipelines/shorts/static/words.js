// Numbers -> the words of the pages; the server's pages say the same.

export const STATES = { pending: "Queued", processing: "Processing...", completed: "Ready", failed: "Failed", canceled: "Canceled" };

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
  if (seconds <= 0) return "Expired";
  return seconds >= 3600 ? `Expires in ${Math.floor(seconds / 3600)}h` : `Expires in ${Math.ceil(seconds / 60)} min`;
}

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

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
    part.closest("[data-export]")?.classList.toggle("over", part.textContent === "Expired");
  }
}
