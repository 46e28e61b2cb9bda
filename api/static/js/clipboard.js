/** Buttons that copy. */

import { announce } from "./announcer.js";
import { button, element } from "./dom.js";

const SHOWN_FOR = 2000;

/** `text` makes what is copied when the button is pressed. */
export function copyButton(label, text, attributes = {}) {
  const made = button(label, async () => {
    const done = await copied(text());
    made.textContent = done ? "Copied" : "Copying is not allowed here";
    announce(made.textContent);
    setTimeout(() => (made.textContent = label), SHOWN_FOR);
  }, attributes);
  return made;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

/** Where the page is served without TLS from another machine browsers offer no clipboard, but obey this. */
function copiedBySelection(text) {
  const field = element("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
  const focused = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return done;
}
