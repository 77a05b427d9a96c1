// Caring for somebody together: offers, who cares, who can see, stops.
import { encodeNpub, fromHex, HaleError } from '@hale/kernel';
import { activeGrants, type CustodianEntry, type Household, householdOf } from '@hale/vault';
import type { CareInfo, CustodianInfo, SeenCare } from '../api.ts';
import { addressee, fetchLetters, findLetter, letterDone, lettersOf } from '../custody/letters.ts';
import { acceptCustody, leaveCustody, offerCustody } from '../custody/sharing.ts';
import { careOfMe, letWardSee } from '../custody/wards.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';
import { subjectInfo } from './people.ts';
import { microsOf } from './times.ts';

const npubOf = (hex: string): string => encodeNpub(fromHex(hex, 32));

/** What somebody may be: HL7 v3 RoleCode, of FHIR's RelatedPerson.relationship, and for animals. */
const ROLES = [
  'PRN',
  'MTH',
  'FTH',
  'STPPRN',
  'GRPRN',
  'CHILD',
  'SIB',
  'SPS',
  'DOMPART',
  'GUARD',
  'POWATT',
  'ECON',
  'NOK',
  'VET',
  'OWN',
  '',
];

function custodianInfo(home: Home, { npub, name, level, as, until, state }: CustodianEntry): CustodianInfo {
  const isOver = state === 'accepted' && until !== null && until <= home.nowMicros();
  return {
    ...{ npub: npubOf(npub), isYou: npub === home.identityPublic(), name, level, as, untilMicros: until },
    state: isOver ? 'expired' : state,
  };
}

function careInfo(home: Home, subject: string): CareInfo {
  const household = home.custody.isShared(subject) ? home.custody.household(subject) : ownHousehold(home, subject);
  const titles = new Map(home.vault.streams(subject).map(({ entry }) => [entry.n, entry.title]));
  return { subject: subjectInfo(home, subject), ...seenIn(home, household, titles) };
}

/** Who cares and who can see, as the custodians' log says. */
function seenIn(home: Home, household: Household, titles: ReadonlyMap<number, string>): SeenCare {
  const { custodians, grants } = household;
  const own = home.identityPublic();
  const active = new Set(activeGrants(household, home.nowMicros()).map(({ id }) => id));
  return {
    custodians: custodians.map((each) => custodianInfo(home, each)),
    grants: grants.map(({ id, by, to, recipient, purpose, streams, at, until, stoppedBy }) => ({
      ...{ id, by: npubOf(by), byYou: by === own, to, purpose },
      ...{ recipient: recipient === null ? null : npubOf(recipient) },
      streams: streams.flatMap((n) => titles.get(n) ?? []),
      ...{ sinceMicros: at, untilMicros: until, stoppedBy: stoppedBy === null ? null : npubOf(stoppedBy) },
      state: stoppedBy !== null ? 'stopped' : active.has(id) ? 'active' : 'ended',
    })),
  };
}

/** Of somebody whom this home keeps alone. */
function ownHousehold(home: Home, subject: string): Household {
  const own = home.identityPublic();
  const alone: CustodianEntry = {
    ...{ type: 'custodian', npub: own, lane: 0, name: '', level: 'full', as: '', until: null, state: 'accepted' },
  };
  const grants = home.grants
    .all()
    .filter(({ record }) => record.subject === subject)
    .map(({ record, owner }) => ({
      ...{ type: 'grant' as const, id: record.id, by: own, to: record.to, recipient: record.recipient },
      ...{ purpose: owner.scope.purpose.text, from: owner.scope.from, until: owner.scope.until, at: record.at },
      streams: record.streams.flatMap(({ key }) => home.vault.findStream(subject, key)?.entry.n ?? []),
      ...{ readers: [], stoppedBy: null, isEnded: owner.ended !== null },
    }));
  return { ...householdOf([]), custodians: [alone], grants };
}

export const custodyOffer: Operation<'custody.offer'> = async ({ home }, { subject, to, name, as, until }) => {
  const entry = home.vault.subject(subject);
  if (as !== undefined && !ROLES.includes(as))
    throw new HaleError('usage', `what they are is one of ${ROLES.filter((role) => role !== '').join(', ')}`);
  const end = microsOf(until, 'until') ?? null;
  if (end !== null && end <= home.nowMicros()) throw new HaleError('usage', 'the end of custody lies in the past');
  const recipient = await addressee(home, to);
  const offered = offerCustody(home, entry, recipient, { name: name ?? '', as: as ?? '', until: end });
  await home.network.settle(5000);
  return custodianInfo(home, offered);
};

export const custodyOffers: Operation<'custody.offers'> = async ({ home }) => {
  await fetchLetters(home);
  return lettersOf(home, 'custody').map(({ id, from, at, text: { name, species, as, until } }) => ({
    ...{ offer: id, from: npubOf(from), name, species, cameMicros: at, as, untilMicros: until },
  }));
};

export const custodyAccept: Operation<'custody.accept'> = async ({ home }, { offer, name }) => {
  await fetchLetters(home);
  const subject = await acceptCustody(home, findLetter(home, 'custody', offer), name);
  await home.network.settle(5000);
  return careInfo(home, subject.id);
};

export const custodyDecline: Operation<'custody.decline'> = ({ home }, { offer }) => {
  const { id } = findLetter(home, 'custody', offer);
  home.vault.store.transact(() => letterDone(home, id));
  return {};
};

export const custodyShow: Operation<'custody.show'> = ({ home }, { subject }) =>
  careInfo(home, home.vault.subject(subject).id);

export const custodyStop: Operation<'custody.stop'> = async ({ home }, { subject, grant }) => {
  const { id } = home.vault.subject(subject);
  const found = careInfo(home, id).grants.filter((each) => grant.length >= 4 && each.id.startsWith(grant));
  if (found.length !== 1) throw new HaleError('not-found', 'no such share of this one; `hale custody show` lists them');
  if (home.custody.isShared(id)) home.custody.stop(id, found[0].id);
  else home.grants.end(found[0].id, 'revoked', false);
  home.announce();
  await home.network.settle(5000);
  return careInfo(home, id);
};

export const custodyLeave: Operation<'custody.leave'> = async ({ home }, { subject }) => {
  const { id } = home.vault.subject(subject);
  home.settle();
  await home.network.settle(10_000);
  if (home.storeRelays().every((url) => home.outbox.pendingCount(url) > 0))
    throw new HaleError(
      'unavailable',
      'what this home wrote of them has not reached a relay yet; the others would lose it',
    );
  leaveCustody(home, id);
  await home.network.settle(5000);
  return {};
};

export const custodyWard: Operation<'custody.ward'> = async ({ home }, { subject, to }) => {
  const entry = home.vault.subject(subject);
  letWardSee(home, entry.id, await addressee(home, to));
  await home.network.settle(5000);
  return careInfo(home, entry.id);
};

export const custodyMine: Operation<'custody.mine'> = async ({ home }) => {
  await fetchLetters(home);
  return (await careOfMe(home)).map(({ care: { name, from }, household }) => ({
    ...{ name, from: npubOf(from) },
    ...seenIn(home, household, new Map([...household.streams].map(([n, { title }]) => [n, title]))),
  }));
};
