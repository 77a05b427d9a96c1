// The same numbers for a monitor, as OpenMetrics text (openmetrics.io, version 1.0.0). Labels are words of ours: no key, no address, no connection.
import { COMMIT_EDGES_MILLIS } from './counts.ts';
import type { RelayStatus } from './status.ts';

export const METRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string[] {
  const unit = /_(seconds|bytes)$/.exec(name)?.[1];
  const suffix = type === 'counter' ? '_total' : '';
  return [
    `# TYPE ${name} ${type}`,
    ...(unit ? [`# UNIT ${name} ${unit}`] : []),
    `# HELP ${name} ${help}`,
    ...samples.map(([labels, value]) => `${name}${suffix}${labelled(labels)} ${value}`),
  ];
}

function labelled(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return texts.length === 0 ? '' : `{${texts.join(',')}}`;
}

const one = (value: number): Sample[] => [[{}, value]];

const by = (label: string, values: Iterable<readonly [string | number, number]>): Sample[] =>
  [...values].map(([name, value]): Sample => [{ [label]: String(name).replaceAll(' ', '_') }, value]);

export function renderMetrics(status: RelayStatus): string {
  const { counts, held, drill, lastBackup } = status;
  const lines = [
    ...family('hale_relay_start_time_seconds', 'gauge', 'When it was started, Unix time.', one(status.startedAt)),
    ...family('hale_relay_sockets', 'gauge', 'Sockets that are open.', one(status.socketsOpen)),
    ...family('hale_relay_sockets_max', 'gauge', 'Sockets that may be open.', one(status.socketsMax)),
    ...family('hale_relay_sockets_opened', 'counter', 'Sockets that were opened.', one(counts.socketsOpened)),
    ...family('hale_relay_turned_away', 'counter', 'Upgrades turned away.', by('status', counts.turnedAway)),
    ...family('hale_relay_frames_received', 'counter', 'Frames from clients.', one(counts.received)),
    ...family('hale_relay_frames_sent', 'counter', 'Frames to clients.', by('type', Object.entries(counts.sent))),
    ...family(
      'hale_relay_refusals',
      'counter',
      'Refusals by their prefix (NIP-01).',
      by('reason', Object.entries(counts.refusals)),
    ),
    ...commits(status),
    ...family('hale_relay_commits_failed', 'counter', 'Commits that failed.', one(counts.commitsFailed)),
    ...family('hale_relay_receipts_lost', 'counter', 'Receipts that could not be kept.', one(counts.receiptsLost)),
    ...family('hale_relay_backups_failed', 'counter', 'Backups by the clock that failed.', one(counts.backupsFailed)),
    ...family('hale_relay_database_bytes', 'gauge', 'Database and its log.', [
      [{ part: 'file' }, status.fileBytes],
      [{ part: 'log' }, status.logBytes],
      [{ part: 'free' }, status.freeBytesOfFile],
    ]),
    ...family('hale_relay_disk_free_bytes', 'gauge', 'Room left on its disk.', one(status.freeBytesOfDisk)),
    ...family('hale_relay_memory_bytes', 'gauge', 'Memory of the process.', one(status.memoryBytes)),
    ...(held === null ? [] : heldLines(held)),
    ...(status.mirrors.length === 0
      ? []
      : [
          ...family(
            'hale_relay_mirrors',
            'gauge',
            'Relays that are pulled from, by how that went last.',
            by('state', countOf(status.mirrors.map(({ state }) => state))),
          ),
          ...family(
            'hale_relay_mirrored_events',
            'counter',
            'Events pulled from other relays.',
            one(status.mirrors.reduce((sum, { taken }) => sum + taken, 0)),
          ),
        ]),
    ...(lastBackup === null
      ? []
      : family('hale_relay_backup_time_seconds', 'gauge', 'The newest backup, Unix time.', one(lastBackup.at))),
    ...(drill === null
      ? []
      : [
          ...family('hale_relay_drill_time_seconds', 'gauge', 'The last restore drill, Unix time.', one(drill.at)),
          ...family('hale_relay_drill_ok', 'gauge', '1 where that restore was whole.', one(drill.ok ? 1 : 0)),
        ]),
    '# EOF',
  ];
  return `${lines.join('\n')}\n`;
}

function countOf(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function heldLines(held: NonNullable<RelayStatus['held']>): string[] {
  return [
    ...family(
      'hale_relay_events',
      'gauge',
      'Events that are held, by class.',
      by(
        'class',
        held.classes.map(({ name, events }) => [name, events]),
      ),
    ),
    ...family('hale_relay_members', 'gauge', 'Members.', one(held.members)),
  ];
}

/** A histogram; seconds, as OpenMetrics wants them. */
function commits({ counts }: RelayStatus): string[] {
  const name = 'hale_relay_commit_seconds';
  let sum = 0;
  const buckets = counts.commitMillis.map((count, at) => {
    sum += count;
    const edge = at < COMMIT_EDGES_MILLIS.length ? (COMMIT_EDGES_MILLIS[at] / 1000).toFixed(3) : '+Inf';
    return `${name}_bucket{le="${edge}"} ${sum}`;
  });
  return [
    `# TYPE ${name} histogram`,
    `# UNIT ${name} seconds`,
    `# HELP ${name} How long commits took.`,
    ...buckets,
    `${name}_count ${counts.commits}`,
    `${name}_sum ${(counts.commitsMillisSum / 1000).toFixed(6)}`,
  ];
}
