/**
 * Makes specs/vectors/relay.json: `node specs/make-vectors-relay.ts`. Deterministic: every secret is the SHA-256
 * of its name, so two runs write the same bytes, and a test holds the file against a fresh run. The answers stand
 * here as the page tells them; no relay is asked.
 */
import { writeFileSync } from 'node:fs';
import { type EventTemplate, KINDS, schnorrPublic, sha256, toHex, utf8Encode, type VerifiedEvent } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';
import type { PublishingCase, RelayCase, RelayVectors, ServingCase } from '@hale/testkit/vectors/relay';

const now = 1_800_000_000;
const url = 'wss://relay.example';
const names = ['author', 'reader', 'late', 'stranger', 'member', 'addressee', 'sender', 'relay'] as const;
type Name = (typeof names)[number];

const secretOf = (name: Name) => sha256(utf8Encode(`hale vector/relay/${name}`));
const keyOf = (name: Name) => toHex(schnorrPublic(secretOf(name)));

function signed(name: Name, kind: number, tags: string[][], created_at = now, content = ''): VerifiedEvent {
  const template: EventTemplate = { kind, created_at, tags, content };
  return signEvent(template, secretOf(name), sha256(utf8Encode(JSON.stringify(template))));
}

const listing = (until: number) => ['reader', keyOf('reader'), String(until)];
const tileTags = (day: number) => [['-'], ['l', '00112233445566ff'], ['u', String(day)]];

const tile = signed('author', KINDS.tileBatch, tileTags(46_356), now - 50, 'AQIDBA==');
const tileLater = signed('author', KINDS.tileBatch, tileTags(46_357), now - 40, 'BQYHCA==');
const wrap = signed('sender', KINDS.wrap, [['p', keyOf('addressee')]], now - 20);

const events = {
  tile,
  tileLater,
  access: signed('author', KINDS.access, [['-'], listing(now + 60), ['reader', keyOf('late'), String(now)]], now - 30),
  accessEmptied: signed('author', KINDS.access, [['-']], now - 29),
  accessEqualTime: signed('author', KINDS.access, [['-'], listing(now + 60)], now - 29),
  accessTwice: signed('author', KINDS.access, [['-'], listing(now), listing(now + 1)], now - 28),
  accessAhead: signed('author', KINDS.access, [['-']], now + 61),
  accessJustAhead: signed('author', KINDS.access, [['-']], now + 60),
  tileDeletion: signed(
    'author',
    KINDS.deletion,
    [
      ['e', tile.id],
      ['k', '1980'],
    ],
    now - 10,
  ),
  vanish: signed('author', KINDS.vanish, [['relay', url]], now - 5),
  vanishElsewhere: signed('author', KINDS.vanish, [['relay', 'wss://other.example']], now - 5),
  wrap,
  wrapToAuthor: signed('sender', KINDS.wrap, [['p', keyOf('author')]], now - 5),
  wrapDeletion: signed(
    'addressee',
    KINDS.deletion,
    [
      ['e', wrap.id],
      ['k', '1059'],
    ],
    now - 10,
  ),
  wrapDeletionByOther: signed(
    'stranger',
    KINDS.deletion,
    [
      ['e', wrap.id],
      ['k', '1059'],
    ],
    now - 10,
  ),
  receipt: signed('relay', KINDS.receipt, [['-'], ['p', keyOf('author')]], now - 15),
  note: signed('sender', 1, [], now - 60, 'public'),
  noteExpired: signed('sender', 1, [['expiration', String(now)]], now - 61, 'gone'),
};
type EventName = keyof typeof events;

// Of two access events of one second the lowest id counts (NIP-01): which one that is, the ids decide.
const emptiedIsLower = events.accessEmptied.id < events.accessEqualTime.id;

function setting(options: Partial<RelayCase> & { name: string; arrived: EventName[] }): RelayCase {
  return { nowSeconds: now, private: false, members: [], admitted: null, proven: [], ...options };
}

const stream: EventName[] = ['tile', 'access', 'note'];
const tilesOfAuthor = { kinds: [KINDS.tileBatch], authors: [keyOf('author')] };

function serving(
  name: string,
  options: Partial<RelayCase> & { arrived: EventName[] },
  filter: ServingCase['filter'],
  answer: EventName[] | 'no socket' | 'auth-required',
): ServingCase {
  return { ...setting({ name, ...options }), filter, answer, count: Array.isArray(answer) ? answer.length : null };
}

