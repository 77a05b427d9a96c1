// SMART Health Links of the owner at a relay, her own or another: encrypted files are put there, new ones in their place, and taken away again. The
// relay gets no key (specs/relay.md §12).
import { randomBytes } from 'node:crypto';
import { fail, HaleError, schnorrPublic, toHex } from '@hale/kernel';
import { healthLinkKeys } from '@hale/kernel/seal';
import { healthLinkVerifier } from '@hale/relay/server';
import { type HealthLink, type LinkFile, sealLinkFile, writeHealthLink } from '@hale/vault/records/cards';
import * as v from 'valibot';
import type { Home } from '../home.ts';
import { askAs } from '../net/relay-info.ts';

/** Characters of one part: with its proof it fits a relay's body. */
const PART_UNITS = 12_000;

export interface LinkPlace {
  /** Where this home asks the relay: ws:// or wss:// */
  relay: string;
  /** 43 characters of base64url. */
  id: string;
}

export interface LinkWish {
  files: readonly LinkFile[];
  /** null where the link asks for none. */
  passcode: string | null;
}

/** What is kept of a link, so that it can be shown, changed and closed. */
export interface PlacedLink extends LinkPlace {
  /** Where everybody else does: https://, without a slash at the end. */
  address: string;
  label: string;
  /** Unix seconds. */
  expires: number;
  isLongTerm: boolean;
  needsPasscode: boolean;
}

export interface LinkSecrets {
  member: Uint8Array;
  catalogue: Uint8Array;
}

/** Where readers find a relay that this home knows by that address. */
export const httpAddress = (relay: string): string => relay.replace(/^ws/, 'http').replace(/\/+$/, '');

export const newLinkId = (): string => randomBytes(32).toString('base64url');

/**
 * Makes a link at its relay. Where its files do not get there whole, the link never opens.
 * @throws HaleError 'usage' the relay has no https address · 'unsupported' · 'not-permitted' · 'unavailable' · 'too-large'
 */
export async function placeHealthLink(
  link: PlacedLink,
  { files, passcode }: LinkWish,
  secrets: LinkSecrets,
): Promise<void> {
  // Before anything leaves the house: a link that no reader would take is not made.
  linkText(link, secrets);
  const { relay, id, isLongTerm, expires } = link;
  const { owner } = healthLinkKeys(secrets.catalogue, id);
  const made = {
    id,
    owner: toHex(schnorrPublic(owner)),
    longTerm: isLongTerm,
    expires,
    verifier: passcode === null ? null : healthLinkVerifier(id, passcode),
  };
  await askAs(relay, '/hale/link/create', made, secrets.member);
  try {
    await refillHealthLink(link, files, 1, secrets);
  } catch (error) {
    if (error instanceof HaleError) await closeHealthLink(link, secrets).catch(() => {});
    throw error;
  }
}

/** A link as the catalogue has it, with what it was made of. */
export interface KeptLink extends PlacedLink {
  subject: string;
  /** Which records it gives; none named: a summary. */
  asked: { records?: string[]; without?: string[]; hidden?: 'none' | 'visible' };
  createdMicros: number;
  isClosed: boolean;
}

const SETTING = 'health-links';
const texts = v.exactOptional(v.array(v.string()));
const keptShape = v.array(
  v.object({
    relay: v.string(),
    address: v.string(),
    id: v.string(),
    label: v.string(),
    expires: v.number(),
    isLongTerm: v.boolean(),
    needsPasscode: v.boolean(),
    subject: v.string(),
    createdMicros: v.number(),
    asked: v.object({ records: texts, without: texts, hidden: v.exactOptional(v.picklist(['none', 'visible'])) }),
    isClosed: v.boolean(),
  }),
);

export function keptLinks(home: Home): KeptLink[] {
  const parsed = v.safeParse(keptShape, home.vault.state.settings.get(SETTING) ?? []);
  return parsed.success ? parsed.output : [];
}

/** Links whose time has been over for a month are forgotten. */
export function keepLinks(home: Home, links: readonly KeptLink[]): void {
  const value = links.filter(({ expires }) => expires * 1e6 > home.nowMicros() - 30 * 86_400e6);
  home.vault.change(() => home.vault.record([{ type: 'setting', name: SETTING, value }]));
}

/** Puts new files in the place of those that are there, all at once. @param version one more than the one there */
export async function refillHealthLink(
  { relay, id }: LinkPlace,
  files: readonly LinkFile[],
  version: number,
  { catalogue }: LinkSecrets,
): Promise<void> {
  const keys = healthLinkKeys(catalogue, id);
  const listed: { contentType: string; parts: number }[] = [];
  for (const [file, content] of files.entries()) {
    const jwe = await sealLinkFile(content, keys.files);
    const parts = Math.ceil(jwe.length / PART_UNITS);
    for (let part = 0; part < parts; part += 1) {
      const text = jwe.slice(part * PART_UNITS, (part + 1) * PART_UNITS);
      await askAs(relay, '/hale/link/part', { id, version, file, part, text }, keys.owner);
    }
    listed.push({ contentType: content.contentType, parts });
  }
  await askAs(relay, '/hale/link/publish', { id, version, files: listed }, keys.owner);
}

/** From now on everybody gets "no such link". What was read stays read. */
export async function closeHealthLink({ relay, id }: LinkPlace, { catalogue }: LinkSecrets): Promise<void> {
  await askAs(relay, '/hale/link/remove', { id }, healthLinkKeys(catalogue, id).owner);
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const lookShape = v.object({ closed: v.boolean(), wrong: count, version: count, opened: count, openedAt: count });

export interface LinkLook {
  closed: boolean;
  /** Wrong passcodes so far. */
  wrong: number;
  version: number;
  opened: number;
  /** Unix seconds; 0 = never. */
  openedAt: number;
}

export async function lookAtHealthLink({ relay, id }: LinkPlace, { catalogue }: LinkSecrets): Promise<LinkLook> {
  const answer = await askAs(relay, '/hale/link/look', { id }, healthLinkKeys(catalogue, id).owner);
  const parsed = v.safeParse(lookShape, answer);
  return parsed.success ? parsed.output : fail('malformed', 'the relay gives no answer about this link');
}

/** The text for a QR code or a message. @throws HaleError 'usage' where readers would refuse the address */
export function linkText(link: PlacedLink, { catalogue }: Pick<LinkSecrets, 'catalogue'>, viewer?: string): string {
  const { address, id, label, expires, isLongTerm, needsPasscode } = link;
  const url = `${address}/hale/link/${id}`;
  if (!url.startsWith('https://'))
    fail('usage', 'readers of SMART Health Links ask https addresses only: share through a relay with wss://');
  if (url.length > 128) fail('usage', 'the address of this relay is too long for a SMART Health Link');
  const { files } = healthLinkKeys(catalogue, id);
  const payload: HealthLink = {
    url,
    key: files,
    label,
    expiresAt: expires,
    isLongTerm,
    needsPasscode,
    isDirect: false,
  };
  return writeHealthLink(payload, viewer);
}
