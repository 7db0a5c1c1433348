// Storyboards whose videos become one: chosen on their tiles, put in order, asked for.
import { ask } from "/static/api.js";
import { toast } from "/static/toast.js";
import { Arranging } from "./arrange.js";
import { announce, complain, length } from "./words.js";

const KEPT = "storyboards-to-combine";
const LEAST = 2;
const MOST = 20;

const boards = document.getElementById("boards");
const form = document.getElementById("combine");
const list = form.querySelector("ol");
const told = document.getElementById("combine-told");
const problem = document.getElementById("combine-problem");

// What was chosen stays so while one looks through older pages, in this tab.
const kept = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
const keep = (chosen) => sessionStorage.setItem(KEPT, JSON.stringify(chosen));

const parts = () => [...list.children];
const ids = () => parts().map((part) => part.dataset.board);

function tell() {
  const chosen = parts().map(({ dataset }) => ({ ...dataset }));
  keep(chosen);
  form.hidden = chosen.length === 0;
  form.querySelector("[type=submit]").disabled = chosen.length < LEAST;
  const seconds = chosen.reduce((sum, one) => sum + Number(one.seconds), 0);
  told.textContent = chosen.length < LEAST ? "Choose another one" : `${chosen.length} videos, ${length(seconds)}`;
  for (const box of boards.querySelectorAll("[name=combine]")) box.checked = ids().includes(box.value);
}

function add({ board, name, seconds, picture }) {
  const part = document.getElementById("combine-part").content.firstElementChild.cloneNode(true);
  Object.assign(part.dataset, { board, name, seconds, picture });
  part.querySelector("img").src = picture;
  part.querySelector("[data-name]").textContent = name;
  part.querySelector("[data-seconds]").textContent = length(Number(seconds));
  part.querySelector(".grip").setAttribute("aria-label", `Move ${name}`);
  part.querySelector("[data-drop]").setAttribute("aria-label", `Leave out ${name}`);
  list.append(part);
}

// The list grows above the tiles: the one that was pressed stays where it is, but for the first time.
function choose(box) {
  const { value: board, dataset } = box;
  const isFirst = form.hidden;
  const { top } = box.getBoundingClientRect();
  if (!box.checked) parts().find((part) => part.dataset.board === board)?.remove();
  else if (parts().length === MOST) toast(`${MOST} videos at most can be combined.`);
  else add({ board, ...dataset });
  problem.hidden = true;
  tell();
  if (!isFirst) scrollBy({ top: box.getBoundingClientRect().top - top, behavior: "instant" });
}

// Whoever leaves one out by the keyboard stays in the list.
function drop(part) {
  const next = part.nextElementSibling ?? part.previousElementSibling;
  part.remove();
  tell();
  (next?.querySelector("[data-drop]") ?? boards.querySelector(`[name=combine][value="${CSS.escape(part.dataset.board)}"]`))?.focus();
}

function none() {
  list.replaceChildren();
  tell();
}

async function combine(event) {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  const { transition, format } = form.elements;
  try {
    await ask("POST", "/v1/storyboards/combine", { board_ids: ids(), transition: transition.value, format: format.value });
    none();
    location.assign("/storyboards/combined");
  } catch (error) {
    complain(problem, error);
    button.disabled = false;
  }
}

export function startCombine() {
  for (const one of kept()) add(one);
  tell();
  boards.addEventListener("change", ({ target }) => target.name === "combine" && choose(target));
  boards.addEventListener("placed", tell);
  form.addEventListener("submit", combine);
  document.getElementById("combine-none").addEventListener("click", none);
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-drop]");
    if (button) drop(button.closest("li"));
  });
  new Arranging(form, {
    thing: "li",
    moved: (part, place, places) => announce(`${part.dataset.name} is now at place ${place} of ${places}.`),
    rest: tell,
  });
}
