// One board: its regions stay fresh, and each button does what it says.
import { ask } from "/static/api.js";
import { sure } from "/static/asks.js";
import { refresh } from "/static/parts.js";
import { toast } from "/static/toast.js";
import { startCopies } from "./copies.js";
import { startEditing } from "./editing.js";
import { startLooks } from "./looks.js";
import { startOrder } from "./order.js";
import { startPictures } from "./pictures.js";
import { startSounds } from "./sounds.js";
import { complain } from "./words.js";

const REFRESH_MS = 600;
const MOST_SCENES = 20;

const desk = document.getElementById("desk");
const scenes = document.getElementById("scenes");
const side = document.getElementById("side");
const screen = document.getElementById("screen");
const player = document.getElementById("player");

export const address = `/v1/storyboards/${desk.dataset.board}`;

let timer = 0;

// Whoever writes into a scene or drags one keeps it under the hand; it is fetched anew afterwards.
const isHeld = () => scenes.dataset.part === undefined;

export function hold() {
  if (isHeld()) return;
  scenes.dataset.held = scenes.dataset.part;
  delete scenes.dataset.part;
}

export function release() {
  if (!isHeld()) return;
  scenes.dataset.part = scenes.dataset.held;
}

// A number that is half written, and a file that is being chosen, are not taken from under the hand.
let chooser = null;

const isBusy = () => {
  const { activeElement: field } = document;
  const isHalfWritten = field?.type === "number" && side.contains(field) && field.value !== field.defaultValue;
  return isHalfWritten || chooser !== null;
};

function listenToChoosers() {
  const letGo = () => (chooser = null);
  side.addEventListener("click", ({ target }) => target.type === "file" && (chooser = target));
  for (const ended of ["change", "cancel"]) side.addEventListener(ended, letGo, true);
  // Browsers that do not tell of a choice that was given up.
  addEventListener("pointerdown", letGo, true);
}

export async function fresh(withSide = true) {
  await Promise.allSettled([isHeld() ? null : refresh(scenes), withSide ? refresh(side) : null].filter(Boolean));
}

function freshSideLater() {
  setTimeout(() => (isBusy() ? freshSideLater() : refresh(side)), REFRESH_MS);
}

function freshSoon() {
  if (timer) return;
  timer = setTimeout(async () => {
    timer = 0;
    const busy = isBusy();
    await fresh(!busy);
    if (busy) freshSideLater();
  }, REFRESH_MS);
}

export async function doing(act) {
  try {
    await act();
  } catch (error) {
    toast([error.message, error.hint].filter(Boolean).join(" "));
  }
  await fresh();
}

// What is refused is said where the button is.
async function deciding(button, verb) {
  button.disabled = true;
  try {
    await ask("POST", `${address}/${verb}`);
    await fresh();
  } catch (error) {
    await fresh();
    complain(document.getElementById("state-problem"), error);
  }
}

// What the provider cannot tell, a person says; then the work can go on.
async function decide(button) {
  const entry = button.closest("[data-entry]");
  const found = entry.querySelector("input");
  const id = found.value.trim();
  if ("bought" in button.dataset && !id) {
    found.focus();
    return;
  }
  const told = { prediction_id: "bought" in button.dataset ? id : null };
  await doing(() => ask("POST", `/v1/storyboards/ledger/${entry.dataset.entry}/decide`, told));
}

const verbs = { approve: "approve", render: "render", "retry-work": "retry" };

async function pressed(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act === "decide") await decide(button);
  else if (button.id in verbs) await deciding(button, verbs[button.id]);
  else if (button.id === "cancel-work" && (await sure("ask-cancel"))) await deciding(button, "cancel");
}

async function remove() {
  if (!(await sure("ask-board"))) return;
  try {
    await ask("DELETE", address);
    location.assign("/storyboards");
  } catch (error) {
    toast(error.message);
  }
}

function showPlayer() {
  const { video, poster } = document.getElementById("state").dataset;
  if (screen.hidden !== !video) screen.hidden = !video;
  if (!video) player.removeAttribute("src");
  else if (player.getAttribute("src") !== video) Object.assign(player, { poster, src: video });
}

// Pictures come one by one while the job goes on: each may have changed a scene. Frames change none.
function listen() {
  let told = "";
  document.addEventListener("job", ({ detail: job }) => {
    if (job.id !== document.getElementById("state").dataset.job) return;
    const now = `${job.state} ${job.total <= MOST_SCENES ? job.done : ""}`;
    if (now !== told) freshSoon();
    told = now;
  });
}

export function startBoard() {
  side.addEventListener("click", pressed);
  side.addEventListener("placed", showPlayer);
  document.getElementById("delete-board").addEventListener("click", remove);
  startEditing(scenes);
  startOrder(scenes);
  startPictures(scenes);
  startSounds(side);
  startLooks(side);
  startCopies(side);
  listenToChoosers();
  listen();
  showPlayer();
}
