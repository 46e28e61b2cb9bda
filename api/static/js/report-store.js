/** Opened reports, each fetched once. */

import * as api from "./api.js";
import { CodePointText } from "./codepoints.js";

const fetched = new Map();

/** `{info, text}`: what the server tells of a report, its paragraphs among it, and its text by code points. */
export function open(id) {
  if (!fetched.has(id)) {
    const opening = Promise.all([api.report(id), api.reportText(id)]).then(([info, text]) => ({
      info,
      text: new CodePointText(text),
    }));
    opening.catch(() => fetched.delete(id));
    fetched.set(id, opening);
  }
  return fetched.get(id);
}
