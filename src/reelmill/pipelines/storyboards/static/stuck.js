// All boards that failed or stand still, let go on at once.
import { ask } from "/static/api.js";
import { refresh } from "/static/parts.js";
import { toast } from "/static/toast.js";
import { announce } from "./words.js";

const boards = document.getElementById("boards");

const many = (count) => (count === 1 ? "1 storyboard" : `${count} storyboards`);

async function retryAll(button) {
  button.disabled = true;
  try {
    const { retried, left } = await ask("POST", "/v1/storyboards/retry-all-stuck");
    announce(`${many(retried.length)} went on.`);
    if (left.length) toast(`${many(left.length)} did not go on: ${left[0].reason}`);
  } catch (error) {
    toast(error.message);
  }
  button.disabled = false;
  await refresh(boards);
}

export function startStuck() {
  boards.addEventListener("click", ({ target }) => {
    const button = target.closest("#retry-stuck");
    if (button) retryAll(button);
  });
}
