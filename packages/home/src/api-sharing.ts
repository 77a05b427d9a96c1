// What sharing gives and takes: shares on the owner's side, asks, and what a recipient opens. Part of the table in api.ts.
import type { Area, LabelReason, PurposeCode } from '@hale/consent';
import type { Kept, RecordPolicy } from '@hale/vault/records/copies';
import type { CopyListed } from '@hale/vault/records/listed';
import type { HidingWarning, VisitId } from '@hale/vault/records/templates';
import type { LevelText, SeriesResult, ShowRow, TimeRangeText } from './api.ts';
import type { Category, Resource } from './api-records.ts';

export type { CopyListed } from '@hale/vault/records/listed';

/** A part of a series, and in how many points. */
export interface SeriesAsked {
  stream: string;
  fromMicros?: number;
  toMicros?: number;
  /** 1,200 unless said; at most 4,000. */
  pointsMax?: number;
  level?: LevelText;
}

/** What there is of a series: first and last time, and the last value (of summaries: the last average) with what it stands for. */
export interface Held {
  firstMicros: number;
  lastMicros: number;
  lastValue: number | null;
  lastCode?: string;
}

/** A series as a grant opens it, to its recipient or (before it is made) to the owner who looks at it. */
export interface OpenedSeries extends Omit<SeriesResult, 'stream'> {
  stream: {
    key: string;
    title: string;
    kind: string;
    unit: string;
    loinc: string | null;
    levels: LevelText[];
    /** Usually between two readings, microseconds; 0: no rhythm. */
    periodMicros: number;
    /** First and last reading or bin that opens; null: none does, or a range was asked for. */
    held: Held | null;
  };
  /** What the consent covers. */
  opens: { fromMicros: number; toMicros: number | null };
  /** Bins without lowest and highest: they stand for fewer than five readings. */
  withoutExtremes: number;
}

export interface SharePreview {
  sentence: string;
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  streams: { key: string; title: string; level: LevelText; samplesOrBins: number; containsExtremes: boolean }[];
  /** Of a share with health records. */
  records?: RecordsPreview;
}

export interface GrantInfo {
  id: string;
  /** Name of the person or animal whose data it is. */
  subject: string;
  to: string;
  /** How the recipient sees that person; '' = no name was given. */
  as: string;
  how: 'key' | 'link';
  /** npub of who it was sent to; null for a link. */
  recipient: string | null;
  streams: { key: string; level: LevelText }[];
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  purpose: string;
  state: 'active' | 'ended' | 'expired' | 'stopping';
  issuedMicros: number;
  endedMicros: number | null;
  /** Per relay: has it stopped serving (read back), or could it not be reached yet. */
  relays: {
    url: string;
    state: 'serving' | 'stopped' | 'pending';
    /** Sealed events that this relay has still to get, of whatever share; they follow by themselves. */
    waiting: number;
  }[];
  /** What relays say they served ("downloaded from relay R", never "read"); `stream` is '' for health records. */
  served: { relay: string; hourMicros: number; stream: string; tiles: number; bytes: number }[];
  classicOnly: boolean;
  /** Of a link: it asks for a PIN, it belongs to the first browser (`grants.claim`); null: neither. The first PIN links do not say so. */
  lock: { pin: boolean; claim: boolean } | null;
  mayFile: boolean;
  /** Copies that the recipient says she filed. */
  filed: {
    atMicros: number;
    readings: number;
    /** SHA-256 of the bundle, and of the PDF that was filed with it. */
    hash: string;
    documentHash: string | null;
  }[];
  /** Parts of the health record that it gives as well. */
  records?: Category[];
  /** Of records: clinical time that is given, micros; null: any. */
  recordsFromMicros?: number | null;
  recordsToMicros?: number | null;
  /** The sentence that its owner agreed to, where it was kept. */
  sentence?: string;
  /** It ends by itself when nobody looks at it for so long. */
  idle?: {
    months: number;
    /** When somebody last looked: a relay handed something of it out (its hour), or its reader wrote. null: never, as far as this home knows. */
    lookedMicros: number | null;
    /** When it ends unless somebody looks before. */
    lapsesMicros: number;
    /** It has ended so. */
    lapsed: boolean;
  };
}

/**
 * What stands in the PDF of a copy that is filed, in the words of who files it. The home sets it, draws the readings, and adds where they came from
 * and the hash of the bundle.
 */
