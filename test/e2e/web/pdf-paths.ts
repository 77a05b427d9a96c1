// What a PDF of Chromium draws and where: pages, their boxes, and every path in points from the lower left corner of its page.
// Enough of the format for a test of true size: content streams, q Q cm, paths, forms. Source: ISO 32000-1, 7.3 and 8.5.
import { inflateSync } from 'node:zlib';

type Matrix = readonly [number, number, number, number, number, number];

export interface DrawnPath {
  /** Corners and control points, in points (1/72 inch). */
  points: [number, number][];
}

export interface PdfPage {
  width: number;
  height: number;
  paths: DrawnPath[];
}

interface PdfObject {
  dictionary: string;
  stream: Buffer | null;
}

function objectsOf(pdf: Buffer): Map<number, PdfObject> {
  const text = pdf.toString('latin1');
  const found = new Map<number, PdfObject>();
  for (const match of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)(?:stream\n|endobj)/g)) {
    const [whole, id, dictionary] = match;
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1]);
    const from = (match.index ?? 0) + whole.length;
    const raw = whole.endsWith('stream\n') ? pdf.subarray(from, from + length) : null;
    const isPacked = /\/FlateDecode/.test(dictionary);
    found.set(Number(id), { dictionary, stream: raw && isPacked ? inflateSync(raw) : raw });
  }
  return found;
}

const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[1] * b[2],
  a[0] * b[1] + a[1] * b[3],
  a[2] * b[0] + a[3] * b[2],
  a[2] * b[1] + a[3] * b[3],
  a[4] * b[0] + a[5] * b[2] + b[4],
  a[4] * b[1] + a[5] * b[3] + b[5],
];

const UNIT: Matrix = [1, 0, 0, 1, 0, 0];

/** Follows a content stream; forms that it draws are followed too. */
function pathsOf(content: string, matrix: Matrix, form: (name: string) => PdfObject | null, into: DrawnPath[]): void {
  let at = matrix;
  const saved: Matrix[] = [];
  let numbers: number[] = [];
  let name = '';
  let open: DrawnPath = { points: [] };
  const point = (x: number, y: number) =>
    open.points.push([x * at[0] + y * at[2] + at[4], x * at[1] + y * at[3] + at[5]]);
  const close = (isDrawn: boolean) => {
    if (isDrawn && open.points.length > 0) into.push(open);
    open = { points: [] };
  };
  const actions: Record<string, () => void> = {
    q: () => saved.push(at),
    Q: () => {
      at = saved.pop() ?? matrix;
    },
    cm: () => {
      at = times(numbers.slice(-6) as unknown as Matrix, at);
    },
    m: () => point(numbers[0], numbers[1]),
    l: () => point(numbers[0], numbers[1]),
    c: () => {
      for (const i of [0, 2, 4]) point(numbers[i], numbers[i + 1]);
    },
    re: () => {
      const [x, y, width, height] = numbers;
      point(x, y);
      point(x + width, y + height);
    },
    Do: () => {
      const found = form(name);
      if (found?.stream) pathsOf(found.stream.toString('latin1'), times(matrixOf(found), at), form, into);
    },
  };
  for (const painted of ['S', 's', 'f', 'f*', 'B', 'B*', 'b', 'b*', 'F']) actions[painted] = () => close(true);
  actions.n = () => close(false);
  for (const token of content.split(/\s+/)) {
    if (token === '') continue;
    if (token.startsWith('/')) name = token.slice(1);
    else if (/^[-+.\d]/.test(token)) numbers.push(Number(token));
    else {
      actions[token]?.();
      numbers = [];
    }
  }
}

function matrixOf({ dictionary }: PdfObject): Matrix {
  const found = /\/Matrix \[([^\]]+)\]/.exec(dictionary)?.[1];
  return found ? (found.trim().split(/\s+/).map(Number) as unknown as Matrix) : UNIT;
}

export function readPdf(pdf: Buffer): PdfPage[] {
  const objects = objectsOf(pdf);
  return [...objects.values()]
    .filter(({ dictionary }) => /\/Type \/Page\b(?!s)/.test(dictionary))
    .map(({ dictionary }) => {
      const [, , width, height] = (/\/MediaBox \[([^\]]+)\]/.exec(dictionary)?.[1] ?? '')
        .trim()
        .split(/\s+/)
        .map(Number);
      const form = (name: string) => {
        const id = new RegExp(`/${name} (\\d+) 0 R`).exec(dictionary)?.[1];
        const object = id === undefined ? null : (objects.get(Number(id)) ?? null);
        return object && /\/Subtype \/Form/.test(object.dictionary) ? object : null;
      };
      const paths: DrawnPath[] = [];
      const contents = objects.get(Number(/\/Contents (\d+) 0 R/.exec(dictionary)?.[1]));
      pathsOf(contents?.stream?.toString('latin1') ?? '', UNIT, form, paths);
      return { width, height, paths };
    });
}
