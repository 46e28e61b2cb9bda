/** Browser storage that may be full, switched off or forbidden. */

/** A `Storage` by its name on `window`, with failures as values. */
export class Shelf {
  #area;

  constructor(area) {
    this.#area = area;
  }

  /** The text, or null. */
  get(name) {
    return attempt(() => window[this.#area].getItem(name)) ?? null;
  }

  /** Whether it was kept. */
  set(name, text) {
    return attempt(() => window[this.#area].setItem(name, text) ?? true) ?? false;
  }

  remove(name) {
    attempt(() => window[this.#area].removeItem(name));
  }
}

function attempt(action) {
  try {
    return action();
  } catch {
    return undefined;
  }
}
