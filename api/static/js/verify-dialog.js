/** Whether a pasted quotation stands in the reports, as quoted, and where. */

import * as api from "./api.js";
import { button, byId, element, fill } from "./dom.js";
import { failure } from "./failure.js";
import { openPlace } from "./report-pane.js";
import { QUOTATION, counted, inWords } from "./words.js";

const MOST = 20;

export function offerVerification(collection) {
  const choices = collection.reports.map((report) => element("option", { value: report.id }, collection.label(report.id)));
  fill(byId("verify-report"), element("option", { value: "" }, "Any report"), choices);
}

export function prepareVerification() {
  const dialog = byId("verify-dialog");
  byId("verify-open").addEventListener("click", () => {
    dialog.showModal();
    byId("verify-quote").focus();
  });
  byId("verify-close").addEventListener("click", () => dialog.close());
  byId("verify-form").addEventListener("submit", (event) => {
    event.preventDefault();
    judge();
  });
  byId("verify-quote").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) judge();
  });
}

async function judge() {
  const quote = byId("verify-quote").value.trim();
  if (!quote) return;
  const result = byId("verify-result");
  fill(result, element("p", {}, "Looking for it…"));
  try {
    const found = await api.verify({ quote, report: byId("verify-report").value || null, country: null, year: null });
    fill(result, verdict(found));
  } catch (problem) {
    fill(result, failure(problem, judge));
  }
}

function verdict(found) {
  const more = found.places.length - MOST;
  return [
    element("p", { class: "verdict", "data-verdict": found.verdict }, element("strong", {}, inWords(QUOTATION, found.verdict), ".")),
    found.places.length > 1 && element("p", { class: "aside" }, `It stands in ${counted(found.places.length, "place")}.`),
    element("ul", { class: "places", role: "list" }, found.places.slice(0, MOST).map(place)),
    more > 0 && element("p", { class: "aside" }, `And in ${counted(more, "more place")}.`),
    found.nearest && nearest(found.nearest),
  ];
}

function place(found) {
  return element(
    "li",
    {},
    element("p", { class: "citation" }, found.citation),
    cut("Before it, the sentence says", found.before),
    cut("Left out inside", found.omitted.join(" … ")),
    cut("After it, the sentence says", found.after),
    found.lost.length > 0 && element("p", { class: "lost" }, `What was cut holds: ${found.lost.join(", ")}.`),
    opener(found),
  );
}

function nearest(found) {
  return element(
    "div",
    { class: "nearest" },
    element("p", { class: "note" }, "The nearest true sentence, which is no verdict:"),
    element("blockquote", {}, "“", found.text, "”"),
    element("p", { class: "citation" }, found.citation),
    opener(found),
  );
}

/** A full stop alone is not worth telling. */
function cut(where, text) {
  return /[\p{L}\p{N}]/u.test(text) ? element("p", { class: "cut" }, `${where}: `, element("q", {}, text.trim())) : null;
}

function opener({ report, start, end, citation }) {
  const open = () => {
    byId("verify-dialog").close();
    openPlace({ report, start, end });
  };
  return button("Open in report", open, { "aria-label": `Open in report: ${citation}` });
}
