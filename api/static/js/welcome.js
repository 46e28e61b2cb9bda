/** The first screen: what the collection holds, and questions to try. */

import { button, byId, element, fill } from "./dom.js";
import { failure } from "./failure.js";
import { placeLink } from "./report-pane.js";
import { samples } from "./samples.js";
import { counted } from "./words.js";

/** `onAsk` takes the question that was chosen. */
export function welcome(collection, onAsk) {
  const { reports, countries } = collection;
  const where = countries.length === 1 ? countries[0] : `${countries.length} countries`;
  fill(
    byId("holdings"),
    reports.length > 0
      ? `${counted(reports.length, "report")} on ${where}, ${collection.years.length === 1 ? "edition" : "editions"} ${collection.span}`
      : "The collection holds no reports.",
  );
  fill(
    byId("samples"),
    samples(collection).map((question) => element("li", {}, button(question, () => onAsk(question), { class: "sample" }))),
  );
  fill(byId("shelf"), countries.map((country) => shelved(country, collection)));
  fill(byId("writer"), writer(collection.model));
}

export function welcomeFailed(problem, retry) {
  fill(byId("samples"), element("li", {}, failure(problem, retry)));
}

function shelved(country, collection) {
  const links = collection.reports
    .filter((report) => report.country === country)
    .flatMap((report) => [" ", placeLink(String(report.year), { report: report.id }, { "aria-label": `${country} ${report.year}` })]);
  return element("li", {}, country, links);
}

function writer(model) {
  if (!model) return "";
  if (model.provider === "extractive") return "Answers are the reports’ own sentences; no language model writes here.";
  return `${model.provider}:${model.name} writes; each of its sentences is checked against its quotes before it is shown.`;
}
