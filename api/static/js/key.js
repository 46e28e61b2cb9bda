/** The access key of a server that demands one, kept until the tab is closed. */

import { byId } from "./dom.js";
import { Shelf } from "./storage.js";

const NAME = "rapporteur.key";

const shelf = new Shelf("sessionStorage");
let asking = null;

export function accessKey() {
  return shelf.get(NAME);
}

/** Asks the reader, once for all requests that wait; whether a key was given. `rejected`: the last one did not do. */
export function askForKey(rejected) {
  asking ??= new Promise((resolve) => prompt(rejected, resolve)).finally(() => (asking = null));
  return asking;
}

function prompt(rejected, resolve) {
  const dialog = byId("key-dialog");
  const field = byId("key-field");
  byId("key-fault").hidden = !rejected;
  field.value = "";
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      const key = dialog.returnValue === "given" ? field.value.trim() : "";
      field.value = "";
      if (key) shelf.set(NAME, key);
      resolve(Boolean(key));
    },
    { once: true },
  );
  dialog.showModal();
}
