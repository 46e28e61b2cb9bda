/** Links to places in reports: `#report=kazakhstan-2020&start=3400&end=3562`, in code points of the stored text. */

/** `{report, start, end}`; without offsets the report's beginning. */
export function fragment({ report, start, end }) {
  const place = start === undefined ? { report } : { report, start, end };
  return `#${new URLSearchParams(Object.entries(place))}`;
}

/** The whole address that reopens the report at the place. */
export function address(place) {
  return new URL(fragment(place), location.href.split("#")[0]).href;
}

/** The place that a fragment names, or null. */
export function placeIn(hash) {
  const named = new URLSearchParams(hash.slice(1));
  const report = named.get("report");
  if (!report) return null;
  const [start, end] = ["start", "end"].map((name) => offset(named.get(name)));
  return start !== null && end !== null && start < end ? { report, start, end } : { report };
}

function offset(text) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
