// Health cards, patient summaries and health links of the owner: made, listed, changed, taken back.
import { randomUUID } from 'node:crypto';
import { HaleError, utf8Encode } from '@hale/kernel';
import { cardKey } from '@hale/kernel/seal';
import type { Resource } from '@hale/vault/records';
import { CARD_MEDIA, FHIR_MEDIA, issueCard, issuerKeySet, type LinkFile } from '@hale/vault/records/cards';
import { readSummary, writeSummary } from '@hale/vault/records/ips';
import type { HealthLinkInfo, RecordsChosen } from '../api-cards.ts';
import { replaceFile } from '../durable-file.ts';
import type { Home } from '../home.ts';
import { keepIssuers, knownIssuers } from '../records/card-checks.ts';
import { issuerNetwork } from '../records/card-network.ts';
import { cardSvg } from '../records/card-pictures.ts';
import { cardTools } from '../records/card-tools.ts';
import { chooseRecords } from '../records/chosen.ts';
import {
  closeHealthLink,
  httpAddress,
  type KeptLink,
  keepLinks,
  keptLinks,
  linkText,
  lookAtHealthLink,
  newLinkId,
  placeHealthLink,
  refillHealthLink,
} from '../records/health-links.ts';
import type { Operation } from './context.ts';
import { newPin } from './locker-share.ts';
import { grantRelays } from './share.ts';
import { unlessShut } from './shut.ts';
import { microsOf } from './times.ts';

const DAY_MICROS = 86_400e6;
/** Until when a link opens where nobody says: a week, or a year where what it shows may change. */
const LINK_DAYS = 7;
const LONG_LINK_DAYS = 366;
const ADDRESS_SETTING = 'card-address';

function summaryOf(home: Home, asked: RecordsChosen): Resource {
  const { patient, records, withheld } = chooseRecords(home, asked);
  return writeSummary({
    patient,
    records,
    withheld,
    hidden: asked.hidden ?? 'none',
    date: new Date(home.nowMicros() / 1000).toISOString(),
    uuid: randomUUID,
  });
}

export const summaryWrite: Operation<'summary.write'> = ({ home }, { to, ...asked }) => {
  const bundle = summaryOf(home, asked);
  replaceFile(to, utf8Encode(`${JSON.stringify(bundle, null, 1)}\n`));
  const sections = readSummary(bundle)!.sections;
  return { file: to, sections: sections.map(({ title, records }) => ({ title, records: records.length })) };
};

export const cardsIssue: Operation<'cards.issue'> = async ({ home }, { subject, records, to, until, iss }) => {
  if (iss !== undefined)
    home.vault.change(() => home.vault.record([{ type: 'setting', name: ADDRESS_SETTING, value: iss }]));
  const address = addressOf(home);
  const chosen = chooseRecords(home, { records, ...(subject === undefined ? {} : { subject }) });
  const key = cardKey(home.keys.catalogueSecret, 0);
  const expires = microsOf(until, 'until');
  const wish = {
    records: [chosen.patient, ...chosen.records].map(({ resource, names = [] }) => ({ resource, fullUrl: names[0] })),
    iss: address,
    issuedAt: home.nowMicros() / 1e6,
    ...(expires === undefined ? {} : { expiresAt: expires / 1e6 }),
  };
  const card = await issueCard(wish, key, cardTools);
  const files: string[] = [];
  if (to !== undefined) {
    const base = to.replace(/\.smart-health-card$/i, '');
    replaceFile(`${base}.smart-health-card`, utf8Encode(card.file));
    files.push(`${base}.smart-health-card`);
    for (const [at, text] of card.pictures.entries()) {
      const path = card.pictures.length === 1 ? `${base}.svg` : `${base}-${at + 1}.svg`;
      replaceFile(path, utf8Encode(cardSvg(text)));
      files.push(path);
    }
  }
  return { files, pictures: card.pictures, iss: address, keys: await issuerKeySet(key) };
};