const served: ServingCase[] = [
  serving('a listed reader', { arrived: stream, proven: ['reader'] }, tilesOfAuthor, ['tile']),
  serving('the author', { arrived: stream, proven: ['author'] }, tilesOfAuthor, ['tile']),
  serving('a reader at the second of its `until`', { arrived: stream, proven: ['late'] }, tilesOfAuthor, []),
  serving('a key that is not listed', { arrived: stream, proven: ['stranger'] }, tilesOfAuthor, []),
  serving('the same where the stream is not there', { arrived: ['note'], proven: ['stranger'] }, tilesOfAuthor, []),
  serving('no key proven', { arrived: stream }, tilesOfAuthor, 'auth-required'),
  serving('no key proven, the stream is not there', { arrived: ['note'] }, tilesOfAuthor, 'auth-required'),
  serving('no key proven, everything asked', { arrived: stream }, {}, ['note']),
  serving('limit counts what is permitted', { arrived: [...stream, 'tileLater'], proven: ['stranger'] }, { limit: 1 }, [
    'note',
  ]),
  serving('no access event: readers', { arrived: ['tile'], proven: ['reader'] }, tilesOfAuthor, []),
  serving('no access event: the author', { arrived: ['tile'], proven: ['author'] }, tilesOfAuthor, ['tile']),
  serving(
    'emptied by a newer access event',
    { arrived: ['tile', 'access', 'accessEmptied'], proven: ['reader'] },
    tilesOfAuthor,
    [],
  ),
  serving(
    'the older one arrives last',
    { arrived: ['tile', 'accessEmptied', 'access'], proven: ['reader'] },
    tilesOfAuthor,
    [],
  ),
  ...[['accessEmptied', 'accessEqualTime'] as const, ['accessEqualTime', 'accessEmptied'] as const].map((two, at) =>
    serving(
      `two of one second, order ${at}`,
      { arrived: ['tile', ...two], proven: ['reader'] },
      tilesOfAuthor,
      emptiedIsLower ? [] : ['tile'],
    ),
  ),
  serving('listed twice: the later time', { arrived: ['tile', 'accessTwice'], proven: ['reader'] }, tilesOfAuthor, [
    'tile',
  ]),
  serving('access events: a reader', { arrived: stream, proven: ['reader'] }, { kinds: [KINDS.access] }, []),
  serving('access events: the author', { arrived: stream, proven: ['author'] }, { kinds: [KINDS.access] }, ['access']),
  serving(
    'deletions of a stream: a stranger',
    { arrived: [...stream, 'tileDeletion'], proven: ['stranger'] },
    { kinds: [KINDS.deletion] },
    [],
  ),
  serving(
    'deletions of a stream: a reader',
    { arrived: [...stream, 'tileDeletion'], proven: ['reader'] },
    { kinds: [KINDS.deletion] },
    ['tileDeletion'],
  ),
  serving('what was deleted', { arrived: [...stream, 'tileDeletion'], proven: ['author'] }, tilesOfAuthor, []),
  serving(
    'deleted before it came',
    { arrived: ['access', 'tileDeletion', 'tile'], proven: ['author'] },
    tilesOfAuthor,
    [],
  ),
  serving(
    'after a vanish',
    { arrived: [...stream, 'vanish', 'tile'], proven: ['author'] },
    { authors: [keyOf('author')] },
    ['vanish'],
  ),
  serving('a wrap: its addressee', { arrived: ['wrap'], proven: ['addressee'] }, { kinds: [KINDS.wrap] }, ['wrap']),
  serving('a wrap: its sender', { arrived: ['wrap'], proven: ['sender'] }, { kinds: [KINDS.wrap] }, []),
  serving(
    'a wrap that its addressee deleted',
    { arrived: ['wrap', 'wrapDeletion', 'wrap'], proven: ['addressee'] },
    { kinds: [KINDS.wrap] },
    [],
  ),
  serving(
    'a wrap that another key wished to delete',
    { arrived: ['wrap', 'wrapDeletionByOther'], proven: ['addressee'] },
    { kinds: [KINDS.wrap] },
    ['wrap'],
  ),
  serving('a receipt: the stream author', { arrived: ['receipt'], proven: ['author'] }, { kinds: [KINDS.receipt] }, [
    'receipt',
  ]),
  serving(
    'a receipt: the reader',
    { arrived: ['access', 'receipt'], proven: ['reader'] },
    { kinds: [KINDS.receipt] },
    [],
  ),
  serving('what expired this second', { arrived: ['noteExpired'] }, {}, []),
  serving('private: nobody', { arrived: stream, private: true }, {}, 'no socket'),
  serving('private: a stranger', { arrived: stream, private: true, admitted: 'stranger' }, {}, 'no socket'),
  serving('private: a reader whose time is up', { arrived: stream, private: true, admitted: 'late' }, {}, 'no socket'),
  serving('private: a listed reader', { arrived: stream, private: true, admitted: 'reader' }, {}, ['tile']),
  serving('private: a member', { arrived: stream, private: true, members: ['member'], admitted: 'member' }, {}, [
    'note',
  ]),
  serving(
    'private: a member who proves the author',
    { arrived: stream, private: true, members: ['member'], admitted: 'member', proven: ['author'] },
    {},
    ['access', 'tile', 'note'],
  ),
  serving(
    'private: the addressee of a wrap',
    { arrived: [...stream, 'wrap'], private: true, admitted: 'addressee' },
    {},
    ['wrap'],
  ),
];

