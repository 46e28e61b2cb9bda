/** What several reports say, side by side: a column for each, in the order of their years. */

import { element } from "./dom.js";
import { quoteButton, quoteFigure } from "./quote.js";
import { placeLink } from "./report-pane.js";
import { claim, isQuoted } from "./statements.js";

/** Reports that an answer speaks of, the silent ones among them. */
export function compared(answer) {
  const quoted = answer.quotes.map((quote) => quote.report);
  return new Set([...quoted, ...answer.silent.map((silent) => silent.report)]);
}

export function comparison(answer, collection) {
  const told = answer.statements.filter((statement) => !isQuoted(statement, answer.quotes));
  const columns = collection.inYearOrder(compared(answer)).map((report) => column(report, answer, collection));
  return [
    told.length > 0 &&
      element("ol", { class: "statements", role: "list" }, told.map((statement) => claim(statement, answer.quotes))),
    element("div", { class: "comparison", role: "group", "aria-label": "Side by side, by report" }, columns),
  ];
}

function column(report, answer, collection) {
  const cells = answer.quotes.flatMap((quote, at) => (quote.report === report ? [cell(quote, at + 1)] : []));
  const name = collection.label(report);
  const silent = answer.silent.find((one) => one.report === report);
  return element(
    "section",
    { class: "column", "aria-label": name },
    element("h3", {}, name),
    cells.length > 0 ? cells : silence(report, silent?.note, collection),
  );
}

function cell(quote, number) {
  return quoteFigure(quote, { number, extra: element("span", { class: "references" }, " ", quoteButton(quote, number)) });
}

function silence(report, note, collection) {
  return element(
    "div",
    { class: "silence" },
    element("p", {}, `The report for ${collection.year(report) || report} says nothing about this that was found.`),
    note && element("p", {}, note),
    element("p", { class: "actions" }, placeLink("Open the report", { report }, { "aria-label": `Open the report ${collection.label(report)}` })),
  );
}
