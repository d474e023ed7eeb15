// The map: vectors projected onto their first two principal components, as a picture and as a table.
import { count, element, fixed, svg, table } from "./dom.js";
import { project } from "./pca.js";

const MARGIN = 28;
const LETTER = 6.8;
const MOST_NAMED = 40;
const CROWD = 200;
const MOST_ROWS = 2_000;

/** A reference protein's header is its accession, then its name. */
const referenceName = ({ id, header }) => header.slice(id.length).trim();

/**
 * Draws the map into a figure.
 * @typedef {{ records: import("./fasta.js").SequenceRecord[], vectors: Float32Array[] }} Group
 * @param {HTMLElement} figure
 * @param {Group} yours
 * @param {Group} reference
 */
export async function drawMap(figure, yours, reference, signal) {
  const { places, shares } = await project([...reference.vectors, ...yours.vectors], signal);
  const points = places.map((place, at) => pointOf(place, at, yours, reference));
  const percent = shares.map((share) => `${Math.round(100 * share)} %`);
  const readout = element("p", { class: "readout", "aria-live": "polite" });
  const frame = element("div");
  figure.replaceChildren(
    element("p", { class: "title", id: "map-title" }, "Map of the sequences"),
    element(
      "p",
      { class: "key" },
      element("span", { class: "yours" }, `yours (${count(yours.records.length)})`),
      element("span", {}, `well-known proteins (${reference.records.length})`),
    ),
    frame,
    readout,
    element(
      "figcaption",
      {},
      `The first two principal components of the vectors; they hold ${percent[0]} and ${percent[1]} of the variance. ` +
        "Point at a protein, or use the arrow keys on the picture, to see its name.",
    ),
    details(points, yours, reference),
  );
  // Drawn for the width there is, so that names can be read on a phone.
  let drawn = 0;
  new ResizeObserver(() => {
    if (frame.clientWidth > 0 && frame.clientWidth !== drawn) {
      drawn = frame.clientWidth;
      frame.replaceChildren(picture(points, percent, readout, sizeFor(drawn)));
    }
  }).observe(frame);
}

const sizeFor = (width) => ({ width, height: Math.round(Math.max(0.62 * width, 320)) });

function pointOf(place, at, yours, reference) {
  const others = reference.records.length;
  return at < others
    ? { place, name: referenceName(reference.records[at]), isYours: false }
    : { place, name: yours.records[at - others].id, isYours: true };
}

/** Gives each point its x and y in the picture; both axes have one scale. */
function scale(points, { width, height }) {
  const ranges = [0, 1].map((axis) => {
    const values = points.map(({ place }) => place[axis]);
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  });
  const spans = ranges.map(([least, most]) => most - least || 1);
  const unit = Math.min((width - 2 * MARGIN) / spans[0], (height - 2 * MARGIN) / spans[1]);
  for (const point of points) {
    const [right, up] = point.place.map((value, axis) => value - (ranges[axis][0] + ranges[axis][1]) / 2);
    point.x = width / 2 + unit * right;
    point.y = height / 2 - unit * up;
  }
}

function picture(points, percent, readout, size) {
  const { width, height } = size;
  scale(points, size);
  const ring = svg("circle", { class: "ring", r: 9, visibility: "hidden" });
  const drawing = svg(
    "svg",
    {
      class: "map",
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      tabindex: 0,
      "aria-label": "Map of the sequences beside well-known proteins. A table of it follows.",
    },
    svg("line", { class: "axis", x1: MARGIN / 2, x2: width, y1: height - 14, y2: height - 14 }),
    svg("line", { class: "axis", x1: 14, x2: 14, y1: 0, y2: height - MARGIN / 2 }),
    label(width - 4, height - 3, `component 1 (${percent[0]})`, { "text-anchor": "end" }),
    label(10, 4, `component 2 (${percent[1]})`, { "text-anchor": "end", transform: "rotate(-90 10 4)" }),
    ...marks(points),
    ...names(points, size),
    ring,
  );
  listen(drawing, points, ring, readout);
  return drawing;
}

