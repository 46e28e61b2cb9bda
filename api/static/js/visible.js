/** Characters of a report that hide words or turn their order are shown as a mark, as in the terminal. */

const UNSEEN =
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2060-\\u2065\\u206a-\\u206f" +
  "\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}";

const MISLEADING = new RegExp(
  [
    "[\\u202a-\\u202e\\u2066-\\u2069]", // another order than stored
    "[\\u{e0000}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}]", // tags
    "[\\0-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f]", // controls
    `[${UNSEEN}]{4,}`, // a hidden alphabet
  ].join("|"),
  "gu",
);

/** `text` with U+FFFD for each character that would mislead a reader. */
export function visible(text) {
  return text.replace(MISLEADING, (found) => "\ufffd".repeat([...found].length));
}
