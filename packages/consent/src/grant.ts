// Planning a grant: every entry of its stream, the clips its edges need and the truth that a preview shows. Values only; the vault applies.
import { binSeconds, fail, fromHex, gridStart, type Level, schnorrPublic, slotStart, toHex } from '@hale/kernel';
import { readerKey } from '@hale/kernel/seal';
import { entryValue, type GrantEntry, type LeaseEntry, type TokenEntry } from './entries.ts';
import { consentResource } from './fhir.ts';
import { slotsDue } from './lease.ts';
import { LIMITS, MICROS_PER_SECOND } from './limits.ts';
import { type GrantIdentity, grantedSlots, type OwnerGrant, ownerGrant, withEntries } from './owner-grant.ts';
import { recipientsConsent } from './policy/write.ts';
import { edgesOf, rangeOf } from './range.ts';
import { parseScope, type Scope } from './scope.ts';
import { describeStream, type StreamView, tokenFor } from './stream-view.ts';

export interface GrantInput extends GrantIdentity {
  scope: Scope;
  /** The streams that the scope names, in any order; others are ignored. */
  streams: readonly StreamView[];
  names: { subject: string; owner: string };
  /** Microseconds. */
  now: number;
  leaseDays?: number;
  /** The consent in plain words that its recipient may read: nothing of what is withheld; of a grant of records. */
  sentence?: string;
}

/** A slot that the grant covers in part: whenever its data changes, the vault cuts out [from, to) with makeClip. */
export interface ClipNeed {
  stream: number;
  streamKey: string;
  level: Level;
  slot: number;
  from: number;
  to: number;
}

/** What a level will show: on levels of bins the scope rounded inward to whole bins. `to` null = open-ended; empty when from ≥ to. */
export interface LevelPreview {
  level: Level;
  from: number;
  to: number | null;
  /** Raw samples can be read one by one. */
  containsSamples: boolean;
  /** Bins carry minimum and maximum, which are single samples. */
  containsExtremes: boolean;
  tokenBytes: number;
}

export interface StreamPreview {
  stream: number;
  streamKey: string;
  title: string;
  levels: LevelPreview[];
}

export interface ReaderKey {
  /** Stream author, lower-case hex. */
  author: string;
  /** The key that an access event of this author names, lower-case hex. */
  reader: string;
}

export interface GrantPlan {
  /** To be appended to the grant's stream in this order. */
  entries: GrantEntry[];
  clips: ClipNeed[];
  /** For each stream's author and for the author of the grant's own stream (last). */
  readerKeys: ReaderKey[];
  preview: StreamPreview[];
  /** The state once all entries are acknowledged. */
  grant: OwnerGrant;
}

/** @throws HaleError 'malformed' for a bad scope or key, 'not-found' for a stream that was not given, 'not-permitted', 'expired' */
export function planGrant(input: GrantInput): GrantPlan {
  const scope = parseScope(input.scope);
  if (scope.until !== null && scope.until <= input.now) fail('expired', 'the consent would have run out already');
  if (input.grantKey.length !== 32) fail('malformed', 'a grant key has 32 bytes');
  const views = scope.streams.map(({ streamKey }) => {
    const view = input.streams.find((candidate) => candidate.streamKey === streamKey);
    return view ?? fail('not-found', 'the scope names a stream that is not there');
  });
  const described: GrantEntry[] = [consentEntry(input, scope, views)];
  for (const [stream, { level }] of scope.streams.entries())
    described.push(describeStream(views[stream], stream, level));
  const grant = ownerGrant(input, scope, described);
  const tokens = views.flatMap((view, stream) => tokensOf(grant, view, stream, input));
  const entries = [...described, ...tokens, ...leaseOf(scope, views, tokens)];
  const authors = [...new Set(views.map((view) => view.author)), input.grantAuthor];
  return {
    entries,
    clips: views.flatMap((_, stream) => clipNeeds(grant, views[stream])),
    readerKeys: authors.map((author) => ({ author, reader: readerOf(input.grantKey, author) })),
    preview: views.map((view, stream) => previewOf(grant, view, stream, tokens)),
    grant: withEntries(grant, tokens),
  };
}

