import type { ShowRow } from '@hale/home';
import type { Command } from 'commander';
import { csvRow } from '../csv.ts';
import { LIMITS } from '../limits.ts';
import type { Shell } from '../shell.ts';
import { sparkline } from '../terminal/chart.ts';
import { decimalsOf, number } from '../terminal/numbers.ts';
import { faint, padStart } from '../terminal/style.ts';
import { unitText, withUnit } from '../terminal/units.ts';
import { examples } from './examples.ts';
import { STREAM_TODO } from './streams.ts';

export type LiveRow = ShowRow & { stream: string; unit: string };

export function addWatch(program: Command, shell: Shell): void {
  program
    .command('watch')
    .description('readings as they come in, till Ctrl-C')
    .argument('<stream>', 'name of the stream, as `hale streams` lists it')
    .option('--csv', 'exact numbers: time,value')
    .addHelpText('after', examples('hale watch glucose', 'hale watch heart-rate --csv >> today.csv'))
    .action(async (stream: string, options: { csv?: boolean }) => {
      shell.about('stream', stream, { 'not-found': STREAM_TODO });
      shell.safety = 'Collecting goes on; only the watching ended.';
      const live = new LiveLines(shell, options.csv === true, false);
      await shell.client();
      if (!shell.json && !options.csv)
        shell.remark(`Waiting for readings of ${stream}. Ctrl-C ends this. ${shell.zoneLine()}`);
      const { ended } = await shell.call('watch', { stream, ...shell.subject }, (row) => live.take(row));
      live.finish();
      if (ended !== '' && !shell.json && !options.csv) shell.remark(`Ended: ${ended}`);
    });
}

interface Recent {
  values: number[];
  /** Readings of the second that is being gathered while they come faster than the eye reads. */
  burst: LiveRow[];
  lastMicros: number;
  day: string;
}

/** So many values that stand for all: of each stretch the one farthest from the average, so that no peak is lost. */
function peaks(values: number[]): number[] {
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  const cells = Math.min(LIMITS.sparklineSamples, values.length);
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((edge) => Math.floor((edge * values.length) / cells));
    const farther = (far: number, value: number) => (Math.abs(value - average) > Math.abs(far - average) ? value : far);
    return values.slice(from, to).reduce(farther, average);
  });
}

/** Prints live rows: a line per sample, or per second where samples come faster, each with a small picture of the last ones. */
export class LiveLines {
  readonly #shell: Shell;
  readonly #csv: boolean;
  readonly #named: boolean;
  readonly #recent = new Map<string, Recent>();

  /** `named`: rows of several streams come mixed, so each line says its stream. */
  constructor(shell: Shell, csv: boolean, named: boolean) {
    this.#shell = shell;
    this.#csv = csv;
    this.#named = named;
  }

  take(row: LiveRow): void {
    if (this.#shell.json) this.#shell.jsonLine(row);
    else if (this.#csv) this.#shell.io.stdout.write(`${this.#named ? `${row.stream},` : ''}${csvRow(row, 'raw')}\n`);
    else this.#takeForPerson(row);
  }

  #takeForPerson(row: LiveRow): void {
    const recent = this.#recent.get(row.stream) ?? {
      values: [],
      burst: [],
      lastMicros: Number.NEGATIVE_INFINITY,
      day: '',
    };
    this.#recent.set(row.stream, recent);
    const fast = row.atMicros - recent.lastMicros < LIMITS.watchBurstMicros;
    const sameSecond = Math.floor(row.atMicros / 1e6) === Math.floor(recent.lastMicros / 1e6);
    if (recent.burst.length > 0 && !sameSecond) this.#flush(recent);
    recent.lastMicros = row.atMicros;
    if (fast) recent.burst.push(row);
    else this.#print(recent, [row]);
  }

  finish(): void {
    for (const recent of this.#recent.values()) this.#flush(recent);
  }

  #flush(recent: Recent): void {
    if (recent.burst.length > 0) this.#print(recent, recent.burst.splice(0));
  }

  /** Words have no lowest and highest: each is said. */
  #printWords(recent: Recent, rows: LiveRow[]): void {
    const { times } = this.#shell;
    for (const { atMicros, code, stream } of rows) {
      const day = times.date(atMicros);
      if (day !== recent.day) this.#shell.line(faint(day));
      recent.day = day;
      this.#shell.line(`${padStart(times.clock(atMicros, 'second'), 8)}  ${this.#named ? `${stream}  ` : ''}${code}`);
    }
  }

  #print(recent: Recent, rows: LiveRow[]): void {
    const [first] = rows;
    if (first?.code !== undefined) {
      this.#printWords(recent, rows);
      return;
    }
    const values = rows.map((row) => row.value ?? row.mean).filter((value) => value !== undefined);
    if (!first || values.length === 0) return;
    const { times } = this.#shell;
    const day = times.date(first.atMicros);
    if (day !== recent.day) this.#shell.line(faint(day));
    recent.day = day;
    recent.values = rows.length > 1 ? peaks(values) : [...recent.values, ...values].slice(-LIMITS.sparklineSamples);
    const unit = unitText(first.unit, first.stream);
    const places = decimalsOf(recent.values);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const text = low === high ? number(low, places) : `${number(low, places)} … ${number(high, places)}`;
    const name = this.#named ? `${first.stream}  ` : '';
    const clock = times.clock(first.atMicros, 'second');
    this.#shell.line(
      `${padStart(clock, 8)}  ${name}${padStart(withUnit(text, unit), 10)}  ${faint(sparkline(recent.values))}`,
    );
  }
}
