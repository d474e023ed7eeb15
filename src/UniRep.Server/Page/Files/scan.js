// A mutational scan: all single mutants of a stretch of a sequence, scored against the wild type.
import { scores } from "./api.js";
import { sendAll } from "./batches.js";

/** The residues that a scan puts in, in the order of the rows of its picture: by kind of side chain. */
export const RESIDUES = "GAVLIMPFWYCSTNQHKRDE";

/** The most positions of a scan. */
export const MOST_POSITIONS = 300;

/** The most residues that the mutants of a scan may have together. */
export const MOST_RESIDUES = 6_000_000;

/**
 * A scan; `ratios[position − from][row]` is the log-likelihood of the mutant less that of the wild type, in nats.
 * @typedef {{ id: string, letters: string, from: number, to: number, ratios: Float64Array[] }} Scan
 */

/**
 * Lists the mutants of positions `from` to `to`, counted from 1. Those of one position follow each other: they share the
 * computation of what comes before it.
 */
export function mutantsOf(letters, from, to) {
  const mutants = [];
  for (let position = from; position <= to; position++) {
    for (let row = 0; row < RESIDUES.length; row++) {
      if (RESIDUES[row] !== letters[position - 1]) {
        const text = letters.slice(0, position - 1) + RESIDUES[row] + letters.slice(position);
        mutants.push({ position, row, letters: text });
      }
    }
  }

  return mutants;
}

/**
 * Computes a scan.
 * @param {Map<string, number>} known keeps log-likelihoods by letters, so that a scan that is cancelled or fails can go on
 * @returns {Promise<Scan>}
 */
export async function scan(model, { id, letters }, from, to, known, show, signal) {
  const mutants = mutantsOf(letters, from, to);
  const missing = [letters, ...mutants.map((mutant) => mutant.letters)].filter((one) => !known.has(one));
  let left = missing.length;
  const tell = () => show(Math.min(mutants.length, mutants.length + 1 - left), mutants.length);
  tell();
  await sendAll(
    missing,
    (sequences) => scores(model, sequences, false, signal),
    (score, at) => {
      known.set(missing[at], score.log_likelihood);
      left--;
      tell();
    },
  );
  const ratios = Array.from({ length: to - from + 1 }, () => new Float64Array(RESIDUES.length));
  for (const { position, row, letters: mutant } of mutants) {
    ratios[position - from][row] = known.get(mutant) - known.get(letters);
  }

  return { id, letters, from, to, ratios };
}

/** Gives every mutant with its name, such as `A42G`, and its ratio. */
export function listOf({ letters, from, ratios }) {
  return ratios.flatMap((column, at) => {
    const wildType = letters[from - 1 + at];
    return Array.from(column, (ratio, row) => ({
      mutant: `${wildType}${from + at}${RESIDUES[row]}`,
      isWildType: wildType === RESIDUES[row],
      ratio,
    })).filter(({ isWildType }) => !isWildType);
  });
}
