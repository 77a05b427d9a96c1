// Everything of one subject as a run of sealed entries, for another home to take up under keys of its own: the hand-over of specs/custody.md §4.
// By copy and not by keys: what the old custodian keeps to himself is nowhere in it, and the old secret is told to nobody.
import { LATEST_MICROS, type SignalDescription } from '@hale/consent';
import { GRID_ORIGIN_MICROS, HaleError, LIMITS } from '@hale/kernel';
import { decodeSamples } from '@hale/kernel/open';
import { deriveKey, encodeSamples } from '@hale/kernel/seal';
import type { Assurance, OriginEntry } from '../catalogue.ts';
import { streamId } from '../catalogue.ts';
import type { Documents, StoredDocument } from '../documents.ts';
import { noteEntry, notesOf } from '../notes.ts';
import { rawSlots } from '../pyramid.ts';
import type { HandedRecords } from '../records/handing.ts';
import { type OwnerLabels, ownerLabelEntry, ownerLabels } from '../records/labels/owner.ts';
import type { Records } from '../records/records.ts';
import { type Samples, slice } from '../samples.ts';
import type { OpenStream } from '../streams.ts';
import type { Vault } from '../vault.ts';

/** A series as it is described to the new home, which numbers it anew and knows none of the old devices. */
export interface HandedStream extends Omit<SignalDescription, 'nominalPeriodMicros'> {
  key: string;
  nominalPeriodMicros: number;
  dayOffsetMinutes: number;
  source: string;
  assurance: Assurance;
}

export type ParcelEntry =
  | ({ type: 'stream' } & HandedStream)
  | { type: 'note'; key: string; number: number; text: string }
  | { type: 'origin'; key: string; origin: Omit<OriginEntry, 'type' | 'subject' | 'n'> }
  | { type: 'samples'; key: string; payload: Uint8Array }
  | { type: 'documents'; documents: StoredDocument[] }
  | { type: 'records'; handed: HandedRecords }
  /** What the custodian said of how sensitive a record is. */
  | { type: 'label'; record: string; said: OwnerLabels };

/** The rooms of one vault that hold something of a subject. */
export interface SubjectRooms {
  vault: Vault;
  documents: Documents;
  records: Records;
}

/** What does not go: notes that the custodian wrote on moments of series, and records by id. */
export interface Kept {
  notes: boolean;
  records: ReadonlySet<string>;
}

/** Bytes of one encoded run of samples: it has to fit an entry. */
const SAMPLES_BYTES_MAX = 40_000;
/** Notes in the person's own words: operations/notes.ts. */
const OWN_NOTES = 'hale-notes';
/** Series whose values are numbers of notes. */
const NOTE_KIND = 'note';

/** Log secret of a box of a parcel, 0 the bill: who has the parcel's key has it. */
export const boxSecret = (key: Uint8Array, n: number): Uint8Array => deriveKey(key, 'hand-over', n);
/** Of what the new home answers. */
export const answerKey = (key: Uint8Array): Uint8Array => deriveKey(key, 'hand-over-answer');

/** Runs of entries, each of which the new home has to take whole or not at all. */
export function* packParcel(
  { vault, documents, records }: SubjectRooms,
  subject: string,
  kept: Kept,
): Generator<ParcelEntry[]> {
  for (const stream of vault.streams(subject))
    if (!(kept.notes && stream.entry.kind === NOTE_KIND)) yield* packStream(vault, stream);
  for (const some of documents.handOut(subject, kept.notes ? OWN_NOTES : null))
    yield [{ type: 'documents', documents: some }];
  for (const run of records.handOut(subject, kept.records)) yield run.map((handed) => ({ type: 'records', handed }));
  for (const { id } of records.heads(subject)) {
    const said = kept.records.has(id) ? null : ownerLabels(vault.state, subject, id);
    if (said) yield [{ type: 'label', record: id, said }];
  }
}

function* packStream(vault: Vault, stream: OpenStream): Generator<ParcelEntry[]> {
  const { key, kind, title, ucum, factor, origin, loinc, edges, nominalPeriodMicros, grid, source, assurance, device } =
    stream.entry;
  const described: HandedStream = {
    ...{ key, kind, title, ucum, factor, origin, loinc, edges, nominalPeriodMicros },
    ...{ dayOffsetMinutes: grid.dayOffsetMinutes, source },
    assurance: assurance ?? (device === null ? 'imported' : 'delivered'),
  };
  yield [{ type: 'stream', ...described }];
  const notes = [...notesOf(vault.state, stream.entry)];
  for (const [number, text] of notes) yield [{ type: 'note', key, number, text }];
  for (const each of vault.state.origins.values())
    if (streamId(each) === stream.id) {
      const { type: _, subject: __, n: ___, ...told } = each;
      yield [{ type: 'origin', key, origin: told }];
    }
  for (const samples of rawSlots(vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS))
    for (const payload of payloadsOf(samples)) yield [{ type: 'samples', key, payload }];
}

/** A slot may hold more than one tile does: cut in halves until each fits. */
function* payloadsOf(samples: Samples): Generator<Uint8Array> {
  const count = samples.times.length;
  if (count === 0) return;
  if (count <= LIMITS.tileSamplesMax) {
    const payload = encodeSamples(samples);
    if (payload.length <= SAMPLES_BYTES_MAX || count === 1) {
      yield payload;
      return;
    }
  }
  const middle = count >>> 1;
  yield* payloadsOf(slice(samples, 0, middle));
  yield* payloadsOf(slice(samples, middle, count));
}

/**
 * Takes entries up into a subject of this vault, in the caller's transaction. Entries that came before change nothing of series and documents;
 * of records the caller sees to it that none comes twice.
 * @throws HaleError 'malformed' for entries that are none · 'full' | 'retired'
 */
export function takeParcel({ vault, documents, records }: SubjectRooms, subject: string, entries: ParcelEntry[]): void {
  let waiting: { stream: OpenStream; samples: Samples }[] = [];
  const settle = () => {
    if (waiting.length > 0) vault.ingest(waiting);
    waiting = [];
  };
  for (const entry of entries) {
    if (entry.type !== 'samples') settle();
    switch (entry.type) {
      case 'stream':
        takeStream(vault, subject, entry);
        break;
      case 'note':
        vault.record([noteEntry(streamOf(vault, subject, entry.key), entry.number, entry.text)]);
        break;
      case 'origin': {
        const { n } = streamOf(vault, subject, entry.key);
        vault.record([{ ...entry.origin, type: 'origin', subject, n }]);
        break;
      }
      case 'samples':
        waiting.push({ stream: vault.stream(subject, entry.key), samples: decodeSamples(entry.payload) });
        break;
      case 'documents':
        documents.put(
          subject,
          entry.documents.map((after) => ({ before: null, after })),
        );
        break;
      case 'records':
        records.handIn(subject, entry.handed);
        break;
      case 'label':
        vault.record([ownerLabelEntry(subject, entry.record, entry.said)]);
        break;
      default:
        throw new HaleError('malformed', 'the hand-over holds something that this version does not know; update first');
    }
  }
  settle();
}

const streamOf = (vault: Vault, subject: string, key: string) => vault.stream(subject, key).entry;

function takeStream(
  vault: Vault,
  subject: string,
  { type: _, nominalPeriodMicros, ...described }: { type: 'stream' } & HandedStream,
): void {
  if (vault.findStream(subject, described.key)) return;
  vault.addStream({ ...described, subject, device: null, nominalPeriodSeconds: nominalPeriodMicros / 1e6 });
}
