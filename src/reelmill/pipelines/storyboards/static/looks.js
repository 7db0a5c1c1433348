// How the video looks beside its scenes: said at once when something is chosen.
import { ask } from "/static/api.js";
import { address, doing } from "./board.js";
import { announce } from "./words.js";

const set = (wish) =>
  doing(async () => {
    await ask("PUT", `${address}/looks`, wish);
    announce("The video will look so.");
  });

export function startLooks(side) {
  side.addEventListener("change", ({ target }) => {
    const { look } = target.dataset;
    if (look) set({ [look]: Number(target.value) });
  });
}
