// How soon after "revoke" does the relay refuse the reader, whether the stream has a thousand tiles or a million?
import { dirname } from 'node:path';
import { findReceived, grantSession, RelayConnection } from '@hale/home';
import { KINDS, toHex } from '@hale/kernel';
import { fillStream, newStream, openHome } from './home.ts';
import { type BenchNode, remove, startNode } from './node.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { type Bench, type Finding, median, millis, times } from './report.ts';

const SLOT_MICROS = 10e6;
const START_MICROS = Date.UTC(2023, 0, 1) * 1000;
const SIZES = [1e3, 1e6];
/** So few that summaries are written while what they are made of is still in memory: a million tiles need minutes, not hours. */
const STEP_TILES = 10_000;
const RUNS = 7;

/** A stream of ten-second slots with one sample in each: as many tiles as samples. */
async function fillTiles(tiles: number): Promise<string> {
  const home = await openHome();
  const described = { key: 'sparse', ucum: '1', factor: 1, nominalPeriodSeconds: 0.04 };
  const stream = home.vault.addStream(newStream(home, described));
  for (let at = 0; at < tiles; at += STEP_TILES) {
    const length = Math.min(STEP_TILES, tiles - at);
    fillStream(home, stream, {
      times: Float64Array.from({ length }, (_, i) => START_MICROS + (at + i) * SLOT_MICROS),
      values: Int32Array.from({ length }, (_, i) => (at + i) % 251),
    });
    home.vault.flush();
  }
  home.settle();
  await home.close();
  return home.dir;
}

const iso = (micros: number): string => new Date(micros / 1000).toISOString();

/** Milliseconds from the owner's call until the reader's connection, which stays open, is first refused. */
async function revokeOnce(node: BenchNode, tiles: number): Promise<number> {
  const to = START_MICROS + tiles * SLOT_MICROS;
  const range = { from: iso(START_MICROS), to: iso(to) };
  const made = await node.client.call('share', { streams: ['sparse'], with: 'link', level: 'raw', ...range });
  const reader = await connectReader(made.link ?? '');
  try {
    if (!(await reader.isServed())) throw new Error('the reader is not served before');
    const from = performance.now();
    const revoked = node.client.call('revoke', { grant: made.grant.id });
    while (await reader.isServed())
      if (performance.now() - from > 10_000) throw new Error('the reader is still served');
    const took = performance.now() - from;
    await revoked;
    return took;
  } finally {
    await reader.close();
  }
}

/** A reader who learns from the grant what she may ask for, and then asks over one connection that stays open. */
async function connectReader(link: string): Promise<{ isServed: () => Promise<boolean>; close: () => Promise<void> }> {
  const grant = findReceived(null, link);
  const session = grantSession(grant);
  await session.open();
  const [{ author, labels }] = session.reader.state.streams.values();
  const keys = [session.reader.readerSecret(grant.author), session.reader.readerSecret(author)];
  await session.close();
  const connection = new RelayConnection({ url: grant.relays[0], admission: keys[0], keys });
  const filter = { kinds: [KINDS.tileBatch], authors: [author], '#l': [toHex(labels['1d'] as Uint8Array)] };
  const isServed = async () => {
    const result = await connection.queryResult([filter]);
    return result.outcome === 'complete' && result.events.length > 0;
  };
  return { isServed, close: () => connection.close() };
}

async function measureHale(tiles: number): Promise<number> {
  const dir = await fillTiles(tiles);
  const node = await startNode(dir);
  const took: number[] = [];
  try {
    // The first of a fresh node compiles; it is not counted.
    for (let run = 0; run <= RUNS; run++) took.push(await revokeOnce(node, tiles));
  } finally {
    await node.stop();
    remove(dirname(dir));
  }
  return median(took.slice(1));
}

/** The nearest thing in PostgreSQL: its privilege is taken from a reader who asks over an open connection. */
async function measurePeer(postgres: Postgres, rows: number): Promise<number> {
  const owner = await postgres.connect();
  const reader = await postgres.connect();
  await owner.query('DROP TABLE IF EXISTS tile; DROP ROLE IF EXISTS reader; CREATE ROLE reader');
  await owner.query(
    `CREATE TABLE tile AS SELECT s AS slot, sha512(s::text::bytea) AS sealed FROM generate_series(1, ${rows}) s`,
  );
  await owner.query('CREATE INDEX ON tile (slot)');
  await reader.query('SET ROLE reader');
  const took: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await owner.query('GRANT SELECT ON tile TO reader');
    await reader.query('SELECT * FROM tile WHERE slot = 7');
    const from = performance.now();
    const revoked = owner.query('REVOKE SELECT ON tile FROM reader');
    const ask = () => reader.query('SELECT * FROM tile WHERE slot = 7');
    while (
      await ask().then(
        () => true,
        () => false,
      )
    );
    took.push(performance.now() - from);
    await revoked;
  }
  await owner.end();
  await reader.end();
  return median(took);
}

export const revoke: Bench = {
  name: 'revoke',
  run: async () => {
    const hale: number[] = [];
    const peer: number[] = [];
    for (const tiles of SIZES) hale.push(await measureHale(tiles));
    const postgres = await startPostgres();
    try {
      for (const rows of SIZES) peer.push(await measurePeer(postgres, rows));
    } finally {
      await postgres.stop();
    }
    const findings: Finding[] = SIZES.map((tiles, i) => ({
      what: `${tiles.toLocaleString('en')} tiles`,
      hale: millis(hale[i]),
      peer: millis(peer[i]),
      ratio: `${times(hale[i] / peer[i])} the time`,
      target: '< 100 ms',
      isMet: hale[i] < 100,
    }));
    const growth = hale[1] / hale[0];
    findings.push({
      what: 'a million to a thousand',
      hale: times(growth),
      peer: times(peer[1] / peer[0]),
      ratio: '',
      target: 'equal',
      isMet: growth < 1.5,
    });
    return {
      title: 'Revoking, until the relay refuses the reader',
      findings,
      notes: [
        `From the owner’s \`revoke\` over HTTP until the reader’s open connection to the node’s relay gets nothing more; the reader asks without pause. Median of ${RUNS}, node in its own process. It includes the next epoch, the access lists without the reader and the end notice, on the disk.`,
        'Peer: REVOKE SELECT on a table of as many rows, asked by index over an open connection.',
      ],
    };
  },
};
