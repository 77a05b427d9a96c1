// Emergency access of the owner: what it tells, the card, who opened it; and opening somebody's card from this home.
import {
  EMERGENCY_LIMITS,
  emergencyPin,
  encodeEmergencyLink,
  FACTORS,
  parseEmergencyLink,
  SHEET_SECTIONS,
  type SheetSection,
} from '@hale/consent/emergency';
import { base64Encode, decodeNpub, encodeNpub, fromHex, HaleError, toHex } from '@hale/kernel';
import { encodeDeskCode } from '@hale/kernel/seal';
import { RELAY_LIMITS } from '@hale/relay/server';
import type { EmergencyChange, EmergencyInfo, EmergencyOpeningInfo } from '../api-emergency.ts';
import { replaceFile } from '../durable-file.ts';
import { emergencyFaces, emergencyPdf, emergencySvg } from '../emergency/card.ts';
import type { CardPrint } from '../emergency/faces.ts';
import { draftSheet } from '../emergency/facts.ts';
import { endOpening, makeLocker } from '../emergency/lockers.ts';
import { openCard } from '../emergency/open.ts';
import {
  closingAt,
  currentCard,
  type EmergencyCard,
  type EmergencyChoice,
  emergencyChoice,
  type KeptOpening,
  keepChoice,
  keepOpenings,
  keptOpenings,
  openingId,
} from '../emergency/settings.ts';
import { armedAt, closeCards, type Tended, tendSubject, unlessClosed } from '../emergency/tend.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';
import { newPin } from './locker-share.ts';
import { grantRelays } from './share.ts';
import { unlessShut } from './shut.ts';

/** Relays that keep a card's locker: one that is away must not be all there is. */
const RELAYS_MAX = 3;
const MINUTES_DEFAULT = 15;
const LIST_MAX = 20;

const npubOf = (hex: string): string => encodeNpub(fromHex(hex, 32));

function infoOf(home: Home, subject: string, failed: Tended['failed'] = []): EmergencyInfo {
  const choice = emergencyChoice(home, subject);
  const card = currentCard(choice);
  const { cards: _cards, isForbidden, told, institutions, ...chosen } = choice;
  const draft = draftSheet(home, subject, choice);
  return {
    ...chosen,
    ...{ subject: home.vault.state.subjects.get(subject)!.name, name: draft.name, born: draft.born },
    state: isForbidden ? 'forbidden' : card === undefined ? 'none' : 'on',
    told: told.map(npubOf),
    institutions: institutions.map(npubOf),
    facts: draft.sections,
    card: card
      ? {
          madeMicros: card.madeMicros,
          hasPin: card.pin !== '',
          relays: card.relays.map((url) => ({ url, armedMicros: armedAt(home, card, url)?.atMicros ?? null })),
        }
      : null,
    closing: closingAt(choice),
    openings: keptOpenings(home, subject).map((opening) => openingInfo(home, opening)),
    failed,
  };
}

function openingInfo(home: Home, opening: KeptOpening): EmergencyOpeningInfo {
  const { statement, atMicros, untilMicros, relay, npub, factor, isSigned, review } = opening;
  return {
    ...{ id: openingId(opening), atMicros, untilMicros, relay, npub, factor, isSigned, review },
    isOpen: untilMicros > home.nowMicros(),
    reason: statement?.reason ?? null,
    why: statement?.why ?? '',
    name: statement?.name ?? '',
    institution: statement?.institution ?? '',
  };
}

const subjectOf = (home: Home, name: string | undefined): string => home.vault.subject(name).id;

export const emergency: Operation<'emergency'> = async ({ home }, { subject: name, look = false }) => {
  const subject = subjectOf(home, name);
  const { failed } = look ? await tendSubject(home, subject) : { failed: [] };
  return infoOf(home, subject, failed);
};

export const emergencyChange: Operation<'emergency.change'> = async ({ home }, { subject: name, ...asked }) => {
  const subject = subjectOf(home, name);
  const before = emergencyChoice(home, subject);
  const after = changed(home, subject, before, asked);
  keepChoice(home, subject, after);
  // What the locker asks for, whom it tells and for how long is part of a round.
  const isRule = after.hours !== before.hours || after.factor !== before.factor || asked.told || asked.institutions;
  const { failed } = await tendSubject(home, subject, Boolean(isRule));
  return infoOf(home, subject, failed);
};

