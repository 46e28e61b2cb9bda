/** A report's paragraphs under their headings, with a place marked. */

import { element } from "./dom.js";
import { visible } from "./visible.js";

/** Elements in reading order. `place` is `{start, end}` in code points, or null. */
export function paragraphs({ info, text }, place) {
  const made = [];
  let above = [];
  for (const paragraph of info.paragraphs) {
    const opening = text.slice(paragraph.start, paragraph.end);
    paragraph.outline.forEach((heading, depth) => {
      const said = above.length > depth && paragraph.outline.slice(0, depth + 1).every((one, at) => one === above[at]);
      if (!said && !opening.startsWith(heading)) made.push(headed(heading, depth));
    });
    above = paragraph.outline;
    made.push(numbered(paragraph, text, place));
  }
  return made;
}

/** The paragraph that `place` lies in or begins in, or undefined. */
export function paragraphAt(info, place) {
  return info.paragraphs.find((paragraph) => overlaps(paragraph, place));
}

export function paragraphId(number) {
  return `paragraph-${number}`;
}

function headed(heading, depth) {
  return element(`h${Math.min(6, depth + 3)}`, {}, visible(heading));
}

function numbered(paragraph, text, place) {
  const number = element("span", { class: "paragraph-number" }, String(paragraph.number), " ");
  const marked = place && overlaps(paragraph, place);
  return element(
    "p",
    { id: paragraphId(paragraph.number), class: marked ? "paragraph quoted" : "paragraph", tabindex: marked ? "-1" : null },
    number,
    ...(marked ? withMark(paragraph, text, place) : [visible(text.slice(paragraph.start, paragraph.end))]),
  );
}

function withMark(paragraph, text, place) {
  const start = Math.max(paragraph.start, place.start);
  const end = Math.min(paragraph.end, place.end);
  return [
    visible(text.slice(paragraph.start, start)),
    element("mark", {}, visible(text.slice(start, end))),
    visible(text.slice(end, paragraph.end)),
  ];
}

function overlaps(paragraph, place) {
  return paragraph.start < place.end && place.start < paragraph.end;
}
