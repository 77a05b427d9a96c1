// The first minute: a sample person whose devices recorded something, and a part of it shared by link.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LevelText, StreamInfo } from '@hale/home';
import { Refused, WrongUsage } from '../failure.ts';
import type { Shell } from '../shell.ts';
import { counted, duration } from '../terminal/numbers.ts';
import { bold, faint } from '../terminal/style.ts';
import { isoText } from '../terminal/times.ts';
import { init } from './init.ts';
import { restore } from './restore.ts';
import { printLink, printPreview } from './share.ts';
import type { StartOptions } from './start.ts';
import { startNode } from './start.ts';
import { printStreams } from './streams.ts';
import { quoted } from './subject.ts';

const SAMPLES = fileURLToPath(new URL('../../../../test/data/telemetry/', import.meta.url));

/** What is imported: real recordings, their origin in SOURCES.md beside them. One person of the glucose study is enough. */
const FILES: { file: string; only?: string; start?: string }[] = [
  { file: 'biovotion/biovotion_6h_1hz.csv' },
  // The record says no date; it is put beside the wearable's morning.
  { file: 'ecg-wfdb/100.hea', start: '2017-08-29T06:00:00Z' },
  { file: 'glucose/hall2018_3subjects_5min.csv', only: '1636-69-035' },
];

/** The home to start, 'running' when the sample person's node runs already, or null when the person chose nothing. */
export async function welcome(shell: Shell, options: StartOptions): Promise<string | 'running' | null> {
  const entry = await shell.entry();
  if (entry.homeExists(shell.dir)) return shell.dir;
  const sample = shell.path(options.sampleHome ?? join(shell.io.env.HOME ?? homedir(), '.hale-sample'));
  const choice = shell.canAsk ? await choose(shell) : '1';
  if (choice === '1') {
    await samplePerson(shell, sample, options);
    return 'running';
  }
  if (choice === '2') await init(shell, {});
  else if (choice === '3') await restore(shell, await restoreSource(shell));
  else return null;
  return shell.dir;
}

async function choose(shell: Shell): Promise<string | null> {
  shell.line(bold('Welcome to Hale.'));
  shell.say('Your medical data, sealed with your keys. There is no vault on this machine yet.');
  shell.lines([
    '',
    '  1  Try it with a sample person (kept apart, easy to delete)',
    '  2  Make my own vault',
    '  3  Restore my vault from my words',
    '',
  ]);
  for (;;) {
    const answer = await shell.questions.ask('Which one? [1] ');
    if (answer === null) return null;
    const choice = answer.trim() || '1';
    if (['1', '2', '3'].includes(choice)) return choice;
  }
}

async function restoreSource(shell: Shell): Promise<{ relay: string } | { from: string }> {
  const answer = (await shell.questions.ask('Relay address on your sheet, or a backup file: '))?.trim();
  if (!answer) throw new WrongUsage('Restoring needs a relay address or a backup file.');
  return /^wss?:\/\//.test(answer) ? { relay: answer } : { from: answer };
}

async function samplePerson(shell: Shell, dir: string, options: StartOptions): Promise<void> {
  const entry = await shell.entry();
  const isNew = !entry.homeExists(dir);
  const samples = options.samples === undefined ? SAMPLES : shell.path(options.samples);
  if (isNew && !existsSync(samples))
    throw new Refused('not-found', 'The sample files are missing.', 'Run this in the folder that Hale was cloned to.');
  if (isNew) await entry.createHome({ dir });
  await startNode(shell, dir, options);
  const client = await entry.connectHome({ dir });
  shell.use(client);
  let streams = isNew ? [] : await shell.call('streams', {});
  // A first start that was broken off (a port in use, Ctrl-C) is finished by the next.
  if (streams.length === 0 && existsSync(samples)) {
    await importSamples(shell, samples);
    streams = await shell.call('streams', {});
  }
  if (shell.json) return;
  shell.line(bold('\nThe sample person has:'));
  printStreams(shell, streams);
  const grant = await shareSome(shell, streams);
  printNext(shell, dir, streams, grant);
}

