// What each page of the shorts needs, and no more.
import { countDown } from "./words.js";

const COUNT_MS = 10000;
const POLL_MS = 2000;

async function start() {
  const has = (id) => document.getElementById(id) !== null;
  if (has("upload")) (await import("./upload.js")).startUpload();
  if (has("exports")) (await import("./exports.js")).startExports();
  if (has("video")) {
    const [{ ExportDialog }, { Tray }, { startScenes }] = await Promise.all(["./dialog.js", "./tray.js", "./scenes.js"].map((name) => import(name)));
    const exporting = new ExportDialog();
    startScenes({ exporting, tray: new Tray() });
    setInterval(() => exporting.work.age(), COUNT_MS);
    setInterval(() => exporting.work.poll(), POLL_MS);
  }
  setInterval(countDown, COUNT_MS, document);
  document.documentElement.dataset.shorts = "on";
}

start();
