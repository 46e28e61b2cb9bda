/** Where a question is typed: Enter sends it, Shift+Enter breaks the line. */

import { byId } from "./dom.js";

export class Composer {
  #form = byId("composer");
  #field = byId("question");
  #running = false;

  /** `onAsk` takes the question; `onStop` ends the answer in the making. */
  constructor(onAsk, onStop) {
    const send = () => {
      const question = this.#field.value.trim();
      if (!question || this.#running) return;
      this.#field.value = "";
      this.#grow();
      onAsk(question);
    };
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    this.#field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    this.#field.addEventListener("input", () => this.#grow());
    byId("stop").addEventListener("click", () => {
      onStop();
      this.focus();
    });
  }

  /** While an answer is in the making the button stops it. */
  set running(running) {
    this.#running = running;
    const focused = [byId("ask"), byId("stop")].includes(document.activeElement);
    byId("ask").hidden = running;
    byId("stop").hidden = !running;
    if (focused) this.focus();
  }

  /** Where typing would bring up a keyboard over what is read, only a touch does. */
  focus() {
    if (matchMedia("(pointer: fine)").matches) this.#field.focus();
  }

  #grow() {
    this.#field.rows = Math.min(6, Math.max(1, this.#field.value.split("\n").length, Math.ceil(this.#field.value.length / 70)));
  }
}
