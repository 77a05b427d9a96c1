// A relay's folder as the command sees it: what is asked of it is answered, and nothing is there.
import type { RelayOperation, RelayStatus } from '@hale/home';
import { HaleError } from '@hale/kernel';

const AT = 1_795_269_600;
const MEMBER = 'a1'.repeat(32);

const STATUS = {
  ...{ at: AT, startedAt: AT - 93_600, url: 'wss://relay.example.org', version: '0.1.0', private: true },
  ...{ socketsOpen: 42, socketsMax: 6_000, fileBytes: 812_000_000, logBytes: 4_000_000, memoryBytes: 140_000_000 },
  ...{ freeBytesOfFile: 1_200_000, freeBytesOfDisk: 51_000_000_000, checkedAtStart: 'whole', heldAt: AT - 20 },
  counts: {
    ...{ commits: 18_211, commitsFailed: 0, refusals: { restricted: 12, blocked: 1 }, turnedAway: { 401: 7, 403: 2 } },
  },
  held: { classes: [{ name: 'tiles', events: 210_400, bytes: 700_000_000 }], members: 6 },
  lastBackup: { at: AT - 7_200, bytes: 790_000_000 },
  drill: null,
  mirrors: [],
} as unknown as RelayStatus;

const LISTS: Record<string, unknown> = {
  listallowedpubkeys: [{ pubkey: MEMBER }],
  listbannedpubkeys: [{ pubkey: 'b2'.repeat(32), reason: 'spam' }],
  supportedmethods: ['supportedmethods', 'banpubkey'],
};

export const fakeRelayOperation: RelayOperation = {
  invite: () => '7QK3-M2XA-90PV',
  report: () => {
    const text = 'REPORT OF A HALE RELAY\n\n  made  2026-11-21 14:00 UTC\n';
    return {
      report: { madeAt: AT } as unknown as ReturnType<RelayOperation['report']>['report'],
      file: `${text}\n---- the same, signed by the relay ----\n{"kind":1982}\n`,
    };
  },
  checkReport: (file) => {
    if (!file.includes('signed by the relay'))
      throw new HaleError('malformed', 'this file is no report of a relay: the signed line is missing');
    return { relay: 'ab'.repeat(32), npub: 'npub1relay…', madeAt: AT } as ReturnType<RelayOperation['checkReport']>;
  },
  drill: async () => ({
    ...{ ok: true, source: 'fresh' as const, backupAt: AT, events: 4_210, liveEvents: 4_210 },
    ...{ at: AT, integrity: 'ok', members: 6, checked: 1_000, wrong: 0, seconds: 1.4 },
  }),
  configPath: (dir) => `${dir}/relay.toml`,
  renderConfig: () => '# port = 7_481\n',
  writeConfig: (file) => {
    if (file.includes('taken'))
      throw new HaleError('conflict', 'there is a file of settings already; nothing in it was changed', { file });
  },
  checkConfig: (dir, file = `${dir}/relay.toml`) => {
    if (file.includes('wrong'))
      throw new HaleError('malformed', 'there is no setting limits.conectionsMax', {
        ...{ file, line: 12, key: 'limits.conectionsMax', 'did you mean': 'limits.connectionsMax' },
      });
    return { file, set: ['private = true', 'limits.connectionsMax = 500'] };
  },
  backup: async (dir, file = `${dir}/backups/2026-11-21T140500Z.db`) => ({ file, bytes: 790_000_000, seconds: 4.2 }),
  restore: async (dir) => ({
    ...{ events: 210_388, members: 6, replaced: `${dir}/replaced-2026-11-21T140500Z.db`, requests: 3, newKey: false },
  }),
  check: async (dir, progress) => {
    progress?.(100_000, 210_400);
    const damaged = dir.includes('damaged');
    const database = damaged ? ('damaged' as const) : ('whole' as const);
    return { ok: !damaged, database, events: damaged ? 1_204 : 210_400, wrong: 0, seconds: 21.3 };
  },
  *export() {
    yield '{"id":"00"}';
    yield '{"id":"01"}';
  },
  import: async () => ({
    counts: {
      ...{ read: 1_000, stored: 960, duplicate: 31, older: 0, deleted: 8, unfit: 0, wrong: 1 },
      wrongLines: [{ line: 77, reason: 'invalid: id or signature is wrong' }],
    },
    resumedAfter: 0,
    interrupted: false,
  }),
  desk: (dir) => {
    if (dir.includes('empty'))
      throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
    return {
      manage: async (method) => LISTS[method] ?? (method.startsWith('list') ? [] : true),
      take: async () => {
        throw new HaleError('unsupported', 'nothing is imported here');
      },
      compact: async () => ({ bytesBefore: 812_000_000, bytesAfter: 640_000_000 }),
      status: async () => ({ status: STATUS, address: 'http://127.0.0.1:7482/?code=k2VhQ9mC4tLxW7pRzN0aBg' }),
      pull: async () => ({ lacked: 12, taken: 11, ahead: 3, key: 'c3'.repeat(32) }),
      close: async () => {},
    };
  },
  manageAt: async () => true,
};
