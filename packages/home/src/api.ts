// The operations of a home: one table of names with what each takes and gives. The `hale` command calls them in process when no
// node runs on the home directory and over HTTP (POST /v1/op/:name, NDJSON) when one does; both run the same code.

/** Times in parameters are ISO 8601 texts or relative words as typed ('2017-08-29T13:00', 'yesterday', 'now-2h'); `zone` is the IANA zone they are meant in. */
export interface TimeRangeText {
  from?: string;
  to?: string;
  zone?: string;
}

export type LevelText = 'raw' | '1m' | '15m' | '1h' | '1d';

export interface SubjectInfo {
  id: string;
  name: string;
  isDefault: boolean;
  streams: number;
}

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
  epoch: number;
  /** Who brought what, oldest first; of a live device its name stands in `device`. */
  origins: StreamOrigin[];
}

export interface StreamOrigin {
  /** Format and device or application, as the source names itself. */
  source: string;
  assurance: 'imported' | 'delivered' | 'gateway' | 'signed';
  /** Readings that came from it and stand here. */
  samples: number;
  /** Readings of it that another source had brought already. */
  elsewhere: number;
  firstMicros: number;
  lastMicros: number;
}

/** A column of a table that is imported, as `ColumnReading` of the vault. */
export interface ImportColumn {
  section: string;
  title: string;
  as: 'time' | 'clock' | 'zone' | 'person' | 'value' | 'nothing';
  kind?: string;
  kindKnown?: boolean;
  ucum?: string;
  form?: string;
  zoneMinutes?: number;
}

export interface ImportReport {
  file: string;
  format: string;
  /** One plain line saying what the file is. */
  what: string;
  read: number;
  accepted: number;
  duplicate: number;
  corrected: number;
  rejected: number;
  rejections: { place: string; reason: string; count: number }[];
  streams: string[];
  /** Readings that another source had brought already, by the stream that keeps them; counted as duplicates. */
  elsewhere: { stream: string; count: number }[];
  notes: string[];
  interrupted: boolean;
  seconds: number;
  /** Of a table: every column and what it is taken for. */
  columns?: ImportColumn[];
  /** The whole mapping as JSON, to be changed and given back; only of a dry run. */
  mapping?: unknown;
  /** What was said about its columns is kept for tables with the same titles. */
  remembered?: boolean;
  /** Of a file among many that could not be taken in: why. */
  failed?: { code: string; text: string };
}

/** One row of `show`: a sample (raw) or a bin. Physical values as decimal text, exactly as stored. */
export interface ShowRow {
  atMicros: number;
  value?: number;
  /** Of a kind that is no quantity, what the value stands for: 'Deep', 'Atrial fibrillation'. */
  code?: string;
  count?: number;
  mean?: number;
  min?: number;
  max?: number;
  /** Share of the bin with data, 0..1. */
  coverage?: number;
}

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

/** Points of a chart, column by column, ascending; physical values in the stream's unit. null: nothing to draw there. */
export interface Columns {
  /** Microseconds since 1970: of a reading, of the first of a bucket, of the middle of a bin. */
  at: number[];
  mean: (number | null)[];
  /** Empty where every point is one reading. */
  min: (number | null)[];
  max: (number | null)[];
  count: number[];
  /** Share of a bin with data, 0..1. */
  coverage?: number[];
  /** Of kinds that are words: what each value stands for. */
  code?: string[];
}

