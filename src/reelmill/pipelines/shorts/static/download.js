// An export that is made -> a download.
import { Problem, ask } from "/static/api.js";
import { gettext } from "/static/gettext.js";

// Every request for an export makes its link anew, so a link that is older than its hour is never used.
export async function download(exportId) {
  const made = await ask("GET", `/v1/exports/${exportId}`);
  if (!made.download_url) throw new Problem(409, { detail: gettext("It is not made yet.") });
  const link = document.createElement("a");
  link.href = made.download_url;
  link.download = "";
  link.click();
}