function addressOf(home: Home): string | null {
  const kept = home.vault.state.settings.get(ADDRESS_SETTING);
  return typeof kept === 'string' ? kept : null;
}

const told = ({ iss, name, keys = [] }: { iss: string; name: string; keys?: readonly unknown[] }) => ({
  iss,
  name,
  keys: keys.length,
});

export const cardsIssuers: Operation<'cards.issuers'> = ({ home }) => knownIssuers(home).map(told);

export const cardsKnow: Operation<'cards.know'> = async ({ home }, { iss, name }) => {
  if (!/^https:\/\/[^\s/?#]+(\/[^\s?#]*[^\s/?#])?$/.test(iss) || iss.length > 512)
    throw new HaleError('usage', 'an issuer is an https address without a slash at its end');
  const set = await issuerNetwork(home.cardNetwork).keys(iss);
  const keys = (set as { keys?: unknown } | null)?.keys;
  const known = { iss, name: name.slice(0, 200), ...(Array.isArray(keys) ? { keys } : {}) };
  keepIssuers(home, [...knownIssuers(home).filter((each) => each.iss !== iss), known]);
  return told(known);
};

export const cardsForget: Operation<'cards.forget'> = ({ home }, { iss }) => {
  const issuers = knownIssuers(home);
  if (!issuers.some((each) => each.iss === iss))
    throw new HaleError('not-found', 'no such issuer; `hale issuers` lists those you know');
  keepIssuers(
    home,
    issuers.filter((each) => each.iss !== iss),
  );
  return {};
};

const secretsOf = (home: Home) => ({ member: home.keys.member, catalogue: home.keys.catalogueSecret });

/** What a link gives: a summary, or chosen records as a bundle of their own and, where they fit, as a card. */
async function filesOf(home: Home, asked: RecordsChosen): Promise<LinkFile[]> {
  if (asked.records === undefined) return [{ contentType: FHIR_MEDIA, text: JSON.stringify(summaryOf(home, asked)) }];
  const { patient, records } = chooseRecords(home, asked);
  const card = await issueCard(
    {
      records: [patient, ...records].map(({ resource, names = [] }) => ({ resource, fullUrl: names[0] })),
      iss: addressOf(home),
      issuedAt: home.nowMicros() / 1e6,
    },
    cardKey(home.keys.catalogueSecret, 0),
    cardTools,
  );
  return [
    { contentType: FHIR_MEDIA, text: JSON.stringify(summaryOf(home, asked)) },
    { contentType: CARD_MEDIA, text: card.file },
  ];
}

export const linksCreate: Operation<'links.create'> = async (context, given) => {
  const { home } = context;
  const check = unlessShut(context);
  const { label = '', withPasscode = false, longTerm = false, until, ...asked } = given;
  if ([...label].length > 80) throw new HaleError('usage', 'the label of a health link has at most 80 characters');
  const relay = relayFor(home);
  const now = home.nowMicros();
  const ends = microsOf(until, 'until') ?? now + (longTerm ? LONG_LINK_DAYS : LINK_DAYS) * DAY_MICROS;
  if (ends <= now) throw new HaleError('usage', 'the end of the link is over already');
  const files = await filesOf(home, asked);
  check();
  const passcode = withPasscode ? newPin(home) : null;
  const kept: KeptLink = {
    relay,
    address: httpAddress(relay),
    id: newLinkId(),
    label,
    expires: Math.floor(ends / 1e6),
    isLongTerm: longTerm,
    needsPasscode: withPasscode,
    subject: home.vault.subject(asked.subject).id,
    asked: choiceOf(asked),
    createdMicros: now,
    isClosed: false,
  };
  const link = linkText(kept, secretsOf(home));
  // Known before it is there: what is at a relay can always be closed.
  keepLinks(home, [...keptLinks(home), kept]);
  try {
    await placeHealthLink(kept, { files, passcode }, secretsOf(home));
  } catch (error) {
    keepLinks(
      home,
      keptLinks(home).filter(({ id }) => id !== kept.id),
    );
    throw error;
  }
  try {
    check();
  } catch (error) {
    await closeLink(home, kept);
    throw error;
  }
  return { link, id: kept.id, passcode, expiresMicros: kept.expires * 1e6 };
};

const choiceOf = ({ records, without, hidden }: RecordsChosen) => ({
  ...(records === undefined ? {} : { records }),
  ...(without === undefined ? {} : { without }),
  ...(hidden === undefined ? {} : { hidden }),
});

/** A relay that readers reach by https. */
function relayFor(home: Home): string {
  const relay = grantRelays(home).find((url) => url.startsWith('wss://'));
  if (relay !== undefined) return relay;
  throw new HaleError(
    'unavailable',
    'readers of SMART Health Links ask https addresses only, and no relay with wss:// is set; `hale relays add URL`',
  );
}

function linkOf(home: Home, asked: string): KeptLink {
  const found = keptLinks(home).filter(({ id }) => asked !== '' && id.startsWith(asked));
  if (found.length === 1) return found[0];
  throw found.length === 0
    ? new HaleError('not-found', 'no such health link; `hale links` lists them')
    : new HaleError('usage', 'several links begin like that; give more of it');
}

const stateOf = (home: Home, { isClosed, expires }: KeptLink): HealthLinkInfo['state'] =>
  isClosed ? 'closed' : expires * 1e6 <= home.nowMicros() ? 'expired' : 'open';

export const linksList: Operation<'links.list'> = async ({ home }, { look = false }) => {
  const links = keptLinks(home).map(async (link): Promise<HealthLinkInfo> => {
    const state = stateOf(home, link);
    const { id, label, subject, createdMicros, isLongTerm, needsPasscode, asked } = link;
    return {
      id,
      label,
      subject,
      createdMicros,
      isLongTerm,
      needsPasscode,
      state,
      holds: asked.records?.length ?? 'summary',
      expiresMicros: link.expires * 1e6,
      seen: look && state === 'open' ? await seenAt(home, link) : null,
    };
  });
  return await Promise.all(links);
};

async function seenAt(home: Home, link: KeptLink): Promise<HealthLinkInfo['seen']> {
  try {
    const { opened, openedAt, wrong } = await lookAtHealthLink(link, secretsOf(home));
    return { opened, wrong, openedMicros: openedAt === 0 ? null : openedAt * 1e6 };
  } catch (error) {
    if (error instanceof HaleError) return null;
    throw error;
  }
}

function openLink(home: Home, asked: string): KeptLink {
  const link = linkOf(home, asked);
  const state = stateOf(home, link);
  if (state !== 'open') throw new HaleError('expired', `this link is ${state}; make a new one`);
  return link;
}

export const linksShow: Operation<'links.show'> = ({ home }, { link }) => ({
  link: linkText(openLink(home, link), secretsOf(home)),
});

export const linksRefill: Operation<'links.refill'> = async ({ home }, { link: asked }) => {
  const link = openLink(home, asked);
  const { version } = await lookAtHealthLink(link, secretsOf(home));
  const choice = { ...link.asked, subject: link.subject };
  await refillHealthLink(link, await filesOf(home, choice), version + 1, secretsOf(home));
  return { records: chooseRecords(home, choice).records.length };
};

export const linksClose: Operation<'links.close'> = async ({ home }, { link }) => {
  await closeLink(home, linkOf(home, link));
  return {};
};

/** Those that open something now. */
export const openLinks = (home: Home): KeptLink[] => keptLinks(home).filter((link) => stateOf(home, link) === 'open');

/** @throws HaleError 'unavailable' and others of its relay; then it is open as before */
export async function closeLink(home: Home, link: KeptLink): Promise<void> {
  await closeHealthLink(link, secretsOf(home));
  keepLinks(
    home,
    keptLinks(home).map((each) => (each.id === link.id ? { ...each, isClosed: true } : each)),
  );
}