function changed(home: Home, subject: string, before: EmergencyChoice, asked: EmergencyChange): EmergencyChoice {
  const { sections, hours, factor, told, institutions, series, language, ...plain } = asked;
  if (sections?.some((section) => !SHEET_SECTIONS.includes(section)))
    throw new HaleError('usage', `the sections of an emergency sheet are ${SHEET_SECTIONS.join(', ')}`);
  if (hours !== undefined && !(Number.isInteger(hours) && hours >= 1 && hours <= EMERGENCY_LIMITS.hoursMax))
    throw new HaleError('usage', `an opening lasts between 1 and ${EMERGENCY_LIMITS.hoursMax} hours`);
  if (factor !== undefined && !FACTORS.includes(factor))
    throw new HaleError('usage', `a card asks for one of ${FACTORS.join(', ')}`);
  const card = currentCard(before);
  if (card?.pin === '' && (factor === 'pin' || factor === 'either'))
    throw new HaleError('usage', 'the card that is printed has no PIN; `hale emergency card --pin` makes one that has');
  if (language !== undefined && !/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language))
    throw new HaleError('usage', 'a language is given as its code: en, es, pl');
  for (const key of series ?? []) home.vault.stream(subject, key);
  for (const [list, max] of [
    [told, RELAY_LIMITS.emergencyToldMax],
    [institutions, RELAY_LIMITS.emergencyInstitutionsMax],
    [plain.contacts, LIST_MAX],
    [plain.notes, LIST_MAX],
  ] as const)
    if (list && list.length > max) throw new HaleError('too-large', `that are too many; at most ${max}`, { max });
  return {
    ...before,
    ...plain,
    ...(sections ? { sections: SHEET_SECTIONS.filter((each) => sections.includes(each)) as SheetSection[] } : {}),
    ...(hours === undefined ? {} : { hours }),
    ...(factor === undefined ? {} : { factor }),
    ...(language === undefined ? {} : { language }),
    ...(series ? { series } : {}),
    ...(told ? { told: keysOf(told) } : {}),
    ...(institutions ? { institutions: keysOf(institutions) } : {}),
  };
}

const keysOf = (npubs: readonly string[]): string[] => [
  ...new Set(npubs.map((npub) => toHex(decodeNpub(npub.trim())))),
];

export const emergencyCard: Operation<'emergency.card'> = async (context, { subject: name, to, withPin = false }) => {
  const { home } = context;
  const subject = subjectOf(home, name);
  checkCard(emergencyChoice(home, subject), withPin);
  const checks = [unlessShut(context), unlessClosed(home, subject)];
  const { card, pin } = newCard(home, withPin);
  // The lockers first: a card that opens nothing must not be printed. The one before is closed with the same entry.
  const failed = await placeCard(home, card);
  // What she said while relays answered counts.
  const now = emergencyChoice(home, subject);
  const older = now.cards.map((each) => ({ ...each, isClosed: true })).filter(({ relays }) => relays.length > 0);
  try {
    for (const check of checks) check();
    checkCard(now, withPin);
  } catch (error) {
    // Nobody has seen it, and its lockers go.
    keepChoice(home, subject, { ...now, cards: [{ ...card, isClosed: true }, ...now.cards] });
    await tendSubject(home, subject);
    throw error;
  }
  const factor = withPin && now.factor === 'none' ? 'pin' : !withPin && now.factor === 'either' ? 'code' : now.factor;
  keepChoice(home, subject, { ...now, factor, cards: [...older, card] });
  const tended = await tendSubject(home, subject, true);
  const link = linkOf(card);
  const files = to === undefined ? [] : await printed(home, subject, to);
  return {
    files,
    link,
    pin,
    facts: draftSheet(home, subject, emergencyChoice(home, subject)).sections,
    failed: [...failed, ...tended.failed],
  };
};

function checkCard({ isForbidden, factor }: EmergencyChoice, withPin: boolean): void {
  if (isForbidden)
    throw new HaleError('not-permitted', 'you forbade emergency access; `hale emergency allow` takes that back');
  if (factor === 'pin' && !withPin) throw new HaleError('usage', 'your card asks for a PIN: make it with one (--pin)');
}

