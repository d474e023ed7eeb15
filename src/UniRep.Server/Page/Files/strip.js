// The strip: the residues of a sequence, coloured by their log-probabilities, and the same as a table.
import { css, inkOn, sequential } from "./colours.js";
import { colour, element, fixed, table } from "./dom.js";
import { gridPicture, legend } from "./grid.js";

const CELL = [18, 26];
const LEFT = 52;
const WINDOW = 1_000;

/** The least log-probability that has a colour of its own: e to this is 0.25 %. */
const LEAST = -6;

/**
 * Draws the strip into a figure.
 * @param {HTMLElement} figure
 * @param {string} id
 * @param {string} letters
 * @param {number[]} values the log-probability of each residue
 */
export function drawStrip(figure, id, letters, values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const place = element("div");
  const show = (from) => place.replaceChildren(...windowOf(letters, values, from, show));
  figure.replaceChildren(
    element("p", { class: "title" }, `Log-probability of each residue of ${id}`),
    element(
      "figcaption",
      {},
      `In nats, natural logarithms; the mean is ${fixed(mean, 3)}. ` +
        "Point at a residue, or use the arrow keys on the picture, to see its value.",
    ),
    legend((at) => css(sequential(at)), `${fixed(LEAST, 0)} and less: unexpected`, "0: certain"),
    place,
  );
  figure.hidden = false;
  show(0);
}

function windowOf(letters, values, from, show) {
  const to = Math.min(from + WINDOW, letters.length);
  const readout = element("p", { class: "readout", "aria-live": "polite" });
  const scroll = element("div", { class: "strip" });
  const made = [scroll, readout, tableOf(letters, values, from, to)];
  let drawn = 0;
  new ResizeObserver(() => {
    const columns = columnsIn(scroll.clientWidth);
    if (scroll.clientWidth > 0 && columns !== drawn) {
      drawn = columns;
      scroll.replaceChildren(picture(letters, values, from, to, columns, readout));
    }
  }).observe(scroll);
  return letters.length > WINDOW ? [pager(from, to, letters.length, show), ...made] : made;
}

/** As many tens of residues as fit, or fives. */
function columnsIn(width) {
  const fit = Math.floor((width - LEFT - 2) / CELL[0]);
  return fit >= 10 ? fit - (fit % 10) : Math.max(fit - (fit % 5), 5);
}

function picture(letters, values, from, to, columns, readout) {
  const rows = Math.ceil((to - from) / columns);
  return gridPicture(
    {
      columns,
      rows,
      left: LEFT,
      top: 0,
      cell: CELL,
      label: `Strip of the log-probabilities of residues ${from + 1} to ${to}. A table of it follows.`,
      describe: (column, row) => {
        const at = from + row * columns + column;
        return at < to ? `${letters[at]}${at + 1}: ${fixed(values[at], 3)}` : undefined;
      },
      paint: (pen) => paint(pen, letters, values, from, to, columns),
    },
    readout,
  );
}

function paint(pen, letters, values, from, to, columns) {
  pen.textBaseline = "middle";
  for (let at = from; at < to; at++) {
    const [row, column] = [Math.floor((at - from) / columns), (at - from) % columns];
    const [x, y] = [LEFT + column * CELL[0], row * CELL[1]];
    const shade = sequential(1 - values[at] / LEAST);
    pen.fillStyle = css(shade);
    pen.fillRect(x, y, CELL[0], CELL[1] - 3);
    pen.fillStyle = inkOn(shade);
    pen.font = '13px ui-monospace, "DejaVu Sans Mono", monospace';
    pen.textAlign = "center";
    pen.fillText(letters[at], x + CELL[0] / 2, y + (CELL[1] - 2) / 2);
    if (column === 0) {
      pen.fillStyle = colour("--quiet");
      pen.font = "12px system-ui, sans-serif";
      pen.textAlign = "right";
      pen.fillText(String(at + 1), LEFT - 8, y + (CELL[1] - 2) / 2);
    }
  }
}

function pager(from, to, all, show) {
  const step = (text, next) => {
    const button = element("button", { type: "button" }, text);
    button.disabled = next < 0 || next >= all;
    button.addEventListener("click", () => show(next));
    return button;
  };
  return element(
    "div",
    { class: "row" },
    step("Previous", from - WINDOW),
    step("Next", from + WINDOW),
    element("span", { role: "status" }, `residues ${from + 1} to ${to} of ${all}`),
  );
}

function tableOf(letters, values, from, to) {
  const rows = [];
  for (let at = from; at < to; at++) {
    rows.push([String(at + 1), letters[at], fixed(values[at], 3)]);
  }

  const caption = `Residues ${from + 1} to ${to}`;
  return element(
    "details",
    {},
    element("summary", {}, "The strip as a table"),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "The strip as a table" },
      table(caption, ["Position", "Residue", "Log-probability"], rows),
    ),
  );
}
