/** Requests to the server. Each throws a `Problem`, or an `AbortError` where its signal fired. */

import { events } from "./events.js";
import { accessKey, askForKey } from "./key.js";
import { brokenOff, problemIn, problemOf, unreachable } from "./problem.js";

export async function reports() {
  return (await send("v1/reports")).json();
}

export async function report(id) {
  return (await send(`v1/reports/${encodeURIComponent(id)}`)).json();
}

/** A report's stored text, to the code point: a byte order mark counts as one. */
export async function reportText(id) {
  const bytes = await (await send(`v1/reports/${encodeURIComponent(id)}/text`)).arrayBuffer();
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

export async function verify(quotation) {
  return (await send("v1/verify", posted(quotation))).json();
}

/** The file that an answer becomes in another format, and the name that the server gives it. */
export async function exported(answer, format) {
  const response = await send("v1/export", posted({ answer, format }));
  const name = /filename="([^"/\\]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return { content: await response.blob(), name };
}

/** Yields the events of an answer in the making; throws where they end before the answer is done. */
export async function* chat(request, signal) {
  const response = await send("v1/chat", { ...posted(request), signal });
  try {
    for await (const event of events(response.body)) {
      if (event.name === "error") throw problemIn(event.data);
      yield event;
      if (event.name === "done") return;
    }
  } catch (error) {
    throw error instanceof TypeError ? brokenOff() : error;
  }
  throw brokenOff();
}

function posted(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function send(path, options = {}) {
  for (let rejected = false; ; rejected = true) {
    const key = accessKey();
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    const response = await fetch(path, { ...options, headers }).catch((error) => {
      throw error instanceof TypeError ? unreachable() : error;
    });
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.status !== 401 || !(await askForKey(rejected))) throw problem;
  }
}
