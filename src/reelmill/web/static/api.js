// Asks the API; what it refuses comes back as an error in words, in the page's language where it has some for this kind of error.
import { gettext, known } from "./gettext.js";

export class Problem extends Error {
  constructor(status, document) {
    super(known(document.title) ?? (document.detail || document.title || gettext("The server answered %(status)s.", { status })));
    this.status = status;
    this.hint = known(document.hint) ?? (known(document.title) ? "" : (document.hint ?? ""));
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
    throw new Problem(0, { detail: gettext("The server cannot be reached.") });
  }
  // Signed out meanwhile: the page itself leads to where one signs in.
  if (answer.status === 401) location.reload();
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, problemIn(text));
  return text ? JSON.parse(text) : null;
}
