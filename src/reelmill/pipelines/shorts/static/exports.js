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

export function startExports() {
  region.addEventListener("click", pressed);
}
