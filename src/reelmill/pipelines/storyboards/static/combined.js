// Videos of several storyboards: watched, made again, deleted.
import { ask } from "/static/api.js";
import { sure } from "/static/asks.js";
import { refresh } from "/static/parts.js";
import { toast } from "/static/toast.js";

const region = document.getElementById("combined");
const screen = document.getElementById("watch");
const player = screen.querySelector("video");

function watch(link) {
  Object.assign(player, { poster: link.dataset.poster, src: link.href });
  screen.showModal();
  player.play().catch(() => {});
}

async function doing(act) {
  try {
    await act();
  } catch (error) {
    toast([error.message, error.hint].filter(Boolean).join(" "));
  }
  await refresh(region);
}

async function pressed(event) {
  const link = event.target.closest("[data-watch]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    watch(link);
  }
  const button = event.target.closest("button");
  if (button?.dataset.act === "again") await doing(() => ask("POST", "/v1/storyboards/combine", JSON.parse(button.dataset.wish)));
  else if (button?.dataset.act === "delete" && (await sure("ask-combined"))) await doing(() => ask("DELETE", button.dataset.own));
}

export function startCombined() {
  region.addEventListener("click", pressed);
  screen.addEventListener("close", () => {
    player.pause();
    player.removeAttribute("src");
    player.load();
  });
}
