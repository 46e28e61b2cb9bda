/** Past questions with their whole answers, kept in this browser alone. */

import { Shelf } from "./storage.js";

const NAME = "rapporteur.history";
const VERSION = 1;
const MOST = 60;
const LARGEST = 2_000_000;

const shelf = new Shelf("localStorage");

/** Entries `{question, filters, opens, answer}`, oldest first; whatever cannot be read is left out. */
export function past() {
  try {
    const kept = JSON.parse(shelf.get(NAME) ?? "null");
    return kept?.version === VERSION && Array.isArray(kept.entries) ? kept.entries.filter(readable) : [];
  } catch {
    return [];
  }
}

/** Adds to what is kept, other tabs' entries included; the oldest ones make room. */
export function remember(entry) {
  let entries = [...past(), entry].slice(-MOST);
  while (entries.length > 0) {
    const text = JSON.stringify({ version: VERSION, entries });
    if (text.length <= LARGEST && shelf.set(NAME, text)) return;
    entries = entries.slice(1);
  }
}

export function forget() {
  shelf.remove(NAME);
}

function readable(entry) {
  const answer = entry?.answer;
  return (
    typeof entry?.question === "string" &&
    typeof answer?.standalone_question === "string" &&
    typeof answer.confidence === "number" &&
    Array.isArray(answer.filters?.countries) &&
    Array.isArray(answer.filters.years) &&
    typeof answer.model?.name === "string" &&
    Array.isArray(answer.quotes) &&
    answer.quotes.every(isQuote) &&
    Array.isArray(answer.statements) &&
    answer.statements.every((statement) => isStatement(statement, answer.quotes.length)) &&
    Array.isArray(answer.withheld) &&
    answer.withheld.every((withheld) => typeof withheld?.text === "string" && typeof withheld.verdict === "string") &&
    Array.isArray(answer.silent) &&
    answer.silent.every((silent) => typeof silent?.report === "string") &&
    (answer.decline === null || (Array.isArray(answer.decline?.nearest) && answer.decline.nearest.every(isQuote)))
  );
}

function isQuote(quote) {
  return ["report", "text", "citation"].every((key) => typeof quote?.[key] === "string") && Number.isInteger(quote.start);
}

function isStatement(statement, quotes) {
  const within = (position) => Number.isInteger(position) && position >= 0 && position < quotes;
  const positions = statement?.quotes;
  return typeof statement?.text === "string" && Array.isArray(positions) && positions.length > 0 && positions.every(within);
}
