// Reading one grant: who shared what, how far it reaches, each series at the level that fits, what comes in, and its end. No page and no socket in
// here: the worker brings the connections and passes on what is said.
import { type ConnectAsReader, type GrantAddress, GrantSession, type StreamEntry, scopeEnd } from '@hale/consent';
import { binSeconds, HaleError, type Level, type VerifiedEvent } from '@hale/kernel';
import {
  binRows,
  type ChartRange,
  chartLevel,
  type Drawn,
  drawBins,
  drawRaw,
  drawWords,
  isOfWords,
  type Row,
  sampleRows,
} from '@hale/vault/chart';
import { openedCopies } from './copies.ts';
import type { Completeness, CopyFacts, FailedWhy, FromWorker, SeriesQuestion, SharedStream } from './protocol.ts';
import { Ranges } from './ranges.ts';

export interface ReadingPorts {
  connect: ConnectAsReader;
  nowMicros(): number;
  say(message: FromWorker): void;
  /** A saved copy does not end: nothing could make it. */
  copy?: CopyFacts;
}

/** Raw readings that are fetched to be drawn together; beyond, a summary is shown. */
const RAW_READ_MAX = 120_000;
const DAY_MICROS = 86_400e6;
/** What comes in is said at most four times a second. */
const SAY_MILLIS = 250;
/** A faster signal has no latest value that anybody could read; its newest summary stands for it. */
const READABLE_PERIOD_MICROS = 1e6;

/** What is known of one stream beyond its description. */
interface Known {
  first: number | null;
  last: number | null;
  latest: SharedStream['latest'];
  /** 0: not looked at yet. */
  version: number;
  /** Readings by day or hour, for how many there may be in a range. */
  counts: readonly { at: number; count: number }[];
  fetched: Map<Level, Ranges>;
}

export class GrantReading {
  readonly #session: GrantSession;
  readonly #ports: ReadingPorts;
  readonly #known = new Map<number, Known>();
  #completeness: Completeness | null = null;
  #isOpened = false;
  #isOver = false;
  #saying: ReturnType<typeof setTimeout> | null = null;
  #untilTimer: ReturnType<typeof setTimeout> | null = null;
  /** Of the records: only what was begun last is said. */
  #recordsRound = 0;

  constructor(address: GrantAddress, ports: ReadingPorts) {
    this.#ports = ports;
    this.#session = new GrantSession(address, ports.connect);
  }