export interface SeriesResult {
  stream: StreamInfo;
  level: LevelText;
  fromMicros: number;
  toMicros: number;
  columns: Columns;
  /** A wider space between two points is a gap; 0: there are none. */
  gapMicros: number;
  /** True where a point stands for several readings. */
  isReduced: boolean;
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

/** The first screen: a card for each stream, that which changed last first. */
export interface Overview {
  subject: string;
  nowMicros: number;
  cards: {
    stream: StreamInfo;
    latest: { atMicros: number; value: number; code?: string } | null;
    /** The two weeks before the latest reading. */
    spark: { fromMicros: number; toMicros: number; columns: Columns; gapMicros: number } | null;
    /** The seven days up to the latest reading, and the seven before. */
    periods: {
      fromMicros: number;
      toMicros: number;
      count: number;
      mean: number | null;
      /** Share of the seven days with data, 0..1; null where readings are counted one by one. */
      coverage: number | null;
    }[];
  }[];
}

export interface DeviceInfo {
  id: string;
  name: string;
  subject: string;
  addedMicros: number;
  lastContactMicros: number | null;
  samples: number;
  /** Messages and frames since the start of the node that could not be understood and were not stored. */
  notTaken: number;
  /** Of a gateway: by how much the clocks of its Bluetooth devices were ahead of its own when last compared. */
  clocks: { device: string; aheadSeconds: number; atMicros: number }[];
}

/** How a device speaks as to a Nightscout server. */
export interface NightscoutWish {
  scope: 'upload' | 'read' | 'both';
  /** Also over plain HTTP from other machines. */
  allowPlain?: boolean;
  units?: 'mg/dl' | 'mmol';
}

/** Shown once. */
export interface NightscoutAccess {
  url: string;
  secret: string;
  token: string;
  scope: 'upload' | 'read' | 'both';
}

export interface SharePreview {
  sentence: string;
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  streams: { key: string; title: string; level: LevelText; samplesOrBins: number; containsExtremes: boolean }[];
}

export interface GrantInfo {
  id: string;
  to: string;
  how: 'key' | 'link';
  streams: { key: string; level: LevelText }[];
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  purpose: string;
  state: 'active' | 'ended' | 'expired' | 'stopping';
  issuedMicros: number;
  endedMicros: number | null;
  /** Per relay: has it stopped serving (read back), or could it not be reached yet. */
  relays: { url: string; state: 'serving' | 'stopped' | 'pending' }[];
  /** What relays say they served ("downloaded from relay R", never "read"). */
  served: { relay: string; hourMicros: number; stream: string; tiles: number; bytes: number }[];
  classicOnly: boolean;
}

export interface RelayInfo {
  url: string;
  uses: ('store' | 'post')[];
  state: 'connected' | 'unreachable' | 'refused' | 'unknown';
  pending: number;
  lastContactMicros: number | null;
  reason: string | null;
}

export interface InboxItem {
  grant: string;
  from: string;
  what: string;
  streams: { key: string; title: string; level: LevelText }[];
  fromMicros: number;
  toMicros: number | null;
  untilMicros: number | null;
  purpose: string;
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
}

export interface CheckFinding {
  severity: 'error' | 'warning' | 'note';
  what: string;
  where: string;
  todo: string;
}

/** name → [parameters, result]. Operations that report progress or stream rows do so through `emit`. */
export interface Operations {
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
      warnings: string[];
    },
  ];
  whoami: [Record<string, never>, { npub: string; postQuantumKeyId: string; member: string; listedOn: string[] }];
  'subject.add': [{ name: string }, SubjectInfo];
  'subject.list': [Record<string, never>, SubjectInfo[]];
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
    },
    ImportReport[],
  ];
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
  overview: [{ subject?: string }, Overview];
  /** The newest thousand of a range, by time. */
  notes: [{ subject?: string; stream?: string; fromMicros?: number; toMicros?: number }, Note[]];
  'note.add': [{ subject?: string; stream: string; atMicros: number; text: string }, Note];
  'note.remove': [{ subject?: string; id: string }, Note];
  /** Without a stream: every reading that comes in for the subject. */
  watch: [{ stream?: string; subject?: string }, { ended: string }];
  /** A one-use address for the browser of this machine; only where a node runs. */
  'web.open': [Record<string, never>, { url: string }];
  /** Ends every session of a browser. */
  'web.close': [Record<string, never>, { ended: number }];
  'device.add': [
    { name: string; subject?: string; nightscout?: NightscoutWish },
    /** `mqtt` where the node takes it: the device's id or name is the user, the credential the password. */
    { device: DeviceInfo; credential: string; url: string; mqtt: string | null; nightscout?: NightscoutAccess },
  ];
  'device.list': [{ subject?: string }, DeviceInfo[]];
  'device.remove': [{ device: string }, DeviceInfo];
  'share.preview': [ShareParameters, SharePreview];
  share: [ShareParameters, { grant: GrantInfo; link: string | null; preview: SharePreview; pickupLink: string | null }];
  grants: [{ subject?: string; all?: boolean }, GrantInfo[]];
  revoke: [{ grant: string; delete?: boolean }, GrantInfo];
  inbox: [{ refresh?: boolean }, InboxItem[]];
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
  'relays.add': [{ url: string; invite?: string; uses?: ('store' | 'post')[] }, RelayInfo];
  'relays.remove': [{ url: string }, RelayInfo];
  'relays.list': [Record<string, never>, RelayInfo[]];
  'relays.sync': [{ url?: string }, RelayInfo[]];
  'relays.invite': [Record<string, never>, { claim: string; url: string }];
  /** `dir` is the folder to write to (`to` is the end of the range). */
  export: [
    { dir: string; format: 'csv' | 'fhir'; subject?: string; streams?: string[] } & TimeRangeText,
    { files: string[]; samples: number },
  ];
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

export interface ShareParameters extends TimeRangeText {
  streams: string[];
  subject?: string;
  /** npub, NIP-05 name, or `link`. */
  with: string;
  level?: LevelText;
  until?: string;
  purpose?: string;
  name?: string;
  allowClassic?: boolean;
}

export type OperationName = keyof Operations;
export type Parameters<N extends OperationName> = Operations[N][0];
export type Result<N extends OperationName> = Operations[N][1];

/** What an operation may say while it runs; rows of `watch` and `open --follow` come this way too. */
export type Emitted =
  | { progress: { what: string; done: number; total: number; unit: 'bytes' | 'tiles' | 'events' } }
  | { row: ShowRow & { stream: string; unit: string } }
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
