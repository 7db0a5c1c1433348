// Asks before a job is stopped, fills a field from a file, copies, and keeps a double click from asking twice.
import { copy } from "./copying.js";

function askFirst() {
  const waiting = new Map();

  // Said here and not at the dialog's "close", which comes late: by then the same question may stand anew.
  const answered = (dialog, answer) => {
    const asked = waiting.get(dialog);
    waiting.delete(dialog);
    if (answer !== "yes" || !asked) return;
    // The region may have been fetched anew meanwhile; the form that counts is the one on the page.
    const form = asked.isConnected ? asked : document.querySelector(`form[data-ask="${dialog.id}"]`);
    if (!form) return;
    form.dataset.sure = "yes";
    form.requestSubmit();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") {
      answered(form.closest("dialog"), event.submitter?.value);
      return;
    }
    const dialog = form.dataset.ask && document.getElementById(form.dataset.ask);
    if (!dialog || form.dataset.sure) return;
    event.preventDefault();
    waiting.set(dialog, form);
    dialog.showModal();
  });
}

function sendOnce() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    for (const button of event.target.querySelectorAll("button[type=submit]")) {
      setTimeout(() => (button.disabled = true));
    }
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form button:disabled")) button.disabled = false;
    for (const form of document.querySelectorAll("form[data-sure]")) delete form.dataset.sure;
  });
}

function fillFromFiles() {
  for (const input of document.querySelectorAll("input[data-fills]")) {
    input.closest("[hidden]")?.removeAttribute("hidden");
    input.addEventListener("change", async () => {
      const [file] = input.files;
      if (file) document.getElementById(input.dataset.fills).value = await file.text();
    });
  }
}

function copyTexts() {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => copy(button, button.dataset.copies));
  }
}

export function startForms() {
  askFirst();
  sendOnce();
  fillFromFiles();
  copyTexts();
}
