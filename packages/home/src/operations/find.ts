// Searching: one box over records, series and notes; and FHIR's own grammar for whoever knows what to ask.
import { HaleError } from '@hale/kernel';
import { notesOf, type OpenStream } from '@hale/vault';
import { allKinds } from '@hale/vault/kinds';
import type { RecordEntry, Resource } from '@hale/vault/records';
import { findInBox, parseBox, reasonsIn, searchRecords, type Term } from '@hale/vault/records/search';
import type { Found, FoundNote, FoundRecord, FoundSeries, SearchAnswer } from '../api-find.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { RecordFinder } from '../records/finder.ts';
import type { Context, Operation } from './context.ts';
import { notes } from './notes.ts';
import { infoOf } from './records.ts';

const SHOWN_USUALLY = 20;
const MINUTE_MICROS = 60e6;
const EAST_MINUTES_MAX = 14 * 60;

function finderOf(home: Home): RecordFinder {
  home.finder ??= new RecordFinder(home);
  return home.finder;
}

export const find: Operation<'find'> = async (context, { subject: name, text, eastMinutes = 0, limit }) => {
  const { home } = context;
  if (typeof text !== 'string') throw new HaleError('usage', 'what is looked for is a text');
  if (!Number.isInteger(eastMinutes) || Math.abs(eastMinutes) > EAST_MINUTES_MAX)
    throw new HaleError('usage', 'eastMinutes is the difference of a clock to UTC', { most: EAST_MINUTES_MAX });
  const { id: subject } = home.vault.subject(name);
  const asked = parseBox(text, home.nowMicros() + eastMinutes * MINUTE_MICROS);
  const shown = Math.min(limit ?? SHOWN_USUALLY, HOME_LIMITS.foundMax);
  const index = await finderOf(home).index(subject);
  const found = findInBox(index, asked, { limit: shown });
  const { terms, range } = asked;
  const answer: Found = {
    terms: terms.map(({ text: of, meant, isPerson }) => ({ text: of, isKind: meant !== null, isPerson })),
    time: range && { fromMicros: finite(range.lo), toMicros: finite(range.hi) },
    records: found.hits.map(({ id, reasons, within }) => ({
      ...infoOf(home, subject, home.records.read(subject, id)),
      reasons,
      ...(within === undefined ? {} : { within: reportOf(home, subject, within) }),
    })),
    recordsTotal: found.total,
    isPartial: found.isPartial,
    series: terms.length === 0 ? [] : seriesFound(home, subject, terms, range),
    notes: await notesFound(context, name, terms, range),
  };
  return answer;
};

const finite = (micros: number): number | null => (Number.isFinite(micros) ? micros : null);

function reportOf(home: Home, subject: string, id: string): NonNullable<FoundRecord['within']> {
  const { title, written } = infoOf(home, subject, home.records.read(subject, id));
  return { id, title, written };
}

type Range = { lo: number; hi: number } | null;

function seriesFound(home: Home, subject: string, terms: readonly Term[], range: Range): FoundSeries[] {
  return home.vault.streams(subject).flatMap((stream) => {
    const { entry, number } = stream;
    const { firstMicros, lastMicros } = home.vault.store.sampleCount(number);
    const isOutside =
      range && (firstMicros === null || lastMicros === null || firstMicros >= range.hi || lastMicros < range.lo);
    const reasons = isOutside ? [] : reasonsIn(terms, textsOf(home, stream));
    return reasons.length === 0
      ? []
      : [{ key: entry.key, title: entry.title, kind: entry.kind, firstMicros, lastMicros, reasons }];
  });
}

function textsOf(home: Home, { entry }: OpenStream): { field: 'title' | 'name' | 'note'; text: string }[] {
  const kind = allKinds().find(({ key }) => key === entry.kind);
  const device = entry.device === null ? undefined : home.vault.state.devices.get(entry.device)?.name;
  const names = [entry.kind.replaceAll('-', ' '), kind?.title, device, entry.loinc].filter(
    (each) => each !== undefined && each !== null,
  );
  return [
    { field: 'title', text: entry.title },
    ...names.map((text) => ({ field: 'name' as const, text })),
    ...[...notesOf(home.vault.state, entry).values()].map((text) => ({ field: 'note' as const, text })),
  ];
}

async function notesFound(
  context: Context,
  subject: string | undefined,
  terms: readonly Term[],
  range: Range,
): Promise<FoundNote[]> {
  if (terms.length === 0 && range === null) return [];
  const within = range && {
    ...(Number.isFinite(range.lo) ? { fromMicros: range.lo } : {}),
    ...(Number.isFinite(range.hi) ? { toMicros: range.hi } : {}),
  };
  const all = await notes(context, { ...(subject === undefined ? {} : { subject }), ...within });
  return all.flatMap(({ id, stream, atMicros, text }) => {
    const reasons = reasonsIn(terms, [{ field: 'note', text }]);
    return reasons.length === 0 && terms.length > 0 ? [] : [{ id, stream, atMicros, text, reasons }];
  });
}

export const recordsSearch: Operation<'records.search'> = async ({ home }, { subject: name, query }) => {
  if (typeof query !== 'string') throw new HaleError('usage', 'a query is a text like Observation?code=718-7');
  const { id: subject } = home.vault.subject(name);
  const index = await finderOf(home).index(subject);
  const found = searchRecords(index, query, { nowMicros: home.nowMicros() });
  const { summary, elements } = found.query;
  const entriesOf = (ids: readonly string[], mode: 'match' | 'include'): SearchAnswer['entries'] =>
    ids.map((id) => {
      const entry: RecordEntry = home.records.read(subject, id);
      return { mode, record: infoOf(home, subject, entry), resource: partOf(entry.resource, summary, elements) };
    });
  return {
    total: found.total,
    entries: [...entriesOf(found.ids, 'match'), ...entriesOf(found.included, 'include')],
    isCut: found.isCut,
  };
};

/** What an answer that leaves something out is marked with (FHIR R4, 3.1.1.5.9). */
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

function partOf(resource: Resource, summary: string, elements: readonly string[]): Resource {
  if (elements.length === 0 && (summary === 'false' || summary === 'count')) return resource;
  const isKept = (field: string): boolean => {
    if (['resourceType', 'id', 'meta'].includes(field)) return true;
    if (elements.length > 0) return elements.some((each) => field === each || field.startsWith(each));
    return summary === 'data' ? field !== 'text' : field === 'text';
  };
  const kept = Object.fromEntries(Object.entries(resource).filter(([field]) => isKept(field)));
  const { meta } = resource as { meta?: { tag?: unknown } };
  const tags = Array.isArray(meta?.tag) ? meta.tag : [];
  return { ...kept, resourceType: resource.resourceType, meta: { ...meta, tag: [...tags, SUBSETTED] } };
}
