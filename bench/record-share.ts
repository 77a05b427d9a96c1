// Five thousand health records for one recipient: how long the look before takes, right after the start of a node and later, how long until all lie
// sealed, and how soon one that is marked is gone from a reader who looks on. Beside the look a filter by codes over the same resources in plain JSON.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { findReceived, grantSession, type Home, type HomeClient, startRelay } from '@hale/home';
import { KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { CATEGORIES } from '@hale/vault/records';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { openHome } from './home.ts';
import { remove, startNode, temporaryDirectory } from './node.ts';
import { type Bench, type Finding, median, millis, times } from './report.ts';

const BUNDLE = 'Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json.gz';
/** Bundles of 474 resources, of which 147 are records of their own. */
const BUNDLES = 35;
const ROUNDS = 5;
const PREVIEW_MILLIS = 1_000;
const SEALED_MILLIS = 5_000;
const GONE_MILLIS = 1_000;

/** As another life would be: every id another, so that nothing is known already. */
const renamed = (text: string, n: number): string =>
  text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g, (_, rest: string) =>
    n.toString(16).padStart(8, '0').concat(rest),
  );

async function fill(home: Home): Promise<void> {
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const dir = join(temporaryDirectory(), 'bundles');
  mkdirSync(dir, { recursive: true });
  const text = gunzipSync(readFileSync(fileURLToPath(new URL(`../test/data/fhir/synthea/${BUNDLE}`, import.meta.url))));
  for (let n = 1; n <= BUNDLES; n++) {
    const file = join(dir, `${n}.json`);
    writeFileSync(file, renamed(text.toString(), n));
    await OPERATIONS.import(context, { files: [file], anyway: true });
  }
  remove(dir);
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** HIV in SNOMED CT and ICD-10: what a filter over plain resources looks for. */
const WITHHELD = new Set(['86406008', '165816005', 'B20', 'B21', 'B22', 'B23', 'B24', 'Z21']);

function isWithheld(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code } = value as { code?: unknown };
  return (typeof code === 'string' && WITHHELD.has(code)) || Object.values(value).some(isWithheld);
}

/** The peer: one resource a line, read, parsed and let through unless a code of it is withheld. */
function filtered(file: string): number {
  const resources = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => JSON.parse(line));
  return resources.filter((resource) => !isWithheld(resource)).length;
}

/** Milliseconds from the owner's word until the copy is gone from a reader who follows. */
async function goneAfter(client: HomeClient, link: string, records: readonly string[]): Promise<number[]> {
  const session = grantSession(findReceived(null, link));
  await session.open();
  const took: number[] = [];
  try {
    let told = () => {};
    session.follow(Date.now() / 1000, (event) => {
      if (event.kind === KINDS.tileBatch) session.take(event);
      told();
    });
    for (const record of records) {
      const before = session.reader.copies.count;
      const began = performance.now();
      await client.call('record.label', { record, add: ['hiv'] });
      await new Promise<void>((resolve) => {
        told = () => session.reader.copies.count < before && session.reader.copies.state === 'complete' && resolve();
        told();
      });
      took.push(performance.now() - began);
    }
  } finally {
    await session.close();
  }
  return took;
}

interface Found {
  count: number;
  first: number;
  firstProcessor: number;
  again: number;
  sealed: number;
  gone: number;
}

/** By a node in a process of its own, asked as the pages ask it. */
async function askNode(dir: string): Promise<Found> {
  const node = await startNode(dir);
  try {
    const { client } = node;
    const asked = {
      streams: [],
      with: 'link',
      records: { categories: [...CATEGORIES], withholdAreas: ['hiv' as const] },
    };
    const preview = () => client.call('share.preview', asked);
    const before = node.processorSeconds();
    const first = await timed(preview);
    const firstProcessor = (node.processorSeconds() - before) * 1000;
    const again: number[] = [];
    for (let i = 0; i < ROUNDS; i++) again.push(await timed(preview));
    const { records } = await preview();
    let link = '';
    const sealed = await timed(async () => {
      link = (await client.call('share', asked)).link ?? '';
    });
    const marked = (records?.given ?? []).slice(0, ROUNDS).map(({ id }) => id);
    const gone = median(await goneAfter(client, link, marked));
    return { count: records?.count ?? 0, first, firstProcessor, again: median(again), sealed, gone };
  } finally {
    await node.stop();
  }
}

export const recordShare: Bench = {
  name: 'record-share',
  run: async () => {
    const home = await openHome();
    await fill(home);
    const relayDir = join(temporaryDirectory(), 'relay');
    mkdirSync(relayDir, { recursive: true });
    const relay = await startRelay({ dir: relayDir, private: true });
    relay.addMember(toHex(schnorrPublic(home.keys.member)));
    home.vault.record([{ type: 'relay', url: relay.url, uses: ['store', 'post'], removed: false }]);
    home.useRelays();
    // What was imported goes to the relay first.
    await home.network.settle(300_000);
    const plain = join(home.dir, 'plain.ndjson');
    const lines = Array.from(home.records.all(home.vault.subject().id), ({ resource }) => JSON.stringify(resource));
    writeFileSync(plain, lines.join('\n'));
    await home.close();
    const peerFirst = await timed(() => filtered(plain));
    const peerAgain: number[] = [];
    for (let i = 0; i < ROUNDS; i++) peerAgain.push(await timed(() => filtered(plain)));
    const found = await askNode(home.dir);
    await relay.close();
    remove(home.dir);
    remove(relayDir);
    const told = (what: string, hale: number, most: number, peer?: number): Finding => ({
      what,
      hale: millis(hale),
      peer: peer === undefined ? '' : `${millis(peer)}, plain JSON`,
      ratio: peer === undefined ? '' : times(hale / peer),
      target: `< ${millis(most)}`,
      isMet: hale < most,
    });
    return {
      title: `${found.count.toLocaleString('en')} health records shared by copy`,
      findings: [
        told('the first preview of a node that has just started', found.first, PREVIEW_MILLIS, peerFirst),
        told('a preview after that', found.again, PREVIEW_MILLIS, median(peerAgain)),
        told('shared: sealed, and on the relay', found.sealed, SEALED_MILLIS),
        told('one marked, until it is gone from a reader who follows', found.gone, GONE_MILLIS),
      ],
      notes: [
        `${lines.length.toLocaleString('en')} records of ${BUNDLES} Synthea bundles in the home of a node of its own process, all parts of the record without what speaks of HIV, asked for by HTTP; one relay on loopback in the benchmark's process.`,
        `The first preview opens every sealed entry, reckons every label and took ${found.firstProcessor.toFixed(0)} ms of the node's processor time; later ones, and marks: median of ${ROUNDS}.`,
        'Peer: the same resources unsealed in one file of lines, read, parsed and filtered by eight codes, each time anew; nothing of it is labelled, named or checked for warnings.',
      ],
    };
  },
};
