// Principal components of vectors, in the browser.
import { pause } from "./dom.js";

const ROUNDS = 60;
const ENOUGH = 1e-9;

/**
 * Projects vectors onto their first two principal components.
 * @param {Float32Array[]} vectors
 * @returns {Promise<{ places: [number, number][], shares: [number, number] }>} places, and each axis' share of the variance
 */
export async function project(vectors, signal) {
  const centred = centre(vectors);
  const total = centred.reduce((sum, row) => sum + dot(row, row), 0);
  const axes = [];
  for (let axis = 0; axis < 2; axis++) {
    axes.push(await leading(centred, axes, signal));
  }

  const places = centred.map((row) => axes.map((axis) => dot(row, axis)));
  const shares = axes.map((_, at) => {
    const variance = places.reduce((sum, place) => sum + place[at] ** 2, 0);
    return total > 0 ? variance / total : 0;
  });
  return { places, shares };
}

function centre(vectors) {
  const mean = new Float64Array(vectors[0].length);
  for (const vector of vectors) {
    for (let at = 0; at < mean.length; at++) {
      mean[at] += vector[at] / vectors.length;
    }
  }

  return vectors.map((vector) => {
    const row = new Float64Array(mean.length);
    for (let at = 0; at < row.length; at++) {
      row[at] = vector[at] - mean[at];
    }

    return row;
  });
}

/** Finds the direction of the greatest variance that is orthogonal to those before, by power iteration. */
async function leading(rows, before, signal) {
  // A start that is the same each time, so that a map does not turn when it is drawn again.
  let axis = Float64Array.from(rows[0], (_, at) => Math.sin(at + 1));
  unit(axis, before);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(axis.length);
    for (const row of rows) {
      const share = dot(row, axis);
      for (let at = 0; at < next.length; at++) {
        next[at] += share * row[at];
      }
    }

    if (!unit(next, before)) {
      return next;
    }

    const change = 1 - Math.abs(dot(next, axis));
    axis = next;
    await pause();
    signal?.throwIfAborted();
    if (change < ENOUGH) {
      break;
    }
  }

  // The sign of a component is arbitrary: the largest number of it is positive.
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

/** Takes away what lies along earlier axes and makes the length one; false if nothing is left. */
function unit(axis, before) {
  for (const other of before) {
    const share = dot(axis, other);
    axis.forEach((value, at) => {
      axis[at] = value - share * other[at];
    });
  }

  const length = Math.sqrt(dot(axis, axis));
  axis.forEach((value, at) => {
    axis[at] = length > 1e-12 ? value / length : 0;
  });
  return length > 1e-12;
}

function dot(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    sum += a[at] * b[at];
  }

  return sum;
}