export interface FilingSheet {
  /** BCP 47, and a zone of the IANA list: how figures and times are written. */
  language: string;
  zone: string;
  title: string;
  /** Whose readings, from when to when, what for: a sentence each. */
  said: string[];
  series: {
    key: string;
    title: string;
    /** As it is printed. */
    unit: string;
    /** How exactly it was opened. */
    level: string;
    /** Of readings that are words: the word for each number. */
    codes: Record<string, string>;
    /** Figures of a clinical view, a line each. */
    lines: string[];
  }[];
  words: Record<FilingWord, string>;
}

/** What the home names in the PDF. */
export type FilingWord =
  | 'readings'
  | 'first'
  | 'last'
  | 'lowest'
  | 'average'
  | 'highest'
  | 'nothing'
  | 'times'
  | 'origin'
  | 'grant'
  | 'from'
  | 'byLink'
  | 'relays'
  | 'received'
  | 'filed'
  | 'bundleHash';

/** A share of one's own as it opens for its recipient now, and what of hers stays closed. For its owner alone. */
export interface GrantSeen {
  opensFromMicros: number;
  opensToMicros: number | null;
  /** `here`: first and last reading of the whole series, whatever opens of it. */
  streams: (OpenedSeries['stream'] & { here: { firstMicros: number; lastMicros: number } | null })[];
  unseen: {
    /** Series of the same person or animal that are not in the share. */
    streams: { key: string; title: string }[];
    /** Health records: all there are where the share gives none, else those that she keeps back. */
    records: number;
  };
}

/** A copy as it was filed. */
export interface Filed {
  atMicros: number;
  readings: number;
  bundle: string;
  /** SHA-256, lower-case hex. */
  hash: string;
  /** Where a sheet was given: the PDF in base64. */
  document: { hash: string; base64: string } | null;
}

/** Of a link that belongs to the first browser. */
export interface ClaimInfo {
  /** 'waiting': no browser has opened it so far · 'destroyed': its PIN was wrong eight times. */
  state: 'waiting' | 'claimed' | 'destroyed';
  claimedMicros: number | null;
}

export interface FoundRecipient {
  npub: string;
  /** 'none': no key found that also holds against quantum computers · 'changed': another than the one that was seen first. */
  postQuantum: 'found' | 'none' | 'changed';
  /** Her post boxes are known, so that the share can be sent. */
  hasPostBox: boolean;
}

export interface RevokedAll {
  ended: GrantInfo[];
  /** Could not be ended: nothing of these was changed, and the rest is ended all the same. */
  failed: { grant: string; to: string; code: string }[];
  /** Emergency cards that were closed: of whom, and which relays have not heard of it yet. */
  cards: { subject: string; pending: string[] }[];
  /** Labels of health links that were closed. */
  links: string[];
  /** Browser sessions that were ended, and phones that were sent away. */
  sessions: number;
}

/** What is open beside shares. */
export interface OpenDoors {
  /** Names of those whose emergency card opens something. */
  cards: string[];
  /** Labels of health links. */
  links: string[];
  phones: number;
  /** Devices that may read as well as send (Nightscout): they stay. */
  readers: string[];
}

export interface InboxItem {
  grant: string;
  from: string;
  what: string;
  /** `kind`: not known of what was last seen by an older version. */
  streams: { key: string; title: string; level: LevelText; kind?: string }[];
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  purpose: string;
  /** Of health records: their parts and clinical time, micros, [from, to), null = not bounded. Missing: it gives none. */
  records?: { categories: string[]; fromMicros: number | null; toMicros: number | null };
  /** Months without a look after which it ends by itself. Missing: it does not. */
  idleMonths?: number;
  /** How the owner calls the person whose data it is ('': she gave no name), and when the message came. */
  name?: string;
  receivedMicros?: number;
  /** 'new': from somebody unknown so far; its relays are asked once it is opened. */
  state: 'active' | 'ended' | 'expired' | 'unreachable' | 'new';
}

export interface OpenedStream {
  key: string;
  title: string;
  kind: string;
  unit: string;
  loinc: string | null;
  level: LevelText;
  rows: ShowRow[];
}

export interface OpenResult {
  grant: string;
  streams: OpenedStream[];
  /** 'complete' | 'incomplete' | 'older-than-known' | 'changed-since-head' | 'no-head'; words for the person in `notices`. */
  completeness: string;
  notices: string[];
  ended: boolean;
  /** Of a share with health records. */
  records?: OpenedRecords;
}

