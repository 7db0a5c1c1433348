// Keeps "3 min ago" true while a page stays open.
import { gettext, gettext_noop } from "./gettext.js";

const STEPS = [
  [60, 1, gettext_noop("%(count)s s ago")],
  [3600, 60, gettext_noop("%(count)s min ago")],
  [86400, 3600, gettext_noop("%(count)s h ago")],
  [Infinity, 86400, gettext_noop("%(count)s d ago")],
];

function ago(seconds) {
  if (seconds < 5) return gettext("just now");
  const [, unit, words] = STEPS.find(([limit]) => seconds < limit);
  return gettext(words, { count: Math.floor(seconds / unit) });
}

export function refreshTimes(within = document) {
  for (const time of within.querySelectorAll("time[data-ago]")) {
    time.textContent = ago((Date.now() - Date.parse(time.dateTime)) / 1000);
  }
}

export function startTimes() {
  setInterval(refreshTimes, 15000, document);
}
