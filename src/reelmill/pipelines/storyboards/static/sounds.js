// A voice and music: uploaded, and put over the video.
import { ask } from "/static/api.js";
import { upload } from "./assets.js";
import { address, doing } from "./board.js";
import { announce } from "./words.js";

const wanted = (side) => {
  const told = {};
  for (const part of side.querySelectorAll("[data-sound]")) told[`${part.dataset.sound}_asset_id`] = part.dataset.asset || null;
  return told;
};

export function startSounds(side) {
  const set = (name, id) => ask("PUT", `${address}/sounds`, { ...wanted(side), [`${name}_asset_id`]: id });
  side.addEventListener("change", ({ target }) => {
    const part = target.closest("[data-sound]");
    if (!part || !target.files?.length) return;
    doing(async () => {
      await set(part.dataset.sound, await upload(target.files[0]));
      announce(`The ${part.dataset.sound} is there.`);
    });
  });
  side.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-act=no-sound]");
    if (button) doing(() => set(button.closest("[data-sound]").dataset.sound, null));
  });
}
