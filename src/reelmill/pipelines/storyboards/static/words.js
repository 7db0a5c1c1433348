// Numbers and errors -> the words of the pages.

export const usd = (amount) => (amount > 0 && amount < 0.01 ? `$${Number(amount.toFixed(4))}` : `$${amount.toFixed(2)}`);

// Minutes and seconds, as players tell them.
export function length(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function complain(box, error) {
  const words = box.querySelector("p") ?? box;
  words.textContent = [error.message, error.hint].filter(Boolean).join(" ");
  box.hidden = false;
}

export function announce(text) {
  const voice = document.querySelector("[data-voice]");
  if (voice) voice.textContent = text;
}
