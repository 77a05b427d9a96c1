// Reads the text back out of a PDF that pdfkit wrote, by the format's own rules (ISO 32000-1 §7.3, §9.10.3) and none of its code: streams inflated,
// glyphs turned to letters by each font's ToUnicode map. For tests.
import { inflateSync } from 'node:zlib';

/** Text page by page, lines of it in the order in which they were written. */
export function pdfText(pdf: Uint8Array): string[] {
  const objects = objectsOf(Buffer.from(pdf));
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b/.test(head));
  return pages.map(({ head }) => {
    const contents = Number(/\/Contents (\d+) 0 R/.exec(head)?.[1]);
    const resources = Number(/\/Resources (\d+) 0 R/.exec(head)?.[1]);
    const fonts = fontsOf(objects, objects.get(resources)?.head ?? head);
    return textOf(objects.get(contents)?.stream ?? '', fonts);
  });
}

interface PdfObject {
  head: string;
  /** Inflated, a character a byte. */
  stream: string;
}

function objectsOf(bytes: Buffer): Map<number, PdfObject> {
  const text = bytes.toString('latin1');
  const objects = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(\d+) 0 obj\n/g)) {
    const from = match.index + match[0].length;
    const end = text.indexOf('endobj', from);
    const length = Number(/\/Length (\d+)/.exec(text.slice(from, end))?.[1] ?? 0);
    const begins = text.indexOf('stream\n', from);
    const isStream = begins >= 0 && begins < end;
    const head = text.slice(from, isStream ? begins : end);
    const raw = isStream ? bytes.subarray(begins + 7, begins + 7 + length) : Buffer.alloc(0);
    const stream = head.includes('/FlateDecode') ? inflateSync(raw) : raw;
    objects.set(Number(match[1]), { head, stream: stream.toString('latin1') });
  }
  return objects;
}

type Letters = Map<number, string>;

function fontsOf(objects: Map<number, PdfObject>, resources: string): Map<string, Letters> {
  const fonts = new Map<string, Letters>();
  for (const [, name, at] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const map = Number(/\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(at))?.head ?? '')?.[1]);
    fonts.set(name, lettersOf(objects.get(map)?.stream ?? ''));
  }
  return fonts;
}

/** `<0000> <00ff> [<0000> <0048> …]`: what the glyphs of a range stand for, in UTF-16. */
function lettersOf(map: string): Letters {
  const letters: Letters = new Map();
  for (const [, first, , list] of map.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi))
    [...list.matchAll(/<([0-9a-f ]*)>/gi)].forEach(([, units], i) => {
      const hex = units.replaceAll(' ', '').match(/.{4}/g) ?? [];
      letters.set(Number.parseInt(first, 16) + i, String.fromCharCode(...hex.map((unit) => Number.parseInt(unit, 16))));
    });
  return letters;
}

function textOf(stream: string, fonts: Map<string, Letters>): string {
  let letters: Letters = new Map();
  const lines: string[] = [];
  for (const [, font, shown] of stream.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? new Map();
    else {
      const glyphs = [...shown.matchAll(/<([0-9a-f]+)>/gi)].flatMap(([, hex]) => hex.match(/.{4}/g) ?? []);
      lines.push(glyphs.map((glyph) => letters.get(Number.parseInt(glyph, 16)) ?? '\ufffd').join(''));
    }
  }
  return lines.join('\n');
}
