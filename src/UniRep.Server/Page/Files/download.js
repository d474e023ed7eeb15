// Makes files of results, in the layouts of `unirep embed`.
import { element, pause } from "./dom.js";

const ROWS_A_TIME = 50;

/** Offers a file for download. */
export function save(name, parts, type) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Writes a float32 with as many digits as give the same float32 again. */
export function digits(value) {
  for (let precision = 7; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) {
      return String(short);
    }
  }

  return String(Number(value.toPrecision(9)));
}

/** Writes a field of a CSV file, quoted where it must be (RFC 4180). */
export const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Makes a CSV file of vectors: id, length, then one column for each number. */
export async function csv(records, vectors, pooling, signal) {
  const names = Array.from(vectors[0], (_, at) => `${pooling}_${at}`);
  const parts = [`id,length,${names.join(",")}\n`];
  for (let at = 0; at < records.length; at++) {
    const { id, letters } = records[at];
    parts.push(`${field(id)},${letters.length},${Array.from(vectors[at], digits).join(",")}\n`);
    if (at % ROWS_A_TIME === ROWS_A_TIME - 1) {
      await pause();
      signal?.throwIfAborted();
    }
  }

  return parts;
}

/** Makes a NumPy file of vectors: float32, little-endian, one row for each sequence. */
export function npy(vectors) {
  const [rows, columns] = [vectors.length, vectors[0].length];
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  // The magic, the version and the length of the header take ten bytes; the whole is a multiple of 64.
  const size = Math.ceil((10 + fields.length + 1) / 64) * 64;
  const header = new Uint8Array(size).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (size - 10) & 0xff, (size - 10) >> 8]);
  header.set(new TextEncoder().encode(fields), 10);
  header[size - 1] = 0x0a;
  return [header, ...vectors.map(littleEndian)];
}

function littleEndian(vector) {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return view.buffer;
}

/** Makes the file of ids that goes with a NumPy file: one a line. */
export const ids = (records) => records.map(({ id }) => `${id.replace(/\s+/g, " ")}\n`);
