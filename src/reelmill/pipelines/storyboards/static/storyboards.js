// What each page of the storyboards needs, and no more.

// What is pressed before its script is there is done as soon as it is. The form of a draft goes
// nowhere by itself: outside of a dialog, its method sends nothing.
let early = null;
const keep = ({ target }) => (early = target.closest("#desk button, #draft [type=submit]") ?? early);

async function start() {
  document.addEventListener("click", keep, true);
  if (document.getElementById("draft")) (await import("./draft.js")).startDraft();
  if (document.getElementById("boards")) (await import("./stuck.js")).startStuck();
  if (document.getElementById("combine")) (await import("./combine.js")).startCombine();
  if (document.getElementById("combined")) (await import("./combined.js")).startCombined();
  if (document.getElementById("desk")) (await import("./board.js")).startBoard();
  document.removeEventListener("click", keep, true);
  document.documentElement.dataset.storyboards = "on";
  if (early?.isConnected) early.click();
}

start();
