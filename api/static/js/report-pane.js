/** Opens and closes the report beside the conversation, as the address's fragment says. */

import { byId, element } from "./dom.js";
import { fragment, placeIn } from "./links.js";
import { open as openReport } from "./report-store.js";
import { showFailure, showReport, showWaiting } from "./report-view.js";

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

function close() {
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
  showWaiting(place);
  try {
    const report = await openReport(place.report);
    if (shown === place) showReport(report, place);
  } catch (problem) {
    if (shown === place) showFailure(problem, () => show(place));
  }
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
