/** What the pane shows of a report: where one is, its text with the place marked, the way to its sections. */

import { announce } from "./announcer.js";
import { button, byId, element, fill } from "./dom.js";
import { paragraphAt, paragraphId, paragraphs } from "./paragraphs.js";

/** Until the report is there; what is there of the same report stays. */
export function showWaiting(place) {
  const pane = byId("report");
  if (pane.dataset.report === place.report) return;
  delete pane.dataset.report;
  byId("report-fault").hidden = true;
  fill(byId("report-title"), "Opening the report…");
  for (const part of ["report-place", "report-text", "report-contents", "report-source"]) fill(byId(part));
}

/** `place`: `{report}`, with `start` and `end` where words are to be marked, and their `text` where it is known. */
export function showReport(report, place) {
  const { info } = report;
  const fault = faultOf(place, report);
  const there = place.start !== undefined && !fault ? paragraphAt(info, place) : undefined;
  fill(byId("report-title"), `${info.country} ${info.year}`);
  fill(byId("report-place"), there ? [there.section, `paragraph ${there.number}`].filter(Boolean).join(", ") : "");
  fill(byId("report-source"), `${info.publisher}, ${info.title}. ${info.licence}`);
  byId("report-fault").hidden = !fault;
  fill(byId("report-fault"), fault);
  fill(byId("report-text"), paragraphs(report, there ? place : null));
  contents(info);
  byId("report").dataset.report = info.id;
  settle(there);
}

/** Why nothing is marked although a place was named; "" where it can be. */
function faultOf({ start, end, text: words }, { info, text }) {
  if (start === undefined) return "";
  if (words !== undefined && text.slice(start, end) !== words) {
    return "This report has changed since the answer was given: the words quoted no longer stand at their place.";
  }
  return paragraphAt(info, { start, end }) ? "" : "The place that the link names is not in this report’s text.";
}

function contents(info) {
  const sections = byId("report-contents");
  const entries = info.outline.map(({ heading, level, paragraph }) =>
    element("option", { value: paragraph }, `${"\u2003".repeat(Math.max(0, level - 1))}${heading}`),
  );
  fill(sections, element("option", { value: "" }, "Go to a section…"), entries);
  sections.onchange = () => {
    if (sections.value) byId(paragraphId(sections.value))?.scrollIntoView({ block: "start" });
    sections.value = "";
  };
}

/** Shows the marked paragraph and puts the focus on it, so that it is read aloud and Escape leads back. */
function settle(there) {
  const quoted = there && byId(paragraphId(there.number));
  if (quoted) {
    const bring = () => quoted.querySelector("mark").scrollIntoView({ block: "center" });
    bring();
    // Paragraphs that come into sight are laid out only now, and move what lies below them.
    requestAnimationFrame(bring);
    quoted.focus({ preventScroll: true });
  } else {
    byId("report-text").scrollTop = 0;
    byId("report-title").focus();
  }
  announce(`Report opened: ${byId("report-title").textContent} ${byId("report-place").textContent}`);
}

/** What went wrong, and a button that calls `retry` where that may help. */
export function showFailure(problem, retry) {
  fill(byId("report-title"), problem.status === 404 ? "There is no such report" : "The report cannot be opened");
  fill(byId("report-source"));
  byId("report-fault").hidden = false;
  const again = problem.status === 404 ? null : button("Try again", retry);
  fill(byId("report-fault"), problem.detail || problem.message, " ", again);
  byId("report-title").focus();
}
