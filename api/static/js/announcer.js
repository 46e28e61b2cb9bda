/** Tells screen readers what happens, in few words and when they have time. */

import { byId } from "./dom.js";

export function announce(text) {
  byId("announcer").textContent = text;
}
