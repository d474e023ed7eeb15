// The sequences that the user has pasted, dropped or chosen.
import { byId, count, counted } from "./dom.js";
import { readFile, readText } from "./fasta.js";

const WAIT = 250;
const MOST_SEQUENCES = 20_000;

/** A longer text is slow to edit: it is read but not shown. */
const MOST_SHOWN = 200_000;

/** Collects the input; `onChange` gets the records each time they change. */
export class Input {
  /** @param {(records: import("./fasta.js").SequenceRecord[]) => void} onChange */
  constructor(onChange, example) {
    this.onChange = onChange;
    this.example = example;
    this.records = [];
    this.text = byId("sequences");
    this.status = byId("input-status");
    this.error = byId("input-error");
    this.#listen();
  }

  #listen() {
    this.text.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#readText(), WAIT);
    });
    this.text.addEventListener("paste", (event) => {
      const pasted = event.clipboardData.getData("text");
      if (pasted.length > MOST_SHOWN) {
        event.preventDefault();
        this.#readFiles([new File([pasted], "the pasted text")]);
      }
    });
    byId("choose").addEventListener("click", () => byId("file-input").click());
    byId("file-input").addEventListener("change", (event) => {
      this.#readFiles(event.target.files);
      event.target.value = "";
    });
    byId("file-remove").addEventListener("click", () => {
      this.#showFile(null);
      this.#readText();
      this.text.focus();
    });
    byId("example").addEventListener("click", async () => {
      this.#showFile(null);
      try {
        this.text.value = await this.example();
        await this.#readText();
      } catch (error) {
        this.#fail(error.message);
      }
    });
    this.#listenToDrops(byId("drop"));
  }

  #listenToDrops(place) {
    const mark = (isOver) => (event) => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        place.classList.toggle("over", isOver);
      }
    };
    place.addEventListener("dragover", mark(true));
    place.addEventListener("dragleave", mark(false));
    place.addEventListener("drop", (event) => {
      mark(false)(event);
      if (event.dataTransfer.files.length > 0) {
        this.#readFiles(event.dataTransfer.files);
      }
    });
  }

  #readText() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.reading = this.#read((signal) => readText(this.text.value, signal));
    return this.reading;
  }

  async #readFiles(files) {
    if (files.length !== 1) {
      this.#fail(`Give one file at a time: these are ${files.length}.`);
      return;
    }

    const [file] = files;
    if (file.size <= MOST_SHOWN && !/\.gz$/i.test(file.name)) {
      this.#showFile(null);
      this.text.value = await file.text();
      await this.#readText();
      return;
    }

    this.text.value = "";
    this.#showFile(file.name);
    const onRead = (bytes) => {
      this.status.textContent = `Reading: ${count(Math.round((100 * bytes) / file.size))} %`;
    };
    this.reading = this.#read((signal) => readFile(file, onRead, signal));
    await this.reading;
  }

  /** Reads the latest input; what is being read is left off. */
  async #read(read) {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.error.textContent = "";
    try {
      const { records, isFasta } = await read(abort.signal);
      if (records.length > MOST_SEQUENCES) {
        this.#fail(
          `These are ${count(records.length)} sequences; the page takes ${count(MOST_SEQUENCES)}. Use the API or unirep embed for more.`,
        );
      } else {
        this.#give(records, isFasta);
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        this.#fail(`The file cannot be read as text: ${error.message}`);
      }
    }
  }

  #give(records, isFasta) {
    this.records = records;
    const residues = records.reduce((sum, { letters }) => sum + letters.length, 0);
    const layout = isFasta ? "" : ", one a line since the text does not begin with >";
    this.status.textContent =
      records.length === 0
        ? "No sequences yet."
        : `${counted(records.length, "sequence")}, ${counted(residues, "residue")}${layout}.`;
    this.onChange(records);
  }

  #fail(message) {
    this.records = [];
    this.status.textContent = "No sequences yet.";
    this.error.textContent = message;
    this.onChange([]);
  }

  #showFile(name) {
    this.text.hidden = name !== null;
    byId("file").hidden = name === null;
    byId("file-name").textContent = name ?? "";
  }

  /** Gives the records once the latest input has been read. */
  async settled() {
    if (this.timer) {
      this.#readText();
    }

    await this.reading;
    if (this.records.length === 0) {
      throw new Error("There are no sequences yet: paste some, choose a file, or use the example.");
    }

    return this.records;
  }
}
