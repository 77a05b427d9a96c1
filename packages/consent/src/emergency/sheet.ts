// The facts that an emergency opening gives: lines to read at once, and the same as a patient summary (IPS) for a machine. They stand as entries in
// the emergency grant's own log, which a new round writes anew (specs/emergency.md §5).
import {
  base64Decode,
  concatBytes,
  decodeBatch,
  encodeCbor,
  fail,
  fromHex,
  type NostrEvent,
  sha256,
  toHex,
  verifyEvent,
} from '@hale/kernel';
import { grantSecret, logLeaves, openLogEntry } from '@hale/kernel/open';
import { LATEST_MICROS } from '../limits.ts';
import { byteString, type Fields, fields, integer, isFields, list, oneOf, text } from '../shape.ts';
import { EMERGENCY_LIMITS } from './limits.ts';

/** In the order in which somebody needs them who does not know her. */
export const SHEET_SECTIONS = [
  'allergies',
  'medicines',
  'conditions',
  'blood',
  'devices',
  'pregnancy',
  'directives',
  'procedures',
  'vaccinations',
  'readings',
  'contacts',
  'notes',
] as const;
export type SheetSection = (typeof SHEET_SECTIONS)[number];

export interface SheetLines {
  section: SheetSection;
  lines: string[];
}

/** `{type: 'sheet'}` of the log; its summary follows in entries `{type: 'sheet-part'}`. */
export interface Sheet {
  /** As she is called. */
  name: string;
  /** Year of birth, or ''. */
  born: string;
  /** BCP 47: the language of her lines. */
  language: string;
  /** Microseconds: when it was written. */
  time: number;
  sections: SheetLines[];
  /** SHA-256 of the summary's bytes, lower-case hex; null = there is none. */
  bundle: string | null;
}

export interface OpenedSheet extends Sheet {
  /** FHIR R4 Bundle as JSON, UTF-8. */
  bundleBytes: Uint8Array | null;
}

/** Values for the log of a round, in order. @throws HaleError 'malformed' | 'too-large' */
export function sheetEntries(sheet: Omit<Sheet, 'bundle'>, bundle: Uint8Array | null): object[] {
  if (bundle !== null && bundle.length > EMERGENCY_LIMITS.bundleBytesMax)
    fail('too-large', 'the summary for emergencies is too long; choose fewer facts', {
      max: EMERGENCY_LIMITS.bundleBytesMax,
    });
  const head = { type: 'sheet', ...parseSheet({ ...sheet, bundle: bundle === null ? null : toHex(sha256(bundle)) }) };
  const count = Math.ceil((bundle?.length ?? 0) / EMERGENCY_LIMITS.partBytes);
  const parts = Array.from({ length: count }, (_, n) => {
    const at = n * EMERGENCY_LIMITS.partBytes;
    return { type: 'sheet-part', n, bytes: bundle!.slice(at, at + EMERGENCY_LIMITS.partBytes) };
  });
  if (encodeCbor(head).length > EMERGENCY_LIMITS.partBytes)
    fail('too-large', 'the lines for emergencies are too long; choose fewer facts', {
      max: EMERGENCY_LIMITS.partBytes,
    });
  return [head, ...parts];
}

function parseSheet(value: Fields): Sheet {
  const map = fields(value, 'sheet', ['name', 'born', 'language', 'time', 'sections', 'bundle']);
  return {
    name: text(map.name, 'sheet.name', EMERGENCY_LIMITS.nameUnitsMax),
    born: text(map.born, 'sheet.born', 10),
    language: text(map.language, 'sheet.language', 35, 2),
    time: integer(map.time, 'sheet.time', 0, LATEST_MICROS),
    sections: list(map.sections, 'sheet.sections', SHEET_SECTIONS.length).map(parseSection),
    bundle: map.bundle === null ? null : text(map.bundle, 'sheet.bundle', 64, 64),
  };
}

function parseSection(value: unknown): SheetLines {
  const map = fields(value, 'sheet section', ['section', 'lines']);
  return {
    section: oneOf(map.section, 'sheet section', SHEET_SECTIONS),
    lines: list(map.lines, 'sheet lines', EMERGENCY_LIMITS.linesMax).map((line) =>
      text(line, 'sheet line', EMERGENCY_LIMITS.lineUnitsMax, 1),
    ),
  };
}

/**
 * Opens the events of a round.
 * @param author of the round's log, lower-case hex, as the locker named it
 * @throws HaleError 'not-authentic' an event is not the author's, or does not open · 'malformed' · 'corrupt' where a part of the summary is missing
 */
export function openSheet(events: readonly NostrEvent[], author: string, grantKey: Uint8Array): OpenedSheet {
  const leaves = logLeaves(grantSecret(grantKey));
  const values = events.flatMap((event) => {
    if (event.pubkey !== author || verifyEvent(event) === null)
      fail('not-authentic', 'the facts are not signed by the key that the locker names');
    return decodeBatch(fromHex(author, 32), base64Decode(event.content)).tiles.map((tile) => ({
      seq: tile.slot,
      value: openLogEntry(leaves, tile),
    }));
  });
  values.sort((a, b) => a.seq - b.seq);
  const [head, ...rest] = values.map(({ value }) => value);
  if (!isFields(head) || head.type !== 'sheet') fail('malformed', 'the log does not begin with a sheet');
  const { type: _type, ...sheet } = head;
  const parsed = parseSheet(sheet);
  return { ...parsed, bundleBytes: parsed.bundle === null ? null : joined(rest, parsed.bundle) };
}

function joined(parts: readonly unknown[], hash: string): Uint8Array {
  const bytes = parts.map((value, n) => {
    const part = fields(value, 'sheet part', ['type', 'n', 'bytes']);
    if (part.type !== 'sheet-part' || part.n !== n) fail('corrupt', 'a part of the summary is missing');
    return byteString(part.bytes, 'sheet part', EMERGENCY_LIMITS.partBytes, 1);
  });
  const whole = concatBytes(...bytes);
  return toHex(sha256(whole)) === hash ? whole : fail('corrupt', 'a part of the summary is missing');
}
