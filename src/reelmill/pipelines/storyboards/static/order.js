// Scenes of a board in another order.
import { ask } from "/static/api.js";
import { toast } from "/static/toast.js";
import { Arranging } from "./arrange.js";
import { address, fresh, hold, release } from "./board.js";
import { announce } from "./words.js";

async function tell(panels) {
  const order = panels.map((panel) => Number(panel.dataset.number));
  if (order.some((number, index) => number !== index + 1)) {
    try {
      await ask("POST", `${address}/reorder`, { scene_order: order });
    } catch (error) {
      toast(error.message);
    }
  }
  const held = document.activeElement?.id;
  release();
  await fresh();
  if (held) document.getElementById(held)?.focus({ preventScroll: true });
}

export function startOrder(scenes) {
  new Arranging(scenes, {
    thing: "[data-scene]",
    hold: ".panel-look",
    // A form that is open keeps its place.
    mayBegin: () => !document.querySelector("#scenes details[open]"),
    begin: hold,
    moved: (panel, place, places) => announce(`Scene ${panel.dataset.number} is now at place ${place} of ${places}.`),
    rest: tell,
  });
}
