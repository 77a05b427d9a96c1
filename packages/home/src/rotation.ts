// New words: the vault is copied under new keys into a directory aside, which then takes the place of the old one. Every step can be
// broken off: before the copy is complete the old home stands, afterwards the next opening finishes the exchange.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LATEST_MICROS } from '@hale/consent';
import { GRID_ORIGIN_MICROS, HaleError, schnorrPublic, toHex, utf8Encode } from '@hale/kernel';
import { masterKeys, newWords, parseWords, seedOf } from '@hale/kernel/seal';
import {
  type GrantEntryRecord,
  noteEntry,
  notesOf,
  ownerLabelEntries,
  rawSlots,
  type Samples,
  streamId,
} from '@hale/vault';
import { replaceFile, syncDirectory } from './durable-file.ts';
import { Home } from './home.ts';
import { Keyring, type Unlocking } from './keyring.ts';
import { succeed } from './net/relay-info.ts';
import { NIGHTSCOUT_DEVICES } from './nightscout/devices.ts';
import { keysOf, phonesOf } from './remote/phones.ts';
import { assuranceOf } from './sources.ts';
import { vanish } from './vanish.ts';

const SAMPLES_PER_STEP = 250_000;
const ASIDE = 'rotating';
/** Written when the copy is complete and synced. */
const READY = 'ready';
/** The keyring goes last: until it is in place, the next opening knows that the exchange is not finished. */
const EXCHANGED = ['store.db', 'devices.json', NIGHTSCOUT_DEVICES, 'keyring.key', 'keyring.sealed'];
/** State under which the new home keeps the key that its relays still know. */
const OLD_MEMBER = 'old-member';
/** State that outlives a rotation which was broken off. */
const UNFINISHED = 'rotation';

/** Moves a home to new words. The old home is closed; `replaced` gets the new one, open. */
export async function rekey(
  old: Home,
  unlocking: Unlocking,
  replaced: (next: Home) => void,
): Promise<{ next: Home; pending: string[] }> {
  const words = newWords(new Uint8Array(randomBytes(32)));
  const keys = masterKeys(seedOf(parseWords(words)));
  const aside = join(old.dir, ASIDE);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  await Keyring.create(aside, keys, unlocking);
  const copy = new Home({ dir: aside, keys, online: false });
  // From here on devices are asked to come again in a moment: what was acknowledged before is in the copy.
  await old.ingestQueue.close();
  const hasPhones = phonesOf(old).length > 0;
  const again = old.grants.active().map(({ record, owner }) => ({ ...record, as: owner.subjectName }));
  for (const { id } of again) old.grants.end(id, 'rotated', false);
  await old.network.settle(10_000);
  copyInto(old, copy);
  bidFarewell(old, copy);
  copy.vault.store.transact(() => {
    copy.vault.store.setState(OLD_MEMBER, copy.local.seal(OLD_MEMBER, old.keys.member));
    copy.vault.store.setState(UNFINISHED, copy.local.seal(UNFINISHED, { words, again }));
  });
  await copy.close();
  replaceFile(join(aside, READY), utf8Encode('ready'));
  await old.close();
  finishRotation(old.dir);
  const next = new Home({ dir: old.dir, keys, online: false });
  replaced(next);
  const pending = await passMembership(next);
  if (hasPhones) pending.push('Phones have to be paired again: what they held ended with the old keys.');
  next.goOnline();
  return { next, pending };
}

/** Finishes an exchange that was broken off, or clears away a copy that never became complete. */
export function finishRotation(dir: string): void {
  const aside = join(dir, ASIDE);
  if (!existsSync(aside)) return;
  if (existsSync(join(aside, READY))) {
    if (existsSync(join(aside, 'store.db')))
      for (const name of ['store.db-wal', 'store.db-shm']) rmSync(join(dir, name), { force: true });
    for (const name of EXCHANGED) if (existsSync(join(aside, name))) renameSync(join(aside, name), join(dir, name));
    syncDirectory(dir);
  }
  rmSync(aside, { recursive: true, force: true });
}

/** What a rotation still owes: the words that nobody saw yet and the grants to give anew. */
export interface Unfinished {
  words: string;
  /** With how the recipient sees the person; what an older version left does not say it. */
  again: (GrantEntryRecord & { as?: string })[];
}

export function unfinishedRotation(home: Home): Unfinished | null {
  const sealed = home.vault.store.state(UNFINISHED);
  return sealed ? (home.local.open(UNFINISHED, sealed) as Unfinished) : null;
}

export function rotationFinished(home: Home): void {
  home.vault.store.transact(() => home.vault.store.setState(UNFINISHED, null));
}

/** Queues, in the copy, the request of every old author to vanish; also of those that had one to deliver before. */
function bidFarewell(old: Home, copy: Home): void {
  for (const [author, secret] of departedKeys(old)) vanish(copy, secret, author);
}

