// The catalogue: one log stream that says everything a fresh machine needs to know to rebuild this vault from words and one relay.
// Entries are folded in the order (generation, sequence); later entries replace earlier ones of the same name.
import type { SignalDescription } from '@hale/consent';
import type { Grid, Level } from '@hale/kernel';
import { HaleError } from '@hale/kernel';
import { EPOCHS_PER_GENERATION } from './limits.ts';
import type { RecordPolicy } from './records/copies/policy.ts';

export interface SubjectEntry {
  type: 'subject';
  id: string;
  name: string;
  /** 32 random bytes: everything of this subject derives from them. */
  secret: Uint8Array;
  removed: boolean;
  /** What reference ranges go by; older entries, and people who did not say it, have none. */
  species?: 'human' | 'dog' | 'cat' | 'horse' | 'rabbit' | 'other' | null;
  birthYear?: number | null;
  sex?: 'female' | 'male' | 'other' | null;
  /** Of animals, in the owner's words; the chip is the 15 digits of ISO 11784. */
  breed?: string | null;
  chip?: string | null;
  vet?: string | null;
  /** Of several custodians' homes the one that this is; missing: the first, or the only one. specs/custody.md §5 */
  lane?: number;
}

/** What may be said of a subject beside its name. */
export type AboutEntry = Pick<SubjectEntry, 'species' | 'birthYear' | 'sex' | 'breed' | 'chip' | 'vet'>;

export interface StreamEntry extends SignalDescription {
  type: 'stream';
  subject: string;
  /** The n of author n = KDF(subject secret, 'stream-author', n). */
  n: number;
  key: string;
  grid: { rawSlotSeconds: number; dayOffsetMinutes: number; levels: Level[] };
  device: string | null;
  source: string;
  /** How far what stands here can be trusted to come from its device; older entries do not say it. */
  assurance?: Assurance;
  removed: boolean;
}

export interface EpochEntry {
  type: 'epoch';
  subject: string;
  n: number;
  epoch: number;
  at: number;
}

export interface DeviceEntry {
  type: 'device';
  id: string;
  name: string;
  subject: string;
  /** SHA-256 of the credential (32 random bytes, so a plain hash is enough). */
  tokenHash: Uint8Array;
  at: number;
  removed: boolean;
  /** As of streams. */
  assurance?: Assurance;
  /** A device that speaks as to a Nightscout server; `tokenHash` is then of its access token. */
  nightscout?: NightscoutDoor;
}

export interface NightscoutDoor {
  /** May ask for what the subject has, whoever brought it. */
  mayRead: boolean;
  mayUpload: boolean;
  /** Also over plain HTTP from other machines. */
  allowsPlain: boolean;
  units: 'mg/dl' | 'mmol';
  /** SHA-256 of the forms in which the secret is sent: its SHA-1 and its SHA-512 in hex. It has 130 random bits, so a plain hash is enough. */
  secretHashes: Uint8Array[];
}

/** A device without a credential of its own, heard through one that has: enrolled when it was first heard. */
export interface BehindEntry {
  type: 'behind';
  /** Id of the device that delivers for it. */
  gateway: string;
  /** Address, or the name that the gateway gives it. */
  name: string;
  assurance: Assurance;
  at: number;
}

export interface RelayEntry {
  type: 'relay';
  url: string;
  uses: ('store' | 'post')[];
  removed: boolean;
}

/** A phone that may ask this home through a relay. specs/remote.md */
export interface PhoneEntry {
  type: 'phone';
  id: string;
  name: string;
  /** 32 random bytes that only the phone has besides; zeros once it was removed. */
  secret: Uint8Array;
  /** The relay whose pages the phone opens. */
  relay: string;
  at: number;
  removed: boolean;
}

