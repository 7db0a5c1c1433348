// Copies of a finished video in other formats and qualities.
import { ask } from "/static/api.js";
import { toast } from "/static/toast.js";
import { address, fresh } from "./board.js";
import { announce } from "./words.js";

async function make({ formats, quality }) {
  const { exports: made } = await ask("POST", `${address}/exports`, { formats, qualities: [quality] });
  const refused = made.filter((copy) => copy.status === "refused");
  if (refused.length) toast(refused.map((copy) => copy.problem).join(" "));
  if (refused.length < made.length) announce("The copies are being made.");
}

// What is chosen outlasts the region, which is fetched anew whenever a copy is ready.
let chosen = null;

function choice(form) {
  const told = new FormData(form);
  return { formats: told.getAll("formats"), quality: told.get("quality") };
}

function choose() {
  const form = document.getElementById("copy");
  if (!form || !chosen) return;
  const { formats, quality } = chosen;
  for (const box of form.querySelectorAll("[name=formats]")) box.checked = formats.includes(box.value);
  form.elements.quality.value = quality;
}

export function startCopies(side) {
  side.addEventListener("submit", async (event) => {
    if (event.target.id !== "copy") return;
    event.preventDefault();
    chosen = choice(event.target);
    if (!chosen.formats.length) {
      toast("Choose a format.");
      return;
    }
    try {
      await make(chosen);
    } catch (error) {
      toast(error.message);
    }
    await fresh();
  });
  side.addEventListener("change", ({ target }) => {
    if (target.form?.id === "copy") chosen = choice(target.form);
  });
  side.addEventListener("placed", choose);
}