/** A grant of the inbox as it opens now. */
export interface LookedInto extends InboxItem {
  /** Its series, with the first and last reading that opens. */
  opened: OpenedSeries['stream'][];
  endedMicros: number | null;
  endReason: string | null;
  /** As in `OpenResult`. */
  completeness: string;
  /** When the owner last said what is there. */
  statedMicros: number | null;
  opensUntilMicros: number | null;
  mayFile: boolean;
  /** Grants of the inbox that its owner made because more was asked for. */
  more: string[];
  moreCount: number;
  /** What was asked for and may still be answered. */
  asked: { atMicros: number; untilMicros: number; kinds: string[]; why: string } | null;
  sentByLink: boolean;
  /** Handed over in the room: when, and when the same person was there before; null: it came another way. */
  visit: { atMicros: number; beforeMicros: number | null } | null;
}

/** A desk as its code led to it. Until the words are the same on both screens, it may be anybody's. */
export interface RoomDesk {
  id: string;
  name: string;
  npub: string;
  words: string[];
  /** When something was last shared with it; null: never. */
  lastMicros: number | null;
}

/** How a meeting in the room stands: at the desk 'waiting' then 'words', at the patient's 'found'. */
export type RoomSaid =
  | { id: string; state: 'waiting'; link: string; address: string; code: string; untilMicros: number }
  | { id: string; state: 'words'; words: string[] }
  | ({ state: 'found' } & RoomDesk);

export interface DeskNote {
  text: string;
  savedMicros: number | null;
}

/** Somebody who reads a grant asks for more. */
export interface AskInfo {
  id: string;
  grant: string;
  to: string;
  how: 'key' | 'link';
  recipient: string | null;
  subject: string;
  atMicros: number;
  /** When it runs out by itself. */
  untilMicros: number;
  kinds: string[];
  days: number | null;
  level: LevelText | null;
  why: string;
  /** What allowing all of it would open. */
  opens: {
    /** `levelBefore`: what the asker has of the stream already; null where it is new to her. */
    streams: { key: string; title: string; level: LevelText; levelBefore: LevelText | null }[];
    fromMicros: number;
    toMicros: number | null;
    untilMicros: number | null;
  };
}

export interface ShareParameters extends TimeRangeText {
  streams: string[];
  subject?: string;
  /** npub, NIP-05 name, or `link`. */
  with: string;
  level?: LevelText;
  /** Of single series, by their keys as `streams` names them: before `level`. */
  levels?: Record<string, LevelText>;
  until?: string;
  purpose?: string;
  name?: string;
  /** How the recipient sees the person whose data it is, '' for no name; the subject's own name unless said. */
  as?: string;
  /** The recipient may file a copy, and then says so. */
  mayFile?: boolean;
  allowClassic?: boolean;
  /** As a saved copy: for its preview. */
  asCopy?: boolean;
  /** As a link that asks for a PIN. */
  withPin?: boolean;
  /** As a link that opens only in the first browser that opens it. */
  claim?: boolean;
  /** Health records beside the series, or instead of them; `from` and `to` hold for both. */
  records?: RecordsShared;
  /** What it is for, as HL7 names purposes; treatment unless said. */
  purposeCode?: PurposeCode;
  /** The visit it is for, by `share.templates`: the preview warns where something hidden bears on it. Nothing of that is written. */
  visit?: string;
  /** It ends by itself when nobody looks at it for so many months: 3, 6 or 12. */
  idleMonths?: number;
  /** The sentence as she read it, in her language: kept with the consent instead of the English one of the preview. */
  words?: string;
}

/** A relay of this home, and how it stands with it. */
export interface RelayInfo {
  url: string;
  uses: ('store' | 'post')[];
  state: 'connected' | 'unreachable' | 'refused' | 'unknown';
  pending: number;
  lastContactMicros: number | null;
  /** Why it is not reached, by the system's name; `NO_ROOM` where it is and takes nothing more of some author for want of a token. */
  reason: string | null;
}

/** Which health records; what is not said is nothing, and nothing is told. */
export type RecordsShared = Pick<RecordPolicy, 'categories'> &
  Partial<Omit<RecordPolicy, 'categories' | 'from' | 'to' | 'show'>> & {
    /** Of any time, whatever `from` and `to` say of the series. */
    anyTime?: boolean;
    /** Records that are shown whatever their part, time or present label; what is withheld by hand wins. */
    show?: string[];
  };

/** A visit, and the share that it needs of this subject: a proposal, to be changed and put before `share.preview`. */
export interface VisitOffer {
  /** Words of other languages go by it. */
  visit: VisitId;
  /** English. */
  name: string;
  why: string;
  /** This subject has such visits, as far as is known of it. */
  fits: boolean;
  /** Whom it is shared with has to be added. */
  asked: Omit<ShareParameters, 'with'>;
}

