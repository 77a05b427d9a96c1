// The status page: numbers for whoever runs the relay, in the clothes of Hale's other pages. Made here whole, without a script; it fetches nothing but
// its own style.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RelayStatus } from './status.ts';

const TOKENS = fileURLToPath(new URL('../../../web/src/styles/tokens.css', import.meta.url));
const OWN = fileURLToPath(new URL('./status-page.css', import.meta.url));

export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Colours and sizes as on the other pages, then what this one adds. */
export function statusStyle(): string {
  const tokens = existsSync(TOKENS) ? readFileSync(TOKENS, 'utf8') : '';
  return `${tokens}\n${readFileSync(OWN, 'utf8')}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const group = (value: number): string => value.toLocaleString('en').replaceAll(',', '\u202f');

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

const minute = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');

type Row = readonly [name: string, value: string];

function card(title: string, rows: readonly Row[], note = ''): string {
  const list = rows.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('');
  const text = note === '' ? '' : `<p class="quiet">${escaped(note)}</p>`;
  return `<section class="card"><h2>${escaped(title)}</h2><dl>${list}</dl>${text}</section>`;
}

/** What needs somebody, first. */
function warnings(status: RelayStatus): string {
  const { lastBackup, drill, counts, at, mirrors } = status;
  const texts = mirrors
    .filter(({ state }) => state !== 'equal' && state !== 'not yet')
    .map(({ url, state }) => `Nothing can be pulled from ${url} (${state}).`);
  const backupAge = lastBackup === null ? null : at - lastBackup.at;
  if (status.checkedAtStart === 'damaged')
    texts.push('The database is damaged. Restore a backup: hale relay restore FILE.');
  if (backupAge === null)
    texts.push('There is no backup yet: hale relay backup, or [backup] everyHours in relay.toml.');
  else if (backupAge > 8 * 86_400) texts.push(`The newest backup is ${span(backupAge)} old.`);
  if (drill === null) texts.push('No restore was ever tried: hale relay drill.');
  else if (!drill.ok) texts.push('The last restore drill failed: that backup is not whole.');
  if (counts.commitsFailed > 0)
    texts.push(`${group(counts.commitsFailed)} commits failed; those who published were told.`);
  if (counts.backupsFailed > 0) texts.push(`${group(counts.backupsFailed)} backups by the clock failed.`);
  if (status.freeBytesOfDisk < 2 * (status.fileBytes + status.logBytes))
    texts.push(`Only ${size(status.freeBytesOfDisk)} are left on the disk, less than a backup and a restore need.`);
  if (texts.length === 0) return '<p class="state good"><span aria-hidden="true">✓</span> Nothing needs you.</p>';
  return `<ul class="state caution">${texts.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`;
}

function commitRows({ counts }: RelayStatus): Row[] {
  const mean = counts.commits === 0 ? '–' : `${(counts.commitsMillisSum / counts.commits).toFixed(1)} ms`;
  return [
    ['Commits', group(counts.commits)],
    ['One takes', mean],
    ['Longer than 100 ms', group(counts.commitMillis.slice(7).reduce((sum, count) => sum + count, 0))],
    ['Failed', group(counts.commitsFailed)],
    ['Receipts lost', group(counts.receiptsLost)],
  ];
}

function refusalRows({ counts }: RelayStatus): Row[] {
  const rows = Object.entries(counts.refusals).filter(([, count]) => count > 0);
  const doors = [...counts.turnedAway].sort(([a], [b]) => a - b);
  return [
    ...doors.map(([status, count]): Row => [`At the door, ${status}`, group(count)]),
    ...rows.map(([reason, count]): Row => [reason, group(count)]),
    ...(rows.length + doors.length === 0 ? [['None', '0'] as Row] : []),
  ];
}

function careRows({ lastBackup, drill, at, checkedAtStart }: RelayStatus): Row[] {
  const looked = { whole: 'whole', damaged: 'DAMAGED', later: 'not finished yet' }[checkedAtStart];
  return [
    ['Last backup', lastBackup === null ? 'never' : `${span(at - lastBackup.at)} ago, ${size(lastBackup.bytes)}`],
    [
      'Last restore drill',
      drill === null ? 'never' : `${span(at - drill.at)} ago, ${drill.ok ? 'whole' : 'NOT WHOLE'}`,
    ],
    ['Pages at the start', looked],
  ];
}

export function statusPage(status: RelayStatus): string {
  const { counts, held } = status;
  const cards = [
    card('Connections', [
      ['Open now', `${group(status.socketsOpen)} of ${group(status.socketsMax)}`],
      ['Opened since the start', group(counts.socketsOpened)],
      ['Frames from clients', group(counts.received)],
      ['Events served', group(counts.sent.event)],
      ['Events taken', group(counts.sent.ok)],
    ]),
    card('Refusals', refusalRows(status)),
    card(
      'Held',
      (held?.classes ?? []).map(({ name, events, bytes }): Row => [name, `${group(events)} · ${size(bytes)}`]),
      held === null ? 'Being counted.' : 'Sealed: this relay can open none of it.',
    ),
    card('Disk', [
      ['Database', size(status.fileBytes)],
      ['Its log', size(status.logBytes)],
      ['Free in it', size(status.freeBytesOfFile)],
      ['Left on the disk', size(status.freeBytesOfDisk)],
      ['Memory', size(status.memoryBytes)],
    ]),
    card('Commits', commitRows(status)),
    card('Care', careRows(status)),
    ...(status.mirrors.length === 0
      ? []
      : [
          card(
            'Kept equal with',
            status.mirrors.map(({ url, state, pulledAt }): Row => {
              return [url, pulledAt === null ? state : `${state}, ${span(status.at - pulledAt)} ago`];
            }),
          ),
        ]),
  ];
  return page(
    'Relay',
    `<header><h1>Relay</h1><p class="quiet">${escaped(status.url)} · ${status.private ? 'private' : 'open to everybody'} · up ${span(status.at - status.startedAt)} · ${held === null ? '' : `${group(held.members)} members · `}version ${escaped(status.version)}</p></header>
${warnings(status)}
<div class="cards">${cards.join('\n')}</div>
<footer><p class="quiet">As of ${minute(status.at)} UTC. <a href="/">Look again</a> · <a href="/metrics">For a monitor</a></p></footer>`,
  );
}

export function closedPage(): string {
  return page(
    'Relay',
    '<header><h1>Relay</h1></header><section class="card"><h2>This page needs a code</h2><p>Run <code>hale relay status</code> on this machine and open the address that it prints. Each address opens one browser, once, within ten minutes.</p></section>',
  );
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="/status.css">
</head>
<body><main>
${body}
</main></body>
</html>
`;
