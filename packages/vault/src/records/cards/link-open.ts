// Opening a link as its reader: the manifest by POST, or the one file by GET; files that lie in the manifest or behind addresses of an hour
// (SMART Health Links, "SMART Health Link Manifest Request"). The network is a port, which bounds sizes and times.
import { HaleError } from '@hale/kernel';
import { isFields, textOf } from '../../import/json-records.ts';
import { type CardFinding, type FindingCode, finding, isRefused } from './findings.ts';
import {
  EMBEDDED_UNITS_MAX,
  LINK_BYTES_MAX,
  LINK_FILE_UNITS_MAX,
  MANIFEST_FILES_MAX,
  MANIFEST_UNITS_MAX,
  PASSCODE_UNITS_MAX,
} from './limits.ts';
import type { HealthLink } from './link.ts';
import { CARD_MEDIA, FHIR_MEDIA, type LinkFile, openLinkFile } from './link-file.ts';
import { parsed } from './text.ts';

export interface LinkRequest {
  method: 'GET' | 'POST';
  url: string;
  /** JSON. */
  body?: string;
  /** Characters of an answer beyond which it is cut off. */
  unitsMax: number;
}

export interface LinkAnswer {
  status: number;
  text: string;
  /** Of `Retry-After`, seconds; null: none told. */
  retrySeconds: number | null;
}

/** @throws HaleError 'unavailable' (nobody answers) | 'too-large' | 'not-permitted' (an address that is never asked) */
export type LinkNetwork = (request: LinkRequest) => Promise<LinkAnswer>;

export interface LinkOpening {
  network: LinkNetwork;
  /** Under which name the reader shows itself: whoever shared sees it. */
  recipient: string;
  passcode?: string;
  /** Unix seconds. */
  now: number;
}

export interface OpenedLink {
  files: LinkFile[];
  findings: CardFinding[];
  /** Tries that are left after a wrong passcode. */
  triesLeft: number | null;
  /** Seconds to wait before asking again, as the server says. */
  retrySeconds: number | null;
}

export async function openHealthLink(link: HealthLink, opening: LinkOpening): Promise<OpenedLink> {
  // A server says 404 then; the link's own word saves a question and a passcode.
  if (link.expiresAt !== null && link.expiresAt <= opening.now) return refusedWith('link-expired');
  if (link.needsPasscode && (opening.passcode ?? '') === '') return refusedWith('passcode-needed');
  if ((opening.passcode ?? '').length > PASSCODE_UNITS_MAX) return refusedWith('passcode-wrong');
  const answer = await ask(
    opening.network,
    link.isDirect ? directRequest(link, opening) : manifestRequest(link, opening),
  );
  if (typeof answer === 'string') return refusedWith(answer);
  if (answer.status !== 200) return refusalOf(answer);
  const opened = link.isDirect
    ? await openFiles([{ contentType: '', embedded: answer.text, location: '' }], link, opening.network)
    : await openManifest(answer.text, link, opening.network);
  return { ...opened, triesLeft: null, retrySeconds: answer.retrySeconds };
}

const refusedWith = (code: FindingCode): OpenedLink => ({
  files: [],
  findings: [finding(code)],
  triesLeft: null,
  retrySeconds: null,
});

const directRequest = ({ url }: HealthLink, { recipient }: LinkOpening): LinkRequest => ({
  method: 'GET',
  url: `${url}${url.includes('?') ? '&' : '?'}recipient=${encodeURIComponent(recipient)}`,
  unitsMax: LINK_FILE_UNITS_MAX,
});

const manifestRequest = ({ url, needsPasscode }: HealthLink, { recipient, passcode }: LinkOpening): LinkRequest => ({
  method: 'POST',
  url,
  body: JSON.stringify({
    recipient,
    ...(needsPasscode ? { passcode } : {}),
    embeddedLengthMax: EMBEDDED_UNITS_MAX,
  }),
  unitsMax: MANIFEST_UNITS_MAX,
});

