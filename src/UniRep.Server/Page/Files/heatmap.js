// The heat map of a mutational scan, its table and its download.
import { css, diverging } from "./colours.js";
import { colour, element, fixed, table } from "./dom.js";
import { save } from "./download.js";
import { gridPicture, legend } from "./grid.js";
import { listOf, RESIDUES } from "./scan.js";

const CELL = [14, 16];
const [LEFT, TOP] = [26, 40];
const MOST_ROWS = 20;

/**
 * Draws a scan into a figure.
 * @param {HTMLElement} figure
 * @param {import("./scan.js").Scan} scan
 */
export function drawHeatMap(figure, scan) {
  const mutants = listOf(scan).sort((a, b) => b.ratio - a.ratio);
  const span = spanOf(mutants);
  const readout = element("p", { class: "readout", "aria-live": "polite" });
  const download = element("button", { type: "button" }, "Download the scan as CSV");
  download.addEventListener("click", () => saveScan(scan));
  figure.replaceChildren(
    element("p", { class: "title" }, `Mutational scan of ${scan.id}, positions ${scan.from} to ${scan.to}`),
    element(
      "figcaption",
      {},
      "Log-likelihood of the mutant less that of the wild type, in nats. A dot marks the wild type. " +
        "Point at a cell, or use the arrow keys on the picture, to see its value.",
    ),
    legend((at) => css(diverging(at)), `${fixed(-span, 1)}: less likely`, `+${fixed(span, 1)}: more likely`),
    element("div", { class: "wide" }, picture(scan, span, readout)),
    readout,
    element("div", { class: "row" }, download),
    details(mutants),
  );
  figure.hidden = false;
}

/** The ratio with the full colour: that which 95 % of the mutants stay within. */
function spanOf(mutants) {
  const sizes = mutants.map(({ ratio }) => Math.abs(ratio)).sort((a, b) => a - b);
  return Math.max(sizes[Math.floor(0.95 * (sizes.length - 1))], 0.1);
}

function picture(scan, span, readout) {
  const { letters, from, to, ratios } = scan;
  return gridPicture(
    {
      columns: to - from + 1,
      rows: RESIDUES.length,
      left: LEFT,
      top: TOP,
      cell: CELL,
      label: `Heat map of ${ratios.length} positions and ${RESIDUES.length} residues. A table of it follows.`,
      describe: (column, row) => {
        const wildType = letters[from - 1 + column];
        const name = `${wildType}${from + column}`;
        return RESIDUES[row] === wildType
          ? `${name}: the wild type`
          : `${name}${RESIDUES[row]}: ${fixed(ratios[column][row], 3)}`;
      },
      paint: (pen) => paint(pen, scan, span),
    },
    readout,
  );
}

function paint(pen, { letters, from, ratios }, span) {
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  pen.font = '11px ui-monospace, "DejaVu Sans Mono", monospace';
  pen.fillStyle = colour("--ink");
  [...RESIDUES].forEach((letter, row) => {
    pen.fillText(letter, LEFT - 12, TOP + (row + 0.5) * CELL[1]);
  });
  ratios.forEach((column, at) => {
    const x = LEFT + at * CELL[0];
    pen.fillStyle = colour("--ink");
    pen.fillText(letters[from - 1 + at], x + CELL[0] / 2, TOP - 9);
    if (at === 0 || (from + at) % 10 === 0) {
      pen.fillText(String(from + at), x + CELL[0] / 2, 10);
      pen.fillRect(x + CELL[0] / 2, 17, 1, 5);
    }

    column.forEach((ratio, row) => {
      const y = TOP + row * CELL[1];
      pen.fillStyle = css(diverging(0.5 + ratio / (2 * span)));
      pen.fillRect(x, y, CELL[0] - 1, CELL[1] - 1);
      if (RESIDUES[row] === letters[from - 1 + at]) {
        pen.fillStyle = "#333";
        pen.beginPath();
        pen.arc(x + (CELL[0] - 1) / 2, y + (CELL[1] - 1) / 2, 2.5, 0, 2 * Math.PI);
        pen.fill();
      }
    });
  });
}

function details(mutants) {
  const rows = (list) => list.map(({ mutant, ratio }) => [mutant, fixed(ratio, 3)]);
  const headings = ["Mutant", "Log-likelihood ratio"];
  return element(
    "details",
    {},
    element("summary", {}, "The most and the least likely mutants as tables"),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Mutants as tables" },
      table("The most likely mutants", headings, rows(mutants.slice(0, MOST_ROWS))),
      table("The least likely mutants", headings, rows(mutants.slice(-MOST_ROWS).reverse())),
    ),
  );
}

function saveScan(scan) {
  const lines = listOf(scan).map(({ mutant, ratio }) => `${mutant},${ratio}\n`);
  const name = scan.id.replace(/[^\w.-]+/g, "_");
  save(`${name}.scan.csv`, ["mutant,log_likelihood_ratio\n", ...lines], "text/csv");
}
