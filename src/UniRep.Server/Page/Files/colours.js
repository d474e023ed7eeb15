// The colours of charts, those of UniRep.Charts.

/** Nine of the 256 colours of viridis, evenly apart. */
const VIRIDIS = "440154 472D7B 3B528B 2C728E 21918C 28AE80 5EC962 ADDC30 FDE725";

/** ColorBrewer's RdBu in nine classes, from red to blue. */
const RED_TO_BLUE = "B2182B D6604D F4A582 FDDBC7 F7F7F7 D1E5F0 92C5DE 4393C3 2166AC";

const parse = (table) =>
  table.split(" ").map((text) => [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)));

const ramp = (table) => (place) => {
  const at = Math.min(Math.max(place, 0), 1) * (table.length - 1);
  const lower = Math.min(Math.floor(at), table.length - 2);
  return table[lower].map((value, part) =>
    Math.round(value + (at - lower) * (table[lower + 1][part] - value)),
  );
};

/** Gives the colour at a place from 0 (dark) to 1 (light), as red, green and blue. */
export const sequential = ramp(parse(VIRIDIS));

/** Gives the colour at a place from 0 (red) over 0.5 (white) to 1 (blue), as red, green and blue. */
export const diverging = ramp(parse(RED_TO_BLUE));

/** Writes a colour as CSS does. */
export const css = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

/** Chooses black or white text, whichever has more contrast on a colour (WCAG's relative luminance). */
export function inkOn(colour) {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
}
