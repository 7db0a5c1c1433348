// What a person does with the scenes of a video: looks, trims, adds, merges, deletes, picks, exports.
import { refresh } from "/static/parts.js";
import { ask } from "/static/api.js";
import { sure } from "/static/asks.js";
import { gettext } from "/static/gettext.js";
import { toast } from "/static/toast.js";
import { complain } from "./words.js";

const region = document.getElementById("video");
const player = document.getElementById("player");
const times = document.getElementById("times");
const field = (name) => document.getElementById(`times-${name}`);

export function sceneOf(element) {
  const { dataset } = element.closest("[data-scene]");
  return {
    id: dataset.scene,
    video: region.dataset.video,
    source: player.dataset.src,
    picture: dataset.picture,
    name: dataset.name,
    title: region.dataset.title,
    start: Number(dataset.start),
    end: Number(dataset.end),
  };
}

async function doing(act) {
  try {
    await act();
    await refresh(region);
  } catch (error) {
    toast(error.message);
  }
}

function look(scene) {
  player.currentTime = scene.start;
  player.play().catch(() => {});
  player.scrollIntoView({ block: "nearest" });
}

const acts = {
  look: (button) => look(sceneOf(button)),
  trim: (button) => openTimes(sceneOf(button)),
  merge: (button) => doing(() => ask("POST", "/v1/scenes/merge", { scene_ids: [sceneOf(button).id, button.dataset.with] })),
  delete: async (button) => {
    const { id } = sceneOf(button);
    if (await sure("ask-scene")) await doing(() => ask("DELETE", `/v1/scenes/${id}`));
  },
};

let trimmed = null;

function openTimes(scene) {
  trimmed = scene;
  document.getElementById("times-title").textContent = scene ? gettext("Trim %(name)s", { name: scene.name }) : gettext("Add a scene");
  field("start").value = (scene?.start ?? player.currentTime).toFixed(1);
  field("end").value = (scene?.end ?? Math.min(player.currentTime + 10, player.duration || 10)).toFixed(1);
  document.getElementById("times-problem").hidden = true;
  times.showModal();
}

// A field that still shows the scene's own time means it exactly; a number has but a tenth.
function timeIn(name) {
  const shown = Number(field(name).value);
  return trimmed && trimmed[name].toFixed(1) === field(name).value ? trimmed[name] : shown;
}

async function saveTimes(event) {
  event.preventDefault();
  const wish = { start_s: timeIn("start"), end_s: timeIn("end") };
  try {
    if (trimmed) await ask("PATCH", `/v1/scenes/${trimmed.id}`, wish);
    else await ask("POST", `/v1/videos/${region.dataset.video}/scenes`, wish);
  } catch (error) {
    complain(document.getElementById("times-problem"), error);
    return;
  }
  times.close();
  await refresh(region);
}

async function deleteVideo(button) {
  if (!(await sure("ask-video"))) return;
  try {
    await ask("DELETE", `/v1/videos/${button.dataset.video}`);
    location.assign("/shorts");
  } catch (error) {
    toast(error.message);
  }
}

function showPlayer() {
  const { ready } = document.getElementById("state").dataset;
  if (ready === undefined || player.getAttribute("src")) return;
  document.getElementById("player-box").hidden = false;
  player.src = player.dataset.src;
}

export function startScenes({ exporting, tray }) {
  acts.export = (button) => exporting.open(sceneOf(button));
  acts.pick = (button) => tray.toggle(sceneOf(button));
  region.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.id === "add-scene") openTimes(null);
    else if (button?.dataset.act) acts[button.dataset.act](button);
  });
  region.addEventListener("placed", showPlayer);
  document.getElementById("times-form").addEventListener("submit", saveTimes);
  times.querySelector("[data-close]").addEventListener("click", () => times.close());
  for (const button of times.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => (document.getElementById(button.dataset.take).value = player.currentTime.toFixed(1)));
  }
  const remove = document.getElementById("delete-video");
  remove.addEventListener("click", () => deleteVideo(remove));
  showPlayer();
}
