// A prompt -> a storyboard that is being drafted; what it will cost is told while it is written.
import { ask } from "/static/api.js";
import { upload } from "./assets.js";
import { announce, complain, usd } from "./words.js";

const QUOTE_MS = 400;
const PROMPT = "generate";
const PAIRS = "from-image-pairs";

// What each way takes in pictures, and what it says of them.
const WAYS = {
  [PROMPT]: { least: 0, most: 10, flaw: "Ten pictures of your own at most.", help: "optional, for the first scenes" },
  [PAIRS]: { least: 2, most: 20, flaw: "Two to twenty pictures, in pairs.", help: "the first and the last of each scene, by name" },
  "from-property-photos": { least: 14, most: 200, flaw: "Fourteen photos at least.", help: "fourteen or more; their names tell the rooms" },
};

const form = document.getElementById("draft");
const problem = document.getElementById("draft-problem");
const quote = document.getElementById("quote");

let timer = 0;
let turn = 0;

const way = () => form.elements.made_of.value;

// A folder hands its files over in any order.
const files = () => {
  const chosen = [...form.elements.pictures.files];
  return way() === PROMPT ? chosen : chosen.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
};

function wish() {
  const { prompt, duration, style, aspect_ratio: ratio, platform, variations, client, campaign, tier, resolution } = form.elements;
  const told = { prompt: prompt.value.trim(), aspect_ratio: ratio.value };
  if (platform.value) told.platform = platform.value;
  if (client.value.trim()) told.client_id = client.value.trim();
  if (campaign.value.trim()) told.campaign_id = campaign.value.trim();
  if (tier) told.tier = tier.value;
  if (resolution) told.looks = { resolution: resolution.value };
  if (way() === PROMPT) {
    Object.assign(told, { duration: Number(duration.value), variations: Number(variations.value) });
    if (style.value.trim()) told.style = style.value.trim();
  } else if (!told.prompt) delete told.prompt;
  if (way() === PAIRS) told.seconds_each = Math.min(60, Math.max(1, Math.round((Number(duration.value) * 2) / files().length)));
  return told;
}

async function tellPrice() {
  const mine = ++turn;
  if (way() !== PROMPT) {
    quote.textContent = "Your pictures, two for each scene: none is bought.";
    return;
  }
  // The price does not depend on the words: a prompt that is not written yet has one as well.
  const asked = { ...wish(), prompt: "any ten letters" };
  try {
    const told = await ask("POST", "/v1/storyboards/estimate", asked);
    if (mine !== turn) return;
    const price = told.estimated_cost ? `about ${usd(told.estimated_cost)}` : "costs nothing";
    const boards = told.variations > 1 ? `${told.variations} boards of ` : "";
    quote.textContent = [`${boards}${told.scenes} scenes, ${price}`, ...told.warnings].join(". ");
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

function tell(text) {
  quote.textContent = text;
  announce(text);
}

async function pictures() {
  const chosen = files();
  for (const [number, file] of chosen.entries()) {
    if (uploaded.has(file)) continue;
    const which = `picture ${number + 1} of ${chosen.length}`;
    tell(`Uploading ${which}.`);
    uploaded.set(file, await upload(file, (seconds) => tell(`So many uploads a minute are taken: ${which} waits ${seconds} s.`)));
  }
  return chosen.map((file) => uploaded.get(file));
}

function flaw() {
  const { prompt, duration, pictures: own } = form.elements;
  const { least, most, flaw: told } = WAYS[way()];
  const count = own.files.length;
  if (count < least || count > most || (way() === PAIRS && count % 2)) return [own, told];
  const written = prompt.value.trim().length;
  if (written < 10 && (written || way() === PROMPT)) return [prompt, "Say in ten letters or more what the video is about."];
  const seconds = Number(duration.value);
  const longest = Number(duration.max);
  if (!Number.isInteger(seconds) || seconds < 5 || seconds > longest) return [duration, `A video lasts 5 to ${longest} whole seconds.`];
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
    const made = await ask("POST", `/v1/storyboards/${way()}`, { ...wish(), picture_asset_ids: await pictures() });
    location.assign(`/storyboards/${made.job_id}`);
  } catch (error) {
    complain(problem, error);
    button.disabled = false;
  }
}

// Only what is shown there can be chosen.
function fitPlatform() {
  const { ratios, longest } = form.elements.platform.selectedOptions[0].dataset;
  const shown = ratios ? ratios.trim().split(" ") : null;
  const shapes = [...form.elements.aspect_ratio];
  for (const shape of shapes) shape.disabled = shown !== null && !shown.includes(shape.value);
  const usual = shapes.find((shape) => shape.value === shown?.[0]);
  if (usual && shapes.find((shape) => shape.checked)?.disabled) usual.checked = true;
  form.elements.duration.max = longest ?? 300;
}

function fitWay() {
  const isPrompt = way() === PROMPT;
  document.getElementById("pictures-help").textContent = WAYS[way()].help;
  for (const name of ["style", "variations"]) form.elements[name].closest(".field").hidden = !isPrompt;
  form.elements.duration.closest(".field").hidden = way() !== PROMPT && way() !== PAIRS;
}

export function startDraft() {
  form.elements.platform.addEventListener("change", fitPlatform);
  form.elements.made_of.addEventListener("change", fitWay);
  form.addEventListener("submit", draft);
  form.addEventListener("input", tellPriceSoon);
  tellPrice();
}
