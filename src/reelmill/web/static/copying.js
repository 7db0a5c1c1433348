// A text -> the clipboard; the button that was pressed says so for a moment.
import { gettext } from "./gettext.js";

const SAID_MS = 1500;

export async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const before = button.textContent;
  button.textContent = gettext("Copied");
  setTimeout(() => (button.textContent = before), SAID_MS);
}
