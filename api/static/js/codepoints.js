/** Text addressed by code points, as the server counts them. Strings here count UTF-16 units, of which some take two. */
export class CodePointText {
  #text;
  /** Offsets, in code points and ascending, of the characters that take two units. */
  #wide = [];

  constructor(text) {
    this.#text = text;
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return;
    let offset = 0;
    for (const character of text) {
      if (character.length === 2) this.#wide.push(offset);
      offset += 1;
    }
  }

  /** In code points. */
  get length() {
    return this.#text.length - this.#wide.length;
  }

  /** The code points from `start` up to `end`. */
  slice(start, end) {
    return this.#text.slice(this.#unit(start), this.#unit(end));
  }

  #unit(offset) {
    let [low, high] = [0, this.#wide.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#wide[middle] < offset) low = middle + 1;
      else high = middle;
    }
    return offset + low;
  }
}
