/** A failure told where the answer would stand, with the way on. */

import { button, element } from "./dom.js";

/** With a button that calls `retry`, as soon as the server allows it. */
export function failure(problem, retry) {
  const again = button("Try again", retry, { class: "primary" });
  if (problem.retryAfter) wait(again, problem.retryAfter);
  return element(
    "div",
    { class: "failure", role: "alert" },
    element("p", {}, element("strong", {}, problem.message, "."), " ", problem.detail ?? ""),
    problem.instance && element("p", { class: "aside" }, `Request ${problem.instance}`),
    again,
  );
}

/** Counts the seconds down on the button; they are not announced one by one. */
function wait(again, seconds) {
  again.disabled = true;
  const until = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    again.disabled = left > 0;
    again.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}
