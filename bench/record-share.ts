// Five thousand health records for one recipient: how long the look before takes, how long until all lie sealed, and how soon one that is marked
// is gone from a reader who looks on.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { findReceived, grantSession, type Home, startRelay } from '@hale/home';
import { KINDS, schnorrPublic, toHex } from '@hale/kernel';
import { CATEGORIES } from '@hale/vault/records';
import { OPERATIONS } from '../packages/home/src/operations/index.ts';
import { openHome } from './home.ts';
import { temporaryDirectory } from './node.ts';
import { type Bench, type Finding, median, millis } from './report.ts';

const BUNDLE = 'Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json.gz';
/** Bundles of 474 records. */
const BUNDLES = 32;
const ROUNDS = 5;
const PREVIEW_MILLIS = 1_000;
const SEALED_MILLIS = 5_000;
const GONE_MILLIS = 1_000;

const contextOf = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });

/** As another life would be: every id another, so that nothing is known already. */
const renamed = (text: string, n: number): string =>
  text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g, (_, rest: string) =>
    n.toString(16).padStart(8, '0').concat(rest),
  );

async function filled(): Promise<Home> {
  const home = await openHome();
  const dir = join(temporaryDirectory(), 'bundles');
  mkdirSync(dir, { recursive: true });
  const text = gunzipSync(readFileSync(fileURLToPath(new URL(`../test/data/fhir/synthea/${BUNDLE}`, import.meta.url))));
  for (let n = 1; n <= BUNDLES; n++) {
    const file = join(dir, `${n}.json`);
    writeFileSync(file, renamed(text.toString(), n));
    await OPERATIONS.import(contextOf(home), { files: [file], anyway: true });
  }
  return home;
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Milliseconds from the owner's word until the copy is gone from a reader who follows. */
async function goneAfter(home: Home, link: string, records: readonly string[]): Promise<number[]> {
  const session = grantSession(findReceived(null, link));
  await session.open();
  const took: number[] = [];
  try {
    let told = () => {};
    session.follow(home.nowMicros() / 1e6, (event) => {
      if (event.kind === KINDS.tileBatch) session.take(event);
      told();
    });
    for (const record of records) {
      const before = session.reader.copies.count;
      const began = performance.now();
      await OPERATIONS['record.label'](contextOf(home), { record, add: ['hiv'] });
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

export const recordShare: Bench = {
  name: 'record-share',
  run: async () => {
    const home = await filled();
    const relayDir = join(temporaryDirectory(), 'relay');
    mkdirSync(relayDir, { recursive: true });
    const relay = await startRelay({ dir: relayDir, private: true });
    relay.addMember(toHex(schnorrPublic(home.keys.member)));
    home.vault.record([{ type: 'relay', url: relay.url, uses: ['store', 'post'], removed: false }]);
    home.useRelays();
    // What was imported goes to the relay first.
    await home.network.settle(300_000);
    const records = { categories: [...CATEGORIES], withholdAreas: ['hiv' as const] };
    const asked = { streams: [], with: 'link', records };
    const first = await timed(() => OPERATIONS['share.preview'](contextOf(home), asked));
    const again: number[] = [];
    for (let i = 0; i < ROUNDS; i++) again.push(await timed(() => OPERATIONS['share.preview'](contextOf(home), asked)));
    const preview = await OPERATIONS['share.preview'](contextOf(home), asked);
    const count = preview.records?.count ?? 0;
    let link = '';
    const sealed = await timed(async () => {
      link = (await OPERATIONS.share(contextOf(home), asked)).link ?? '';
    });
    const marked = (preview.records?.given ?? []).slice(0, ROUNDS);
    const gone = median(
      await goneAfter(
        home,
        link,
        marked.map(({ id }) => id),
      ),
    );
    await home.close();
    await relay.close();
    rmSync(home.dir, { recursive: true, force: true });
    const told = (what: string, found: number, most: number): Finding => ({
      what,
      hale: millis(found),
      peer: '',
      ratio: '',
      target: `< ${millis(most)}`,
      isMet: found < most,
    });
    return {
      title: `${count} health records shared by copy`,
      findings: [
        told('the first preview after a start, labels reckoned', first, PREVIEW_MILLIS),
        told('a preview after that', median(again), PREVIEW_MILLIS),
        told('shared: sealed, and on the relay', sealed, SEALED_MILLIS),
        told('one marked, until it is gone from a reader who follows', gone, GONE_MILLIS),
      ],
      notes: [
        `${BUNDLES} Synthea bundles of 474 resources in one home, all parts of the record, over one relay on loopback.`,
        `Previews and marks: median of ${ROUNDS}.`,
      ],
    };
  },
};
