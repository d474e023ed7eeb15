// A picture of cells on a canvas, with a cursor that the pointer and the arrow keys move.
import { element } from "./dom.js";

const MOVES = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** How each picture of the page is painted. */
const pictures = new Map();

// The colours of text follow the theme.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const [canvas, paint] of pictures) {
    if (canvas.isConnected) {
      paint();
    } else {
      pictures.delete(canvas);
    }
  }
});

/**
 * Makes the picture.
 * @param {object} grid
 * @param {number} grid.columns
 * @param {number} grid.rows
 * @param {number} grid.left room for names of rows
 * @param {number} grid.top room for names of columns
 * @param {[number, number]} grid.cell width and height of a cell
 * @param {string} grid.label what the picture shows, for screen readers
 * @param {(pen: CanvasRenderingContext2D) => void} grid.paint
 * @param {(column: number, row: number) => string | undefined} grid.describe words for a cell, if there is one
 * @param {HTMLElement} readout shows the words for the cell under the cursor
 */
export function gridPicture(grid, readout) {
  const { columns, rows, left, top, cell } = grid;
  const [width, height] = [left + columns * cell[0] + 1, top + rows * cell[1] + 1];
  const canvas = element("canvas", {
    class: "picture",
    role: "img",
    tabindex: 0,
    "aria-label": grid.label,
  });
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const sharpness = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.ceil(width * sharpness);
  canvas.height = Math.ceil(height * sharpness);
  const pen = canvas.getContext("2d");
  let cursor = null;

  const paint = () => {
    pen.setTransform(sharpness, 0, 0, sharpness, 0, 0);
    pen.clearRect(0, 0, width, height);
    grid.paint(pen);
    if (cursor) {
      frame(pen, left + cursor[0] * cell[0], top + cursor[1] * cell[1], cell);
    }
  };
  const show = (column, row) => {
    const words = grid.describe(column, row);
    if (words) {
      cursor = [column, row];
      readout.textContent = words;
      paint();
    }

    return words !== undefined;
  };

  canvas.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move) {
      event.preventDefault();
      const [column, row] = cursor ?? [0, 0];
      const next = cursor ? [column + move[0], row + move[1]] : [0, 0];
      if (next[0] >= 0 && next[0] < columns && next[1] >= 0 && next[1] < rows && show(...next)) {
        reveal(canvas, left + next[0] * cell[0], cell[0]);
      }
    }
  });
  const point = (event) => {
    const column = Math.floor((event.offsetX - left) / cell[0]);
    const row = Math.floor((event.offsetY - top) / cell[1]);
    if (column >= 0 && column < columns && row >= 0 && row < rows) {
      show(column, row);
    }
  };
  canvas.addEventListener("pointermove", point);
  canvas.addEventListener("pointerdown", point);
  pictures.set(canvas, paint);
  paint();
  return canvas;
}

/** Frames a cell in black within white, which is seen on every colour. */
function frame(pen, x, y, [width, height]) {
  pen.lineWidth = 3;
  pen.strokeStyle = "#fff";
  pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  pen.lineWidth = 1.5;
  pen.strokeStyle = "#000";
  pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

/** Scrolls the picture's box so that a column is seen. */
function reveal(canvas, x, width) {
  const box = canvas.parentElement;
  if (x < box.scrollLeft + 30) {
    box.scrollLeft = x - 30;
  } else if (x + width > box.scrollLeft + box.clientWidth) {
    box.scrollLeft = x + width - box.clientWidth + 10;
  }
}

/** Draws a scale of colours with its ends named. */
export function legend(colourAt, least, most) {
  const canvas = element("canvas", { class: "scale", width: 120, height: 12, "aria-hidden": "true" });
  const pen = canvas.getContext("2d");
  for (let x = 0; x < canvas.width; x++) {
    pen.fillStyle = colourAt(x / (canvas.width - 1));
    pen.fillRect(x, 0, 1, canvas.height);
  }

  return element("p", { class: "legend" }, least, " ", canvas, " ", most);
}
