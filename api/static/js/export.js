/** Saves an answer as a file. */

import * as api from "./api.js";
import { announce } from "./announcer.js";
import { button, element } from "./dom.js";

const FORMATS = [
  ["Markdown", "markdown"],
  ["Word", "docx"],
];

export function exportButtons(answer) {
  const fault = element("span", { class: "fault", role: "alert" });
  const converted = FORMATS.map(([label, format]) =>
    button(label, async () => {
      fault.textContent = "";
      try {
        const { content, name } = await api.exported(answer, format);
        download(content, name ?? `answer.${format}`);
      } catch (problem) {
        fault.textContent = `${problem.message}. ${problem.detail ?? ""}`;
      }
    }, { title: `Save this answer as ${label}` }),
  );
  const kept = button("Receipt (JSON)", () => download(receipt(answer), "rapporteur-answer.json"), {
    title: "Save this answer as it is: “rapporteur verify” checks it later",
  });
  return element("div", { class: "export", role: "group", "aria-label": "Save this answer" }, "Save as ", converted, kept, fault);
}

/** As `rapporteur ask --save` writes it. */
function receipt(answer) {
  return new Blob([JSON.stringify(answer, null, 2), "\n"], { type: "application/json" });
}

function download(content, name) {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  announce(`Saved ${name}`);
}
