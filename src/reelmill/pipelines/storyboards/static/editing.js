// The words, the length and the transition of a scene, edited in its card.
import { ask } from "/static/api.js";
import { sure } from "/static/asks.js";
import { address, doing, fresh, hold, release } from "./board.js";
import { announce, complain } from "./words.js";

const wish = ({ description, title, duration, transition }) => ({
  description: description.value.trim(),
  title: title.value.trim(),
  duration: Number(duration.value),
  transition: transition.value,
});

function flaw({ description, duration }) {
  if (!description.value.trim()) return [description, "Say what happens."];
  const seconds = Number(duration.value);
  if (!(seconds > 0 && seconds <= 60)) return [duration, "A scene lasts up to 60 seconds."];
  return null;
}

async function close(form) {
  form.closest("details").open = false;
  release();
  await fresh();
}

async function save(form) {
  const problem = form.querySelector("[data-problem]");
  const { number, scene } = form.closest("[data-scene]").dataset;
  problem.hidden = true;
  const found = flaw(form.elements);
  if (found) {
    complain(problem, { message: found[1] });
    found[0].focus();
    return;
  }
  try {
    await ask("PUT", `${address}/scenes/${number}`, wish(form.elements));
  } catch (error) {
    complain(problem, error);
    return;
  }
  await close(form);
  announce(`Scene ${number} is saved.`);
  document.querySelector(`#edit-${scene} summary`)?.focus({ preventScroll: true });
}

async function drop(button) {
  const { number } = button.closest("[data-scene]").dataset;
  if (await sure("ask-scene")) await doing(() => ask("DELETE", `${address}/scenes/${number}`));
}

export function startEditing(scenes) {
  scenes.addEventListener(
    "toggle",
    ({ target }) => {
      if (target.open) {
        hold();
        target.querySelector("textarea").focus();
      } else if (!scenes.querySelector("details[open]")) {
        release();
      }
    },
    true,
  );
  scenes.addEventListener("submit", (event) => {
    event.preventDefault();
    save(event.target);
  });
  scenes.addEventListener("reset", (event) => close(event.target));
  scenes.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-form]");
    if (form && event.key === "Escape") form.reset();
  });
  scenes.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act=drop]");
    if (button) drop(button);
  });
}