  /** Opens the grant and says what it finds, piece by piece. Never rejects for what others did: that is said too. */
  async open(): Promise<void> {
    try {
      await this.#session.open();
      if (this.#isAtEnd()) return;
      const { consent } = this.#session.reader.state;
      if (!consent) return this.#fail(this.#ports.copy === undefined ? 'damaged' : 'wrong-code');
      this.#isOpened = true;
      this.#sayFacts();
      this.#endAt(consent.scope.until);
      this.#sayStreams();
      void this.#sayRecords();
      await Promise.all([...this.#session.reader.state.streams].map(([number]) => this.#prepare(number)));
      this.#session.follow(this.#ports.nowMicros() / 1e6, (event) => this.#take(event));
      this.#judge();
      this.#sayStreams();
    } catch (error) {
      this.#fail(whyOf(error));
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    if (this.#saying) clearTimeout(this.#saying);
    if (this.#untilTimer) clearTimeout(this.#untilTimer);
    await this.#session.close();
  }

  /** What a chart draws; null where the grant has ended meanwhile. */
  async series({ stream, fromMicros, toMicros, pointsMax }: SeriesQuestion): Promise<Drawn | null> {
    const described = this.#session.reader.state.streams.get(stream);
    const known = this.#known.get(stream);
    if (this.#isOver || !described || !known) return null;
    const range: ChartRange = { ...this.#within(fromMicros, toMicros), points: pointsMax };
    const level = isOfWords(described)
      ? levelsOf(described)[0]
      : chartLevel(levelsOf(described), range, countOf(described, known), RAW_READ_MAX);
    await this.#fetch(stream, level, range.from, range.to);
    this.#judge();
    return this.#draw(stream, described, level, range);
  }

  #draw(stream: number, described: StreamEntry, level: Level, range: ChartRange): Drawn {
    const series = this.#read(stream, level, range.from, range.to);
    if (series.bins) return drawBins(described, level as Exclude<Level, 'raw'>, series.bins);
    const samples = series.samples ? [series.samples] : [];
    if (isOfWords(described)) return drawWords(described, samples, range.points);
    return drawRaw(described, samples, range, (series.samples?.times.length ?? 0) > range.points);
  }

  #read(stream: number, level: Level, from: number, to: number) {
    const tiles = this.#session.tilesOf(stream, level, from, to);
    return this.#session.reader.series({ stream, level, from, to }, tiles);
  }

  /** A range cut to what was consented to and to the end of tomorrow: beyond is nothing, and the same all day is asked for once. */
  #within(from: number, to: number): { from: number; to: number } {
    const scope = this.#session.reader.state.consent?.scope;
    const first = Math.max(Math.round(from), scope?.from ?? 0);
    const tomorrow = dayAfter(this.#ports.nowMicros() + DAY_MICROS);
    const end = Math.min((scope && scopeEnd(scope)) ?? tomorrow, tomorrow);
    return { from: first, to: Math.max(first, Math.min(Math.round(to), end)) };
  }

  async #fetch(stream: number, level: Level, from: number, to: number): Promise<void> {
    const known = this.#known.get(stream);
    const fetched = known?.fetched.get(level) ?? new Ranges();
    known?.fetched.set(level, fetched);
    // Tiles come by whole days.
    for (const gap of fetched.missing(dayOf(from), dayAfter(to))) {
      await this.#session.fetch(stream, level, gap.from, gap.to);
      fetched.add(gap.from, gap.to);
    }
  }

  /** Finds where a stream begins and ends, and its latest reading: from the coarsest level, then at the finest that is worth reading. */
  async #prepare(number: number): Promise<void> {
    const described = this.#session.reader.state.streams.get(number);
    if (!described) return;
    const known: Known = { first: null, last: null, latest: null, version: 0, counts: [], fetched: new Map() };
    this.#known.set(number, known);
    const fine = latestLevel(described);
    const whole = this.#within(0, Number.POSITIVE_INFINITY);
    const coarse = await this.#coarsest(number, described, whole);
    if (coarse && coarse.level !== fine) {
      const { level, rows } = coarse;
      const width = binSeconds(level as Exclude<Level, 'raw'>) * 1e6;
      await this.#edge(number, described, fine, rows[rows.length - 1].atMicros, whole.to);
      // Before the first whole bin lies what was cut out of the one in which the share begins.
      const [first] = await this.#edge(number, described, fine, rows[0].atMicros - width, rows[0].atMicros + width);
      if (first) known.first = first.atMicros;
    }
    known.version += 1;
    this.#sayStreams();
  }

  /** The rows of the coarsest level that has any. */
  async #coarsest(number: number, described: StreamEntry, whole: { from: number; to: number }) {
    const known = this.#known.get(number);
    for (const level of [...levelsOf(described)].reverse()) {
      await this.#fetch(number, level, whole.from, whole.to);
      const rows = this.#rows(number, described, level, whole.from, whole.to);
      if (rows.length === 0 || !known) continue;
      note(known, level, rows);
      return { level, rows };
    }
    return null;
  }

  async #edge(number: number, described: StreamEntry, level: Level, fromMicros: number, toMicros: number) {
    const known = this.#known.get(number);
    const { from, to } = this.#within(fromMicros, toMicros);
    await this.#fetch(number, level, from, to);
    const rows = this.#rows(number, described, level, from, to);
    if (rows.length > 0 && known) note(known, level, rows);
    return rows;
  }

  #rows(number: number, described: StreamEntry, level: Level, from: number, to: number): Row[] {
    const series = this.#read(number, level, from, to);
    if (series.samples) return sampleRows(described, series.samples);
    return binRows(
      described,
      level as Exclude<Level, 'raw'>,
      (series.bins ?? []).filter((bin) => bin.count > 0),
    );
  }

  // --- what comes in

  #take(event: VerifiedEvent): void {
    if (this.#isOver) return;
    const fresh = this.#session.take(event);
    if (this.#isAtEnd()) return;
    const isOfGrant = event.pubkey === this.#session.grant.author;
    if (isOfGrant || event.pubkey === this.#session.reader.copiesAuthor) void this.#sayRecords();
    for (const [number, described] of this.#session.reader.state.streams) {
      const known = this.#known.get(number);
      const isConcerned = isOfGrant || (described.author === event.pubkey && fresh.length > 0);
      if (!known || known.version === 0 || !isConcerned) continue;
      known.version += 1;
      this.#advance(number, described, known);
    }
    this.#judge();
    this.#saySoon();
  }

  #advance(number: number, described: StreamEntry, known: Known): void {
    const level = latestLevel(described);
    const { from, to } = this.#within(known.last ?? 0, Number.POSITIVE_INFINITY);
    const rows = this.#rows(number, described, level, from, to);
    if (rows.length > 0) note(known, level, rows);
  }

  #judge(): void {
    const { verdict, headTime } = this.#session.check();
    this.#completeness = { verdict, headTime, isDamaged: this.#session.notices.length > 0 };
  }

  // --- its end

  /** Says so once, and lets go of everything, where the owner has ended the grant or its time has come. */
  #isAtEnd(): boolean {
    const { ended, consent } = this.#session.reader.state;
    const until = consent?.scope.until ?? null;
    const isCopy = this.#ports.copy !== undefined;
    const isExpired = !isCopy && until !== null && until <= this.#ports.nowMicros();
    if (ended && ended.reason !== 'expired') this.#end('stopped', ended.time);
    else if (ended || isExpired)
      this.#end('expired', Math.min(until ?? Number.POSITIVE_INFINITY, ended?.time ?? Number.POSITIVE_INFINITY));
    return this.#isOver;
  }