function newCard(home: Home, withPin: boolean): { card: EmergencyCard; pin: string | null } {
  const relays = [...grantRelays(home)].sort((a, b) => Number(b.startsWith('wss://')) - Number(a.startsWith('wss://')));
  const [first] = relays;
  if (first === undefined)
    throw new HaleError('unavailable', 'an emergency card needs a relay that strangers reach; `hale relays add URL`');
  const secret = home.vault.random.bytes(32);
  const pin = withPin ? newPin(home) : null;
  const card = {
    secret: toHex(secret),
    origin: first.replace(/^ws/, 'http').replace(/^(https?:\/\/[^/]+).*$/, '$1'),
    relays: relays.slice(0, RELAYS_MAX),
    madeMicros: home.nowMicros(),
    pin: pin === null ? '' : emergencyPin(secret, pin),
    isClosed: false,
  };
  return { card, pin };
}

/** Relays without emergency lockers are left out of the card. @throws HaleError where none takes it */
async function placeCard(home: Home, card: EmergencyCard): Promise<Tended['failed']> {
  const failed: Tended['failed'] = [];
  for (const relay of [...card.relays]) {
    try {
      await makeLocker(home, card, relay);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      failed.push({ relay, code: error.code });
      card.relays = card.relays.filter((each) => each !== relay);
    }
  }
  if (card.relays.length > 0) return failed;
  const isOld = failed.some(({ code }) => code === 'unsupported');
  throw new HaleError(
    isOld ? 'unsupported' : 'unavailable',
    isOld
      ? 'none of your relays has emergency lockers; bring one up to date'
      : 'no relay took the emergency locker; is one of them reachable?',
  );
}

const relaysInLink = ({ origin, relays }: EmergencyCard): string[] =>
  relays.length === 1 && relays[0].replace(/\/+$/, '') === origin.replace(/^http/, 'ws') ? [] : relays;

const linkOf = (card: EmergencyCard): string =>
  encodeEmergencyLink({ origin: card.origin, relays: relaysInLink(card), secret: fromHex(card.secret, 32) });

function printOf(home: Home, subject: string): CardPrint {
  const choice = emergencyChoice(home, subject);
  const { language, hours, factor } = choice;
  const card = currentCard(choice);
  // What stands on it is what is asked for now.
  const asksPin = card !== undefined && card.pin !== '' && (factor === 'pin' || factor === 'either');
  const link = card ? linkOf(card) : null;
  return { ...draftSheet(home, subject, choice), link, asksPin, language, hours, madeMicros: home.nowMicros() };
}

async function printed(home: Home, subject: string, to: string): Promise<string[]> {
  const print = printOf(home, subject);
  const base = to.replace(/\.(pdf|svg)$/i, '');
  replaceFile(`${base}.pdf`, await emergencyPdf(print));
  replaceFile(`${base}.svg`, new TextEncoder().encode(emergencySvg(print)));
  return [`${base}.pdf`, `${base}.svg`];
}

export const emergencyPrint: Operation<'emergency.print'> = async ({ home }, { subject: name, withPdf = false }) => {
  const print = printOf(home, subjectOf(home, name));
  return {
    faces: emergencyFaces(print),
    hasCode: print.link !== null,
    picture: emergencySvg(print),
    pdf: withPdf && print.link !== null ? base64Encode(await emergencyPdf(print)) : null,
  };
};

export const emergencyOpenings: Operation<'emergency.openings'> = ({ home }) =>
  [...home.vault.state.subjects.values()]
    .filter(({ removed }) => !removed)
    .flatMap(({ id, name }) =>
      keptOpenings(home, id).map((opening) => ({ ...openingInfo(home, opening), subject: name })),
    )
    .filter(({ review }) => review === null)
    .sort((a, b) => b.atMicros - a.atMicros);

