// The pictures of a scene: made anew, refined with other words, or one's own; and the one that it ends in.
import { Problem, ask, problemIn } from "/static/api.js";
import { upload } from "./assets.js";
import { address, doing } from "./board.js";
import { announce, complain } from "./words.js";

const dialog = document.getElementById("anew");
const form = document.getElementById("anew-form");
const prompt = document.getElementById("anew-prompt");
const feedback = document.getElementById("anew-feedback");
const problem = document.getElementById("anew-problem");
const chooser = document.getElementById("own-picture");

let scene = null;

const sceneOf = (element) => element.closest("[data-scene]").dataset;

function openAnew(button) {
  scene = { ...sceneOf(button), back: button.id };
  prompt.value = scene.prompt;
  feedback.value = "";
  problem.hidden = true;
  dialog.showModal();
  prompt.focus();
}

async function makeAnew(event) {
  event.preventDefault();
  const words = prompt.value.trim();
  const number = Number(scene.number);
  try {
    if (words !== scene.prompt.trim()) await ask("POST", `${address}/refine`, { scene_number: number, new_image_prompt: words });
    else await ask("POST", `${address}/scenes/${number}/regenerate`, { feedback: feedback.value.trim() });
  } catch (error) {
    complain(problem, error);
    return;
  }
  dialog.close();
  await doing(async () => announce(`A new picture for scene ${number} is being made.`));
}

async function send(number, file) {
  const body = new FormData();
  body.append("file", file);
  const answer = await fetch(`${address}/scenes/${number}/picture`, { method: "PUT", headers: { Accept: "application/json" }, body });
  if (!answer.ok) throw new Problem(answer.status, problemIn(await answer.text()));
  announce(`Scene ${number} has a picture of your own.`);
}

function give(number, file) {
  return doing(() => send(number, file));
}

async function sendLast(number, file) {
  await ask("PUT", `${address}/scenes/${number}`, { last_picture_asset_id: await upload(file) });
  announce(`Scene ${number} ends in a picture of your own.`);
}

async function removeLast(number) {
  await ask("DELETE", `${address}/scenes/${number}/last-picture`);
  announce(`Scene ${number} ends in the picture that it begins with.`);
}

function chooseFor(button, use) {
  const { number } = sceneOf(button);
  chooser.value = "";
  chooser.onchange = () => chooser.files.length && use(number, chooser.files[0]);
  chooser.click();
}

function listenToDrops(scenes) {
  const panelOf = (event) => (event.dataTransfer?.types.includes("Files") ? event.target.closest?.("[data-scene]") : null);
  scenes.addEventListener("dragover", (event) => {
    const panel = panelOf(event);
    if (!panel?.querySelector("[data-act=own]")) return;
    event.preventDefault();
    panel.classList.add("over");
  });
  scenes.addEventListener("dragleave", (event) => panelOf(event)?.classList.remove("over"));
  scenes.addEventListener("drop", (event) => {
    const panel = panelOf(event);
    if (!panel?.querySelector("[data-act=own]")) return;
    event.preventDefault();
    panel.classList.remove("over");
    if (event.dataTransfer.files.length) give(panel.dataset.number, event.dataTransfer.files[0]);
  });
}

export function startPictures(scenes) {
  scenes.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.act === "anew") openAnew(button);
    if (button?.dataset.act === "own") chooseFor(button, give);
    if (button?.dataset.act === "last") chooseFor(button, (number, file) => doing(() => sendLast(number, file)));
    if (button?.dataset.act === "unlast") doing(() => removeLast(sceneOf(button).number));
  });
  form.addEventListener("submit", makeAnew);
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => scene && document.getElementById(scene.back)?.focus());
  listenToDrops(scenes);
}