/** What a share of records gives; for its owner alone. */
export interface RecordsPreview {
  /** What the recipient will find, the person herself among it. */
  count: number;
  categories: { category: Category; count: number }[];
  /** The newest, at most 200. */
  given: RecordNamed[];
  /** What would be given and is kept back, and why; the newest 200. */
  withheld: (RecordNamed & { because: Kept })[];
  withheldCount: number;
  /** Its attachments are not given whole: more than 20 MB, or not here. */
  leftOut: (RecordNamed & { why: 'too-large' | 'not-here' })[];
  /** The entry is given and its files are kept back: letters, PDFs, pictures; the newest 200. */
  filesKept: RecordNamed[];
  filesKeptCount: number;
  told: RecordPolicy['told'];
  /** Where what is hidden bears on the visit, or on what is shown. It leaves this home in no form. */
  warnings: HidingWarned[];
}

export interface HidingWarned extends Omit<HidingWarning, 'hidden' | 'shown'> {
  hidden: RecordNamed[];
  shown: RecordNamed[];
}

export interface RecordNamed {
  id: string;
  type: string;
  category: Category;
  title: string;
  /** Clinical time, micros. */
  atMicros: number | null;
}

export interface OpenedRecords {
  /** 'incomplete': the relay withholds some of them · 'older-than-known': it serves an older state than was seen before. */
  state: 'none' | 'complete' | 'incomplete' | 'older-than-known';
  count: number;
  /** What the owner says of records that she keeps back; null: nothing. */
  told: { exists: true } | { categories: string[] } | { count: number } | null;
  /** What a list shows of them, the newest first. */
  listed: CopyListed[];
  resources: Resource[];
}

/** As a recipient has them now. `mark` changes with every change; where it is the one that was known, nothing is sent again. */
export interface RecordsLooked {
  mark: string;
  /** null: the share gives none. */
  records: OpenedRecords | null;
}

/** What of a share is sensitive, by area in the order of the areas; areas with nothing are left out. For its owner alone. */
export interface SensitiveParts {
  areas: SensitiveArea[];
  /** Records with contents that nobody could look into: PDF, pictures, whole documents. */
  documents: number;
}

export interface SensitiveArea {
  area: Area;
  count: number;
  /** The newest, at most 50, with what speaks for the area. */
  records: (RecordNamed & { why: LabelReason[] })[];
}

/** Somebody who has a copy of a record now. */
export interface RecordReader {
  grant: string;
  to: string;
  how: 'key' | 'link';
  recipient: string | null;
  untilMicros: number | null;
}

/** The FHIR Consent of a share as its owner's home keeps it, JSON text, and the sentence that she agreed to; '' where none was kept. */
export interface ConsentKept {
  sentence: string;
  resource: string | null;
}

/** A grant of one's own, by its id or a beginning of it. */
export interface GrantOperations {
  grants: [{ subject?: string; all?: boolean }, GrantInfo[]];
  /** Through the recipient's eyes: the health records that a grant of one's own gives now. @param known mark of an earlier answer */
  'grants.records': [{ grant: string; known?: string }, RecordsLooked];
  /** Its series likewise: which, from when to when, how exactly; and what stays closed. */
  'grants.look': [{ grant: string }, GrantSeen];
  'grants.series': [{ grant: string } & SeriesAsked, OpenedSeries];
  /** All of it, as `open` gives it to the recipient. */
  'grants.open': [{ grant: string; stream?: string; level?: LevelText } & TimeRangeText, OpenResult];
  'grants.consent': [{ grant: string }, ConsentKept];
  /** Whose shares give a copy of this record now. */
  'record.readers': [{ subject?: string; record: string }, RecordReader[]];
  /** The link of a grant by link, again. It is a secret. */
  'grants.link': [{ grant: string }, { link: string }];
  /** The same again, of a share that lapsed because nobody looked: to the same person, or as a new link, as locked as before. */
  'grants.again': [
    { grant: string },
    { grant: GrantInfo; link: string | null; pickupLink: string | null; pin: string | null },
  ];
  /** Asks the locker of a link that belongs to the first browser whether one has opened it. */
  'grants.claim': [{ grant: string }, ClaimInfo];
  /** The next browser that opens the link has it from then on; also the same one. */
  'grants.free': [{ grant: string }, ClaimInfo];
}
