// Reads FASTA, or one sequence a line, piece by piece, so that a large file does not freeze the page.
import { pause } from "./dom.js";

const PIECE = 1 << 18;

/**
 * A sequence of the input.
 * @typedef {{ id: string, header: string, letters: string, line: number }} SequenceRecord
 */

/** Collects records from lines. Letters stay as they are, but for blanks: the server judges them. */
class RecordReader {
  constructor() {
    this.records = [];
    this.isFasta = null;
    this.line = 0;
    this.open = null;
    this.rest = "";
  }

  /** Takes the next piece of the text. */
  push(text) {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) {
      this.#take(line);
    }
  }

  /** Ends the text. */
  finish() {
    this.#take(this.rest.replace(/\r$/, ""));
    this.#close();
    return this.records;
  }

  #take(text) {
    this.line++;
    const line = this.line === 1 ? text.replace(/^\uFEFF/, "") : text;
    if (line.trim() === "") {
      return;
    }

    this.isFasta ??= line.startsWith(">") || line.startsWith(";");
    if (!this.isFasta) {
      this.#begin(`line ${this.line}`);
      this.open.parts.push(line);
      this.#close();
    } else if (line.startsWith(">")) {
      this.#close();
      const header = line.slice(1).trim();
      this.#begin(header.split(/\s/)[0] || `line ${this.line}`, header);
    } else if (!line.startsWith(";")) {
      if (!this.open) {
        this.#begin(`line ${this.line}`);
      }

      this.open.parts.push(line);
    }
  }

  #begin(id, header = id) {
    this.open = { id, header, line: this.line, parts: [] };
  }

  #close() {
    if (this.open) {
      const { id, header, line, parts } = this.open;
      this.records.push({ id, header, line, letters: parts.join("").replace(/\s+/g, "") });
      this.open = null;
    }
  }
}

/**
 * Reads a text.
 * @returns {Promise<{ records: SequenceRecord[], isFasta: boolean }>}
 */
export async function readText(text, signal) {
  const reader = new RecordReader();
  for (let at = 0; at < text.length; at += PIECE) {
    signal?.throwIfAborted();
    reader.push(text.slice(at, at + PIECE));
    await pause();
  }

  return { records: reader.finish(), isFasta: reader.isFasta ?? true };
}

/**
 * Reads a file, also one packed with gzip. `onRead` is told how many bytes have been read.
 * @returns {Promise<{ records: SequenceRecord[], isFasta: boolean }>}
 */
export async function readFile(file, onRead, signal) {
  const reader = new RecordReader();
  let read = 0;
  const counting = new TransformStream({
    transform(piece, controller) {
      read += piece.byteLength;
      onRead(read);
      controller.enqueue(piece);
    },
  });
  let bytes = file.stream().pipeThrough(counting);
  if (await isGzip(file)) {
    bytes = bytes.pipeThrough(new DecompressionStream("gzip"));
  }

  const texts = bytes.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
  for (;;) {
    signal?.throwIfAborted();
    const { done, value } = await texts.read();
    if (done) {
      return { records: reader.finish(), isFasta: reader.isFasta ?? true };
    }

    reader.push(value);
    await pause();
  }
}

async function isGzip(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}
