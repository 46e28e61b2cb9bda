/** Statements, each numbered to the quotes that it stands on. */

import { element } from "./dom.js";
import { quoteButton, quoteFigure } from "./quote.js";

/** A statement with those of its quotes that no statement before it has shown. */
export class StatementList {
  #seen = new Set();

  constructor() {
    this.element = element("ol", { class: "statements", role: "list" });
  }

  /** `quotes`: the answer's; `positions`: those of this statement in it, the foremost first. */
  add(text, positions, quotes) {
    const [first] = positions;
    const own = quotes[first].text === text && !this.#seen.has(first);
    const references = element("span", { class: "references" }, positions.flatMap((at) => reference(quotes, at)));
    const figures = positions
      .filter((at) => !this.#seen.has(at))
      .map((at) => figure(quotes, at, first, own && at === first ? references : null));
    positions.forEach((at) => this.#seen.add(at));
    this.element.append(
      element("li", { class: "statement" }, !own && element("p", { class: "claim" }, text, " ", references), figures),
    );
  }
}

/** A statement with its numbers alone, where its quotes stand elsewhere. */
export function claim({ text, quotes: positions }, quotes) {
  return element("li", { class: "statement" }, element("p", { class: "claim" }, text, positions.flatMap((at) => reference(quotes, at))));
}

/** Whether a statement is nothing but the report's own words. */
export function isQuoted(statement, quotes) {
  return quotes[statement.quotes[0]].text === statement.text;
}

function figure(quotes, at, first, extra) {
  const [quote, main] = [quotes[at], quotes[first]];
  const before =
    at !== first && quote.report === main.report && quote.paragraph === main.paragraph && quote.start < main.start;
  return quoteFigure(quote, { number: at + 1, note: before ? "Before it:" : "", extra });
}

function reference(quotes, at) {
  return [" ", quoteButton(quotes[at], at + 1)];
}
