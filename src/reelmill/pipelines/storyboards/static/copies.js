// Copies of a finished video in other formats and qualities.
import { Problem, problemIn } from "/static/api.js";
import { toast } from "/static/toast.js";
import { address, fresh } from "./board.js";
import { announce } from "./words.js";

const MADE = 200;

async function ask(wish) {
  const url = `${address}/export?${new URLSearchParams(wish)}`;
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (answer.status === MADE) {
    // It is there: the link in the list fetches it, this answer is not read.
    await answer.body.cancel();
    return;
  }
  if (!answer.ok) throw new Problem(answer.status, problemIn(await answer.text()));
  announce("The copy is being made.");
}

export function startCopies(side) {
  side.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { format, quality } = event.target.elements;
    const chosen = { format: format.value, quality: quality.value };
    try {
      await ask(chosen);
    } catch (error) {
      toast(error.message);
    }
    await fresh();
    Object.assign(document.getElementById("copy-format") ?? {}, { value: chosen.format });
    Object.assign(document.getElementById("copy-quality") ?? {}, { value: chosen.quality });
  });
}
