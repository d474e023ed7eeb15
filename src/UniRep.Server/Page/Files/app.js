// Puts the page together.
import { ApiError, model, text, useKey } from "./api.js";
import { byId, count } from "./dom.js";
import { Input } from "./input.js";
import { Single } from "./single.js";
import { Vectors } from "./vectors.js";

/** The server says which sequence of the request it is; the page knows which of the input. */
const COUNTED = /^Sequence \d+ \(counted from 0\)/;

let known;

/** Asks once which model the server has. */
function modelName() {
  known ??= model().then(
    (found) => {
      byId("access").hidden = true;
      byId("model").textContent = `Model ${found.id}, ${count(found.units)} units`;
      return found.id;
    },
    (error) => {
      known = undefined;
      throw error;
    },
  );
  return known;
}

/** Says what went wrong, and where in the input. */
function explain(error) {
  if (error.status === 401) {
    byId("access").hidden = false;
    return "The server needs a valid API key: enter one at the top of the page, then start again.";
  }

  const record = error.records?.[error.record];
  if (!record) {
    return error.message;
  }

  const place = `Sequence ${error.record + 1} (${record.id}, line ${record.line})`;
  return COUNTED.test(error.message) ? error.message.replace(COUNTED, place) : `${place}: ${error.message}`;
}

async function greet() {
  try {
    await modelName();
  } catch (error) {
    byId("model").textContent = error instanceof ApiError ? error.message : "The page has failed.";
    if (error.status === 401) {
      byId("access").hidden = false;
      byId("model").textContent = "The server asks for an API key.";
    }
  }
}

const input = new Input((records) => {
  vectors.reset();
  single.setRecords(records);
}, () => text("page/example.fasta"));
const vectors = new Vectors(input, modelName, explain);
const single = new Single(input, modelName, explain);

byId("access-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("key");
  useKey(field.value);
  byId("access-error").textContent = "";
  try {
    await modelName();
    byId("sequences").focus();
  } catch (error) {
    byId("access-error").textContent = error.message;
    field.focus();
  }
});

await greet();