const label = (x, y, text, attributes) => svg("text", { x, y, ...attributes }, text);

/** Marks the points: those of the user on top while they are few, else below, so that they hide no other. */
function marks(points) {
  const isCrowd = points.filter(({ isYours }) => isYours).length > CROWD;
  const mark = ({ x, y, isYours }) =>
    isYours
      ? svg("circle", { cx: x, cy: y, r: isCrowd ? 3 : 5, class: isCrowd ? "yours crowd" : "yours" })
      : svg("circle", { cx: x, cy: y, r: 4 });
  const order = isCrowd ? [...points].reverse() : points;
  return order.map(mark);
}

/** Writes names beside points where they have room, those of the user first. */
function names(points, { width, height }) {
  const taken = points.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const isFree = (box) =>
    box.left > 18 &&
    box.right < width &&
    box.top > 0 &&
    box.bottom < height - 16 &&
    taken.every(
      (other) =>
        box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
    );
  const yours = points.filter(({ isYours }) => isYours);
  const wanted = [
    ...(yours.length > CROWD ? [] : yours.slice(0, MOST_NAMED)),
    ...points.filter(({ isYours }) => !isYours),
  ];
  return wanted.flatMap(({ x, y, name, isYours }) => {
    const text = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    const length = LETTER * text.length;
    for (const [anchor, left, down] of [
      ["start", 8, 0],
      ["end", -8 - length, 0],
      ["middle", -length / 2, -13],
      ["middle", -length / 2, 13],
    ]) {
      const box = { left: x + left, right: x + left + length, top: y + down - 5, bottom: y + down + 6 };
      if (isFree(box)) {
        taken.push(box);
        const at = { start: box.left, middle: x, end: box.right }[anchor];
        const attributes = { "text-anchor": anchor, ...(isYours && { class: "yours" }) };
        return [label(at, y + down + 4, text, attributes)];
      }
    }

    return [];
  });
}

function listen(drawing, points, ring, readout) {
  const order = [...points].sort((a, b) => a.x - b.x);
  let current = -1;
  const show = (at) => {
    current = at;
    const { x, y, name, isYours } = order[at];
    ring.setAttribute("cx", x);
    ring.setAttribute("cy", y);
    ring.setAttribute("visibility", "visible");
    readout.textContent = `${name} (${isYours ? "yours" : "well-known protein"})`;
  };
  drawing.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step) {
      event.preventDefault();
      show((current + step + order.length) % order.length);
    }
  });
  drawing.addEventListener("pointermove", (event) => {
    const { left, top } = drawing.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const distances = order.map((point) => (point.x - x) ** 2 + (point.y - y) ** 2);
    const least = distances.reduce((a, b) => Math.min(a, b));
    if (least < 400) {
      show(distances.indexOf(least));
    }
  });
}

/** The map as a table, with the well-known protein whose whole vector is nearest. */
function details(points, yours, reference) {
  const own = points.filter(({ isYours }) => isYours).slice(0, MOST_ROWS);
  const rows = own.map((point, at) => [
    point.name,
    nearest(yours.vectors[at], reference),
    ...point.place.map((value) => fixed(value, 3)),
  ]);
  const caption =
    own.length < yours.records.length
      ? `The first ${count(MOST_ROWS)} of your sequences`
      : "Your sequences";
  return element(
    "details",
    {},
    element("summary", {}, "The map as a table"),
    element(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "The map as a table" },
      table(caption, ["Sequence", "Nearest well-known protein", "Component 1", "Component 2"], rows),
    ),
  );
}

function nearest(vector, reference) {
  let [best, least] = [0, Infinity];
  reference.vectors.forEach((other, at) => {
    let distance = 0;
    for (let k = 0; k < vector.length; k++) {
      distance += (vector[k] - other[k]) ** 2;
    }

    if (distance < least) {
      [best, least] = [at, distance];
    }
  });
  return referenceName(reference.records[best]);
}