export interface GrantEntryRecord {
  type: 'grant';
  id: string;
  /** 32 bytes; the fragment of a link is exactly this. */
  key: Uint8Array;
  how: 'key' | 'link';
  to: string;
  recipient: string | null;
  /** What the owner typed after --with: npub or NIP-05 name; null for a link. */
  recipientText: string | null;
  classic: boolean;
  subject: string;
  /** The scope as the consent room parses it. */
  scope: unknown;
  /** Stream keys with the level granted. */
  streams: { key: string; level: Level }[];
  at: number;
  wrapKeyNumber: number;
  /** Which records it gives; none where it is missing. */
  records?: RecordPolicy;
  /** FHIR R4 Consent as JSON with all that the owner said; the one in the grant's stream says what its recipient may know. */
  consent?: string;
  /** The sentence that the owner agreed to; of a grant with records it stands in the Consent. */
  sentence?: string;
  /** Of a link whose key lies in part in a locker: what its text is made of again, and where its owner asks. The first PIN links lack it. */
  locker?: GrantLocker;
  /** Months without a look after which it ends by itself; missing: it does not. */
  idleMonths?: number;
  /** How its recipient sees the person, where it may lapse and be given again: its own stream is deleted by then. */
  as?: string;
}

export interface GrantLocker {
  /** Address of the relay. */
  relay: string;
  /** 32 bytes, in the link. */
  secret: Uint8Array;
  pin: boolean;
  claim: boolean;
}

export interface GrantEndEntry {
  type: 'grant-end';
  id: string;
  reason: 'revoked' | 'expired' | 'rotated' | 'erased';
  at: number;
  deleted: boolean;
  /** It lapsed because nobody looked at it for so many months. */
  idleMonths?: number;
}

export interface HeadEntry {
  type: 'head';
  n: number;
  at: number;
  /** [subject id, stream n, level index, UTC day, digest] for the days that changed since the head before. */
  days: [string, number, number, number, Uint8Array][];
}

export interface PinEntry {
  type: 'pin';
  /** Hex. */
  npub: string;
  /** The key that envelopes to her are sealed to, and its post-quantum half: kept whole, so that hiding it on relays changes nothing. */
  inbox: Uint8Array;
  kemPublic: Uint8Array;
}

export interface SettingEntry {
  type: 'setting';
  name: string;
  value: unknown;
}

export interface GenerationEntry {
  type: 'generation';
  generation: number;
  at: number;
  /** Random name of the home that took the pen: tells apart two that restored at the same moment. */
  home: string;
}

/** How far a source can be trusted to be the device that it names. */
export type Assurance = 'imported' | 'delivered' | 'gateway' | 'signed';

/** What one source brought into a stream; the last entry of a (stream, source) counts. */
export interface OriginEntry {
  type: 'origin';
  subject: string;
  n: number;
  /** As the source names itself: format and device or application. */
  source: string;
  assurance: Assurance;
  /** Samples that came from it and stand here. */
  samples: number;
  /** Samples of it that another source had brought already. */
  elsewhere: number;
  firstMicros: number;
  lastMicros: number;
  at: number;
}

export type CatalogueEntry =
  | SubjectEntry
  | StreamEntry
  | EpochEntry
  | DeviceEntry
  | BehindEntry
  | OriginEntry
  | RelayEntry
  | PhoneEntry
  | GrantEntryRecord
  | GrantEndEntry
  | HeadEntry
  | PinEntry
  | SettingEntry
  | GenerationEntry;

export interface CatalogueState {
  generation: number;
  /** The home that holds the pen: of two with one generation, the one with the higher name. */
  penHolder: string;
  /** When it took the pen from another home, micros by its clock; 0 for the first home. */
  penAt: number;
  subjects: Map<string, SubjectEntry>;
  /** by `${subject}/${n}` */
  streams: Map<string, StreamEntry>;
  epochs: Map<string, number>;
  devices: Map<string, DeviceEntry>;
  /** by `${gateway}/${name}` */
  behind: Map<string, BehindEntry>;
  /** by `${subject}/${n}/${source}` */
  origins: Map<string, OriginEntry>;
  relays: Map<string, RelayEntry>;
  phones: Map<string, PhoneEntry>;
  grants: Map<string, GrantEntryRecord>;
  ends: Map<string, GrantEndEntry>;
  /** Own heads: `${subject}/${n}/${level}/${day}` → digest */
  heads: Map<string, Uint8Array>;
  headNumber: number;
  pins: Map<string, PinEntry>;
  settings: Map<string, unknown>;
  /** Entries of a type this version does not know: kept in the log, counted here. */
  unknown: number;
}