/** Reader keys by grant key and author: each list of an author names the readers of all her grants, and a key costs 0.1 ms. */
const readers = new WeakMap<Uint8Array, Map<string, string>>();

/** The public key by which this grant's reader proves itself for one author, lower-case hex. */
export function readerOf(grantKey: Uint8Array, author: string): string {
  const known = readers.get(grantKey) ?? new Map<string, string>();
  readers.set(grantKey, known);
  const reader = known.get(author) ?? toHex(schnorrPublic(readerKey(grantKey, fromHex(author, 32))));
  known.set(author, reader);
  return reader;
}

function consentEntry(input: GrantInput, scope: Scope, views: readonly StreamView[]): GrantEntry {
  const { grantId, names, now } = input;
  return entryValue({
    type: 'consent',
    grantId,
    scope,
    fhir: consentText(input, scope, views),
    names: { subject: names.subject, owner: names.owner },
    time: now,
  });
}

/** Of records alone in the form that says which; beside streams they are named. */
function consentText(input: GrantInput, scope: Scope, views: readonly StreamView[]): string {
  const { grantId, names, now, sentence = '' } = input;
  const { records, recipient, until, purpose } = scope;
  if (records === undefined || scope.streams.length > 0) {
    const loinc = views.map((view) => view.loinc).filter((code) => code !== null);
    return consentResource({ grantId, scope, loinc, names, now });
  }
  const { categories: parts, from, to } = records;
  const given = { grantId, recipient, purpose: purpose.code, sentence, names, now, until, parts, from, to };
  return recipientsConsent({ ...given, include: [], withheld: { codes: [], records: [] } });
}

function tokensOf(grant: OwnerGrant, view: StreamView, stream: number, { now, leaseDays }: GrantInput): TokenEntry[] {
  const epochs = [...new Set([...view.epochs, view.epoch])].sort((a, b) => a - b);
  return grantedSlots(grant, view).flatMap((granted) => {
    const due = slotsDue(grant, view, granted, now, leaseDays ?? LIMITS.leaseDays);
    if (due.first >= due.end) return [];
    const { level } = granted;
    return epochs.map((epoch) => tokenFor(view, { stream, level, epoch, fromSlot: due.first, toSlot: due.end }));
  });
}

function leaseOf(scope: Scope, views: readonly StreamView[], tokens: readonly TokenEntry[]): LeaseEntry[] {
  if (scope.to !== null || tokens.length === 0) return [];
  const ends = tokens.map((token) => slotStart(views[token.stream].grid, token.level, token.toSlot));
  return [{ type: 'lease', until: Math.max(...ends) }];
}

/**
 * The slots of this stream that the grant covers in part, on every granted level; none once it ended, since a clip has no epoch
 * that would shut the reader out. Those of an open-ended range may lie in the future. A grant past its expiry is the caller's to leave out.
 */
export function clipNeeds(grant: OwnerGrant, view: Pick<StreamView, 'streamKey' | 'grid'>): ClipNeed[] {
  const stream = grant.scope.streams.findIndex((candidate) => candidate.streamKey === view.streamKey);
  if (grant.ended !== null) return [];
  const range = rangeOf(grant.scope, view.grid);
  return grantedSlots(grant, view).flatMap(({ level }) =>
    edgesOf(view.grid, level, range).map((edge) => ({ stream, streamKey: view.streamKey, level, ...edge })),
  );
}

function previewOf(grant: OwnerGrant, view: StreamView, stream: number, tokens: readonly TokenEntry[]): StreamPreview {
  const { from, to } = rangeOf(grant.scope, view.grid);
  const origin = gridStart(view.grid);
  const levels = grantedSlots(grant, view).map(({ level }): LevelPreview => {
    const bin = level === 'raw' ? 1 : binSeconds(level) * MICROS_PER_SECOND;
    const own = tokens.filter((token) => token.stream === stream && token.level === level);
    return {
      level,
      from: origin + Math.ceil((from - origin) / bin) * bin,
      to: to === null ? null : origin + Math.floor((to - origin) / bin) * bin,
      containsSamples: level === 'raw',
      containsExtremes: level !== 'raw',
      tokenBytes: own.reduce((sum, token) => sum + token.nodes.length, 0),
    };
  });
  return { stream, streamKey: view.streamKey, title: view.title, levels };
}
