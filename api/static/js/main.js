/** Starts the page. */

import * as api from "./api.js";
import { Collection } from "./collection.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { FilterBar } from "./filters.js";
import { placeIn } from "./links.js";
import { followAddress } from "./report-pane.js";
import { offerVerification, prepareVerification } from "./verify-dialog.js";
import { welcome, welcomeFailed } from "./welcome.js";

const filters = new FilterBar();
const collection = new Collection();
const composer = new Composer(
  (question) => conversation.ask(question, filters.value),
  () => conversation.stop(),
);
const conversation = new Conversation(collection, (running) => (composer.running = running));

async function load() {
  try {
    collection.hold(await api.reports());
  } catch (problem) {
    welcomeFailed(problem, load);
    return;
  }
  filters.offer(collection);
  offerVerification(collection);
  welcome(collection, (question) => {
    conversation.ask(question, filters.value);
    composer.focus();
  });
}

function prepareMasthead() {
  byId("anew").addEventListener("click", () => {
    conversation.startAnew();
    composer.focus();
  });
  byId("clear").addEventListener("click", () => byId("clear-dialog").showModal());
  byId("clear-dialog").addEventListener("close", (event) => {
    if (event.target.returnValue === "clear") conversation.clear();
    composer.focus();
  });
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    composer.focus();
  });
}

prepareMasthead();
prepareVerification();
await load();
conversation.restore();
followAddress();
if (!placeIn(location.hash) && document.activeElement === document.body) composer.focus();
