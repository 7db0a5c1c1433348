// Copies of a finished video in other formats and qualities.
import { ask } from "/static/api.js";
import { toast } from "/static/toast.js";
import { address, fresh } from "./board.js";
import { announce } from "./words.js";

async function make(chosen) {
  const { exports: made } = await ask("POST", `${address}/exports`, { formats: chosen.formats, qualities: [chosen.quality] });
  const refused = made.filter((copy) => copy.status === "refused");
  if (refused.length) toast(refused.map((copy) => copy.problem).join(" "));
  if (refused.length < made.length) announce("The copies are being made.");
}

function choose({ formats, quality }) {
  const form = document.getElementById("copy");
  if (!form) return;
  for (const box of form.querySelectorAll("[name=formats]")) box.checked = formats.includes(box.value);
  form.elements.quality.value = quality;
}

export function startCopies(side) {
  side.addEventListener("submit", async (event) => {
    if (event.target.id !== "copy") return;
    event.preventDefault();
    const told = new FormData(event.target);
    const chosen = { formats: told.getAll("formats"), quality: told.get("quality") };
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
    choose(chosen);
  });
}
