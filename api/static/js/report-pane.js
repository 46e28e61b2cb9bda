/** The report beside the conversation: opened by the address's fragment, at a place, and closed again. */

import { announce } from "./announcer.js";
import { button, byId, element, fill } from "./dom.js";
import { fragment, placeIn } from "./links.js";
import { paragraphAt, paragraphId, paragraphs } from "./paragraphs.js";
import { open as openReport } from "./report-store.js";

const NARROW = matchMedia("(max-width: 60rem)");

let opener = null;
/** The place opened last from the page, which knows what it quotes; the address does not. */
let chosen = null;
/** Whether closing may go back to the entry of the browser's history that was there before. */
let entered = false;
let shown = null;

/** Opens what the address names, now and whenever it changes. */
export function followAddress() {
  window.addEventListener("hashchange", follow);
  byId("report-close").addEventListener("click", close);
  document.addEventListener("keydown", closeOnEscape);
  NARROW.addEventListener("change", coverOrNot);
  follow();
}

/** Opens a report at a place, beside what is being read. A place with a `text` is held against the report. */
export function openPlace(place) {
  const target = fragment(place);
  chosen = place;
  if (location.hash === target) {
    show(place);
  } else if (isOpen()) {
    location.replace(target);
  } else {
    entered = true;
    location.hash = target;
  }
}

/** A link to a place. A plain click opens it beside the conversation, any other as the browser does. */
export function placeLink(label, place, attributes = {}) {
  const onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openPlace(place);
  };
  return element("a", { href: fragment(place), onclick, ...attributes }, label);
}

export function close() {
  if (!isOpen()) return;
  hide();
  if (entered) history.back();
  else history.pushState(null, "", location.href.split("#")[0]);
  entered = false;
}

function isOpen() {
  return !byId("report").hidden;
}

function follow() {
  const place = placeIn(location.hash);
  if (place) {
    show(chosen && fragment(chosen) === location.hash ? chosen : place);
  } else {
    entered = false;
    hide();
  }
}

function closeOnEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  close();
}

async function show(place) {
  const pane = byId("report");
  if (!pane.contains(document.activeElement)) opener = document.activeElement;
  shown = place;
  pane.hidden = false;
  document.body.classList.add("reading");
  coverOrNot();
  if (pane.dataset.report !== place.report) {
    fill(byId("report-title"), "Opening the report…");
    fill(byId("report-place"));
    fill(byId("report-text"));
    delete pane.dataset.report;
  }
  try {
    const report = await openReport(place.report);
    if (shown === place) present(report, place);
  } catch (problem) {
    if (shown === place) fail(problem, place);
  }
}

function present(report, place) {
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

function fail(problem, place) {
  fill(byId("report-title"), problem.status === 404 ? "There is no such report" : "The report cannot be opened");
  fill(byId("report-source"));
  byId("report-fault").hidden = false;
  const again = problem.status === 404 ? null : button("Try again", () => show(place));
  fill(byId("report-fault"), problem.detail || problem.message, " ", again);
  byId("report-title").focus();
}

function hide() {
  const pane = byId("report");
  shown = null;
  if (pane.hidden) return;
  pane.hidden = true;
  document.body.classList.remove("reading");
  coverOrNot();
  (opener?.isConnected && opener !== document.body ? opener : byId("question")).focus();
  opener = null;
}

/** On a narrow screen the report covers everything, and what it covers is out of reach. */
function coverOrNot() {
  const covered = isOpen() && NARROW.matches;
  byId("masthead").inert = covered;
  byId("conversation").inert = covered;
}
