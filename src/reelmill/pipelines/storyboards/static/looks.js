// How the video looks beside its scenes: said at once when something is chosen.
import { ask } from "/static/api.js";
import { upload } from "./assets.js";
import { address, doing } from "./board.js";
import { announce } from "./words.js";

const HUNDRED = 100;

const set = (wished) =>
  doing(async () => {
    await ask("PUT", `${address}/looks`, await wished());
    announce("The video will look so.");
  });

// Parts of a whole are written in percent, and sent as shares.
const valueOf = (field) => (field.type === "number" ? Number(field.value) / HUNDRED : field.value);

// All fields as they are now: what was chosen a moment ago may not have come back yet.
function markOf(side) {
  const told = { asset_id: side.querySelector("[data-mark]").dataset.mark };
  for (const field of side.querySelectorAll("[data-of-mark]")) told[field.dataset.ofMark] = valueOf(field);
  return told;
}

function changed(side, field) {
  const { look, ofMark } = field.dataset;
  if (look) set(() => ({ [look]: field.type === "number" ? Number(field.value) : field.value }));
  else if (ofMark) set(() => ({ watermark: markOf(side) }));
  else if (field.id === "mark" && field.files.length) set(async () => ({ watermark: { asset_id: await upload(field.files[0]) } }));
}

export function startLooks(side) {
  side.addEventListener("change", ({ target }) => changed(side, target));
  side.addEventListener("click", ({ target }) => {
    if (target.closest("[data-act=no-mark]")) set(() => ({ watermark: null }));
  });
}
