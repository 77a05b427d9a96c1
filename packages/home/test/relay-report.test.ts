// What an operator can show of his relay: a report that nobody can change, with numbers that are those of the disk and names nobody; and a drill
// that finds a damaged backup.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HaleError, installPrimitives, KINDS } from '@hale/kernel';
import { accessEvent, type Person, person, RELAY_TEST_SECONDS, tileBatch } from '@hale/testkit/relay-people';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backupDatabase } from '../src/relay/backup.ts';
import { drillRelay, lastDrill } from '../src/relay/drill.ts';
import { type RelayHandle, startRelay } from '../src/relay/host.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { checkRelayReport, makeRelayReport } from '../src/relay/report.ts';
import { policyWishes } from '../src/relay/wishes.ts';

installPrimitives(nativePrimitives());

const people = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gil'].map(person);
const [ann, bob] = people;
const now = RELAY_TEST_SECONDS;
const DAY = 86_400;
let dir: string;
let relay: RelayHandle;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hale-report-'));
  relay = await startRelay({
    dir,
    jurisdiction: ['DE'],
    keep: { ...policyWishes({ keep: { wraps: 90 * DAY } }).keep! },
  });
});
afterEach(async () => {
  await relay.close();
  rmSync(dir, { recursive: true });
});

const tiles = (who: Person, days: number, bytes: number) =>
  Array.from({ length: days }, (_, n) =>
    tileBatch(who, { created_at: now - n * DAY, content: Buffer.alloc(bytes, n).toString('base64') }),
  );

function fill(): void {
  for (const who of people.slice(0, 6)) for (const event of tiles(who, 3, 1_000)) relay.store.put(event);
  for (const event of tiles(people[6], 9, 40_000)) relay.store.put(event);
  relay.store.put(
    accessEvent(ann, [
      [bob, now + DAY],
      [people[2], now + DAY],
    ]),
  );
  for (let n = 0; n < 3; n++)
    relay.store.put(bob.sign({ kind: KINDS.wrap, tags: [['p', [ann, ann, bob][n].pubkey]], content: `${n}` }));
  relay.addMember(people[3].pubkey);
  relay.store.allot(ann.pubkey, 1_000, null);
  relay.store.countTokens(people[3].pubkey, 1, 16, 16);
}

describe('report', () => {
  test('counts what lies there, what it gives away and what went, and names nobody', () => {
    fill();
    const [one, two] = relay.store.query({ authors: [bob.pubkey], kinds: [KINDS.tileBatch] });
    relay.store.deleteById(one.id, 'by-author');
    relay.store.deleteById(two.id, 'retention');
    const { report, file } = makeRelayReport(dir, now);
    const classes = Object.fromEntries(report.held.classes.map(({ name, events, bytes }) => [name, [events, bytes]]));
    expect(classes).toMatchObject({
      tiles: [25, 16_000 + 360_000],
      'gift wraps': [3, 3],
      'access lists': [1, 0],
      other: [0, 0],
    });
    expect(report.held).toMatchObject({ streamAuthors: 7, members: 1, lockers: 0 });
    expect(report.inferred).toMatchObject({
      ...{ authors: 7, standOut: 1, daysMost: 9, shared: 1, readersMost: 2, addressees: 2 },
      ...{ membersWithTokens: 1, authorsWithTokens: 1 },
    });
    // Six began on one day (of bob's the newest two went), the seventh alone.
    expect(report.inferred.beganAlone).toBe(1);
    expect(report.deleted.map(({ reason, events }) => [reason, events])).toEqual([
      ['by-author', 1],
      ['retention', 1],
    ]);
    for (const { pubkey } of people) expect(file).not.toContain(pubkey);
    for (const { id } of relay.store.query({})) expect(file).not.toContain(id);
    expect(file).toContain(relay.relayKey);
    expect(file).toMatch(/gift wraps +90 days/);
    expect(file).toMatch(/own copy in DE +10 years after the treatment/);
    expect(file).toMatch(/LAST RESTORE DRILL\n {2}never/);
  });

  test('holds to the letter, or not at all', () => {
    fill();
    const { file } = makeRelayReport(dir, now);
    expect(checkRelayReport(file)).toMatchObject({ relay: relay.relayKey, madeAt: now });
    const code = (text: string) => {
      try {
        checkRelayReport(text);
        return 'holds';
      } catch (error) {
        return error instanceof HaleError ? error.code : 'bug';
      }
    };
    expect(code(file.replace('27 events', '26 events'))).toBe('not-authentic');
    expect(code(file.replace('REPORT', 'REPORt'))).toBe('not-authentic');
    expect(code(file.replace('\\"members\\":1', '\\"members\\":2'))).toBe('not-authentic');
    expect(code(file.slice(0, -200))).toBe('malformed');
    expect(code('a text')).toBe('malformed');
    const other =
      file.slice(0, file.lastIndexOf('\n----')) +
      file.slice(file.lastIndexOf('\n----')).replace('"kind":1982', '"kind":1983');
    expect(code(other)).toBe('not-authentic');
  });

  test('where no relay has run there is none', () => {
    expect(() => makeRelayReport(join(dir, 'elsewhere'), now)).toThrow(HaleError);
  });
});

