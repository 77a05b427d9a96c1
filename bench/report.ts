// What a benchmark finds, and how it is written down.

/** One figure beside its peer. */
export interface Finding {
  what: string;
  hale: string;
  peer: string;
  /** Hale to peer; what it means stands in `what` or the notes. */
  ratio: string;
  target: string;
  /** null where nothing was promised. */
  isMet: boolean | null;
}

export interface BenchResult {
  title: string;
  findings: Finding[];
  /** What was done, in plain sentences: who did what, on how many connections, what is counted. */
  notes: string[];
}

export interface Bench {
  name: string;
  run(): Promise<BenchResult>;
}

export function rate(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M/s`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(1)} k/s`;
  return `${perSecond.toFixed(0)} /s`;
}

export function millis(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function bytes(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e4 ? `${(count / 1e3).toFixed(0)} kB` : `${count.toFixed(0)} B`;
}

export function times(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} ×`;
}

export const verdict = ({ isMet }: Finding): string => (isMet === null ? '' : isMet ? 'yes' : '**no**');

export function toMarkdown({ title, findings, notes }: BenchResult): string {
  const rows = findings.map((finding) =>
    [finding.what, finding.hale, finding.peer, finding.ratio, finding.target, verdict(finding)].join(' | '),
  );
  return [
    `## ${title}`,
    '',
    'what | Hale | peer | ratio | to reach | reached',
    '---|---|---|---|---|---',
    ...rows,
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}

/** Median of a few runs. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
