// A home for the tests of the command: no keys, no disk, a few synthetic streams in memory, and the same types as the real one.
import type {
  Emitted,
  GrantInfo,
  HomeClient,
  HomeEntry,
  LevelText,
  OperationName,
  Parameters,
  Result,
  ShareParameters,
  ShowRow,
  StreamInfo,
} from '@hale/home';
import { HaleError } from '@hale/kernel';
import { CORRECTIONS } from './fake-corrections.ts';
import { FAKE_CUSTODY } from './fake-custody.ts';
import { DEVICE, DEVICES } from './fake-devices.ts';
import { EMERGENCY } from './fake-emergency.ts';
import { foundBy } from './fake-finds.ts';
import { LABELS } from './fake-labels.ts';
import { FakePhones } from './fake-phones.ts';
import { fakeRelayOperation } from './fake-relays.ts';
import { DOCTOR, fitReport, gapsOf, tableReport } from './fake-reports.ts';
import { askOfLee, GRANT, NEW_SHARE, PREVIEW, seenOf } from './fake-shares.ts';
import { offersOf, previewOfVisit } from './fake-visits.ts';

export const WORDS =
  'leader monkey parrot ring guide accident before fence cannon height naive bean ' +
  'abandon ability able about above absent absorb abstract absurd abuse access acid';

const NPUB = 'npub1hale7qqqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhzj3d8ek4m';
const RELAY = 'ws://127.0.0.1:7480/relay';
const [FAR_RELAY, HOUR] = ['wss://relay.example.org', 3600e6];

export const at = (text: string): number => Date.parse(text) * 1000;

interface FakeStream {
  info: StreamInfo;
  /** Micros between samples. */
  step: number;
  /** null: not measured. */
  value: (micros: number) => number | null;
}

function stream(
  key: string,
  title: string,
  unit: string,
  levels: LevelText[],
  range: [string, string],
  step: number,
  value: (micros: number) => number | null,
): FakeStream {
  const [first, last] = [at(range[0]), at(range[1])];
  const info: StreamInfo = {
    key,
    subject: 'me',
    title,
    kind: key,
    unit,
    loinc: null,
    device: key === 'glucose' ? 'Dexcom G4' : null,
    source: key === 'ecg-mlii' ? '100.hea' : 'biovotion_6h.csv',
    levels,
    samples: 0,
    firstMicros: first,
    lastMicros: last,
    periodMicros: step,
    epoch: 0,
    origins: [],
  };
  const made = { info, step, value };
  info.samples = Math.round((last - first) / step);
  return made;
}

const wave = (micros: number, periodSeconds: number) => Math.sin((2 * Math.PI * (micros / 1e6)) / periodSeconds);

const STREAMS: FakeStream[] = [
  stream(
    'heart-rate',
    'Heart rate',
    '/min',
    ['raw', '1m', '15m', '1h', '1d'],
    ['2017-08-29T02:00:00Z', '2017-08-29T08:00:00Z'],
    1e6,
    (t) => {
      const clock = new Date(t / 1000).toISOString().slice(11, 16);
      if (clock >= '05:10' && clock < '05:35') return null;
      return Math.round(68 + 14 * wave(t, 7200) + 6 * wave(t, 611) + 3 * wave(t, 47));
    },
  ),
  stream(
    'glucose',
    'Glucose',
    'mg/dL',
    ['raw', '1h', '1d'],
    ['2026-11-20T08:00:00Z', '2026-11-21T13:55:00Z'],
    300e6,
    (t) => Math.round(118 + 40 * wave(t, 21_600) + 9 * wave(t, 2900)),
  ),
  stream(
    'ecg-mlii',
    'ECG, lead MLII',
    'mV',
    ['raw', '1m', '15m', '1h'],
    ['2017-08-29T06:00:00Z', '2017-08-29T06:00:10Z'],
    1e6 / 360,
    (t) => {
      const beat = ((t / 1e6) * 1.2) % 1;
      const spike = beat > 0.4 && beat < 0.44 ? 1.1 * (1 - Math.abs(beat - 0.42) / 0.02) : 0;
      return Math.round((spike - 0.3 + 0.08 * wave(t, 0.83)) * 200) / 200;
    },
  ),
];

