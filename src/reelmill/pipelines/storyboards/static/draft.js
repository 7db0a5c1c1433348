// A prompt -> a storyboard that is being drafted; what it will cost is told while it is written.
import { ask } from "/static/api.js";
import { upload } from "./assets.js";
import { announce, complain, usd } from "./words.js";

const QUOTE_MS = 400;
const MOST_PICTURES = 10;

const form = document.getElementById("draft");
const problem = document.getElementById("draft-problem");
const quote = document.getElementById("quote");

let timer = 0;
let turn = 0;

function wish() {
  const { prompt, duration, style, aspect_ratio: ratio } = form.elements;
  const told = { prompt: prompt.value.trim(), duration: Number(duration.value), aspect_ratio: ratio.value };
  if (style.value.trim()) told.style = style.value.trim();
  return told;
}

async function tellPrice() {
  const mine = ++turn;
  // The price does not depend on the words: a prompt that is not written yet has one as well.
  const asked = { ...wish(), prompt: "any ten letters" };
  try {
    const told = await ask("POST", "/v1/storyboards/estimate", asked);
    if (mine !== turn) return;
    const price = told.estimated_cost ? `about ${usd(told.estimated_cost)}` : "costs nothing";
    quote.textContent = [`${told.scenes} scenes, ${price}`, ...told.warnings].join(". ");
  } catch {
    if (mine === turn) quote.textContent = "";
  }
}

function tellPriceSoon() {
  clearTimeout(timer);
  timer = setTimeout(tellPrice, QUOTE_MS);
}

// Each picture once, also when the draft is asked for again after a refusal.
const uploaded = new Map();

async function pictures() {
  const files = [...form.elements.pictures.files];
  for (const [number, file] of files.entries()) {
    if (uploaded.has(file)) continue;
    announce(`Uploading picture ${number + 1} of ${files.length}.`);
    uploaded.set(file, await upload(file));
  }
  return files.map((file) => uploaded.get(file));
}

function flaw() {
  const { prompt, duration, pictures: own } = form.elements;
  if (own.files.length > MOST_PICTURES) return [own, "Ten pictures of your own at most."];
  if (prompt.value.trim().length < 10) return [prompt, "Say in ten letters or more what the video is about."];
  const seconds = Number(duration.value);
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > 300) return [duration, "A video lasts 5 to 300 whole seconds."];
  return null;
}

async function draft(event) {
  event.preventDefault();
  problem.hidden = true;
  const found = flaw();
  if (found) {
    complain(problem, { message: found[1] });
    found[0].focus();
    return;
  }
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const made = await ask("POST", "/v1/storyboards/generate", { ...wish(), picture_asset_ids: await pictures() });
    location.assign(`/storyboards/${made.job_id}`);
  } catch (error) {
    complain(problem, error);
    button.disabled = false;
  }
}

export function startDraft() {
  form.addEventListener("submit", draft);
  form.addEventListener("input", tellPriceSoon);
  tellPrice();
}
