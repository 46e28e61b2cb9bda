/** The questions of this page in order: asked, stopped, asked again, remembered. */

import * as api from "./api.js";
import { byId, element } from "./dom.js";
import { Exchange } from "./exchange.js";
import { forget, past, remember } from "./history.js";
import { turns } from "./turns.js";

/** Events of an answer in the making, each a method of `Exchange`. */
const SHOWN = new Set(["searched", "evidence", "statement", "withheld", "done"]);

export class Conversation {
  #place = byId("exchanges");
  #collection;
  #onRunning;
  #running = null;
  /** Of the conversation that goes on; earlier ones are not taken along. */
  #answers = [];
  #opens = true;

  /** `onRunning` is told whether an answer is in the making. */
  constructor(collection, onRunning) {
    this.#collection = collection;
    this.#onRunning = onRunning;
  }

  /** Shows what earlier visits asked, with every quote. */
  restore() {
    for (const { question, filters, opens, answer } of past()) {
      if (opens) this.startAnew();
      this.#add({ question, filters }).done(answer);
      this.#answers.push(answer);
      this.#opens = false;
    }
    this.#place.scrollTop = this.#place.scrollHeight;
  }

  ask(question, filters) {
    if (this.#running) return;
    const exchange = this.#add({ question, filters });
    const request = { question, filters, conversation: this.#answers.length > 0 ? turns(this.#answers) : null };
    exchange.element.scrollIntoView({ block: "start" });
    this.#run(exchange, request);
  }

  stop() {
    this.#running?.abort();
  }

  /** The next question is understood without those before it. */
  startAnew() {
    this.#answers = [];
    this.#opens = true;
    const last = this.#place.lastElementChild;
    if (!last || last.classList.contains("divider")) return;
    this.#place.append(element("p", { class: "divider" }, "New conversation"));
    this.#place.scrollTop = this.#place.scrollHeight;
  }

  clear() {
    this.stop();
    forget();
    this.#place.replaceChildren();
    this.#answers = [];
    this.#opens = true;
    this.#tellEmpty();
  }

  #add(request) {
    const exchange = new Exchange(request, this.#collection);
    this.#place.append(exchange.element);
    this.#tellEmpty();
    return exchange;
  }

  async #run(exchange, request) {
    if (this.#running) return;
    const again = () => this.#run(exchange, request);
    const running = new AbortController();
    this.#running = running;
    this.#onRunning(true);
    exchange.begin();
    try {
      for await (const { name, data } of api.chat(request, running.signal)) {
        if (SHOWN.has(name)) exchange[name](data);
        if (name === "done") this.#keep(exchange, request, data);
      }
    } catch (problem) {
      if (running.signal.aborted) exchange.stopped(again);
      else exchange.failed(problem, again);
    } finally {
      this.#running = null;
      this.#onRunning(false);
    }
  }

  #keep(exchange, { question, filters }, answer) {
    exchange.tellDone(answer);
    this.#answers.push(answer);
    if (exchange.element.isConnected) remember({ question, filters, opens: this.#opens, answer });
    this.#opens = false;
  }

  #tellEmpty() {
    byId("welcome").hidden = this.#place.childElementCount > 0;
  }
}
