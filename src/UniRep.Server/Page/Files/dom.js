// Small helpers around the document. Text goes in as text: nothing here parses HTML.

/** Finds the element with an id. */
export const byId = (id) => document.getElementById(id);

/** Makes an element with attributes and children; strings become text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  setAll(made, attributes);
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes an SVG element with attributes and children. */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  setAll(made, attributes);
  made.append(...children);
  return made;
}

function setAll(made, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
}

/** Makes a table with a caption, a row of headings and rows of cells; the first cell of a row is its heading. */
export function table(caption, headings, rows) {
  const head = element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((text, at) =>
        at === 0 ? element("th", { scope: "row" }, text) : element("td", {}, text),
      ),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
}

/** Lets the browser draw and take input, then goes on. */
export const pause = () => new Promise((resolve) => setTimeout(resolve));

/** Writes a number with thousands apart. */
export const count = (value) => value.toLocaleString("en");

/** Writes a number of things: `1 sequence`, `2,000 sequences`. */
export const counted = (value, thing) => `${count(value)} ${thing}${value === 1 ? "" : "s"}`;

/** Writes a number with two digits after the point, with a true minus sign. */
export const fixed = (value, digits = 2) => value.toFixed(digits).replace("-", "\u2212");

/** Gets a colour of the style sheet, as it is now: light or dark. */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