/** Secrets of the old authors: their farewell to the relays is signed and proved with them. */
function departedKeys(old: Home): Map<string, Uint8Array> {
  const keys = new Map<string, Uint8Array>([[old.catalogueAuthor(), old.keys.catalogueAuthor]]);
  for (const stream of old.vault.streams()) keys.set(toHex(stream.author), stream.authorSecret);
  for (const log of old.grants.logs()) keys.set(toHex(log.stream.author), log.authorSecret);
  for (const phone of phonesOf(old)) {
    const { home, homeAuthor, phone: said, phoneAuthor } = keysOf(phone);
    keys.set(homeAuthor, home).set(phoneAuthor, said);
  }
  for (const log of [...old.records.logs(), ...old.records.blobLogs()])
    keys.set(toHex(log.stream.author), log.authorSecret);
  for (const log of old.documents.logs()) keys.set(toHex(log.stream.author), log.authorSecret);
  for (const [author, secret] of old.departed()) keys.set(author, secret);
  return keys;
}

function copyInto(old: Home, copy: Home): void {
  copy.vault.takePen(old.vault.state.generation + 1);
  const { state } = old.vault;
  copy.vault.record(
    [...state.subjects.values()]
      .filter((subject) => !subject.removed)
      .map((subject) => ({ ...subject, secret: copy.vault.random.bytes(32) })),
  );
  copy.vault.record([...state.devices.values()].filter((device) => !device.removed));
  copy.vault.record([...state.behind.values()]);
  copy.vault.record([...state.pins.values()]);
  // Pieces of others' words; one's own words change, and with them what one's own guardians hold.
  const pieces = [...state.settings].filter(([name, value]) => name.startsWith('guardian-piece/') && value !== null);
  if (pieces.length > 0) copy.vault.record(pieces.map(([name, value]) => ({ type: 'setting', name, value })));
  copy.writeDeviceHashes();
  copyStreams(old, copy);
  old.documents.copyInto(copy.documents);
  for (const _ of old.records.copyInto(copy.records));
  copy.vault.record(ownerLabelEntries(state));
  copy.settle();
  copy.vault.record([...state.relays.values()].filter((relay) => !relay.removed));
}

/**
 * The new member key takes the old one's place at every relay, also at a later start when one was out of reach. Says where it has to
 * be done by hand.
 */
export async function passMembership(home: Home): Promise<string[]> {
  const sealed = home.vault.store.state(OLD_MEMBER);
  if (!sealed) return [];
  const old = home.local.open(OLD_MEMBER, sealed) as Uint8Array;
  const member = toHex(schnorrPublic(home.keys.member));
  const pending: string[] = [];
  let unreached = 0;
  for (const { url, removed } of home.vault.state.relays.values()) {
    if (removed) continue;
    try {
      await succeed(url, old, member);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      if (error.code === 'unavailable') unreached++;
      if (error.code !== 'unsupported')
        pending.push(
          `The relay ${url} did not take the new key yet (${error.code}). It is tried again; if it stays so, ask its operator for an invitation and run \`hale relays add ${url} --invite CLAIM\`.`,
        );
    }
  }
  if (unreached === 0) home.vault.store.transact(() => home.vault.store.setState(OLD_MEMBER, null));
  return pending;
}

function copyStreams(old: Home, copy: Home): void {
  for (const stream of old.vault.streams()) {
    const { subject, key, kind, title, ucum, factor, origin, loinc, edges, device, source, grid, nominalPeriodMicros } =
      stream.entry;
    const made = copy.vault.addStream({
      subject,
      key,
      kind,
      title,
      ucum,
      factor,
      origin,
      loinc,
      edges,
      device,
      source,
      assurance: assuranceOf(stream.entry),
      dayOffsetMinutes: grid.dayOffsetMinutes,
      nominalPeriodSeconds: nominalPeriodMicros / 1e6,
    });
    const brought = [...old.vault.state.origins.values()].filter((each) => streamId(each) === stream.id);
    copy.vault.record(brought.map((each) => ({ ...each, n: made.entry.n })));
    // Before the samples that hold their numbers.
    const notes = [...notesOf(old.vault.state, stream.entry)];
    if (notes.length > 0) copy.vault.record(notes.map(([number, text]) => noteEntry(made.entry, number, text)));
    let waiting: Samples[] = [];
    let count = 0;
    const commit = () => {
      copy.vault.ingest(waiting.map((samples) => ({ stream: made, samples })));
      waiting = [];
      count = 0;
    };
    for (const samples of rawSlots(old.vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS)) {
      waiting.push(samples);
      count += samples.times.length;
      if (count >= SAMPLES_PER_STEP) commit();
    }
    if (count > 0) commit();
  }
}