function publishing(
  name: string,
  options: Partial<RelayCase> & { arrived: EventName[] },
  event: EventName,
  prefix: string | null,
): PublishingCase {
  return { ...setting({ name, ...options }), event, accepted: prefix === null, prefix };
}

const asMember = { private: true, members: ['member'], admitted: 'member' };
const published: PublishingCase[] = [
  publishing('tiles by a member who proves the author', { ...asMember, arrived: [], proven: ['author'] }, 'tile', null),
  publishing('tiles without that proof', { ...asMember, arrived: [] }, 'tile', 'auth-required'),
  publishing(
    'tiles by their author who is no member',
    { arrived: stream, private: true, admitted: 'reader', proven: ['author'] },
    'tileLater',
    'restricted',
  ),
  publishing('old tiles by a reader', { arrived: ['access'], private: true, admitted: 'reader' }, 'tile', 'restricted'),
  publishing('an access event 60 s ahead', { arrived: [], proven: ['author'] }, 'accessJustAhead', null),
  publishing('an access event 61 s ahead', { arrived: [], proven: ['author'] }, 'accessAhead', 'invalid'),
  publishing(
    'an access event that is not the newest',
    { arrived: ['accessEmptied'], proven: ['author'] },
    'access',
    'invalid',
  ),
  publishing('the same access event again', { arrived: ['access'], proven: ['author'] }, 'access', null),
  publishing('a deletion of tiles without proof', { arrived: stream }, 'tileDeletion', 'auth-required'),
  publishing('tiles that were deleted', { arrived: ['tile', 'tileDeletion'], proven: ['author'] }, 'tile', 'blocked'),
  publishing('tiles of an author who vanished', { arrived: ['tile', 'vanish'], proven: ['author'] }, 'tile', 'blocked'),
  publishing(
    'a vanish that names other relays',
    { arrived: ['tile'], proven: ['author'] },
    'vanishElsewhere',
    'invalid',
  ),
  publishing('a wrap by a reader', { arrived: ['access'], private: true, admitted: 'reader' }, 'wrapToAuthor', null),
  publishing(
    'a wrap by a reader to whom it does not read',
    { arrived: ['access'], private: true, admitted: 'reader' },
    'wrap',
    'restricted',
  ),
  publishing('a wrap that was deleted by its addressee', { arrived: ['wrap', 'wrapDeletion'] }, 'wrap', 'blocked'),
  publishing('a note by a reader', { arrived: ['access'], private: true, admitted: 'reader' }, 'note', 'restricted'),
  publishing('a receipt', { arrived: [], proven: ['author'] }, 'receipt', 'blocked'),
  publishing('what has expired', { arrived: [] }, 'noteExpired', 'invalid'),
];

export function makeRelayVectors(): string {
  const vectors: RelayVectors = {
    relayUrl: url,
    people: Object.fromEntries(names.map((name) => [name, { secret: toHex(secretOf(name)), pubkey: keyOf(name) }])),
    events,
    access: {
      valid: [
        {
          event: 'access',
          readers: [
            { key: keyOf('reader'), until: now + 60 },
            { key: keyOf('late'), until: now },
          ],
        },
        { event: 'accessEmptied', readers: [] },
        {
          event: 'accessTwice',
          readers: [
            { key: keyOf('reader'), until: now },
            { key: keyOf('reader'), until: now + 1 },
          ],
        },
      ],
      invalid: [
        { name: 'no time', tags: [['reader', keyOf('reader')]] },
        { name: 'an empty time', tags: [['reader', keyOf('reader'), '']] },
        { name: 'a negative time', tags: [['reader', keyOf('reader'), '-1']] },
        { name: 'a time with an exponent', tags: [['reader', keyOf('reader'), '1e9']] },
        { name: 'a leading zero', tags: [['reader', keyOf('reader'), '01']] },
        { name: 'a fourth item', tags: [['reader', keyOf('reader'), '1', '']] },
        { name: 'a key in capitals', tags: [['reader', keyOf('reader').toUpperCase(), '1']] },
        { name: 'a short key', tags: [['reader', keyOf('reader').slice(2), '1']] },
      ],
    },
    serving: served,
    publishing: published,
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}

if (import.meta.main) writeFileSync(new URL('vectors/relay.json', import.meta.url), makeRelayVectors());
