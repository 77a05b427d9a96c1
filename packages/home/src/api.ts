// The operations of a home: one table of names with what each takes and gives. The `hale` command calls them in process when no
// node runs on the home directory and over HTTP (POST /v1/op/:name, NDJSON) when one does; both run the same code.
import type { PaperForm } from '@hale/vault/records';
import type { CardOperations } from './api-cards.ts';
import type { CustodyOperations } from './api-custody.ts';
import type { CorrectionOperations, EmergencyOperations } from './api-emergency.ts';
import type { FindAsked, Found, SearchAnswer, SearchAsked } from './api-find.ts';
import type { ColumnKind, ImportJob, ImportReport, ImportTaste } from './api-import.ts';
import type {
  FrameAsked,
  FrameShown,
  LabelAsked,
  RecordFinding,
  RecordLabelsShown,
  RecordMonth,
  RecordShown,
  RecordSourceInfo,
  RecordsAsked,
  RecordsFound,
  RecordsOverview,
  ReportInfo,
  Resource,
  ResultRow,
  TestInfo,
  TestShown,
} from './api-records.ts';
import type {
  AskInfo,
  DeskNote,
  Filed,
  FilingSheet,
  FoundRecipient,
  GrantInfo,
  GrantOperations,
  InboxItem,
  LookedInto,
  OpenDoors,
  OpenedRecords,
  OpenedSeries,
  OpenResult,
  RecordsLooked,
  RelayInfo,
  RevokedAll,
  RoomSaid,
  SensitiveParts,
  SeriesAsked,
  ShareParameters,
  SharePreview,
  VisitOffer,
} from './api-sharing.ts';

export type * from './api-cards.ts';
export type * from './api-custody.ts';
export type * from './api-emergency.ts';
export type * from './api-find.ts';
export type * from './api-import.ts';
export type * from './api-records.ts';
export type * from './api-sharing.ts';

import type { Level } from '@hale/kernel';
import type { Columns, Drawn, Row } from '@hale/vault/chart';
import type { Warning } from './warnings.ts';

export type { Warning, WarningCode, WarningValues } from './warnings.ts';

/** Times in parameters are ISO 8601 texts or relative words as typed ('2017-08-29T13:00', 'yesterday', 'now-2h'); `zone` is the IANA zone they are meant in. */
export interface TimeRangeText {
  from?: string;
  to?: string;
  zone?: string;
}

export type { Columns } from '@hale/vault/chart';
export type LevelText = Level;

export interface StreamInfo {
  /** Short stable id such as `heart-rate` or `ecg-mlii`; unique within the subject. */
  key: string;
  subject: string;
  title: string;
  kind: string;
  unit: string;
  loinc: string | null;
  device: string | null;
  source: string;
  levels: LevelText[];
  samples: number;
  firstMicros: number | null;
  lastMicros: number | null;
  /** Microseconds usually between two readings; 0: no rhythm of its own. */
  periodMicros: number;
  epoch: number;
  /** Who brought what, oldest first; a live device is one of them. */
  origins: StreamOrigin[];
}

/** Out of a file; delivered with the device's credential; taken down by a gateway; signed by the device (nothing does so yet). */
export type AssuranceText = 'imported' | 'delivered' | 'gateway' | 'signed';

export interface StreamOrigin {
  /** Format and device or application, as the source names itself; the name of a device that delivers, `Gateway: address` behind one. */
  source: string;
  assurance: AssuranceText;
  /** Readings that came from it and stand here. */
  samples: number;
  /** Readings of it that another source had brought already. */
  elsewhere: number;
  firstMicros: number;
  lastMicros: number;
}

/** One row of `show`. */
export type ShowRow = Row;

export interface ShowResult {
  stream: StreamInfo;
  level: LevelText;
  fromMicros: number;
  toMicros: number;
  rows: ShowRow[];
  /** True when rows were thinned for the terminal (never for --csv). */
  truncated: boolean;
  /** Gaps wider than twice the usual spacing. */
  gaps: { fromMicros: number; toMicros: number }[];
}

export interface SeriesResult extends Drawn {
  stream: StreamInfo;
  fromMicros: number;
  toMicros: number;
}