async function ask(network: LinkNetwork, request: LinkRequest): Promise<LinkAnswer | FindingCode> {
  try {
    return await network(request);
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return error.code === 'too-large' ? 'server-long' : 'server-none';
  }
}

function refusalOf({ status, text, retrySeconds }: LinkAnswer): OpenedLink {
  if (status === 401) {
    const answer = parsed(text);
    const left = isFields(answer) && Number.isSafeInteger(answer.remainingAttempts) ? answer.remainingAttempts : null;
    return { ...refusedWith(left === 0 ? 'passcode-spent' : 'passcode-wrong'), triesLeft: left as number | null };
  }
  const code = status === 404 || status === 410 ? 'link-gone' : status === 429 ? 'too-often' : 'server-answer';
  return { ...refusedWith(code), retrySeconds };
}

interface ManifestFile {
  contentType: string;
  embedded: string;
  location: string;
}

type Files = Pick<OpenedLink, 'files' | 'findings'>;

async function openManifest(text: string, link: HealthLink, network: LinkNetwork): Promise<Files> {
  const { files, findings } = readManifest(parsed(text));
  if (isRefused(findings)) return { files: [], findings };
  const opened = await openFiles(files, link, network);
  return { files: opened.files, findings: [...findings, ...opened.findings] };
}

/** What a manifest lists and this reader can use. */
export function readManifest(value: unknown): { files: ManifestFile[]; findings: CardFinding[] } {
  const listed = isFields(value) ? value.files : undefined;
  if (!Array.isArray(listed) || listed.length > MANIFEST_FILES_MAX)
    return { files: [], findings: [finding('manifest-form')] };
  if (listed.length === 0) return { files: [], findings: [finding('manifest-empty')] };
  const files: ManifestFile[] = [];
  const findings: CardFinding[] = [];
  for (const [at, file] of listed.entries()) {
    const place = `file ${at + 1}`;
    if (!isFields(file)) {
      findings.push(finding('manifest-form', place));
      continue;
    }
    const [contentType, embedded, location] = [textOf(file.contentType), textOf(file.embedded), textOf(file.location)];
    const isWithdrawn = ['entered-in-error', 'no-longer-valid', 'retracted'].includes(textOf(file.status));
    if (isWithdrawn) findings.push(finding('file-withdrawn', place));
    else if (![CARD_MEDIA, FHIR_MEDIA].includes(contentType.split(';')[0].trim()))
      findings.push(finding('file-type', place));
    else if (embedded === '' && location === '') findings.push(finding('file-none', place));
    else if (embedded === '' && !/^https:\/\/[^\s/]/.test(location)) findings.push(finding('file-https', place));
    else files.push({ contentType, embedded, location });
  }
  return { files, findings };
}

async function openFiles(listed: readonly ManifestFile[], link: HealthLink, network: LinkNetwork): Promise<Files> {
  const files: LinkFile[] = [];
  let units = 0;
  for (const [at, { contentType, embedded, location }] of listed.entries()) {
    const refused = (code: FindingCode): Files => ({ files: [], findings: [finding(code, `file ${at + 1}`)] });
    const jwe = embedded !== '' ? embedded : await fetchFile(location, network);
    if (typeof jwe !== 'string') return refused(jwe.code);
    const { file, finding: wrong } = await openLinkFile(jwe, link.key, contentType);
    if (file === null) return refused(wrong!.code);
    units += file.text.length;
    if (units > LINK_BYTES_MAX) return refused('file-long');
    if (parsed(file.text) === undefined) return refused('file-content');
    files.push(file);
  }
  return { files, findings: [] };
}

async function fetchFile(location: string, network: LinkNetwork): Promise<string | { code: FindingCode }> {
  const answer = await ask(network, { method: 'GET', url: location, unitsMax: LINK_FILE_UNITS_MAX });
  if (typeof answer === 'string') return { code: answer };
  // Such addresses hold for an hour or for one question; a new manifest has new ones.
  return answer.status === 200 ? answer.text : { code: answer.status === 404 ? 'link-gone' : 'server-answer' };
}
