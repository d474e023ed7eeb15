// The panel of one sequence: the strip of its log-probabilities, and its mutational scan.
import { scores } from "./api.js";
import { byId, count, counted } from "./dom.js";
import { drawHeatMap } from "./heatmap.js";
import { Job } from "./job.js";
import { MOST_POSITIONS, MOST_RESIDUES, RESIDUES, scan } from "./scan.js";
import { drawStrip } from "./strip.js";

const MOST_OPTIONS = 2_000;

export class Single {
  /**
   * @param {import("./input.js").Input} input
   * @param {() => Promise<string>} modelName
   * @param {(error: Error) => string} explain
   */
  constructor(input, modelName, explain) {
    this.modelName = modelName;
    this.choice = byId("one");
    this.from = byId("scan-from");
    this.to = byId("scan-to");
    byId("scan-most").textContent = count(MOST_POSITIONS);
    const job = (panel, work) => new Job(byId(panel), () => input.settled(), work, explain);
    this.score = job("scores", (_, signal) => this.#score(signal));
    this.scan = job("scan", (running, signal) => this.#scan(running, signal));
    this.choice.addEventListener("change", () => this.#choose());
    this.setRecords([]);
  }

  /** Offers other sequences. */
  setRecords(records) {
    this.records = records;
    const options = records
      .slice(0, MOST_OPTIONS)
      .map(({ id, letters }, at) => new Option(`${id} (${counted(letters.length, "residue")})`, String(at)));
    if (records.length > MOST_OPTIONS) {
      const rest = new Option(`the first ${count(MOST_OPTIONS)} of ${count(records.length)}`);
      rest.disabled = true;
      options.push(rest);
    }

    this.choice.replaceChildren(...options);
    this.choice.disabled = records.length === 0;
    this.#choose();
  }

  #choose() {
    const record = this.record;
    for (const [job, figure] of [
      [this.score, "strip"],
      [this.scan, "heatmap"],
    ]) {
      job.stop();
      job.clear();
      job.start.disabled = record === undefined;
      byId(figure).hidden = true;
    }

    this.known = new Map();
    const length = record?.letters.length ?? 1;
    this.from.max = this.to.max = String(Math.max(length, 1));
    this.from.value = "1";
    this.to.value = String(Math.max(Math.min(length, MOST_POSITIONS), 1));
  }

  /** Gets the sequence that is chosen. */
  get record() {
    return this.records[Number(this.choice.value)];
  }

  async #score(signal) {
    const { record } = this;
    const model = await this.modelName();
    const [score] = await this.#named(record, () => scores(model, [record.letters], true, signal));
    drawStrip(byId("strip"), record.id, record.letters, score.residues);
    return `Done: ${counted(record.letters.length, "position")}.`;
  }

  async #scan(job, signal) {
    const { record } = this;
    const [from, to] = this.#positions(record);
    const model = await this.modelName();
    const show = (done, all) => job.show(done, all, "mutant");
    const result = await this.#named(record, () => scan(model, record, from, to, this.known, show, signal));
    drawHeatMap(byId("heatmap"), result);
    return `Done: ${counted((to - from + 1) * (RESIDUES.length - 1), "mutant")}.`;
  }

  /** Reads the positions to scan; an error says what they may be. */
  #positions({ letters }) {
    const [from, to] = [this.from.valueAsNumber, this.to.valueAsNumber];
    const isWhole = Number.isInteger(from) && Number.isInteger(to);
    if (!isWhole || from < 1 || to < from || to > letters.length) {
      throw new Error(`Positions are whole numbers from 1 to ${letters.length}, the smaller one first.`);
    }

    if (to - from + 1 > MOST_POSITIONS) {
      throw new Error(
        `These are ${count(to - from + 1)} positions; a scan takes ${count(MOST_POSITIONS)}. Scan them in parts.`,
      );
    }

    const residues = (to - from + 1) * (RESIDUES.length - 1) * letters.length;
    if (residues > MOST_RESIDUES) {
      const most = Math.floor(MOST_RESIDUES / letters.length / (RESIDUES.length - 1));
      throw new Error(
        most > 0
          ? `The mutants would have ${count(residues)} residues; a scan takes ${count(MOST_RESIDUES)}. Scan at most ${counted(most, "position")} of this sequence at a time.`
          : "The sequence is too long for a scan.",
      );
    }

    return [from, to];
  }

  /** Gives an error the record that it is about. */
  async #named(record, work) {
    try {
      return await work();
    } catch (error) {
      if (error.index !== undefined) {
        error.record = this.records.indexOf(record);
        error.records = this.records;
      }

      throw error;
    }
  }
}
