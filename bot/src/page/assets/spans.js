// Places in a ticket: the server counts bytes of UTF-8, the browser 16-bit units.

/** A text that can be sent: lone halves of surrogate pairs, which UTF-8 does not have, become U+FFFD. */
export const wellFormed = (text) => text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');

/** Cuts a text at the given byte ranges: `[{ text, kinds }]`, in order and without gaps; ranges may overlap. */
export function pieces(text, ranges) {
  const bytes = new Set(ranges.flatMap(({ start, end }) => [start, end]));
  const cuts = [[0, 0]];
  let byte = 0;
  let unit = 0;
  for (const character of text) {
    if (byte > 0 && bytes.has(byte)) cuts.push([byte, unit]);
    const code = character.codePointAt(0);
    byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    unit += character.length;
  }
  cuts.push([byte, unit]);
  const out = [];
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    const [[from, begin], [, end]] = [cuts[at], cuts[at + 1]];
    const kinds = ranges.filter((range) => range.start <= from && from < range.end).map((range) => range.kind);
    if (end > begin) out.push({ text: text.slice(begin, end), kinds });
  }
  return out;
}
