// Keeps "3 min ago" true while a page stays open.

const STEPS = [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [Infinity, 86400, "d"]];

function ago(seconds) {
  if (seconds < 5) return "just now";
  const [, unit, name] = STEPS.find(([limit]) => seconds < limit);
  return `${Math.floor(seconds / unit)} ${name} ago`;
}

export function refreshTimes(within = document) {
  for (const time of within.querySelectorAll("time[data-ago]")) {
    time.textContent = ago((Date.now() - Date.parse(time.dateTime)) / 1000);
  }
}

export function startTimes() {
  setInterval(refreshTimes, 15000, document);
}
