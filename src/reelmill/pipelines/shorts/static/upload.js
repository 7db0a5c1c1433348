// A file, chosen or dropped, or an address -> a video; with how far the upload is, and errors in words.
import { Problem, ask, problemIn } from "/static/api.js";
import { gettext, number } from "/static/gettext.js";
import { complain } from "./words.js";

const form = document.getElementById("upload");
const file = document.getElementById("upload-file");
const problem = document.getElementById("upload-problem");
const progress = document.getElementById("upload-progress");
const bar = progress.querySelector("progress");

const open = (video) => location.assign(`/shorts/videos/${video.video_id}`);

function show(sent, total) {
  Object.assign(bar, { max: total, value: sent });
  document.getElementById("upload-share").textContent = `${Math.floor((sent / total) * 100)} %`;
  document.getElementById("upload-words").textContent = sent < total ? gettext("Uploading") : gettext("Checking the file");
}

function send(chosen) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", chosen);
  request.open("POST", form.getAttribute("action"));
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => event.lengthComputable && show(event.loaded, event.total));
  document.getElementById("upload-stop").onclick = () => request.abort();
  return new Promise((done, fail) => {
    request.addEventListener("load", () => {
      const told = problemIn(request.responseText);
      if (request.status < 400) done(told);
      else fail(new Problem(request.status, told));
    });
    request.addEventListener("error", () => fail(new Problem(0, { detail: gettext("The upload broke off. Is the server there?") })));
    request.addEventListener("abort", () => fail(new Problem(0, { detail: gettext("The upload was stopped.") })));
    request.send(body);
  });
}

async function upload(chosen) {
  problem.hidden = true;
  const most = Number(form.dataset.max);
  if (chosen.size > most) {
    complain(problem, new Problem(413, { detail: gettext("This file is larger than %(size)s GB.", { size: number(most / 1e9, 1) }) }));
    return;
  }
  form.hidden = true;
  progress.hidden = false;
  show(0, chosen.size || 1);
  try {
    open(await send(chosen));
  } catch (error) {
    complain(problem, error);
    form.hidden = false;
    progress.hidden = true;
    file.focus();
  }
}

function listenToDrops() {
  const mark = (on) => form.classList.toggle("over", on);
  addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("dragenter", () => mark(true));
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || mark(false));
  addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped && !form.hidden) upload(dropped);
  });
}

export function startUpload() {
  listenToDrops();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (file.files.length) upload(file.files[0]);
  });
  document.getElementById("by-address").addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    const url = document.getElementById("address").value.trim();
    if (!/^https?:\/\/\S+$/.test(url)) {
      complain(problem, { message: gettext("An address begins with http:// or https://.") });
      return;
    }
    try {
      open(await ask("POST", form.getAttribute("action"), { url }));
    } catch (error) {
      complain(problem, error);
    }
  });
}
