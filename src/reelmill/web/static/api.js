// Asks the API; what it refuses comes back as an error in words.

export class Problem extends Error {
  constructor(status, document) {
    super(document.detail || document.title || `The server answered ${status}.`);
    this.status = status;
    this.hint = document.hint ?? "";
  }
}

export const problemIn = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};

export async function ask(method, address, body) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(0, { detail: "The server cannot be reached." });
  }
  // Signed out meanwhile: the page itself leads to where one signs in.
  if (answer.status === 401) location.reload();
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, problemIn(text));
  return text ? JSON.parse(text) : null;
}