const BINS: Record<LevelText, number> = { raw: 0, '1m': 60e6, '15m': 900e6, '1h': HOUR, '1d': 24 * HOUR };

function samples(fake: FakeStream, from: number, to: number): ShowRow[] {
  const rows: ShowRow[] = [];
  const first = Math.max(0, Math.ceil((from - fake.info.firstMicros!) / fake.step));
  for (let index = first; index < fake.info.samples; index++) {
    const atMicros = Math.round(fake.info.firstMicros! + index * fake.step);
    if (atMicros >= to) break;
    const value = fake.value(atMicros);
    if (value !== null) rows.push({ atMicros, value });
  }
  return rows;
}

function bins(fake: FakeStream, level: LevelText, from: number, to: number): ShowRow[] {
  const size = BINS[level];
  const rows: ShowRow[] = [];
  for (let start = Math.floor(from / size) * size; start < to; start += size) {
    const values = samples(fake, start, start + size).map((row) => row.value!);
    if (values.length === 0) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const coverage = (values.length * fake.step) / size;
    rows.push({
      atMicros: start,
      count: values.length,
      mean,
      min: Math.min(...values),
      max: Math.max(...values),
      coverage,
    });
  }
  return rows;
}

/** Of a subject of whom nobody said more than the name. */
const UNSAID = { species: null, birthYear: null, sex: null, breed: null, chip: null, vet: null };

/** What only browsers ask. */
type OfPages =
  | ('overview' | 'notes' | 'note.add' | 'note.remove' | 'readings' | 'series' | 'web.sessions' | 'subject.change')
  | ('download.begin' | 'words.check' | 'passphrase.set')
  | ('share.file' | 'share.locker' | 'grants.claim' | 'grants.free' | 'share.find' | 'share.series' | 'grants.link')
  | ('share.records' | 'share.sensitive' | 'grants.records' | 'grants.series' | 'grants.consent' | 'open.records')
  | ('revoke.all' | 'revoke.look' | 'open.look' | 'open.series' | 'open.readings' | 'desk.note' | 'file')
  | Extract<OperationName, `room.${string}` | `record${string}` | `upload.${string}` | `import.${string}`>;
type Handlers = {
  [N in Exclude<OperationName, OfPages>]: (
    parameters: Parameters<N>,
    emit: (said: Emitted) => void,
    signal?: AbortSignal,
  ) => Result<N> | Promise<Result<N>>;
};

