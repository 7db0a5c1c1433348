// What each page of the storyboards needs, and no more.

async function start() {
  if (document.getElementById("draft")) (await import("./draft.js")).startDraft();
  if (document.getElementById("boards")) (await import("./stuck.js")).startStuck();
  if (document.getElementById("desk")) (await import("./board.js")).startBoard();
  document.documentElement.dataset.storyboards = "on";
}

start();
