// A question in a dialog of the house -> whether the answer was yes.

export function sure(id) {
  const dialog = document.getElementById(id);
  return new Promise((answer) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
