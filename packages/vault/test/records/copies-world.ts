// A vault with records, a grant of some of them and its recipient, whose randomness can be set anew: two of them then differ in nothing but in what
// was done in one and not in the other.
import { copiedResources, GrantReader } from '@hale/consent';
import { base64Decode, decodeBatch, fromHex, KINDS, toHex, type VerifiedEvent } from '@hale/kernel';
import { MemoryVaultStore } from '@hale/testkit/memory-vault-store';
import { seededRandom } from '@hale/testkit/relay-people';
import { Grants, type IssuedGrant, Labels, RecordGrants, Vault } from '../../src/index.ts';
import type { RecordPolicy } from '../../src/records/copies/index.ts';
import { CATEGORIES, Records, type Resource } from '../../src/records/index.ts';
import { type Bench, DAY, KEYS, T0 } from '../fixture.ts';
import { TOOLS, takeIn } from '../record-fixture.ts';

export const SERVER = 'https://hospital.example/fhir';
export const PATIENT: Resource = { resourceType: 'Patient', id: 'p', gender: 'female', birthDate: '1980-05-02' };

export const ALL: RecordPolicy = {
  ...{ categories: [...CATEGORIES], from: null, to: null, withholdAreas: [], withholdCodes: [], withhold: [] },
  ...{ include: [], documents: false, told: 'none', jurisdiction: '' },
};

export interface World extends Bench {
  records: Records;
  shared: RecordGrants;
  labels: Labels;
  /** From here on everything that is random is the same in every world, whatever happened before; and it is that time. */
  step(name: string, minutes: number): void;
  take(resources: Resource[]): void;
  idOf(type: string, localId: string): string;
  /** @param key of a grant that a code or a PIN opens */
  issue(policy: RecordPolicy, key?: Uint8Array): IssuedGrant;
}

export function openWorld(store = new MemoryVaultStore()): World {
  let bytes = seededRandom('begin');
  const clock = { now: T0 + 100 * DAY };
  const vault = new Vault({ store, clock: { nowMicros: () => clock.now }, random: { bytes: (n) => bytes(n) } }, KEYS);
  if (vault.state.subjects.size === 0) {
    vault.takePen(0);
    vault.addSubject('me');
  }
  const grants = new Grants(vault);
  const me = vault.subject().id;
  const records = new Records(vault, TOOLS);
  const labels = new Labels(vault, records);
  const shared = new RecordGrants(vault, grants, records, TOOLS, labels);
  vault.afterFailure = () => {
    grants.reload();
    records.reload();
  };
  const world: World = {
    ...{ store, vault, grants, clock, me, records, labels, shared },
    restart: () => Object.assign(world, openWorld(store)),
    step: (name, minutes) => {
      bytes = seededRandom(name);
      clock.now = T0 + 100 * DAY + minutes * 60_000_000;
    },
    take: (resources) => {
      takeIn(world, records, resources, SERVER, [PATIENT]);
    },
    idOf: (type, localId) => {
      for (const { type: of, id, sources } of records.heads(me))
        if (of === type && sources.some((source) => source.localId.endsWith(`${type}/${localId}`))) return id;
      throw new Error(`no ${type}/${localId}`);
    },
    issue: (policy, key) =>
      grants.issue({
        subject: me,
        scope: {
          ...{ streams: [], from: clock.now, to: null, until: null, purpose: { code: 'TREAT', text: '' } },
          recipient: { kind: 'link' },
          records: { categories: policy.categories, from: policy.from, to: policy.to },
        },
        ...{ how: 'link', to: 'whoever', recipient: null, recipientText: null, classic: false },
        ...{ names: { subject: '', owner: '' }, records: policy, ...(key ? { key } : {}) },
      }).grant,
  };
  return world;
}

const authorsOf = ({ log, copies }: IssuedGrant): Set<string> =>
  new Set([log, copies!].map(({ stream }) => toHex(stream.author)));

/** Everything that a relay gets of a grant's authors, in the order in which it is sent. */
export function sentOf({ store }: World, grant: IssuedGrant): VerifiedEvent[] {
  const authors = authorsOf(grant);
  return store.queue.map(({ event }) => event).filter(({ pubkey }) => authors.has(pubkey));
}

/** The recipient, over what a relay holds of the grant once it has taken everything in. */
export function readerOf({ store }: World, grant: IssuedGrant): GrantReader {
  const { grantKey, grantAuthor } = grant.owner;
  const reader = new GrantReader({ grantKey, grantAuthor });
  const authors = authorsOf(grant);
  const held = store.events.filter(({ kind, pubkey }) => kind === KINDS.tileBatch && authors.has(pubkey));
  const own = (event: VerifiedEvent): number => (event.pubkey === grantAuthor ? 0 : 1);
  for (const { pubkey, content } of [...held].sort((a, b) => own(a) - own(b)))
    for (const tile of decodeBatch(fromHex(pubkey, 32), base64Decode(content)).tiles) reader.receive(tile);
  return reader;
}

export const resourcesOf = (world: World, grant: IssuedGrant): Resource[] =>
  copiedResources(readerOf(world, grant).copies.packed, TOOLS.inflate) as Resource[];
