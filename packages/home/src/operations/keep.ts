// Keeping: status, export, backup, check, doctor.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LATEST_MICROS } from '@hale/consent';
import { GRID_ORIGIN_MICROS, HaleError, LEVELS } from '@hale/kernel';
import { checkSummaries, mismatchedHeads, type OpenStream, rawSamples, rawSlots } from '@hale/vault';
import { csvHeader, csvRows, fhirBundle, fhirObservations } from '@hale/vault/export';
import type { CheckFinding, Result } from '../api.ts';
import { writeBackup } from '../backup.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { receivedGrants } from '../received.ts';
import { createVerifier } from '../relay/verify.ts';
import { findStream, type Operation } from './context.ts';
import { namedIds, ownExportable } from './open.ts';
import { relayInfos } from './relays.ts';
import { microsOf } from './times.ts';

/** Of the whole of Hale: all its packages bear one number. */
export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

export const status: Operation<'status'> = ({ home }) => {
  const streams = home.vault.streams();
  return {
    home: home.dir,
    unlocked: true,
    generation: home.vault.state.generation,
    retired: home.vault.retiredBy !== null,
    subjects: [...home.vault.state.subjects.values()].filter((subject) => !subject.removed).length,
    streams: streams.length,
    samples: streams.reduce((sum, stream) => sum + home.vault.store.sampleCount(stream.number).samples, 0),
    diskBytes: home.diskBytes(),
    relays: relayInfos(home),
    inbox: receivedGrants(home).length,
    warnings: [...home.warnings],
    version: VERSION,
    diskUnprotected: home.diskUnprotected,
    passphraseCharactersMin: HOME_LIMITS.passphraseCharactersMin,
    lastBackupMicros: home.lastBackupMicros(),
  };
};

export const exportData: Operation<'export'> = ({ home, emit }, parameters) => {
  mkdirSync(parameters.dir, { recursive: true, mode: 0o700 });
  const from = microsOf(parameters.from, 'from') ?? GRID_ORIGIN_MICROS;
  const to = microsOf(parameters.to, 'to') ?? LATEST_MICROS;
  const subjects =
    parameters.subject === undefined
      ? [...home.vault.state.subjects.values()].filter((subject) => !subject.removed)
      : [home.vault.subject(parameters.subject)];
  const files: string[] = [];
  let samples = 0;
  for (const subject of subjects) {
    const streams = parameters.streams
      ? parameters.streams.map((key) => findStream(home, subject.name, key))
      : home.vault.streams(subject.id);
    for (const stream of streams) {
      const name = `${subjects.length > 1 ? `${slug(subject.name)}-` : ''}${fileName(stream.entry.key)}.${parameters.format === 'csv' ? 'csv' : 'json'}`;
      const path = join(parameters.dir, name);
      samples +=
        parameters.format === 'csv'
          ? writeCsv(home, stream, path, from, to)
          : writeFhir(home, stream, path, from, to, subject.id);
      files.push(path);
      emit({ progress: { what: name, done: files.length, total: streams.length, unit: 'tiles' } });
    }
  }
  return { files, samples };
};

/** Nothing that leads out of the folder. */
const fileName = (key: string): string => key.replace(/[^\p{L}\p{N} ._-]/gu, '-');

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');

function withFile<T>(path: string, write: (say: (text: string) => void) => T): T {
  const handle = openSync(path, 'w', 0o600);
  try {
    const result = write((text) => writeSync(handle, text));
    fsyncSync(handle);
    return result;
  } finally {
    closeSync(handle);
  }
}

function writeCsv(home: Home, stream: OpenStream, path: string, from: number, to: number): number {
  return withFile(path, (say) => {
    const series = ownExportable(home, stream);
    let count = 0;
    say(csvHeader(series));
    for (const samples of rawSlots(home.vault.rooms, stream, from, to)) {
      say(csvRows(series, samples));
      count += samples.times.length;
    }
    return count;
  });
}

function writeFhir(home: Home, stream: OpenStream, path: string, from: number, to: number, subject: string): number {
  return withFile(path, (say) => {
    const samples = rawSamples(home.vault.rooms, stream, from, to);
    const options = { subject: `Patient/${subject}`, newId: namedIds(`${subject}/${stream.entry.key}`) };
    say(JSON.stringify(fhirBundle(fhirObservations(ownExportable(home, stream), samples, options)), null, 1));
    return samples.times.length;
  });
}

export const backup: Operation<'backup'> = ({ home, emit }, { to }) => {
  home.settle();
  return writeBackup(home, to, (done, total) => emit({ progress: { what: 'backup', done, total, unit: 'events' } }));
};

