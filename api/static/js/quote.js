/** One quote as a figure: the report's words, where they stand, and what can be done with them. */

import { copyButton } from "./clipboard.js";
import { element } from "./dom.js";
import { address } from "./links.js";
import { openPlace, placeLink } from "./report-pane.js";

/** `number` as cited, or null for a passage that is only near; `note` says how it belongs; `extra` follows the words. */
export function quoteFigure(quote, { number = null, note = "", extra = null } = {}) {
  const name = number === null ? quote.citation : `quote ${number}`;
  return element(
    "figure",
    { class: "quote" },
    note && element("p", { class: "note" }, note),
    element("blockquote", {}, "“", quote.text, "”", extra),
    element(
      "figcaption",
      {},
      element("p", { class: "citation" }, number !== null && !extra && `[${number}] `, cited(quote)),
      element(
        "p",
        { class: "actions" },
        placeLink("Open in report", quote, { "aria-label": `Open in report: ${name}` }),
        copyButton("Copy as citation", () => citation(quote), { "aria-label": `Copy as citation: ${name}` }),
        copyButton("Copy link", () => address(quote), { "aria-label": `Copy link: ${name}` }),
      ),
    ),
  );
}

/** `[1]`, which opens the report at the quote. */
export function quoteButton(quote, number) {
  const label = `[${number}] Open quote ${number}: ${quote.citation}`;
  const onclick = () => openPlace(quote);
  return element("button", { type: "button", class: "reference", onclick, "aria-label": label }, `[${number}]`);
}

/** As pasted into a filing. */
export function citation(quote) {
  return `“${quote.text}” ${quote.citation}${quote.url ? `, ${quote.url}` : ""}`;
}

function cited(quote) {
  const linked = quote.url && /^https?:\/\//i.test(quote.url);
  if (!linked) return element("cite", {}, quote.citation);
  return element("cite", {}, element("a", { href: quote.url, rel: "noreferrer noopener", target: "_blank" }, quote.citation));
}
