// Makes the fixtures of format version 1, once: `node test/formats/make-v1.ts`. They are committed and must open for ever; never make
// them again to get a test green. A version 2 gets a folder of its own.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseLink } from '@hale/consent';
import { KINDS } from '@hale/kernel';
import { masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import {
  deliver,
  haleJson,
  initHome,
  REPOSITORY,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import { Keyring } from '../../packages/home/src/keyring.ts';
import { relayStorePath } from '../../packages/home/src/relay/host.ts';
import { EventStore } from '../../packages/home/src/store/events.ts';

const target = join(REPOSITORY, 'test/data/formats/v1');
if (existsSync(target)) throw new Error('the fixtures of version 1 stand already; they are never made again');

const folder = workFolder('formats');
const path = (name: string) => join(folder.dir, name);
mkdirSync(path('relay'));
const relay = await startRelay(path('relay'));
const { words } = await initHome(path('ann'), { url: relay.url, dir: path('relay') });
const hale = <T>(...args: string[]) => haleJson<T>([...args, '--home', path('ann')]);

await hale('import', join(TELEMETRY, 'ecg-wfdb/100_3chan.hea'), '--start', '2026-11-20T09:00:00Z');
await hale('import', join(TELEMETRY, 'fitbit/fitbit_export_20161001.csv'));
const node = await startNode(path('ann'));
const { credential } = await hale<{ credential: string }>('device', 'add', 'Wrist');
const start = Date.UTC(2026, 10, 20, 10) * 1000;
await deliver(
  node.url,
  credential,
  Array.from({ length: 400 }, (_, i) => `heart-rate,${start + i * 1e6},${60 + ((i * 7) % 31)}\n`).join(''),
);
// A correction of what was delivered, in a slot that is over; and the beginning of one that still fills.
await deliver(node.url, credential, `heart-rate,${start + 5e6},111\nheart-rate,${Date.now() * 1000},72\n`);
await hale('subject', 'add', 'Mia');
const { link } = await hale<{ link: string }>(
  'share',
  'heart-rate',
  '--link',
  '--from',
  '2026-11-20T10:01:30Z',
  '--to',
  '2026-11-20T10:05:00Z',
  '--purpose',
  'fixture',
  '--yes',
);
await hale('relays', 'sync');
const opened = await hale<{ streams: { rows: unknown[] }[] }>('open', link);
const ended = await hale<{ grant: { id: string } }>(
  'share',
  'heart-rate',
  '--link',
  '--from',
  '2026-11-20T10:00:00Z',
  '--yes',
);
await hale('revoke', ended.grant.id);
await hale('relays', 'sync');
mkdirSync(join(target, 'vault'), { recursive: true });
await hale('backup', join(target, 'backup'));
await hale('export', join(target, 'export'));
await node.process.stop();

const store = new EventStore(path('ann/store.db'));
store.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
store.close();
for (const name of readdirSync(path('ann')))
  if (['store.db', 'keyring.sealed', 'keyring.key'].includes(name))
    copyFileSync(path(`ann/${name}`), join(target, 'vault', name));
mkdirSync(join(target, 'passphrase'));
await Keyring.create(join(target, 'passphrase'), masterKeys(seedOf(parseWords(words))), {
  passphrase: 'correct horse battery staple',
});

const relayStore = new EventStore(relayStorePath(path('relay')));
const events = relayStore.query({ kinds: [KINDS.tileBatch] });
relayStore.close();
await relay.process.stop();
const author = parseLink(link).author;
const { GrantReader } = await import('@hale/consent');
const { tilesOf } = await import('@hale/testkit/modified-client');
const reader = new GrantReader({ grantKey: parseLink(link).grantKey, grantAuthor: author });
for (const tile of tilesOf(events)) reader.receive(tile);
const authors = [author, ...[...reader.state.streams.values()].map((stream) => stream.author)];
const granted = events.filter((event) => authors.includes(event.pubkey));
writeFileSync(
  join(target, 'grant.json'),
  `${JSON.stringify({ link, events: granted, rows: opened.streams[0].rows }, null, 1)}\n`,
);
writeFileSync(join(target, 'words.txt'), `${words}\n`);
writeFileSync(
  join(target, 'README.md'),
  '# Format version 1\n\nMade by `test/formats/make-v1.ts`, never again. The words are those of a person who does not exist. `vault/` is a home directory (key file beside it), `passphrase/` the same keys behind the passphrase `correct horse battery staple`, `backup` a backup, `grant.json` a link with the events that a relay serves for it and the rows they open, `export/` the CSV files that vault and backup must give.\n',
);
folder.remove();
console.log(readdirSync(target), readFileSync(join(target, 'grant.json')).length, rmSync.length);