  #end(reason: 'stopped' | 'expired', atMicros: number | null): void {
    const { consent, idleMonths: said } = this.#session.reader.state;
    const subject = consent?.names.subject ?? '';
    const until = consent?.scope.until ?? Number.POSITIVE_INFINITY;
    const idleMonths = reason === 'expired' && atMicros !== null && atMicros < until ? said : null;
    this.#ports.say({ say: 'ended', reason, atMicros, subject, idleMonths });
    void this.close();
  }

  /** The relay let this reader in no more while the page was open: whatever the reason, nothing new will come. */
  turnedAway(): void {
    if (!this.#isOver && this.#isOpened) this.#end('stopped', null);
  }

  #endAt(until: number | null): void {
    if (until === null || this.#ports.copy !== undefined) return;
    const millis = Math.ceil((until - this.#ports.nowMicros()) / 1000);
    // Timers reach 24 days; who keeps a page open longer is asked again then.
    this.#untilTimer = setTimeout(
      () => {
        if (!this.#isAtEnd()) this.#endAt(until);
      },
      Math.min(millis, 2 ** 31 - 1),
    );
  }

  #fail(why: FailedWhy): void {
    if (this.#isOver) return;
    this.#ports.say({ say: 'failed', why });
    void this.close();
  }

  // --- saying

  #sayFacts(): void {
    const { consent, idleMonths } = this.#session.reader.state;
    if (!consent) return;
    const { scope, names } = consent;
    const facts = {
      subject: names.subject,
      recipient: scope.recipient.name ?? '',
      purpose: scope.purpose.text,
      from: scope.from,
      to: scope.to,
      until: scope.until,
      idleMonths,
      hasStreams: scope.streams.length > 0,
      records: scope.records ? { from: scope.records.from, to: scope.records.to } : null,
      copy: this.#ports.copy ?? null,
    };
    this.#ports.say({ say: 'opened', facts, nowMicros: this.#ports.nowMicros() });
  }

  async #sayRecords(): Promise<void> {
    if (this.#isOver || !this.#session.reader.state.consent?.scope.records) return;
    this.#recordsRound += 1;
    const round = this.#recordsRound;
    try {
      const records = await openedCopies(this.#session.reader.copies, this.#ports.nowMicros());
      if (!this.#isOver && round === this.#recordsRound) this.#ports.say({ say: 'records', records });
    } catch (error) {
      this.#fail(whyOf(error));
    }
  }

  #saySoon(): void {
    this.#saying ??= setTimeout(() => this.#sayStreams(), SAY_MILLIS);
  }

  #sayStreams(): void {
    if (this.#saying) clearTimeout(this.#saying);
    this.#saying = null;
    if (this.#isOver) return;
    const { consent, streams } = this.#session.reader.state;
    const said = [...streams].flatMap(([number, described]): SharedStream[] => {
      const { first = null, last = null, latest = null, version = 0 } = this.#known.get(number) ?? {};
      const { title, kind, ucum: unit } = described;
      const key = consent?.scope.streams[number].streamKey ?? '';
      const bounds = first === null || last === null ? null : { first, last };
      return [{ number, key, title, kind, unit, finest: levelsOf(described)[0], bounds, latest, version }];
    });
    const nowMicros = this.#ports.nowMicros();
    this.#ports.say({ say: 'streams', streams: said, completeness: this.#completeness, nowMicros });
  }
}

const dayOf = (micros: number): number => Math.floor(micros / DAY_MICROS) * DAY_MICROS;
/** The end of the UTC day; of midnight itself, that midnight. */
const dayAfter = (micros: number): number => Math.ceil(micros / DAY_MICROS) * DAY_MICROS;

/** The levels that the grant opens, finest first. */
const levelsOf = ({ grid, labels }: StreamEntry): Level[] => grid.levels.filter((level) => labels[level] !== undefined);

/** Where the latest reading is looked for. */
function latestLevel(described: StreamEntry): Level {
  const [finest, next] = levelsOf(described);
  const { nominalPeriodMicros: period } = described;
  return finest === 'raw' && next !== undefined && period > 0 && period < READABLE_PERIOD_MICROS ? next : finest;
}

function note(known: Known, level: Level, rows: readonly Row[]): void {
  const [first] = rows;
  const last = rows[rows.length - 1];
  known.first = Math.min(known.first ?? first.atMicros, first.atMicros);
  known.last = Math.max(known.last ?? last.atMicros, last.atMicros);
  if (level !== 'raw' && known.counts.length === 0)
    known.counts = rows.map(({ atMicros, count }) => ({ at: atMicros, count: count ?? 0 }));
  if (last.atMicros < (known.latest?.atMicros ?? 0)) return;
  const value = last.value ?? last.mean;
  known.latest = {
    atMicros: last.atMicros,
    ...(value === undefined ? {} : { value }),
    ...(last.code === undefined ? {} : { code: last.code }),
  };
}

/** At most how many readings a range has: by the rhythm of the signal, else by what its coarsest summaries counted. */
function countOf({ nominalPeriodMicros: period }: StreamEntry, { counts }: Known) {
  return (from: number, to: number): number => {
    const byRhythm = period > 0 ? Math.ceil((to - from) / period) : Number.POSITIVE_INFINITY;
    const width = counts.length > 1 ? Math.min(...counts.slice(1).map(({ at }, i) => at - counts[i].at)) : DAY_MICROS;
    const counted = counts.reduce((sum, { at, count }) => (at + width > from && at < to ? sum + count : sum), 0);
    return counts.length > 0 ? Math.min(byRhythm, counted) : byRhythm;
  };
}

function whyOf(error: unknown): FailedWhy {
  if (!(error instanceof HaleError)) return 'damaged';
  if (error.code === 'not-permitted') return 'refused';
  return error.code === 'unavailable' ? 'away' : 'damaged';
}
