/** A choice of several values behind a button: searched where they are many, all of it by keyboard. */

import { button, element, fill } from "./dom.js";

const MANY = 8;
const NAMED = 2;

export class Picker {
  #label;
  #boxes = [];
  #opener = button("", () => this.#toggle(), { class: "picker-opener", "aria-expanded": "false" });
  #search;
  #found = element("p", { class: "aside", role: "status" });
  #choices = element("div", { class: "choices" });
  #panel;

  /** `label`: as in "Countries"; `noun`: one of them, as in "country". */
  constructor(label, noun) {
    this.#label = label;
    const hint = `Find a ${noun}`;
    this.#search = element("input", { type: "search", "aria-label": hint, placeholder: hint, oninput: () => this.#filter() });
    this.#panel = element(
      "div",
      { class: "picker-panel", role: "group", "aria-label": label, hidden: true },
      this.#search,
      this.#found,
      this.#choices,
      element("p", { class: "picker-end" }, button("Clear", () => this.clear()), button("Done", () => this.#close())),
    );
    this.element = element("div", { class: "picker" }, this.#opener, this.#panel);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusout", (event) => this.#onLeave(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.element.contains(event.target)) this.#close({ refocus: false });
    });
    this.#tell();
  }

  /** The values to choose from, in order; what was chosen and is among them stays chosen. */
  offer(values) {
    const kept = new Set(this.chosen);
    this.#boxes = values.map((value) => {
      const box = element("input", { type: "checkbox", value, onchange: () => this.#tell() });
      box.checked = kept.has(String(value));
      return box;
    });
    fill(this.#choices, this.#boxes.map((box) => element("label", {}, box, " ", box.value)));
    this.#search.hidden = values.length <= MANY;
    this.#tell();
  }

  /** The chosen values as text, in the order of the offer. */
  get chosen() {
    return this.#boxes.filter((box) => box.checked).map((box) => box.value);
  }

  clear() {
    this.#boxes.forEach((box) => (box.checked = false));
    this.#tell();
  }

  #tell() {
    const { chosen } = this;
    const more = chosen.length > NAMED ? ` and ${chosen.length - NAMED} more` : "";
    this.#opener.textContent = `${this.#label}: ${chosen.slice(0, NAMED).join(", ") || "all"}${more}`;
  }

  get #shown() {
    return this.#boxes.filter((box) => !box.parentElement.hidden);
  }

  #toggle() {
    if (this.#panel.hidden) this.#open();
    else this.#close();
  }

  #open() {
    this.#panel.hidden = false;
    this.#opener.setAttribute("aria-expanded", "true");
    this.#search.value = "";
    this.#filter();
    (this.#search.hidden ? this.#boxes[0] : this.#search)?.focus();
  }

  #close({ refocus = true } = {}) {
    this.#panel.hidden = true;
    this.#opener.setAttribute("aria-expanded", "false");
    if (refocus) this.#opener.focus();
  }

  #filter() {
    const wanted = folded(this.#search.value);
    for (const box of this.#boxes) box.parentElement.hidden = !folded(box.value).includes(wanted);
    this.#found.textContent = wanted ? `${this.#shown.length || "None"} found` : "";
  }

  #onKey(event) {
    if (this.#panel.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      (event.target === this.#search ? this.#shown[0] : event.target)?.click();
    }
  }

  #move(step) {
    const stops = this.#search.hidden ? this.#shown : [this.#search, ...this.#shown];
    const next = stops.indexOf(document.activeElement) + step;
    stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus();
  }

  #onLeave(event) {
    if (!this.#panel.hidden && event.relatedTarget && !this.element.contains(event.relatedTarget)) {
      this.#close({ refocus: false });
    }
  }
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
