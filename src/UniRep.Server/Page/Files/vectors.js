// The panel of vectors: computes them, offers them for download, draws the map.
import { embeddings, text } from "./api.js";
import { sendAll } from "./batches.js";
import { byId, counted } from "./dom.js";
import { csv, ids, npy, save } from "./download.js";
import { readText } from "./fasta.js";
import { Job } from "./job.js";
import { drawMap } from "./map.js";

const THING = "sequence";

export class Vectors {
  /**
   * @param {import("./input.js").Input} input
   * @param {() => Promise<string>} modelName
   * @param {(error: Error) => string} explain
   */
  constructor(input, modelName, explain) {
    this.input = input;
    this.modelName = modelName;
    this.pooling = byId("pooling");
    this.result = byId("vectors-result");
    // What is computed is kept by vector and letters, so that work that is cancelled or fails can go on.
    this.store = new Map();
    this.job = new Job(
      byId("vectors"),
      () => input.settled(),
      (job, signal) => this.#run(job, signal),
      explain,
    );
    this.pooling.addEventListener("change", () => this.reset());
    byId("save-csv").addEventListener("click", () => this.#saveCsv());
    byId("save-npy").addEventListener("click", () => {
      save(`${this.#fileName()}.npy`, npy(this.done.vectors), "application/octet-stream");
    });
    byId("save-ids").addEventListener("click", () => {
      save(`${this.#fileName()}.npy.ids.txt`, ids(this.done.records), "text/plain");
    });
  }

  /** Takes away the results, because what they are of has changed. */
  reset() {
    this.job.stop();
    this.job.clear();
    this.result.hidden = true;
  }

  async #run(job, signal) {
    this.result.hidden = true;
    const records = this.input.records;
    const [model, pooling] = [await this.modelName(), this.pooling.value];
    const vectorsOf = (list, show) => this.#compute(model, pooling, list, show, signal);
    const vectors = await vectorsOf(records, (done, all) => job.show(done, all, THING));
    this.done = { records, vectors, pooling, model };
    byId("map").replaceChildren();
    this.result.hidden = false;

    const reference = await this.#reference(signal);
    const referenceVectors = await vectorsOf(reference, (done, all) =>
      job.show(done, all, "reference protein"),
    );
    await drawMap(byId("map"), { records, vectors }, { records: reference, vectors: referenceVectors }, signal);
    return `Done: ${counted(records.length, "vector")} of ${vectors[0].length.toLocaleString("en")} numbers.`;
  }

  /** Computes the vectors that are not there yet. */
  async #compute(model, pooling, records, show, signal) {
    const keyOf = (letters) => `${model} ${pooling} ${letters}`;
    const letters = records.map((record) => record.letters);
    const missing = [...new Set(letters)].filter((one) => !this.store.has(keyOf(one)));
    const isMissing = new Set(missing);
    const kept = letters.filter((one) => !isMissing.has(one)).length;
    let done = kept;
    const times = new Map();
    letters.forEach((one) => times.set(one, (times.get(one) ?? 0) + 1));
    show(done, records.length);
    try {
      await sendAll(
        missing,
        (sequences) => embeddings(model, sequences, pooling, signal),
        (vector, at) => {
          this.store.set(keyOf(missing[at]), vector);
          done += times.get(missing[at]);
          show(done, records.length);
        },
      );
    } catch (error) {
      if (error.index !== undefined) {
        error.record = records.findIndex((record) => record.letters === missing[error.index]);
        error.records = records;
      }

      throw error;
    }

    return letters.map((one) => this.store.get(keyOf(one)));
  }

  async #reference(signal) {
    this.referenceSet ??= (await readText(await text("page/reference.fasta", signal), signal)).records;
    return this.referenceSet;
  }

  async #saveCsv() {
    const { records, vectors, pooling } = this.done;
    save(`${this.#fileName()}.csv`, await csv(records, vectors, pooling), "text/csv");
  }

  #fileName() {
    return `${this.done.model}.${this.done.pooling}`;
  }
}
