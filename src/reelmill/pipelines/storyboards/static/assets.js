// A file -> an asset that boards can show or let be heard.
import { Problem, problemIn } from "/static/api.js";

export async function upload(file) {
  const body = new FormData();
  body.append("file", file);
  const answer = await fetch("/v1/storyboards/assets", { method: "POST", headers: { Accept: "application/json" }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, problemIn(text));
  return JSON.parse(text).id;
}
