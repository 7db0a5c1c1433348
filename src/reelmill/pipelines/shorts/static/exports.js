// The history of exports: downloaded, tried again, stopped, deleted.
import { refresh } from "/static/parts.js";
import { ask } from "/static/api.js";
import { download } from "./download.js";
import { sure } from "/static/asks.js";
import { complain } from "./words.js";

const region = document.getElementById("exports");
const problem = document.getElementById("exports-problem");

const acts = {
  retry: (id) => ask("POST", `/v1/exports/${id}/retry`),
  cancel: (id) => ask("POST", `/v1/exports/${id}/cancel`),
  delete: async (id) => (await sure("ask-export")) && ask("DELETE", `/v1/exports/${id}`),
};

async function pressed(event) {
  const button = event.target.closest("[data-act], [data-download]");
  if (!button) return;
  event.preventDefault();
  problem.hidden = true;
  const id = button.closest("[data-export]").dataset.export;
  try {
    if (button.dataset.download) await download(id);
    else {
      await acts[button.dataset.act](id);
      await refresh(region);
    }
  } catch (error) {
    complain(problem, error);
    await refresh(region);
  }
}

// Links work for an hour: they are made anew before, also for who copies one.
const LINK_MS = 50 * 60 * 1000;

export function startExports() {
  setInterval(() => refresh(region).catch(() => {}), LINK_MS);
  region.addEventListener("click", pressed);
}
