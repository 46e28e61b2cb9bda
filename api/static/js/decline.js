/** An answer that declines: why, what was searched, and what came nearest. */

import { element } from "./dom.js";
import { quoteFigure } from "./quote.js";
import { DECLINED, counted, inWords } from "./words.js";

export function decline({ reason, detail, searched, nearest }) {
  return element(
    "div",
    { class: "decline" },
    element("h3", {}, reason === "about_the_reports" ? "" : "No answer. ", inWords(DECLINED, reason), "."),
    element("p", {}, detail),
    element("p", { class: "aside" }, `Searched ${counted(searched.passages, "passage")} of ${counted(searched.reports, "report")}.`),
    nearest.length > 0 && element("h4", {}, "The nearest passages"),
    nearest.map((quote) => quoteFigure(quote)),
  );
}
