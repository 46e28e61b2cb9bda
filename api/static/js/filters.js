/** Which countries and editions the next question is asked of. */

import { byId } from "./dom.js";
import { Picker } from "./picker.js";

export class FilterBar {
  #countries = new Picker("Countries", "country");
  #years = new Picker("Editions", "year");

  constructor() {
    byId("filters").append(this.#countries.element, this.#years.element);
  }

  offer({ countries, years }) {
    this.#countries.offer(countries);
    this.#years.offer(years);
  }

  /** As the server takes them; null where every report is asked. */
  get value() {
    const [countries, years] = [this.#countries.chosen, this.#years.chosen.map(Number)];
    return countries.length + years.length > 0 ? { countries, years } : null;
  }
}