describe('drill', () => {
  test('restores a copy of a relay that runs, checks it, notes it for the report and leaves nothing behind', async () => {
    fill();
    const drill = await drillRelay(dir);
    expect(drill).toMatchObject({
      ok: true,
      source: 'fresh',
      integrity: 'ok',
      events: 31,
      liveEvents: 31,
      checked: 31,
      wrong: 0,
      members: 1,
    });
    expect(lastDrill(dir)).toEqual(drill);
    expect(readdirSync(dir).filter((name) => name.startsWith('drill-'))).toEqual([]);
    expect(makeRelayReport(dir, now).file).toMatch(/result +good/);
    expect(statSync(join(dir, 'drill.json')).mode & 0o777).toBe(0o600);
  });

  test('takes the newest backup, and says when it is damaged or somebody wrote into it', async () => {
    fill();
    mkdirSync(join(dir, 'backups'));
    const good = join(dir, 'backups', '1.db');
    backupDatabase(relay.store.database, good);
    expect(await drillRelay(dir)).toMatchObject({ ok: true, source: 'backup', events: 31 });

    const forged = join(dir, 'backups', '2.db');
    copyFileSync(good, forged);
    const database = new DatabaseSync(forged);
    database.exec(`UPDATE event SET created = created - 1 WHERE kind = ${KINDS.wrap}`);
    database.close();
    expect(await drillRelay(dir)).toMatchObject({ ok: false, integrity: 'ok', wrong: 3 });

    const torn = join(dir, 'backups', '3.db');
    copyFileSync(good, torn);
    const file = openSync(torn, 'r+');
    for (let at = 4_096; at < statSync(torn).size; at += 8_192) writeSync(file, Buffer.alloc(512, 0xa5), 0, 512, at);
    expect(await drillRelay(dir)).toMatchObject({ ok: false });
    expect(makeRelayReport(dir, now).file).toContain('NOT GOOD');
    expect(existsSync(good)).toBe(true);
  });

  test('where no relay has run there is nothing to restore', async () => {
    await expect(drillRelay(join(dir, 'elsewhere'))).rejects.toThrow(HaleError);
  });
});

describe('wishes', () => {
  const YEAR = 365 * DAY;
  const keep = (wish: object, jurisdiction?: string[]) =>
    policyWishes({ keep: wish, ...(jurisdiction ? { jurisdiction } : {}) }).keep;

  test('as long as a provider of these countries, the longest; where no source is known the operator is asked', () => {
    expect(keep({ provider: true }, ['DE'])).toMatchObject({ tiles: 10 * YEAR, access: 10 * YEAR, wraps: null });
    expect(keep({ provider: true, wraps: DAY }, ['DE', 'NL'])).toMatchObject({ tiles: 20 * YEAR, wraps: DAY });
    for (const countries of [['GB'], ['CH'], ['DE', 'CH'], []])
      expect(() => keep({ provider: true }, countries)).toThrow(HaleError);
    expect(keep({ tiles: YEAR })).toMatchObject({ tiles: YEAR, access: YEAR });
  });

  test('lists that end before the tiles that they open, and hours, are refused', async () => {
    for (const wish of [{ tiles: 9 * DAY, access: 8 * DAY }, { access: 8 * DAY }, { wraps: 3_600 }])
      await expect(startRelay({ dir: join(dir, 'x'), ...policyWishes({ keep: wish }) })).rejects.toThrow(HaleError);
  });

  test('keys are typed as npub or hex', () => {
    const npub = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';
    const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
    expect(policyWishes({ owner: npub, clinics: [{ key: hex }, { key: npub, perEpoch: 3 }] })).toMatchObject({
      owner: hex,
      clinics: [
        { key: hex, perEpoch: 200 },
        { key: hex, perEpoch: 3 },
      ],
    });
  });
});
