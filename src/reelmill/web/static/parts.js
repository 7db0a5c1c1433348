// Replaces a region of the page by what the server says it is now.
import { refreshTimes } from "./times.js";

const nameOf = (element) =>
  element?.id ? `#${CSS.escape(element.id)}` : element?.getAttribute("href") && `a[href="${CSS.escape(element.getAttribute("href"))}"]`;

// A button that is replaced between press and release is not clicked: what is pressed stays so long.
const RELEASE_MS = 50;
const late = new Map();
let pressed = null;

function letGo() {
  pressed = null;
  for (const [region, html] of late) place(region, html);
}

addEventListener("pointerdown", ({ target }) => (pressed = target), true);
addEventListener("pointerup", () => setTimeout(letGo, RELEASE_MS), true);
addEventListener("pointercancel", letGo, true);

export function place(region, html) {
  if (region.contains(pressed)) {
    late.set(region, html);
    return;
  }
  late.delete(region);
  const held = region.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...region.querySelectorAll("details[open][id]")].map((part) => part.id);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  region.replaceChildren(fresh.content);
  for (const id of open) region.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  if (held) region.querySelector(held)?.focus({ preventScroll: true });
  refreshTimes(region);
  region.dispatchEvent(new Event("placed", { bubbles: true }));
}

// Answers may overtake each other: what was asked before what is shown is no news.
const asked = new WeakMap();
const shown = new WeakMap();

export async function refresh(region, address = region.dataset.part, signal = null) {
  const turn = (asked.get(region) ?? 0) + 1;
  asked.set(region, turn);
  const wasFree = region.dataset.part !== undefined;
  const answer = await fetch(address, { headers: { Accept: "text/html" }, signal });
  // Signed out meanwhile: the page itself leads to where one signs in.
  if (answer.status === 401) location.reload();
  const html = answer.ok ? await answer.text() : "";
  // Whoever writes in a region takes its address away meanwhile: what was asked before is no news.
  const isHeld = wasFree && region.dataset.part === undefined;
  if (answer.ok && !isHeld && turn > (shown.get(region) ?? 0)) {
    shown.set(region, turn);
    place(region, html);
  }
  return answer.ok;
}
