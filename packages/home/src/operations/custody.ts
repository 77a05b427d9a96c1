// Handing somebody over and taking somebody up.
import { LIMITS } from '@hale/consent';
import { dayStart, encodeNpub, fromHex, HaleError } from '@hale/kernel';
import type { Category } from '@hale/vault/records';
import type { FormerGrantInfo, HandOverInfo, LevelText, TakenInfo } from '../api.ts';
import { type HandOver, handOver, handOvers, takeBack } from '../custody/hand-over.ts';
import { addressee, fetchLetters, findLetter, lettersOf } from '../custody/letters.ts';
import { decline, emptySelf, type Taking, take, takings } from '../custody/taking.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';
import { subjectInfo } from './people.ts';

const npubOf = (hex: string): string => encodeNpub(fromHex(hex, 32));

const handOverInfo = ({
  id,
  name,
  to,
  state,
  keepsNotes,
  keepsRecords,
  at,
  endedAt,
}: HandOver & { id: string }): HandOverInfo => ({
  ...{ id, name, to: npubOf(to), state, keepsNotes, keepsRecords: keepsRecords.length },
  ...{ atMicros: at, endedMicros: endedAt, lapsesMicros: (dayStart(at / 1e6) + LIMITS.accessSecondsMax) * 1e6 },
});

function takenInfo(home: Home, { subject, from, state, grants }: Taking): TakenInfo {
  const formerGrants = grants.map(
    ({ to, recipient, streams, records = [], purpose, until }): FormerGrantInfo => ({
      ...{ to, recipient: recipient === null ? null : npubOf(recipient), purpose, untilMicros: until },
      streams: streams.map(({ key, level }) => ({ key, level: level as LevelText })),
      records: records as Category[],
    }),
  );
  return { subject: subjectInfo(home, subject), from: npubOf(from), state, formerGrants };
}

export const subjectHandOver: Operation<'subject.hand-over'> = async ({ home }, { subject, to, keepNotes, keep }) => {
  const entry = home.vault.subject(subject);
  const recipient = await addressee(home, to);
  const begun = await handOver(home, entry, recipient, { notes: keepNotes === true, records: keep ?? [] });
  await home.network.settle(5000);
  return handOverInfo(begun);
};

export const subjectKeep: Operation<'subject.keep'> = async ({ home }, { subject }) => {
  const ended = takeBack(home, home.vault.subject(subject).id);
  await home.network.settle(5000);
  return handOverInfo(ended);
};

export const subjectHandOvers: Operation<'subject.hand-overs'> = ({ home }) => handOvers(home).map(handOverInfo);

export const subjectOffers: Operation<'subject.offers'> = async ({ home }) => {
  await fetchLetters(home);
  const offers = lettersOf(home, 'hand-over').map(({ id, from, at, text: { name, species } }) => ({
    ...{ offer: id, from: npubOf(from), name, species, cameMicros: at },
  }));
  const here = takings(home).filter(({ subject }) => home.vault.state.subjects.get(subject)?.removed === false);
  return { offers, taken: here.map((taking) => takenInfo(home, taking)), canBeMe: emptySelf(home) !== null };
};

export const subjectTake: Operation<'subject.take'> = async ({ home, emit }, { offer, name, asMe = false }) => {
  if (home.vault.retiredBy !== null) throw new HaleError('retired', 'another home has taken over; this one only reads');
  await fetchLetters(home);
  const letter = findLetter(home, 'hand-over', offer);
  const taking = await take(home, letter, asMe ? { asMe } : { name }, (done, total) =>
    emit({ progress: { what: 'Taking up', done, total, unit: 'events' } }),
  );
  return takenInfo(home, taking);
};

export const subjectDecline: Operation<'subject.decline'> = async ({ home }, { offer }) => {
  await fetchLetters(home);
  await decline(home, findLetter(home, 'hand-over', offer));
  return {};
};
