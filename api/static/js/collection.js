/** What the server's collection holds. */

import { listed } from "./words.js";

export class Collection {
  reports = [];
  countries = [];
  years = [];
  model = null;
  #byId = new Map();

  /** Takes what `GET /v1/reports` answers. */
  hold({ reports, countries, years, model }) {
    this.reports = [...reports].sort((a, b) => a.country.localeCompare(b.country) || a.year - b.year);
    this.countries = [...countries].sort((a, b) => a.localeCompare(b));
    this.years = [...years].sort((a, b) => a - b);
    this.model = model;
    this.#byId = new Map(reports.map((report) => [report.id, report]));
  }

  has(id) {
    return this.#byId.has(id);
  }

  /** As in "Kazakhstan 2020"; of a report that is gone, its id. */
  label(id) {
    const report = this.#byId.get(id);
    return report ? `${report.country} ${report.year}` : id;
  }

  year(id) {
    return this.#byId.get(id)?.year ?? Number(/\d{4}$/.exec(id)?.[0] ?? 0);
  }

  /** Ids in the order of their years, then of their names. */
  inYearOrder(ids) {
    return [...new Set(ids)].sort((a, b) => this.year(a) - this.year(b) || a.localeCompare(b));
  }

  /** The years for which there is a report on `country`, ascending. */
  editions(country) {
    return this.reports.filter((report) => report.country === country).map((report) => report.year);
  }

  /** As in "2016 and 2020", or "2016 to 2020" where none between is missing. */
  get span() {
    const [first, last] = [this.years[0], this.years.at(-1)];
    const whole = this.years.length > 2 && last - first === this.years.length - 1;
    return whole ? `${first} to ${last}` : listed(this.years);
  }
}
