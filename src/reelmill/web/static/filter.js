// The list follows the filter while one types; the address follows too, so that it can be shared.
import { refresh } from "./parts.js";

const TYPING_MS = 200;

export function startFilter() {
  const form = document.querySelector("form[data-filter]");
  const region = form && document.getElementById(form.dataset.filter);
  if (!region) return;
  let timer = 0;

  const follow = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
    const tail = query.size ? `?${query}` : "";
    history.replaceState(null, "", form.getAttribute("action") + tail);
    region.dataset.part = region.dataset.base + tail;
    refresh(region);
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(follow, TYPING_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    follow();
  });
  form.querySelector("[data-needless]")?.setAttribute("hidden", "");
}
