// The index as bytes: a list of its numbers and texts. What is in them is as secret as the records: whoever keeps them seals them first.
import { decodeCbor, encodeCbor, HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import type { Column, ColumnKind, Dictionary, Growing } from './columns.ts';
import type { Parameters } from './parameters.ts';
import { RecordIndex } from './record-index.ts';

/** Another number: whatever was kept is made anew. It changes when anything does that is read out of a resource. */
const SNAPSHOT_VERSION = 1;

type Numbers = Uint32Array | Float64Array | Uint8Array;

const bytesOf = (numbers: Numbers, length: number): Uint8Array => {
  const used = numbers.subarray(0, length);
  return new Uint8Array(used.buffer, used.byteOffset, used.byteLength);
};

const dictionaries = (index: RecordIndex): Dictionary[] => [
  index.tokens,
  index.texts,
  index.references,
  index.units,
  index.names,
];

/** Texts are much, and JSON is the fastest way to read them back. */
interface Texts {
  dictionaries: string[][];
  ids: string[];
  localIds: string[];
}

export function encodeSnapshot(index: RecordIndex): Uint8Array {
  const { ids, localIds } = index.records;
  const texts: Texts = { dictionaries: dictionaries(index).map((each) => each.texts), ids, localIds };
  return encodeCbor([
    SNAPSHOT_VERSION,
    utf8Encode(JSON.stringify(texts)),
    index.records.columns().map(({ all, length }) => bytesOf(all, length)),
    [...index.columns].map(([name, column]) => [column.kind, name, ...packColumn(column)]),
    [...index.groups].map(([name, { all, length }]) => [name, bytesOf(all, length)]),
    [...packColumn(index.box), bytesOf(index.boxFields.all, index.boxFields.length)],
    index.isFollowed,
  ]);
}

function packColumn({ rows, keys, records, lo, hi, to }: Column): Uint8Array[] {
  const arrays = [bytesOf(keys, rows), bytesOf(records, rows)];
  if (lo && hi) arrays.push(bytesOf(lo.all, rows), bytesOf(hi.all, rows));
  if (to) arrays.push(bytesOf(to, rows));
  return arrays;
}

type Snapshot = [
  version: number,
  texts: Uint8Array,
  table: Uint8Array[],
  columns: [kind: ColumnKind, name: string, ...arrays: Uint8Array[]][],
  groups: [name: string, owners: Uint8Array][],
  box: Uint8Array[],
  isFollowed: boolean,
];

/** Bytes that this home sealed itself: what is in them is as it was written. @throws HaleError 'unsupported' for those of another version */
export function decodeSnapshot(bytes: Uint8Array, parameters: Parameters): RecordIndex {
  const [version, told, table, columns, groups, box, isFollowed] = decodeCbor(bytes) as Snapshot;
  if (version !== SNAPSHOT_VERSION)
    throw new HaleError('unsupported', 'the snapshot of the index is of another version: it is made anew');
  const index = new RecordIndex(parameters);
  const texts = JSON.parse(utf8Decode(told)) as Texts;
  for (const [i, dictionary] of dictionaries(index).entries())
    for (const text of texts.dictionaries[i]) dictionary.number(text);
  for (const [i, id] of texts.ids.entries()) index.records.localIds[index.records.number(id)] = texts.localIds[i];
  for (const [i, column] of index.records.columns().entries()) fill(column, table[i]);
  for (const [kind, name, ...arrays] of columns) unpackColumn(index.column(name, kind), arrays);
  for (const [name, owners] of groups) fill(index.group(name), owners);
  unpackColumn(index.box, box);
  fill(index.boxFields, box[2]);
  index.isFollowed = isFollowed;
  return index;
}

function fill(growing: Growing<Numbers>, bytes: Uint8Array): void {
  growing.all = numbersIn(bytes, growing.all);
  growing.length = growing.all.length;
}

function unpackColumn(column: Column, [keys, records, ...more]: readonly Uint8Array[]): void {
  column.keys = numbersIn(keys, column.keys);
  column.records = numbersIn(records, column.records);
  column.rows = column.keys.length;
  if (column.lo && column.hi) {
    fill(column.lo, more[0]);
    fill(column.hi, more[1]);
  }
  if (column.to) column.to = numbersIn(more[0], column.to);
}

/** Copies, since what CBOR gives lies at any address. */
function numbersIn<T extends Numbers>(bytes: Uint8Array, like: T): T {
  const copy = bytes.slice();
  const Type = like.constructor as new (buffer: ArrayBufferLike) => T;
  return new Type(copy.buffer);
}
