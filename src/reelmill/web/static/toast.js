// Short notes in a corner; above an open dialog too.

const STAYS_MS = 8000;

export function toast(text, onClick) {
  document.querySelector(".toast")?.remove();
  const note = document.createElement(onClick ? "button" : "p");
  note.className = "toast";
  if (onClick) {
    note.type = "button";
    note.addEventListener("click", () => {
      note.remove();
      onClick();
    });
  }
  note.textContent = text;
  (document.querySelector("dialog[open]") ?? document.body).append(note);
  const voice = document.querySelector("dialog[open] [data-told]") ?? document.querySelector("[data-voice]");
  if (voice) voice.textContent = text;
  // One that can be pressed stays until it is, or until the next note.
  if (!onClick) setTimeout(() => note.remove(), STAYS_MS);
}
