/** One question and its answer on the page, from the search to the end. */

import { announce } from "./announcer.js";
import { answerParts, summary, understood } from "./answer.js";
import { button, element, fill } from "./dom.js";
import { failure } from "./failure.js";
import { StatementList } from "./statements.js";
import { counted, listed } from "./words.js";

export class Exchange {
  #collection;
  #progress = element("p", { class: "progress" });
  #body = element("div", { class: "answer" });
  #notes = element("div", { class: "notes" });
  #outcome = element("div", { class: "outcome" });
  #list = null;
  #quotes = [];
  #withheld = 0;

  /** `request`: `{question, filters}`. */
  constructor(request, collection) {
    this.request = request;
    this.#collection = collection;
    this.element = element(
      "article",
      { class: "exchange", "aria-label": `Question: ${request.question}` },
      element("h2", {}, request.question),
      asked(request.filters),
      this.#notes,
      this.#progress,
      this.#body,
      this.#outcome,
    );
  }

  /** As it was before anything came. */
  begin() {
    this.#list = null;
    this.#quotes = [];
    this.#withheld = 0;
    fill(this.#notes);
    fill(this.#body);
    fill(this.#outcome);
    this.#tell("Searching the reports…");
  }

  searched({ reports, passages }) {
    this.#tell(`Searched ${counted(passages, "passage")} of ${counted(reports, "report")}. Reading what was found…`);
  }

  evidence({ standalone_question: question }) {
    if (question && question !== this.request.question) {
      fill(this.#notes, understood({ question: this.request.question, standalone_question: question }));
    }
  }

  statement({ text, quotes }) {
    if (!this.#list) {
      this.#list = new StatementList();
      fill(this.#body, this.#list.element);
      announce("The first statement is there; more may follow.");
    }
    this.#list.add(text, quotes.map((quote) => this.#position(quote)), this.#quotes);
    this.#tell(`Writing: ${counted(this.#list.element.childElementCount, "statement")} verified so far…`, true);
  }

  withheld() {
    this.#withheld += 1;
    this.#tell(`Writing: ${counted(this.#withheld, "statement")} withheld so far…`, true);
  }

  /** The whole answer takes the place of what came before it, and the focus stays where it was. */
  done(answer) {
    const focused = this.#body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    fill(this.#progress);
    fill(this.#notes, understood(answer));
    fill(this.#body, answerParts(answer, this.#collection));
    if (focused) [...this.#body.querySelectorAll("[aria-label]")].find((one) => one.getAttribute("aria-label") === focused)?.focus();
  }

  tellDone(answer) {
    announce(summary(answer));
  }

  stopped(retry) {
    fill(this.#progress);
    const shown = this.#list ? " What is shown was verified; more may have followed." : "";
    fill(this.#outcome, element("p", { class: "stopped" }, `Stopped.${shown} `, button("Ask again", retry)));
    announce("Stopped.");
  }

  failed(problem, retry) {
    fill(this.#progress);
    fill(this.#outcome, failure(problem, retry));
  }

  #position(quote) {
    const same = (one) => one.report === quote.report && one.start === quote.start && one.end === quote.end;
    const at = this.#quotes.findIndex(same);
    return at >= 0 ? at : this.#quotes.push(quote) - 1;
  }

  #tell(text, quietly = false) {
    fill(this.#progress, element("span", { class: "pulse", "aria-hidden": "true" }), text);
    if (!quietly) announce(text);
  }
}

function asked(filters) {
  const parts = [
    filters?.countries.length ? listed(filters.countries) : "",
    filters?.years.length ? `edition${filters.years.length > 1 ? "s" : ""} ${listed(filters.years)}` : "",
  ].filter(Boolean);
  return parts.length > 0 ? element("p", { class: "asked-of" }, `Asked of ${parts.join(", ")}`) : null;
}