/** Every reading of a range, or the finest summaries of it that a page can hold. */
export interface ReadingsResult {
  stream: StreamInfo;
  level: LevelText;
  fromMicros: number;
  toMicros: number;
  /** Of raw readings min, max and count are empty; of summaries `at` is where the bin begins. */
  columns: Columns;
  /** Usual time between two readings; 0: none is known. */
  periodMicros: number;
}

/** What the person wrote on a moment of a series. */
export interface Note {
  id: string;
  /** Key of the stream. */
  stream: string;
  atMicros: number;
  text: string;
  changedMicros: number;
}

/** What an amount adds up to over one civil day, [fromMicros, toMicros), in the unit of the stream. */
export interface DaySum {
  fromMicros: number;
  toMicros: number;
  sum: number;
  count: number;
}

/** The first screen: a card for each stream, that which changed last first. */
export interface Overview {
  subject: string;
  nowMicros: number;
  cards: {
    stream: StreamInfo;
    latest: { atMicros: number; value: number; code?: string } | null;
    /** The two weeks before the latest reading. */
    spark: ({ fromMicros: number; toMicros: number } & Pick<Drawn, 'columns' | 'level' | 'gapMicros' | 'gaps'>) | null;
    /** The seven days up to the latest reading, and the seven before. */
    periods: {
      fromMicros: number;
      toMicros: number;
      count: number;
      mean: number | null;
      /** Share of the seven days with data, 0..1; null where readings are counted one by one. */
      coverage: number | null;
    }[];
    /** Of amounts (steps, doses) the fifteen civil days up to that of the newest reading; of levels null. */
    days: DaySum[] | null;
  }[];
}

export interface DeviceInfo {
  id: string;
  name: string;
  subject: string;
  addedMicros: number;
  lastContactMicros: number | null;
  samples: number;
  /** What it last told of its battery, if it ever did: percent. */
  battery: { percent: number; atMicros: number } | null;
  /** Messages and frames since the start of the node that could not be understood and were not stored. */
  notTaken: number;
  assurance: AssuranceText;
  /** Of a gateway: the devices that were heard through it. */
  behind: { device: string; assurance: AssuranceText; addedMicros: number; lastContactMicros: number | null }[];
  /** Readings whose time could not be: by how much the farthest of the last such delivery lay after its reception (before: negative). */
  doubt: { readings: number; aheadSeconds: number; atMicros: number } | null;
  /** Of a gateway: by how much the clocks of its Bluetooth devices were ahead of its own when last compared. */
  clocks: { device: string; aheadSeconds: number; atMicros: number }[];
}

/** A phone that may ask this home through a relay. */
export interface PhoneInfo {
  id: string;
  name: string;
  /** Address of the relay whose pages it opens. */
  relay: string;
  addedMicros: number;
  lastContactMicros: number | null;
  /** A page of it is open and connected. */
  isHere: boolean;
}

/** How a pairing stands: the code to scan, then the digits to compare. */
export type PairingSaid =
  | { id: string; state: 'waiting'; link: string; code: string; untilMicros: number }
  | { id: string; state: 'check'; digits: string; phone: string };

/** A browser that has this vault open. */
export interface SessionInfo {
  id: string;
  /** Family and system, as the browser names itself: 'Firefox, Android'. */
  browser: string;
  openedMicros: number;
  usedMicros: number;
}

/** How a device speaks as to a Nightscout server. */
export interface NightscoutWish {
  scope: 'upload' | 'read' | 'both';
  /** Also over plain HTTP from other machines. */
  allowPlain?: boolean;
  units?: 'mg/dl' | 'mmol';
}

export interface PairingCode {
  /** Eight digits. */
  code: string;
  name: string | null;
  /** Address of the node, to be entered beside the code. */
  url: string;
  expiresMicros: number;
}

/** What POST /v1/pair answers: all that a device needs, said once. Paths are below the address that it asked. */
export interface Enrolment {
  device: { id: string; name: string };
  /** Its token: `Authorization: Bearer`, and the password of MQTT. */
  credential: string;
  /** Null for a device that speaks Nightscout. */
  http: { ingest: string; frames: string } | null;
  /** On the same host. Null where the node takes no MQTT, or the device speaks Nightscout. */
  mqtt: { port: number; user: string; topic: string } | null;
  nightscout: { path: string; secret: string; token: string; scope: NightscoutWish['scope'] } | null;
}

