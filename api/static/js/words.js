/** What the page calls verdicts, reasons and likelihoods. */

/** A confidence of 0..1 in the words that the command line uses. */
export function likelihood(confidence) {
  if (confidence >= 0.9) return "The reports very probably answer this";
  if (confidence >= 0.7) return "The reports probably answer this";
  if (confidence >= 0.5) return "The reports may answer this: read the quotes in their context";
  return "The reports may not answer this: read the quotes in their context";
}

export const MODEL_FAILED = "model_failed";

/** Why a statement was withheld, by verdict. */
export const WITHHELD = {
  unknown_label: "It points to a sentence that does not exist",
  no_quote: "It rests on no quote",
  number_not_in_quote: "A number in it is not in the quote",
  date_not_in_quote: "A date in it is not in the quote",
  name_not_in_quote: "A name in it is not in the quote",
  words_not_in_quote: "Words it gives as quoted are not in the quote",
  negation_changed: "It adds or drops a denial, or turns an outcome round",
  attribution_dropped: "It states as fact what somebody said",
  scope_changed: "It claims more, or with more certainty, than the quote",
  wrong_report: "It names another country or edition than its quote",
  unrelated: "The quote does not say this",
  hidden_text: "It holds characters that nobody sees",
  [MODEL_FAILED]: "The language model failed",
};

/** What heads an answer that declines, by reason. */
export const DECLINED = {
  silent: "The reports do not answer this",
  not_in_collection: "The collection holds no report on this",
  nothing_verified: "Nothing that was written held against the reports’ own words",
  about_the_reports: "About the reports themselves",
  cannot_count: "Counting over reports is not done here",
  not_a_question: "There is nothing to look up",
};

/** What was found of a pasted quotation, by verdict. */
export const QUOTATION = {
  verbatim: "Verbatim: whole sentences, as printed",
  typography: "Whole sentences, the same but for typography",
  cut: "As printed, but its sentence goes on, or words were left out",
  misattributed: "In another report than the one named",
  not_found: "Not found in any report",
};

/** `words` for a name of this table, or the name itself where a newer server has one more. */
export function inWords(table, name) {
  return Object.hasOwn(table, name) ? table[name] : name.replaceAll("_", " ");
}

const NUMBER = new Intl.NumberFormat("en");

/** As in "1 report" and "1,262 passages". */
export function counted(count, noun) {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** As in "Chad, Iran and Malta". */
export function listed(items) {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(items.map(String));
}