export function emptyCatalogue(): CatalogueState {
  return {
    generation: 0,
    penHolder: '',
    penAt: 0,
    subjects: new Map(),
    streams: new Map(),
    epochs: new Map(),
    devices: new Map(),
    behind: new Map(),
    origins: new Map(),
    relays: new Map(),
    phones: new Map(),
    grants: new Map(),
    ends: new Map(),
    heads: new Map(),
    headNumber: 0,
    pins: new Map(),
    settings: new Map(),
    unknown: 0,
  };
}

export const streamId = (entry: { subject: string; n: number }): string => `${entry.subject}/${entry.n}`;

/**
 * The epoch in which a stream is sealed: the highest that the catalogue names, and never one that a home of an earlier generation may use
 * as well. Two homes that both end grants would otherwise give the tokens of one number to different readers.
 */
export function epochOf(state: CatalogueState, id: string, generation = state.generation): number {
  return Math.max(state.epochs.get(id) ?? 0, generation * EPOCHS_PER_GENERATION);
}

/** Applies one entry. Unknown types are counted, never an error: a later version may have written them. */
export function foldEntry(state: CatalogueState, entry: CatalogueEntry): void {
  switch (entry.type) {
    case 'generation':
      foldGeneration(state, entry);
      break;
    case 'subject':
      state.subjects.set(entry.id, entry);
      break;
    case 'stream':
      state.streams.set(streamId(entry), entry);
      break;
    case 'epoch':
      state.epochs.set(streamId(entry), Math.max(state.epochs.get(streamId(entry)) ?? 0, entry.epoch));
      break;
    case 'device':
      state.devices.set(entry.id, entry);
      break;
    case 'behind':
      state.behind.set(`${entry.gateway}/${entry.name}`, entry);
      break;
    case 'origin':
      state.origins.set(`${streamId(entry)}/${entry.source}`, entry);
      break;
    case 'relay':
      state.relays.set(entry.url, entry);
      break;
    case 'phone':
      state.phones.set(entry.id, entry);
      break;
    case 'grant':
      state.grants.set(entry.id, entry);
      break;
    case 'grant-end':
      state.ends.set(entry.id, entry);
      break;
    case 'head':
      foldHead(state, entry);
      break;
    case 'pin':
      state.pins.set(entry.npub, entry);
      break;
    case 'setting':
      state.settings.set(entry.name, entry.value);
      break;
    default:
      state.unknown++;
  }
}

function foldGeneration(state: CatalogueState, entry: GenerationEntry): void {
  const wins =
    entry.generation > state.generation || (entry.generation === state.generation && entry.home > state.penHolder);
  if (!wins) return;
  state.generation = entry.generation;
  state.penHolder = entry.home;
  state.penAt = entry.generation > 0 ? entry.at : 0;
}

function foldHead(state: CatalogueState, entry: HeadEntry): void {
  state.headNumber = Math.max(state.headNumber, entry.n);
  for (const [subject, n, level, day, digest] of entry.days) state.heads.set(`${subject}/${n}/${level}/${day}`, digest);
}

/** Checks that an opened log entry is a map with a type; the fields were written by this very vault and sealed under its key. */
export function asEntry(value: unknown): CatalogueEntry {
  if (typeof value !== 'object' || value === null || typeof (value as { type?: unknown }).type !== 'string')
    throw new HaleError('corrupt', 'a catalogue entry is not a map with a type');
  return value as CatalogueEntry;
}

export function gridOf(entry: StreamEntry): Grid {
  return entry.grid as Grid;
}
