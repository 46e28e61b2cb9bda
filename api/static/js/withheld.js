/** Statements that were not shown, counted, with the reason for each. */

import { element } from "./dom.js";
import { MODEL_FAILED, WITHHELD, counted, inWords } from "./words.js";

/** A notice for what a failed model left out, and the rest behind its count. */
export function withheld(found) {
  const judged = found.filter((one) => one.verdict !== MODEL_FAILED);
  return judged.length > 0
    ? element(
        "details",
        { class: "withheld" },
        element("summary", {}, `${counted(judged.length, "statement")} withheld, because the quotes do not support ${judged.length === 1 ? "it" : "them"}`),
        element("ul", {}, judged.map(reasoned)),
      )
    : null;
}

/** What is said above an answer that the configured model did not, or not wholly, write. */
export function modelNotice(answer) {
  const failures = answer.withheld.filter((one) => one.verdict === MODEL_FAILED);
  if (!answer.model.degraded && failures.length === 0) return null;
  const stands = answer.model.degraded
    ? "The language model failed. The reports’ own sentences stand in for it."
    : "The language model failed before its answer was complete.";
  return element(
    "div",
    { class: "notice", role: "note" },
    element("p", {}, element("strong", {}, stands)),
    failures.map((failure) => element("p", {}, `${failure.text} is missing: ${failure.detail}`)),
  );
}

function reasoned({ text, verdict, detail }) {
  return element(
    "li",
    {},
    element("p", { class: "unsupported" }, text),
    element("p", { class: "reason" }, element("strong", {}, inWords(WITHHELD, verdict), "."), " ", detail),
  );
}
