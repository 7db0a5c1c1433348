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

// Every request for an export makes its link anew, so a link that is older than its hour is never used.
export async function download(exportId) {
  const made = await ask("GET", `/v1/exports/${exportId}`);
  if (!made.download_url) throw new Problem(409, { detail: "It is not made yet." });
  const link = document.createElement("a");
  link.href = made.download_url;
  link.download = "";
  link.click();
}
