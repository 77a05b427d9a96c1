/**
 * Makes specs/vectors/catalogue.json: `node specs/make-vectors-catalogue.ts`. Deterministic: every secret is the SHA-256 of its
 * name, so two runs write the same bytes, and a test holds the file against a fresh run.
 */
import { writeFileSync } from 'node:fs';
import { encodeCbor, sha256, toHex, utf8Encode } from '@hale/kernel';
import {
  type CatalogueVectors,
  documentsOf,
  foldLog,
  handoffOf,
  type LoggedEntry,
} from '@hale/testkit/vectors/catalogue';
import type { CatalogueEntry } from '@hale/vault';

const bytes = (name: string) => sha256(utf8Encode(`hale vector/${name}`));
const hex = (name: string) => toHex(bytes(name));

const AT = 1_795_256_430_000_000;
const SUBJECT = '0123456789abcdef';
const GRANT = 'fedcba9876543210';

const ENTRIES: readonly [string, CatalogueEntry][] = [
  ['the first pen', { type: 'generation', generation: 0, at: AT, home: 'aaaaaaaaaaaaaaaa' }],
  ['a subject', { type: 'subject', id: SUBJECT, name: 'me', secret: bytes('subject'), removed: false }],
  [
    'a stream',
    {
      type: 'stream',
      subject: SUBJECT,
      n: 0,
      key: 'glucose',
      kind: 'glucose-cgm',
      title: 'Interstitial glucose (CGM)',
      ucum: 'mg/dL',
      factor: 0.1,
      origin: 0,
      loinc: '99504-3',
      grid: { rawSlotSeconds: 86_400, dayOffsetMinutes: 0, levels: ['raw', '1h', '1d'] },
      nominalPeriodMicros: 300_000_000,
      edges: [540, 700, 1810, 2510],
      device: null,
      source: 'mgdl',
      removed: false,
    },
  ],
  ['an epoch', { type: 'epoch', subject: SUBJECT, n: 0, epoch: 1, at: AT }],
  [
    'a device',
    {
      type: 'device',
      id: 'd3f90000',
      name: 'Libre',
      subject: SUBJECT,
      tokenHash: bytes('token'),
      at: AT,
      removed: false,
    },
  ],
  [
    'a device that speaks Nightscout',
    {
      type: 'device',
      id: 'd3f90001',
      name: 'Loop',
      subject: SUBJECT,
      tokenHash: bytes('access token'),
      at: AT,
      removed: false,
      nightscout: {
        mayRead: false,
        mayUpload: true,
        allowsPlain: false,
        units: 'mg/dl',
        secretHashes: [bytes('sha1'), bytes('sha512')],
      },
    },
  ],
  ['a month of documents', { type: 'setting', name: `documents/${SUBJECT}/0/24322`, value: true }],
  [
    'a phone',
    {
      type: 'phone',
      id: '3fa20001',
      name: 'Chrome, Android',
      secret: bytes('phone secret'),
      relay: 'wss://relay.example',
      at: AT,
      removed: false,
    },
  ],
  ['a relay', { type: 'relay', url: 'wss://relay.example', uses: ['store', 'post'], removed: false }],
  [
    'a grant by link',
    {
      type: 'grant',
      id: GRANT,
      key: bytes('grant key'),
      how: 'link',
      to: 'whoever has the link',
      recipient: null,
      recipientText: null,
      classic: false,
      subject: SUBJECT,
      scope: {
        streams: [{ streamKey: 'glucose', level: 'raw' }],
        from: AT,
        to: null,
        until: null,
        purpose: { code: 'TREAT', text: 'second opinion' },
        recipient: { kind: 'link' },
      },
      streams: [{ key: 'glucose', level: 'raw' }],
      at: AT,
      wrapKeyNumber: 0,
    },
  ],
  ['its end', { type: 'grant-end', id: GRANT, reason: 'revoked', at: AT + 1, deleted: false }],
  ['a head', { type: 'head', n: 1, at: AT, days: [[SUBJECT, 0, 0, 46_345, bytes('digest').slice(0, 16)]] }],
  ['a pinned key', { type: 'pin', npub: hex('npub'), inbox: bytes('inbox'), kemPublic: bytes('kem') }],
  [
    'a device behind a gateway',
    { type: 'behind', gateway: 'd3f90000', name: 'c4:be:84:00:11:22', assurance: 'gateway', at: AT },
  ],
  [
    'what a device behind a gateway brought a second time',
    {
      type: 'origin',
      subject: SUBJECT,
      n: 0,
      source: 'device:d3f90000/c4:be:84:00:11:22',
      assurance: 'gateway',
      samples: 0,
      elsewhere: 288,
      firstMicros: AT,
      lastMicros: AT + 1,
      at: AT,
    },
  ],
];

const cbor = (value: unknown) => toHex(encodeCbor(value));
const named = (name: string) => ENTRIES.find(([known]) => known === name)![1];
const log = (generation: number, first: number, ...entries: object[]): LoggedEntry[] =>
  entries.map((entry, i) => ({ generation, seq: first + i, cbor: cbor(entry) }));

function foldVectors(): CatalogueVectors['folds'] {
  const all = log(0, 0, ...ENTRIES.map(([, entry]) => entry));
  const renamed = { ...named('a subject'), name: 'Ann' };
  const pen = (generation: number, home: string) => ({ type: 'generation', generation, at: AT, home });
  const cases: [string, LoggedEntry[]][] = [
    ['nothing', []],
    ['one of each', all],
    ['the same in another order of arrival', [...all].reverse()],
    ['a later entry of the same name replaces', [...all, ...log(0, all.length, renamed)]],
    ['what is removed is gone', [...all, ...log(0, all.length, { ...named('a stream'), removed: true })]],
    ['an epoch never goes back', [...all, ...log(0, all.length, { ...named('an epoch'), epoch: 0 })]],
    ['a restored home takes the pen', [...all, ...log(1, all.length, pen(1, 'bbbbbbbbbbbbbbbb'))]],
    [
      'of two that restored at once the higher name holds it',
      [
        ...all,
        ...log(1, all.length, pen(1, 'cccccccccccccccc')),
        ...log(1, all.length + 1, pen(1, 'bbbbbbbbbbbbbbbb')),
      ],
    ],
    [
      'generation before number: the older pen does not overrule',
      [...log(1, 20, renamed), ...log(0, 21, named('a subject'))],
    ],
    ['a type of a later version is counted', [...all, ...log(0, all.length, { type: 'gadget', id: 'x' })]],
  ];
  return cases.map(([name, entries]) => ({ name, log: entries, state: foldLog(entries) }));
}

/** Text of catalogue.json. */
export function makeCatalogueVectors(): string {
  const vectors: CatalogueVectors = {
    entries: ENTRIES.map(([name, entry]) => ({ name, cbor: cbor(entry) })),
    invalid: [
      { name: 'a list', cbor: cbor(['subject']), error: 'corrupt' },
      { name: 'a map without a type', cbor: cbor({ id: SUBJECT }), error: 'corrupt' },
      { name: 'a type that is no text', cbor: cbor({ type: 1 }), error: 'corrupt' },
      { name: 'no deterministic CBOR', cbor: 'a1647479706563f97e00', error: 'malformed' },
    ],
    folds: foldVectors(),
    documents: [
      [0, 0],
      [0, 24_322],
      [1, 24_322],
    ].map(([series, month]) => documentsOf(hex('subject'), series, month)),
    handoff: [0, 1, 4_294_967_295].map((generation) => handoffOf(hex('handoff'), generation)),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/catalogue.json', import.meta.url), makeCatalogueVectors());
