/** A request that failed, in words for a reader. */
export class Problem extends Error {
  /** `status` is 0 where no answer came at all; `retryAfter` is in seconds. */
  constructor({ title, detail = "", status = 0, instance = null, retryAfter = null }) {
    super(title);
    Object.assign(this, { title, detail, status, instance, retryAfter });
  }
}

export function unreachable() {
  return new Problem({
    title: "The server cannot be reached",
    detail: "Check that it is running and that you are connected, then try again.",
  });
}

export function brokenOff() {
  return new Problem({
    title: "The answer broke off",
    detail: "The connection ended before the answer did. What is shown above was verified.",
  });
}

/** What a response other than a success says, whether or not it is problem JSON. */
export async function problemOf(response) {
  const told = await response.json().catch(() => ({}));
  return new Problem({
    title: text(told.title) || `The server answered with status ${response.status}`,
    detail: [text(told.detail), ...faults(told.errors)].filter(Boolean).join(" "),
    status: response.status,
    instance: text(told.instance) || null,
    retryAfter: seconds(response.headers.get("Retry-After")),
  });
}

/** Problem JSON that came as an event. */
export function problemIn(told) {
  const title = text(told?.title) || "The answer failed";
  return new Problem({ title, detail: text(told?.detail), status: Number(told?.status) || 500 });
}

/** What is wrong with the parts of a request. */
function faults(errors) {
  return Array.isArray(errors) ? errors.map((fault) => `${text(fault?.message)}.`) : [];
}

function text(value) {
  return typeof value === "string" ? value : "";
}

/** `Retry-After` is a number of seconds or a date. */
function seconds(header) {
  if (!header) return null;
  const wait = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : null;
}