/** As real operations end on Ctrl-C: with the signal's reason. */
async function untilAborted(signal?: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

/** What a test may want to be different from the usual. */
export interface FakeSettings {
  exists?: boolean;
  passphrase?: string;
  /** Fails this operation like this. */
  failing?: { name: OperationName; error: Error };
  empty?: boolean;
}

const SUMMARY_SECTIONS = [
  { title: 'Active Problems', records: 2 },
  { title: 'Allergies and Intolerances', records: 0 },
  { title: 'Medications', records: 3 },
];

const HEALTH_LINK: Result<'links.list'>[number] = {
  ...{ id: 'Qm9vazE', label: 'For the ward', subject: 'me', holds: 'summary', isLongTerm: false, needsPasscode: true },
  ...{ createdMicros: at('2026-11-29T12:00:00Z'), expiresMicros: at('2026-12-06T12:00:00Z'), state: 'open' },
  seen: { opened: 3, openedMicros: at('2026-11-29T14:00:00Z'), wrong: 1 },
};

export class FakeHome implements HomeEntry {
  /** Every operation called, in order. */
  readonly calls: [OperationName, unknown][] = [];
  readonly made: unknown[] = [];
  readonly settings: FakeSettings;
  #exists: boolean;
  readonly #phones = new FakePhones();
  #advance: (millis: number) => void;

  constructor(settings: FakeSettings = {}, advance: (millis: number) => void = () => {}) {
    this.settings = settings;
    this.#exists = settings.exists ?? true;
    this.#advance = advance;
  }

  readonly passphraseCharactersMin = 8;

  homeExists(): boolean {
    return this.#exists;
  }

  async createHome(options: Parameters_<'createHome'>) {
    this.made.push(options);
    this.#exists = true;
    const relayUrls = [options.relay ?? RELAY];
    return {
      dir: options.dir,
      words: WORDS,
      relayUrls,
      npub: NPUB,
      diskUnprotected: !options.passphrase && !options.keyFile,
    };
  }

  async restoreHome(options: Parameters_<'restoreHome'>) {
    if (options.words !== WORDS) throw new HaleError('malformed', 'word 3 is not one of the 2,048 words', { word: 3 });
    options.emit?.('12 streams found on the relay.');
    return {
      streams: 12,
      samples: 31_402_117,
      generation: 1,
      notices: [{ code: 'older', values: [], text: 'One relay served an older state; the newer one was taken.' }],
    };
  }

  async restoreBackup() {
    return { streams: 12, samples: 31_402_117, generation: 1, notices: [] };
  }

  async startNode(options: Parameters_<'startNode'>) {
    if (options.port === 80) throw Object.assign(new Error('listen'), { code: 'EADDRINUSE' });
    return {
      url: `http://127.0.0.1:${options.port}`,
      relayUrl: `ws://127.0.0.1:${options.port}/relay`,
      ...(this.settings.exists === false ? { openUrl: 'http://127.0.0.1:7480/#code=k2VhQ9mC4tLxW7pRzN0aBg' } : {}),
      close: async () => {},
    };
  }

  async startRelayAlone(options: Parameters_<'startRelayAlone'>) {
    if (options.port === 80) throw Object.assign(new Error('listen'), { code: 'EADDRINUSE' });
    const url = `http://127.0.0.1:${options.port ?? 7481}`;
    return {
      ...{ url, relayUrl: url.replace('http', 'ws'), private: options.privateMode ?? false },
      halted: new Promise<Error>(() => {}),
      close: async () => {},
      invite: () => '7QK3-M2XA-90PV',
    };
  }

  async relay() {
    return fakeRelayOperation;
  }

  async connectReader(): Promise<HomeClient> {
    return await this.connectHome({});
  }

  async connectHome(options: { passphrase?: string }): Promise<HomeClient> {
    if (this.settings.passphrase !== undefined && options.passphrase !== this.settings.passphrase) {
      throw new HaleError(
        'locked',
        options.passphrase ? 'the passphrase does not open this vault' : 'a passphrase is needed',
      );
    }
    return {
      call: async (name, parameters, how) => {
        this.calls.push([name, parameters]);
        if (this.settings.failing?.name === name) throw this.settings.failing.error;
        return (await (this.#handlers as Record<string, (...given: unknown[]) => unknown>)[name](
          parameters,
          how?.emit ?? (() => {}),
          how?.signal,
        )) as never;
      },
      close: async () => {},
    };
  }

  #find(key: string): FakeStream {
    const found = STREAMS.find((each) => each.info.key === key);
    if (!found || this.settings.empty) throw new HaleError('not-found', 'no stream of that name');
    return found;
  }

  #show(parameters: Parameters<'show'>): Result<'show'> {
    const fake = this.#find(parameters.stream);
    const level = parameters.level ?? 'raw';
    const fromMicros = parameters.from ? at(parameters.from) : fake.info.firstMicros!;
    const toMicros = parameters.to ? at(parameters.to) : fake.info.lastMicros!;
    const rows = level === 'raw' ? samples(fake, fromMicros, toMicros) : bins(fake, level, fromMicros, toMicros);
    return {
      stream: fake.info,
      level,
      fromMicros,
      toMicros,
      rows,
      truncated: false,
      gaps: gapsOf(rows, BINS[level] || fake.step),
    };
  }

  async #import(
    parameters: Parameters<'import'>,
    emit: (said: Emitted) => void,
    signal?: AbortSignal,
  ): Promise<Result<'import'>> {
    if (parameters.files[0]?.endsWith('slow.csv')) await untilAborted(signal);
    return parameters.files.map((file) => {
      if (file.endsWith('missing.csv')) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', path: file });
      for (let done = 0; done <= 4; done++) {
        emit({ progress: { what: file.split('/').at(-1)!, done: done * 800_000, total: 3_200_000, unit: 'bytes' } });
        this.#advance(400);
      }
      if (file.endsWith('.fit')) return fitReport(file);
      return tableReport(file);
    });
  }

  #opened(parameters: Parameters<'open'>): Result<'open'> {
    if (parameters.grant === 'ended') throw new HaleError('expired', 'the owner stopped sharing this on 12 November');
    const fake = this.#find('heart-rate');
    const rows = bins(fake, '1h', PREVIEW.fromMicros, PREVIEW.toMicros!);
    const { key, title, kind, unit, loinc } = fake.info;
    const fhir = parameters.fhir ? { fhir: { resourceType: 'Bundle', type: 'collection', entry: [] } } : {};
    return {
      grant: 'g7k2',
      streams: [{ key, title, kind, unit, loinc, level: '1h', rows }],
      completeness: 'complete',
      notices: [],
      ended: false,
      ...fhir,
    };
  }

  readonly #handlers: Handlers = {
    ...FAKE_CUSTODY,
    find: ({ text }) => foundBy(text),
    status: () => ({
      home: '/home/sam/.hale',
      unlocked: true,
      generation: 0,
      retired: false,
      subjects: 1,
      streams: 3,
      samples: 25_558,
      diskBytes: 1_840_000,
      relays: this.#relays,
      inbox: 1,
      warnings: [{ code: 'clock', values: [40], text: 'The clock of this machine is 40 s ahead of the relays.' }],
      version: '0.1.0',
      diskUnprotected: false,
      passphraseCharactersMin: 8,
      lastBackupMicros: null,
    }),
    whoami: () => ({ npub: NPUB, postQuantumKeyId: 'kem-4f2a-90c1', member: 'npub1member…', listedOn: [FAR_RELAY] }),
    'subject.add': ({ name }) => ({ id: 's2', name, isDefault: false, streams: 0, ...UNSAID }),
    'subject.list': () => [
      { id: 's1', name: 'me', isDefault: true, streams: 3, ...UNSAID },
      { id: 's2', name: 'Mia', isDefault: false, streams: 0, ...UNSAID },
    ],
    import: (parameters, emit, signal) => this.#import(parameters, emit, signal),
    streams: () => (this.settings.empty ? [] : STREAMS.map((each) => each.info)),
    show: (parameters) => this.#show(parameters),
    watch: async ({ stream: key = '' }, emit, signal) => {
      if (key === 'heart-rate') await untilAborted(signal);
      const fake = this.#find(key);
      const start = key === 'ecg-mlii' ? fake.info.firstMicros! : at('2026-11-21T14:00:00Z');
      for (let index = 0; index < (key === 'ecg-mlii' ? 720 : 6); index++) {
        const atMicros = Math.round(start + index * fake.step);
        emit({ row: { stream: key, unit: fake.info.unit, atMicros, value: fake.value(atMicros) ?? 0 } });
      }
      return { ended: 'the node stopped' };
    },
    'web.open': () => ({ url: 'http://127.0.0.1:7480/#code=k2VhQ9mC4tLxW7pRzN0aBg' }),
    'web.close': () => ({ ended: 2 }),
    'device.add': ({ name }) => ({
      device: { ...DEVICE, name, samples: 0, lastContactMicros: null },
      credential: 'hd1_mB4x9Q2c7Zt0',
      url: 'http://192.168.1.20:7480/v1/ingest',
      mqtt: 'mqtt://192.168.1.20:1883',
    }),
    'device.pair': ({ name }) => ({
      code: '04711234',
      name: name ?? null,
      url: 'http://192.168.1.20:7480',
      expiresMicros: at('2026-11-21T14:15:00Z'),
    }),
    'device.list': () => (this.settings.empty ? [] : DEVICES),
    'device.remove': () => DEVICE,
    'phones.list': () => (this.settings.empty ? [] : this.#phones.list()),
    'phones.pair': (_, emit) => this.#phones.pair(emit),
    'phones.confirm': (parameters) => this.#phones.confirm(parameters),
    'phones.remove': (parameters) => this.#phones.remove(parameters),
    'share.preview': (parameters) => (parameters.visit === undefined ? PREVIEW : previewOfVisit(parameters)),
    'share.templates': offersOf,
    share: (parameters: ShareParameters) => {
      const byLink = parameters.with === 'link';
      const grant: GrantInfo = {
        ...GRANT,
        how: byLink ? 'link' : 'key',
        relays: [GRANT.relays[0]!, { url: FAR_RELAY, state: 'pending', waiting: 1 }],
      };
      const link = byLink ? 'https://relay.example.org/g#hale1qqsyrhqy2e9g0mu5xw3p8v4kz6tjdn5lc0yfs2xaqhz' : null;
      return { grant, link, preview: PREVIEW, pickupLink: null };
    },
    grants: () =>
      this.settings.empty
        ? []
        : [
            GRANT,
            {
              ...GRANT,
              id: 'p9d1',
              how: 'link',
              to: 'link',
              state: 'stopping',
              served: [],
              purpose: '',
              endedMicros: at('2026-11-21T13:00:00Z'),
              relays: [
                { url: RELAY, state: 'stopped', waiting: 0 },
                { url: FAR_RELAY, state: 'pending', waiting: 1 },
              ],
            },
          ],
    revoke: ({ grant }) => {
      if (grant !== 'g7k2') throw new HaleError('not-found', 'no share of that name');
      return {
        ...GRANT,
        state: 'stopping',
        endedMicros: at('2026-11-21T14:00:00Z'),
        relays: [
          { url: RELAY, state: 'stopped', waiting: 0 },
          { url: FAR_RELAY, state: 'pending', waiting: 1 },
        ],
      };
    },
    inbox: () =>
      this.settings.empty
        ? []
        : [
            {
              grant: 'g7k2',
              from: 'Sam \u001B[31mEvil\u001B[0m\u202Eeman',
              what: 'Heart rate of a morning',
              streams: [{ key: 'heart-rate', title: 'Heart rate', level: '1h' }],
              fromMicros: PREVIEW.fromMicros,
              toMicros: PREVIEW.toMicros,
              untilMicros: PREVIEW.untilMicros,
              purpose: 'second opinion',
              state: 'active',
            },
            NEW_SHARE,
          ],
    'inbox.remove': ({ grant }) => {
      if (grant !== NEW_SHARE.grant) throw new HaleError('not-found', 'no such grant in the inbox');
      return NEW_SHARE;
    },
    ask: () => ({ untilMicros: at('2026-12-05T14:00:00Z') }),
    asks: () => (this.settings.empty ? [] : [askOfLee]),
    'asks.answer': ({ answer }) => ({ grant: answer === 'allow' ? GRANT : null }),
    open: (parameters) => this.#opened(parameters),
    'grants.open': (parameters) => this.#opened(parameters),
    'grants.again': () => ({ grant: GRANT, link: null, pickupLink: null, pin: null }),
    'grants.look': ({ grant }) => seenOf(grant),
    'relays.add': ({ url, uses }) => ({
      url,
      uses: uses ?? [],
      state: 'connected',
      pending: 0,
      lastContactMicros: at('2026-11-21T14:00:00Z'),
      reason: null,
    }),
    'relays.remove': ({ url }) => ({
      url,
      uses: [],
      state: 'unknown',
      pending: 0,
      lastContactMicros: null,
      reason: null,
    }),
    'relays.list': () => (this.settings.empty ? [] : this.#relays),
    'relays.sync': () => this.#relays,
    'relays.vouch': () => ({ vouch: 'eyJraW5kIjoxOTgzfQ' }),
    'relays.invite': () => ({ claim: '7QK3-M2XA-90PV', url: RELAY }),
    export: ({ dir, streams }) => ({
      files: streams?.[0] === 'none' ? [] : [`${dir}/heart-rate.csv`, `${dir}/glucose.csv`],
      samples: 21_700,
    }),
    backup: ({ to }) => ({ file: to, bytes: 1_920_334, events: 388 }),
    rotate: () => ({ words: WORDS, npub: NPUB, relays: [RELAY, FAR_RELAY], grantsReissued: 2, pending: [FAR_RELAY] }),
    erase: ({ everything }) => ({
      left: everything ? 'keys' : null,
      authors: 3,
      relays: [
        { url: RELAY, confirmed: 3, pending: 0 },
        { url: FAR_RELAY, confirmed: 1, pending: 2 },
      ],
    }),
    check: ({ deep }) => ({
      findings: deep
        ? [
            {
              severity: 'error',
              what: 'A piece of heart-rate does not open.',
              where: '29 Aug 2017 05:00, raw',
              todo: 'Fetch it again: hale relays sync',
            },
            {
              severity: 'note',
              what: 'Two summaries were out of date and were made again.',
              where: 'glucose, 1 day',
              todo: '',
            },
          ]
        : [],
      tiles: 412,
      streams: 3,
    }),
    ...LABELS,
    'summary.write': ({ to }) => ({ file: to, sections: SUMMARY_SECTIONS }),
    'cards.issue': ({ to, iss }) => ({
      files: to === undefined ? [] : [`${to}.smart-health-card`, `${to}.svg`],
      ...{ pictures: ['shc:/5676290952'], iss: iss ?? null, keys: { keys: [] } },
    }),
    'cards.issuers': () => [{ iss: 'https://spec.smarthealth.cards/examples/issuer', name: 'Example issuer', keys: 2 }],
    'cards.know': ({ iss, name }) => ({ iss, name, keys: 1 }),
    'cards.forget': () => ({}),
    'links.create': ({ withPasscode = false }) => ({
      ...{ link: 'shlink:/eyJ1cmwiOiJodHRwczovL3JlbGF5In0', id: 'Qm9vazE', passcode: withPasscode ? '481516' : null },
      expiresMicros: at('2026-12-06T12:00:00Z'),
    }),
    'links.list': () => [HEALTH_LINK],
    'links.show': () => ({ link: 'shlink:/eyJ1cmwiOiJodHRwczovL3JlbGF5In0' }),
    ...{ 'links.refill': () => ({ records: 12 }), 'links.close': () => ({}), ...EMERGENCY, ...CORRECTIONS },
    doctor: () => DOCTOR,
  };

  readonly #relays: Result<'relays.list'> = [
    {
      url: RELAY,
      uses: ['store', 'post'],
      state: 'connected',
      pending: 0,
      lastContactMicros: at('2026-11-21T14:00:00Z'),
      reason: null,
    },
    {
      url: FAR_RELAY,
      uses: ['store'],
      state: 'unreachable',
      pending: 14,
      lastContactMicros: at('2026-11-21T11:00:00Z'),
      reason: 'no answer',
    },
  ];
}

type Parameters_<N extends 'createHome' | 'restoreHome' | 'startNode' | 'startRelayAlone'> = HomeEntry[N] extends (
  options: infer Options,
) => unknown
  ? Options
  : never;
