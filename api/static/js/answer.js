/** A whole answer: statements with quotes, or why there is none, and what it was made from. */

import { comparison, compared } from "./comparison.js";
import { decline } from "./decline.js";
import { element } from "./dom.js";
import { exportButtons } from "./export.js";
import { StatementList, isQuoted } from "./statements.js";
import { counted, likelihood } from "./words.js";
import { modelNotice, withheld } from "./withheld.js";

/** The parts of an answer, in reading order. */
export function answerParts(answer, collection) {
  return [
    modelNotice(answer),
    answer.decline ? decline(answer.decline) : stated(answer, collection),
    withheld(answer.withheld),
    !answer.decline && element("p", { class: "aside" }, `${likelihood(answer.confidence)} · ${model(answer)}`),
    exportButtons(answer),
  ];
}

/** What was asked in fact, where that is not what was typed. */
export function understood(answer) {
  const other = answer.standalone_question !== answer.question.trim();
  return other ? element("p", { class: "understood" }, `Understood as: ${answer.standalone_question}`) : null;
}

/** An answer in one sentence, for who hears it. */
export function summary(answer) {
  if (answer.decline) return `No answer. ${answer.decline.detail}`;
  const held = answer.withheld.length > 0 ? `, ${answer.withheld.length} withheld` : "";
  return `Answered: ${counted(answer.statements.length, "statement")}, ${counted(answer.quotes.length, "quote")}${held}.`;
}

function stated(answer, collection) {
  const own = answer.statements.every((statement) => isQuoted(statement, answer.quotes));
  const heading = element("h3", { class: "lead" }, own ? "In the reports’ own words" : "What the reports say");
  if (compared(answer).size > 1) return [heading, comparison(answer, collection)];
  const list = new StatementList();
  answer.statements.forEach((statement) => list.add(statement.text, statement.quotes, answer.quotes));
  return [heading, list.element];
}

function model({ model: { provider, name, degraded }, timings_ms: timings }) {
  const named = provider === name ? name : `${provider}:${name}`;
  if (degraded) return `${named} (stands in for the model that failed)`;
  const read = timings?.passages_read;
  return read === undefined ? named : `${named}, which read ${counted(read, "passage")}`;
}