export const check: Operation<'check'> = ({ home, emit }, { deep }) => {
  const findings: CheckFinding[] = [];
  let tiles = 0;
  const streams = home.vault.streams();
  for (const [i, stream] of streams.entries()) {
    emit({ progress: { what: stream.entry.key, done: i, total: streams.length, unit: 'tiles' } });
    tiles += checkTiles(home, stream, findings);
    for (const { level, slot } of checkSummaries(home.vault.rooms, stream))
      findings.push({
        severity: 'error',
        what: `the ${level} summary does not stand for its samples`,
        where: `${stream.entry.key}, slot ${slot}`,
        todo: 'it is written again now',
      });
    repairSummaries(home, stream, findings);
  }
  if (deep)
    for (const { streamKey, level, day } of mismatchedHeads(home.vault, home.grants))
      findings.push({
        severity: 'warning',
        what: 'what is stored differs from the last head',
        where: `${streamKey}, ${level}, day ${day}`,
        todo: 'run `hale relays sync`; if it stays, a relay or this disk lost tiles',
      });
  checkRecords(home, findings);
  for (const warning of home.warnings)
    findings.push({ severity: 'note', what: warning.text, where: 'this node', todo: '' });
  return { findings, tiles, streams: streams.length };
};

/** Health records whose parts are not all here, and files beside them of which some is missing. */
function checkRecords({ vault, records }: Home, findings: CheckFinding[]): void {
  const todo = 'run `hale relays sync`: a relay may have it';
  for (const { id, name, removed } of vault.state.subjects.values()) {
    if (removed || !records.hasAny(id)) continue;
    const torn = records.torn(id);
    if (torn > 0)
      findings.push({ severity: 'error', what: `${torn} entries of health records are not whole`, where: name, todo });
    const lacking = records.lacking(id).length;
    if (lacking > 0)
      findings.push({
        severity: 'warning',
        what: `${lacking} files of health records are not whole`,
        where: name,
        todo,
      });
  }
}

/** Opens every tile: a damaged one is named, and what is intact stays readable. */
function checkTiles(home: Home, stream: OpenStream, findings: CheckFinding[]): number {
  let count = 0;
  for (const [number, level] of LEVELS.entries())
    for (const row of home.vault.store.tiles(stream.number, number, 0, 0x1_0000_0000)) {
      count++;
      try {
        home.vault.rooms.box.open(stream, row);
      } catch (error) {
        if (!(error instanceof HaleError)) throw error;
        findings.push({
          severity: 'error',
          what: `a tile does not open (${error.code})`,
          where: `${stream.entry.key}, ${level}, slot ${row.slot}`,
          todo: 'restore from a relay or a backup: `hale relays sync`, `hale restore`',
        });
      }
    }
  return count;
}

function repairSummaries(home: Home, stream: OpenStream, findings: CheckFinding[]): void {
  if (
    !findings.some((finding) => finding.severity === 'error' && finding.where.startsWith(`${stream.entry.key}, slot`))
  )
    return;
  const { firstMicros, lastMicros } = home.vault.store.sampleCount(stream.number);
  if (firstMicros === null || lastMicros === null) return;
  home.vault.store.transact(() => home.vault.markDirty(stream, firstMicros, lastMicros + 1));
  home.vault.flush(() => true);
}

export const doctor: Operation<'doctor'> = async ({ home }) => {
  const lines: Result<'doctor'>['lines'] = [];
  const say = (name: string, value: string, ok = true) => lines.push({ name, value, ok });
  say('Runtime', `Node ${process.versions.node}`, Number(process.versions.node.split('.')[0]) >= 26);
  say('Signature check', createVerifier().which());
  say('SQLite', String(home.events.database.prepare('SELECT sqlite_version() v').get()?.v));
  say('Home', home.dir);
  say('Disk', `${(home.diskBytes() / 1e6).toFixed(1)} MB used by the store`);
  say(
    'Keys',
    home.diskUnprotected ? 'lie beside the data: whoever takes this disk can read it (set a passphrase)' : 'protected',
    !home.diskUnprotected,
  );
  say('Clock', new Date(home.nowMicros() / 1000).toISOString(), home.nowMicros() > Date.UTC(2025, 0) * 1000);
  for (const relay of relayInfos(home))
    say(
      'Relay',
      `${relay.url} ${relay.state}${relay.pending > 0 ? `, ${relay.pending} to send` : ''}`,
      relay.state === 'connected',
    );
  return { lines };
};