export const emergencyNever: Operation<'emergency.never'> = async (
  { home },
  { subject: name, records, undo = false },
) => {
  const subject = subjectOf(home, name);
  const choice = emergencyChoice(home, subject);
  const known = [...home.records.heads(subject)].map(({ id }) => id);
  const meant = records.map((text) => {
    const found = known.filter((id) => text.length >= 4 && id.startsWith(text));
    if (found.length === 1) return found[0];
    throw new HaleError('not-found', 'no such record, or several begin like that; `hale records` shows them');
  });
  const never = undo ? choice.never.filter((id) => !meant.includes(id)) : [...new Set([...choice.never, ...meant])];
  keepChoice(home, subject, { ...choice, never });
  const { failed } = await tendSubject(home, subject);
  return infoOf(home, subject, failed);
};

export const emergencyAgain: Operation<'emergency.again'> = async ({ home }, { subject: name }) => {
  const subject = subjectOf(home, name);
  if (!currentCard(emergencyChoice(home, subject)))
    throw new HaleError('not-found', 'there is no emergency card; `hale emergency card` makes one');
  const { failed } = await tendSubject(home, subject, true);
  return infoOf(home, subject, failed);
};

function findOpening(home: Home, text: string): { subject: string; opening: KeptOpening } {
  for (const subject of home.vault.state.subjects.keys()) {
    const opening = keptOpenings(home, subject).find((each) => openingId(each) === text);
    if (opening) return { subject, opening };
  }
  throw new HaleError('not-found', 'no such opening; `hale emergency` shows them');
}

function changeOpening(home: Home, text: string, change: Partial<KeptOpening>): EmergencyOpeningInfo {
  const { subject, opening } = findOpening(home, text);
  const changedOne = { ...opening, ...change };
  const others = keptOpenings(home, subject).map((each) => (openingId(each) === text ? changedOne : each));
  keepOpenings(home, subject, others);
  return openingInfo(home, changedOne);
}

export const emergencyReview: Operation<'emergency.review'> = ({ home }, { opening, right, text = '' }) => {
  if (!right && text.trim() === '') throw new HaleError('usage', 'say what was not right about it');
  return changeOpening(home, opening, {
    review: { right, text: text.trim().slice(0, EMERGENCY_LIMITS.whyUnitsMax), atMicros: home.nowMicros() },
  });
};

export const emergencyEnd: Operation<'emergency.end'> = async ({ home }, { opening: text }) => {
  const { subject, opening } = findOpening(home, text);
  await endOpening(home, opening.card, opening.relay, opening.number);
  const ended = changeOpening(home, text, { untilMicros: Math.min(opening.untilMicros, home.nowMicros()) });
  await tendSubject(home, subject, true);
  return ended;
};

export const emergencyOff: Operation<'emergency.off'> = async ({ home }, { subject: name, forbid = false }) => {
  const subject = subjectOf(home, name);
  const { failed } = await closeCards(home, subject, forbid ? { isForbidden: true } : {});
  return infoOf(home, subject, failed);
};

export const emergencyAllow: Operation<'emergency.allow'> = ({ home }, { subject: name }) => {
  const subject = subjectOf(home, name);
  keepChoice(home, subject, { ...emergencyChoice(home, subject), isForbidden: false });
  return infoOf(home, subject);
};

export const emergencyCode: Operation<'emergency.code'> = ({ home }, { minutes = MINUTES_DEFAULT }) => {
  if (!(Number.isInteger(minutes) && minutes >= 1 && minutes * 60 <= RELAY_LIMITS.deskCodeSecondsMax))
    throw new HaleError('usage', 'a code is good for 1 to 1440 minutes');
  const expires = Math.floor(home.nowMicros() / 1e6) + minutes * 60;
  return {
    code: encodeDeskCode(expires, home.keys.identity, (length) => home.vault.random.bytes(length)),
    expiresMicros: expires * 1e6,
  };
};

export const emergencyOpen: Operation<'emergency.open'> = async ({ home }, given) => {
  const { link, reason, why = '', name, institution = '', pin = '', code = '' } = given;
  const statement = { reason, why, name, institution, time: home.nowMicros() };
  const { sheet, until, told } = await openCard({
    ...{ link: parseEmergencyLink(link.trim()), statement, identity: home.keys.identity, pin, code },
  });
  return {
    ...{ name: sheet.name, born: sheet.born, writtenMicros: sheet.time, untilMicros: until * 1e6, told },
    sections: sheet.sections,
    bundle: sheet.bundleBytes === null ? null : new TextDecoder().decode(sheet.bundleBytes),
  };
};