/** Shown once. */
export interface NightscoutAccess {
  url: string;
  secret: string;
  token: string;
  scope: 'upload' | 'read' | 'both';
}

export interface CheckFinding {
  severity: 'error' | 'warning' | 'note';
  what: string;
  where: string;
  todo: string;
}

/** name → [parameters, result]. Operations that report progress or stream rows do so through `emit`. */
export interface Operations
  extends CardOperations,
    CustodyOperations,
    EmergencyOperations,
    CorrectionOperations,
    GrantOperations {
  status: [
    Record<string, never>,
    {
      home: string;
      unlocked: boolean;
      generation: number;
      retired: boolean;
      subjects: number;
      streams: number;
      samples: number;
      diskBytes: number;
      relays: RelayInfo[];
      inbox: number;
      warnings: Warning[];
      /** Of Hale itself. */
      version: string;
      /** The keys lie beside the data, without a passphrase. */
      diskUnprotected: boolean;
      /** With fewer characters no passphrase is taken. */
      passphraseCharactersMin: number;
      /** When this home made its last whole backup; null: never. */
      lastBackupMicros: number | null;
    },
  ];
  whoami: [Record<string, never>, { npub: string; postQuantumKeyId: string; member: string; listedOn: string[] }];
  import: [
    {
      files: string[];
      subject?: string;
      as?: string;
      only?: string;
      zone?: string;
      start?: string;
      mapping?: unknown;
      /** What is said about single columns of a table, over the proposal; remembered for tables with the same titles. */
      corrections?: {
        time?: { title: string; form?: string };
        columns?: { title: string; kind: string; unit: string }[];
        ignore?: string[];
      };
      /** Which comes first in dates that do not show it. */
      dateOrder?: 'dmy' | 'mdy';
      /** Forget what was said earlier about tables with these titles. */
      forget?: boolean;
      dryRun?: boolean;
      /** As in ImportTaste. */
      person?: string;
      anyway?: boolean;
      paper?: PaperForm;
    },
    ImportReport[],
  ];
  /** One box over records, series and notes: words, times, people, kinds of record, in the words that people use. */
  find: [FindAsked, Found];
  /** Records by FHIR R4's search. @throws 'usage' that says which part of the query is not understood */
  'records.search': [SearchAsked, SearchAnswer];
  records: [RecordsAsked, RecordsFound];
  /** One, with where it came from, its earlier states and what was said to it. */
  record: [{ subject?: string; record: string }, RecordShown];
  /** Her own words to a record that others made: a resource that stands beside it, never in its place. Gives its id. */
  'record.amend': [{ subject?: string; record: string; text: string; resource?: Resource }, { id: string }];
  /** Takes back what she wrote herself; it stays in the history. */
  'record.retract': [{ subject?: string; record: string }, Record<string, never>];
  /** What is new since a moment, and what there is of each part. */
  'records.overview': [{ subject?: string; sinceMicros?: number }, RecordsOverview];
  /** Who she is by her own Patient record; null: there is none. `born` is as it is written there, or ''. */
  'records.patient': [{ subject?: string }, { name: string; born: string } | null];
  /** How many records each month has, the newest first, those without a date last: the order of `records`. */
  'records.months': [Pick<RecordsAsked, 'subject' | 'category' | 'source' | 'type'>, RecordMonth[]];
  /** Results by test, and the reports that group them. */
  'records.results': [{ subject?: string }, { tests: TestInfo[]; reports: ReportInfo[] }];
  'records.result': [{ subject?: string; test: string }, TestShown];
  /** Values of a record, or of the results that a report names. */
  'record.results': [{ subject?: string; record: string }, ResultRow[]];
  'record.findings': [{ subject?: string; record: string }, RecordFinding[]];
  /** How sensitive a record is and why; and the owner's word over it, which counts more. */
  'record.labels': [{ subject?: string; record: string }, RecordLabelsShown];
  'record.label': [LabelAsked, RecordLabelsShown];
  /** A frame of an imaging study as a picture. @throws 'unsupported' for a coding that is not shown yet */
  'record.frame': [FrameAsked, FrameShown];
  'records.sources': [{ subject?: string }, RecordSourceInfo[]];
  /** All current records as NDJSON, one file a type, and the files that they came in. */
  'records.export': [{ subject?: string; dir: string }, { files: string[]; records: number; originals: number }];
  /** Writes a file that records came in, as it was. */
  'records.original': [
    { subject?: string; n: number; to: string },
    { file: string; sizeBytes: number; sha256: string },
  ];
  /** Announces files; their bytes follow in their order, as one run, by PUT /v1/upload/ID?at=BYTES. Path is a label such as `folder/a.csv`. */
  'upload.begin': [
    { files: { path: string; sizeBytes: number; modifiedMicros: number }[] },
    { upload: string; sizeBytes: number },
  ];
  'upload.drop': [{ upload: string }, Record<string, never>];
  /** What is inside, without reading it all; `only` names files by path. */
  'import.look': [{ upload: string; only?: string[] } & ImportTaste, ImportReport[]];
  /** Begins an import in the node; a rehearsal reads everything and keeps nothing. */
  'import.start': [{ upload: string; only?: string[]; dryRun?: boolean } & ImportTaste, ImportJob];
  'import.jobs': [Record<string, never>, ImportJob[]];
  'import.cancel': [{ job: string }, ImportJob];
  /** Answers an import that asked whose health records it holds: the same files once more, while they are still here. */
  'import.answer': [{ job: string; person?: string; anyway?: boolean }, ImportJob];
  'import.forget': [{ job: string }, Record<string, never>];
  'import.kinds': [Record<string, never>, ColumnKind[]];
  streams: [{ subject?: string }, StreamInfo[]];
  show: [{ stream: string; subject?: string; level?: LevelText; rowsMax?: number } & TimeRangeText, ShowResult];
  series: [
    {
      stream: string;
      subject?: string;
      fromMicros?: number;
      toMicros?: number;
      /** 1,200 unless said; at most 4,000. */
      pointsMax?: number;
      level?: LevelText;
    },
    SeriesResult,
  ];
  /** With level 'raw': every reading, or 'too-large'. */
  readings: [
    { stream: string; subject?: string; fromMicros?: number; toMicros?: number; level?: 'raw' },
    ReadingsResult,
  ];
  /** `zone` is the IANA zone of the civil days; UTC where none is given. */
  overview: [{ subject?: string; zone?: string }, Overview];
  /** The newest thousand of a range, by time. */
  notes: [{ subject?: string; stream?: string; fromMicros?: number; toMicros?: number }, Note[]];
  'note.add': [{ subject?: string; stream: string; atMicros: number; text: string }, Note];
  'note.remove': [{ subject?: string; id: string }, Note];
  /** Without a stream: every reading that comes in for the subject; of thousands at once, as an import brings them, the newest. */
  watch: [{ stream?: string; subject?: string }, { ended: string }];
  /** A one-use address for the browser of this machine; only where a node runs. */
  'web.open': [Record<string, never>, { url: string }];
  /** Ends the session of that id, or every session of a browser. */
  'web.close': [{ session?: string }, { ended: number }];
  /** The browsers that have this vault open. */
  'web.sessions': [Record<string, never>, SessionInfo[]];
  'device.add': [
    { name: string; subject?: string; nightscout?: NightscoutWish },
    /** `mqtt` where the node takes it: the device's id or name is the user, the credential the password. */
    { device: DeviceInfo; credential: string; url: string; mqtt: string | null; nightscout?: NightscoutAccess },
  ];
  /** A code that a device shows at POST /v1/pair, once, to be enrolled as by `device.add`; without a name it names itself. */
  'device.pair': [{ name?: string; subject?: string; nightscout?: NightscoutWish }, PairingCode];
  'device.list': [{ subject?: string }, DeviceInfo[]];
  'device.remove': [{ device: string }, DeviceInfo];
  /** Who an address belongs to, before anything is shared. */
  'share.find': [{ with: string }, FoundRecipient];
  'phones.list': [Record<string, never>, PhoneInfo[]];
  /** Says how the pairing stands, and ends with the phone that was confirmed; ending the question breaks it off. */
  'phones.pair': [{ relay?: string }, PhoneInfo];
  'phones.confirm': [{ pairing: string; accept: boolean; name?: string }, Record<string, never>];
  'phones.remove': [{ phone: string }, PhoneInfo];
  'share.preview': [ShareParameters, SharePreview];
  /** What visits need. @param place where the recipient is: two letters, as DE or US, or EU */
  'share.templates': [{ subject?: string; place?: string }, VisitOffer[]];
  /** A series as the grant would open it: read by the recipient's reader from the tiles and clips of the plan. */
  'share.series': [
    ShareParameters & Pick<SeriesAsked, 'stream' | 'fromMicros' | 'toMicros' | 'pointsMax'>,
    OpenedSeries,
  ];
  /** The health records as the recipient would have them, were this shared now. */
  'share.records': [ShareParameters, OpenedRecords];
  /** Which of the records that are asked for are sensitive, and why: whatever is kept back so far. */
  'share.sensitive': [ShareParameters, SensitiveParts];
  share: [ShareParameters, { grant: GrantInfo; link: string | null; preview: SharePreview; pickupLink: string | null }];
  /** A link with a locker: it asks for a PIN, shown once, else null (`withPin`), opens in the first browser only (`claim`), or both. */
  'share.locker': [
    Omit<ShareParameters, 'with'>,
    { grant: GrantInfo; preview: SharePreview; link: string; pin: string | null },
  ];
  /** A saved copy: one HTML file with the sealed data inside. `code` opens it; null where the key is in the file (`keyInside`). */
  'share.file': [
    Omit<ShareParameters, 'with'> & { keyInside?: boolean },
    { grant: GrantInfo; preview: SharePreview; html: string; code: string | null },
  ];
  revoke: [{ grant: string; delete?: boolean }, GrantInfo];
  /**
   * Ends every grant and link, every emergency card unless `keepCards`, every paired phone, and every browser session but that of the id given; a
   * phone that asks has its answer first.
   */
  'revoke.all': [{ keepSession?: string; keepCards?: boolean }, RevokedAll];
  /** What that would end beside the shares, and what it leaves. */
  'revoke.look': [Record<string, never>, OpenDoors];
  /** `known`: what was seen of each before; no relay of a share is asked, and with `refresh` the post boxes are looked into. */
  inbox: [{ refresh?: boolean; known?: boolean }, InboxItem[]];
  'inbox.remove': [{ grant: string }, InboxItem];
  open: [
    {
      grant: string;
      stream?: string;
      level?: LevelText;
      follow?: boolean;
      fhir?: boolean;
    } & TimeRangeText,
    OpenResult & { fhir?: unknown },
  ];
  /** Looks into a grant of the inbox, or into a link. Connections stay open for a while for what is asked next. */
  'open.look': [{ grant: string }, LookedInto];
  /** The health records of a grant of the inbox. @param known mark of an earlier answer */
  'open.records': [{ grant: string; known?: string }, RecordsLooked];
  'open.series': [{ grant: string } & SeriesAsked, OpenedSeries & { completeness: string }];
  /** With level 'raw': every reading, or 'too-large'. */
  'open.readings': [
    { grant: string; stream: string; fromMicros?: number; toMicros?: number; level?: 'raw' },
    Omit<ReadingsResult, 'stream'>,
  ];
  /** By which name patients know this desk; without one: reads it. */
  'room.name': [{ name?: string }, { name: string }];
  /** Shows a code to patients in the room; says how the meeting stands, and ends with the grant that was handed over. Ending the question ends it. `seconds`: a code that lasts shorter. */
  'room.open': [{ relay?: string; seconds?: number }, { grant: string }];
  /** Somebody at the desk sees other words than the patient. */
  'room.refuse': [{ room: string }, Record<string, never>];
  /** The patient's home meets the desk of a code; says which desk and the words, and ends once she has decided. Ending the question leaves. */
  'room.visit': [{ code: string; address?: string }, Record<string, never>];
  /** The words are the same: makes the grant and hands it over. */
  'room.show': [{ visit: string } & Omit<ShareParameters, 'with' | 'name'>, { grant: GrantInfo }];
  'room.decline': [{ visit: string; why: 'words' | 'declined' }, Record<string, never>];
  /** A note of one's own on a grant of the inbox; without a text: reads it. */
  'desk.note': [{ grant: string; text?: string }, DeskNote];
  /** Asks the owner of a grant for more; one ask at a time, good for two weeks. */
  ask: [{ grant: string; kinds?: string[]; days?: number; level?: LevelText; why?: string }, { untilMicros: number }];
  /** Files a copy as a FHIR bundle where the grant allows it, and says so to the owner. */
  file: [{ grant: string; sheet?: FilingSheet }, Filed];
  /** Who asks for more of what was shared with them. */
  asks: [Record<string, never>, AskInfo[]];
  'asks.answer': [
    {
      ask: string;
      answer: 'allow' | 'not-now';
      /** Of 'allow': a part, instead of all that is asked for. */
      streams?: string[];
      level?: LevelText;
      until?: string;
    } & TimeRangeText,
    { grant: GrantInfo | null },
  ];
  'relays.add': [{ url: string; invite?: string; vouch?: string; uses?: ('store' | 'post')[] }, RelayInfo];
  'relays.remove': [{ url: string }, RelayInfo];
  'relays.list': [Record<string, never>, RelayInfo[]];
  'relays.sync': [{ url?: string }, RelayInfo[]];
  /** A clinic’s word that a key may join a relay which lists the clinic. `member`: npub1… or hex; `vouch`: text to be handed over. */
  'relays.vouch': [{ relay: string; member: string; days: number }, { vouch: string }];
  'relays.invite': [Record<string, never>, { claim: string; url: string }];
  /** `dir` is the folder to write to (`to` is the end of the range). */
  export: [
    { dir: string; format: 'csv' | 'fhir'; subject?: string; streams?: string[] } & TimeRangeText,
    { files: string[]; samples: number },
  ];
  /** Prepares what a browser saves; `path` gives it once, within a minute. */
  'download.begin': [
    (
      | { what: 'backup' }
      | { what: 'export'; format: 'csv' | 'fhir'; subject?: string }
      /** A file that records came in; `n` as `records.sources` tells it. Given `at` and `length`: the bytes of a base64 text within; with `isFile` those bytes as they are. */
      | {
          what: 'record-file';
          subject?: string;
          n: number;
          at?: number;
          length?: number;
          isFile?: boolean;
          name?: string;
        }
    ),
    { path: string; name: string },
  ];
  /** Whose are these words? 'mistyped': no list of words at all. */
  'words.check': [{ words: string }, { are: 'right' | 'others' | 'mistyped' }];
  /** For a vault made without one; from then on nothing else opens it. Done at home only. */
  'passphrase.set': [{ passphrase: string }, Record<string, never>];
  backup: [{ to: string }, { file: string; bytes: number; events: number }];
  rotate: [
    Record<string, never>,
    { words: string; npub: string; relays: string[]; grantsReissued: number; pending: string[] },
  ];
  erase: [
    { stream?: string; subject?: string; everything?: boolean; confirm: string },
    { authors: number; relays: { url: string; confirmed: number; pending: number }[]; left: LeftOfVault | null },
  ];
  check: [{ deep?: boolean }, { findings: CheckFinding[]; tiles: number; streams: number }];
  doctor: [Record<string, never>, { lines: { name: string; value: string; ok: boolean }[] }];
}

/**
 * What an erased vault still has on this disk. 'nothing': keys and files go when this command ends. 'keys': some relay does not know yet,
 * and requests are proved with them. 'node': it runs on them. 'others': the relay in this home keeps sealed data of other people.
 */
export type LeftOfVault = 'nothing' | 'keys' | 'node' | 'others';

export type OperationName = keyof Operations;
export type Parameters<N extends OperationName> = Operations[N][0];
export type Result<N extends OperationName> = Operations[N][1];

/** What an operation may say while it runs; rows of `watch` and `open --follow` come this way too. */
export type Emitted =
  | { progress: { what: string; done: number; total: number; unit: 'bytes' | 'tiles' | 'events' | 'records' } }
  | { row: ShowRow & { stream: string; unit: string } }
  | { pairing: PairingSaid }
  | { room: RoomSaid }
  | { notice: string };

/** Calls one operation, wherever the home runs. Failures are thrown as HaleError with the same code in both cases. */
export interface HomeClient {
  call<N extends OperationName>(
    name: N,
    parameters: Parameters<N>,
    options?: { emit?: (said: Emitted) => void; signal?: AbortSignal },
  ): Promise<Result<N>>;
  close(): Promise<void>;
}