async function importSamples(shell: Shell, samples: string): Promise<void> {
  const started = shell.io.now();
  let read = 0;
  if (!shell.json) shell.line("\nImporting what the sample person's devices recorded …");
  for (const { file, ...how } of FILES.filter((each) => existsSync(join(samples, each.file)))) {
    const reports = await shell.call('import', { files: [join(samples, file)], ...how, zone: 'UTC' });
    for (const report of reports) {
      read += report.accepted;
      if (!shell.json) shell.say(`${faint('·')} ${report.what}: ${counted(report.accepted, 'reading')} sealed`, '  ');
    }
  }
  const seconds = (shell.io.now() - started) / 1000;
  if (!shell.json)
    shell.say(`${counted(read, 'reading')} in ${duration(seconds)}, all sealed before they touched the disk.`, '  ');
}

const PURPOSE = 'trying Hale';

/** The last hours of the liveliest stream, as a link; links of earlier starts are stopped. Gives the name of the grant. */
async function shareSome(shell: Shell, streams: StreamInfo[]): Promise<string | null> {
  const part = partToShare(streams);
  if (!part) return null;
  for (const grant of await shell.call('grants', {})) {
    if (grant.purpose === PURPOSE && grant.state === 'active') await shell.call('revoke', { grant: grant.id });
  }
  shell.line(bold('\nA part of it is shared by a link:'));
  const parameters = { ...part, with: 'link', zone: shell.zone, purpose: PURPOSE };
  const { grant, preview, link } = await shell.call('share', parameters);
  printPreview(shell, preview);
  if (link !== null) printLink(shell, link, 'Open another terminal, and be the physician:', calledAs(shell));
  return grant.id;
}

function partToShare(streams: StreamInfo[]): { streams: string[]; from: string; to: string; level: LevelText } | null {
  const stream = find(streams, /heart/) ?? streams[0];
  if (!stream || stream.firstMicros === null || stream.lastMicros === null) return null;
  const hour = 3600e6;
  const to = Math.floor(stream.lastMicros / hour) * hour;
  const from = Math.max(Math.ceil(stream.firstMicros / hour) * hour, to - 4 * hour);
  const level = stream.levels.includes('1m') ? '1m' : 'raw';
  return from < to ? { streams: [stream.key], from: isoText(from), to: isoText(to), level } : null;
}

const find = (streams: StreamInfo[], key: RegExp) => streams.find((stream) => key.test(stream.key));

/** How `hale` is typed here: in the folder of Hale itself it is not on the path, but npx finds it. */
function calledAs(shell: Shell): string {
  return shell.io.env.npm_command === undefined ? 'hale' : 'npx hale';
}

function printNext(shell: Shell, dir: string, streams: StreamInfo[], grant: string | null): void {
  const [heart, ecg, glucose] = [find(streams, /heart/), find(streams, /ecg/), find(streams, /glucose/)];
  const commands = [
    ...(heart ? [`show ${heart.key} --level 1m`] : []),
    ...(ecg?.firstMicros
      ? [`show ${ecg.key} --from ${isoText(ecg.firstMicros)} --to ${isoText(ecg.firstMicros + 10e6)}`]
      : []),
    ...(glucose ? [`show ${glucose.key} --level 1d`] : []),
    'grants',
    ...(grant === null ? [] : [`revoke ${grant}`]),
  ];
  shell.line(bold('\nThen look around as its owner:'));
  shell.lines(['', ...commands.map((command) => `  ${calledAs(shell)} --home ${quoted(dir)} ${command}`), '']);
  shell.say(`Your own vault: ${calledAs(shell)} init. To forget the sample person, delete ${dir}`);
  shell.say('Hale keeps running till Ctrl-C.');
}
