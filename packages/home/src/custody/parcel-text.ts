// The entries of a parcel and of its bill as a stranger may have written them. Nothing of them is used before it has this shape. specs/custody.md §4
import { HaleError } from '@hale/kernel';
import type { ParcelEntry } from '@hale/vault';
import { asLedgerEntry, CATEGORIES, unpackEntry } from '@hale/vault/records';
import * as v from 'valibot';
import type { Bill, BillLine } from './hand-over.ts';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const bytes = (max: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= max);
const whole = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(whole, v.minValue(0));
const assurance = v.picklist(['imported', 'delivered', 'gateway', 'signed']);
const key = v.pipe(text(200), v.minLength(1));
/** Bytes of one entry: what a batch holds. */
const ENTRY_BYTES_MAX = 48_000;

const stream = v.strictObject({
  type: v.literal('stream'),
  key,
  kind: key,
  title: text(400),
  ucum: text(100),
  factor: v.pipe(v.number(), v.finite()),
  origin: v.pipe(v.number(), v.finite()),
  loinc: v.nullable(text(20)),
  edges: v.pipe(v.array(whole), v.maxLength(256)),
  nominalPeriodMicros: v.pipe(v.number(), v.finite(), v.minValue(0)),
  dayOffsetMinutes: v.pipe(whole, v.minValue(-1440), v.maxValue(1440)),
  source: text(1000),
  assurance,
});

const note = v.strictObject({ type: v.literal('note'), key, number: count, text: text(4000) });

const origin = v.strictObject({
  type: v.literal('origin'),
  key,
  origin: v.strictObject({
    source: text(1000),
    assurance,
    ...{ samples: count, elsewhere: count, firstMicros: v.number(), lastMicros: v.number(), at: v.number() },
  }),
});

const samples = v.strictObject({ type: v.literal('samples'), key, payload: bytes(ENTRY_BYTES_MAX) });

const document = v.strictObject({
  id: key,
  collection: key,
  identifier: v.nullable(text(400)),
  key: v.nullable(text(400)),
  millis: v.pipe(v.number(), v.finite()),
  device: text(100),
  createdMillis: v.pipe(v.number(), v.finite()),
  modifiedMillis: v.pipe(v.number(), v.finite()),
  isValid: v.boolean(),
  isUndated: v.boolean(),
  json: text(ENTRY_BYTES_MAX),
});
const documents = v.strictObject({ type: v.literal('documents'), documents: v.array(document) });

const isVersionOrPart = (value: unknown): boolean => {
  try {
    const entry = unpackEntry(value);
    const told = 'part' in entry ? entry.part : entry.version;
    return typeof told.id === 'string' && /^[0-9a-f]{16}$/.test(told.id) && Number.isSafeInteger(told.revision);
  } catch (error) {
    if (error instanceof HaleError) return false;
    throw error;
  }
};

const records = v.strictObject({
  type: v.literal('records'),
  handed: v.variant('what', [
    v.strictObject({ what: v.literal('ledger'), entry: v.custom<object>((value) => asLedgerEntry(value) !== null) }),
    v.strictObject({ what: v.literal('chunk'), n: count, at: count, bytes: bytes(ENTRY_BYTES_MAX) }),
    v.strictObject({
      what: v.literal('entries'),
      log: v.pipe(whole, v.minValue(1), v.maxValue(CATEGORIES.length)),
      values: v.pipe(v.array(v.custom<unknown>(isVersionOrPart)), v.minLength(1)),
    }),
  ]),
});

const names = v.pipe(v.array(text(100)), v.maxLength(200));
const label = v.strictObject({
  type: v.literal('label'),
  record: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  said: v.strictObject({ add: names, drop: names, at: count, by: text(100) }),
});

const entry = v.variant('type', [stream, note, origin, samples, documents, records, label]);

const bill = v.object({
  type: v.literal('bill'),
  v: v.literal(1),
  about: v.object({
    name: key,
    species: v.exactOptional(v.nullable(v.picklist(['human', 'dog', 'cat', 'horse', 'rabbit', 'other']))),
    birthYear: v.exactOptional(v.nullable(count)),
    sex: v.exactOptional(v.nullable(v.picklist(['female', 'male', 'other']))),
    breed: v.exactOptional(v.nullable(text(200))),
    chip: v.exactOptional(v.nullable(text(40))),
    vet: v.exactOptional(v.nullable(text(200))),
  }),
  grants: v.pipe(
    v.array(
      v.object({
        to: text(400),
        recipient: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
        streams: v.array(v.object({ key: text(200), level: text(4) })),
        records: v.exactOptional(v.array(v.picklist(CATEGORIES))),
        purpose: text(4000),
        until: v.nullable(v.number()),
      }),
    ),
    v.maxLength(1000),
  ),
  boxes: count,
});
const line = v.object({
  author: v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32),
  entries: count,
});

function parsed<T>(shape: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(shape, value);
  if (!result.success)
    throw new HaleError('malformed', `${what} of this hand-over is not as it should be; ask for a new one`);
  return result.output;
}

/** @throws HaleError 'malformed' */
export const parseParcelEntry = (value: unknown): ParcelEntry => parsed(entry, value, 'an entry') as ParcelEntry;

/** @throws HaleError 'malformed' */
export function parseBill([head, ...lines]: unknown[]): { bill: Bill; lines: BillLine[] } {
  const told: Bill = parsed(bill, head, 'the bill');
  if (lines.length !== told.boxes)
    throw new HaleError('unavailable', 'the bill of this hand-over is not whole yet; try again in a moment');
  return { bill: told, lines: lines.map((each) => parsed(line, each, 'the bill')) };
}
