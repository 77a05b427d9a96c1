// The text of a SMART Health Link: `shlink:/` and base64url of a small JSON, a viewer's address before it or not (SMART Health Links, "Construct
// a SMART Health Link Payload"). The name is for links that every reader opens: a grant link of ours, which needs Hale, never carries it.
import { HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import { base64url } from 'jose';
import { isFields, textOf } from '../../import/json-records.ts';
import { type CardFinding, finding } from './findings.ts';
import { HEALTH_LINK_UNITS_MAX, LINK_ADDRESS_UNITS_MAX, LINK_LABEL_UNITS_MAX } from './limits.ts';
import { parsed } from './text.ts';

export interface HealthLink {
  /** Of the manifest, or of the one file. */
  url: string;
  /** 32 bytes. */
  key: Uint8Array;
  label: string;
  /** Unix seconds; null: none told. */
  expiresAt: number | null;
  /** L: what it leads to can change, and may be asked for again. */
  isLongTerm: boolean;
  /** P */
  needsPasscode: boolean;
  /** U: the address gives one file and no manifest. */
  isDirect: boolean;
}

export interface HealthLinkReading {
  /** null: refused. */
  link: HealthLink | null;
  findings: CardFinding[];
}

const LINK = /^(?:https?:\/\/[^\s#]+#)?shlink:\/([A-Za-z0-9_-]+)={0,2}$/;
const KEY = /^[A-Za-z0-9_-]{43}$/;
const ADDRESS = /^https:\/\/[^\s/?#]+(?:[/?][^\s#]*)?$/;

export const isHealthLink = (text: string): boolean => /^(?:https?:\/\/[^\s#]+#)?shlink:\//.test(text.trim());

export function readHealthLink(text: string): HealthLinkReading {
  const trimmed = text.trim();
  const coded = trimmed.length > HEALTH_LINK_UNITS_MAX ? undefined : LINK.exec(trimmed)?.[1];
  if (coded === undefined) return { link: null, findings: [finding('link-form')] };
  try {
    return readLinkPayload(parsed(utf8Decode(base64url.decode(coded))));
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return { link: null, findings: [finding('link-payload')] };
  }
}

/** The JSON inside a link. Fields and flags that are not known are not heeded, as the specification wants. */
export function readLinkPayload(value: unknown): HealthLinkReading {
  if (!isFields(value)) return { link: null, findings: [finding('link-payload')] };
  const { url, key, exp, v } = value;
  const flags = textOf(value.flag);
  const label = textOf(value.label);
  const findings: CardFinding[] = [];
  if (v !== undefined && v !== 1) findings.push(finding('link-version', 'v'));
  if (/^http:/.test(textOf(url))) findings.push(finding('link-https', 'url'));
  else if (!ADDRESS.test(textOf(url)) || textOf(url).length > LINK_ADDRESS_UNITS_MAX)
    findings.push(finding('link-address', 'url'));
  if (!KEY.test(textOf(key))) findings.push(finding('link-key', 'key'));
  if (flags.includes('P') && flags.includes('U')) findings.push(finding('link-flags', 'flag'));
  const isLabel = value.label === undefined || (label !== '' && label.length <= LINK_LABEL_UNITS_MAX);
  if (!isLabel) findings.push(finding('link-label', 'label'));
  const hasExpiry = typeof exp === 'number' && Number.isFinite(exp) && exp >= 0;
  if (exp !== undefined && !hasExpiry) findings.push(finding('link-expiry', 'exp'));
  if (findings.some(({ severity }) => severity === 'refusal')) return { link: null, findings };
  const link: HealthLink = {
    url: textOf(url),
    key: base64url.decode(textOf(key)),
    label: label.slice(0, LINK_LABEL_UNITS_MAX),
    expiresAt: hasExpiry ? exp : null,
    isLongTerm: flags.includes('L'),
    needsPasscode: flags.includes('P'),
    isDirect: flags.includes('U'),
  };
  return { link, findings };
}

/** @param viewer an https address that shows links in a browser; it gets no part of this one */
export function writeHealthLink(link: HealthLink, viewer?: string): string {
  const { isLongTerm, needsPasscode, isDirect, label, expiresAt } = link;
  const flag = `${isLongTerm ? 'L' : ''}${needsPasscode ? 'P' : ''}${isDirect ? 'U' : ''}`;
  const payload = {
    url: link.url,
    ...(flag === '' ? {} : { flag }),
    key: base64url.encode(link.key),
    ...(label === '' ? {} : { label: label.slice(0, LINK_LABEL_UNITS_MAX) }),
    ...(expiresAt === null ? {} : { exp: Math.floor(expiresAt) }),
  };
  const text = `shlink:/${base64url.encode(utf8Encode(JSON.stringify(payload)))}`;
  return viewer === undefined ? text : `${viewer.replace(/#?$/, '#')}${text}`;
}
