// A file -> an asset that boards can show or let be heard.
import { Problem, problemIn } from "/static/api.js";

const TOO_MANY = 429;
const MOST_WAITS = 30;

const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

function send(file) {
  const body = new FormData();
  body.append("file", file);
  return fetch("/v1/storyboards/assets", { method: "POST", headers: { Accept: "application/json" }, body });
}

// So many files in a minute are taken: the rest wait for their turn, and whoever looks is told.
export async function upload(file, onWait = () => {}) {
  let answer = await send(file);
  for (let waits = 0; answer.status === TOO_MANY && waits < MOST_WAITS; waits += 1) {
    const seconds = Number(answer.headers.get("Retry-After")) || 1;
    onWait(seconds);
    await rest(seconds);
    answer = await send(file);
  }
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, problemIn(text));
  return JSON.parse(text).id;
}
