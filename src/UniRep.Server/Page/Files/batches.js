// Puts sequences into requests of a bounded size.

/** The most residues and sequences of one request: small enough for progress to be seen and a cancellation to be quick. */
export const LIMITS = { residues: 20_000, sequences: 256 };

/**
 * Cuts a list into requests: each has at least one sequence, and no more than the limits otherwise.
 * @param {string[]} sequences
 * @returns {{ from: number, to: number }[]} from the first to before the last of each request
 */
export function cut(sequences, limits = LIMITS) {
  const pieces = [];
  let [from, residues] = [0, 0];
  sequences.forEach((letters, at) => {
    const full = residues + letters.length > limits.residues || at - from >= limits.sequences;
    if (at > from && full) {
      pieces.push({ from, to: at });
      [from, residues] = [at, 0];
    }

    residues += letters.length;
  });
  if (sequences.length > from) {
    pieces.push({ from, to: sequences.length });
  }

  return pieces;
}

/**
 * Sends all sequences, request after request. A request that is too large for the server is sent in halves.
 * @param {string[]} sequences
 * @param {(sequences: string[]) => Promise<any[]>} send gives one result for each sequence
 * @param {(result: any, index: number) => void} onResult
 */
export async function sendAll(sequences, send, onResult) {
  const waiting = cut(sequences).reverse();
  while (waiting.length > 0) {
    const { from, to } = waiting.pop();
    let results;
    try {
      results = await send(sequences.slice(from, to));
    } catch (error) {
      if (error.status === 413 && to - from > 1) {
        const middle = (from + to) >> 1;
        waiting.push({ from: middle, to }, { from, to: middle });
        continue;
      }

      // The server counts within its request.
      if (error.index !== undefined) {
        error.index += from;
      } else if (error.status === 413) {
        error.index = from;
      }

      throw error;
    }

    results.forEach((result, at) => onResult(result, from + at));
  }
}
