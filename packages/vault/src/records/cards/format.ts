// Health cards as a format of records. What checks them is loaded when a card is at hand, and not before.
import { fail, sha256, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import { isFields } from '../../import/json-records.ts';
import { readFully } from '../../import/source.ts';
import type { ByteSource } from '../../import/types.ts';
import type { OpenedRecords, RecordFormat, RecordItem, RecordTools } from '../format.ts';
import type { Resource } from '../model.ts';
import type { CardVerdict } from './card.ts';
import { type CardFinding, isRefused, tellFinding } from './findings.ts';
import { CARD_TEXT_UNITS_MAX } from './limits.ts';
import { type CardTexts, isCardText, readCardText } from './text.ts';

const HEAD_BYTES = 4_096;

async function textOf(source: ByteSource, bytesMax: number): Promise<string> {
  const bytes = await readFully(source, 0, Math.min(bytesMax, source.sizeBytes));
  // A head may end within a character; a card has none beyond ASCII but in a byte order mark.
  return String.fromCharCode(...bytes).replace(/^\u00ef\u00bb\u00bf/, '\ufeff');
}

export const CARD_RECORDS: RecordFormat = {
  name: 'shc',
  detect: async (source) => isCardText(await textOf(source, HEAD_BYTES)),
  open: openCards,
};

async function openCards(source: ByteSource, _folder: unknown, tools: RecordTools): Promise<OpenedRecords> {
  if (source.sizeBytes > CARD_TEXT_UNITS_MAX) fail('too-large', 'this is longer than any health card');
  if (tools.cards === undefined) fail('unsupported', 'health cards cannot be checked here');
  const { checkCard } = await import('./card.ts');
  const checks = { ...tools.cards, now: tools.cards.now() };
  const texts = readCardText(utf8Decode(await readFully(source, 0, source.sizeBytes)), source.name);
  const verdicts: CardVerdict[] = [];
  for (const jws of texts.jws) verdicts.push(await checkCard(jws, checks));
  const refusals = [...texts.findings, ...verdicts.flatMap(({ findings }) => findings)].filter((each) =>
    isRefused([each]),
  );
  const isWanted = (verdict: CardVerdict) =>
    verdict.isTaken || (tools.cards?.takesUnsigned === true && isUsable(verdict));
  if (!verdicts.some(isWanted)) fail('malformed', told(refusals));
  return {
    kind: 'shc',
    what: describe(verdicts.filter(isWanted)),
    system: verdicts.find(isWanted)?.facts?.iss ?? '',
    originals: [{ source, mediaType: 'application/smart-health-card' }],
    items: () => itemsOf(texts, verdicts, isWanted),
  };
}

/** As the end of a sentence: whoever shows it puts the stop. */
const told = (findings: readonly CardFinding[]): string =>
  [...new Set(findings.map(tellFinding))].slice(0, 5).join(' ').replace(/\.$/, '');

function describe(taken: readonly CardVerdict[]): string {
  const signers = [...new Set(taken.map(signerOf))];
  const count = taken.length === 1 ? 'A SMART Health Card' : `${taken.length} SMART Health Cards`;
  return `${count}, signed by ${signers.join(' and by ')}`;
}

/** Nothing speaks against the signature; it could not be checked, or what it is about is not as it should be. */
const isUsable = ({ findings, entries }: CardVerdict): boolean =>
  entries.length > 0 &&
  findings.every(
    ({ severity, concern, code }) => severity === 'flaw' || concern === 'content' || code === 'issuer-keys',
  );

const signerOf = ({ facts, knownAs, isTaken }: CardVerdict): string =>
  !isTaken
    ? 'nobody, as far as can be told'
    : `${facts?.iss} (${knownAs === null ? 'not known to you' : `known to you as ${knownAs}`})`;

async function* itemsOf(
  texts: CardTexts,
  verdicts: readonly CardVerdict[],
  isWanted: (verdict: CardVerdict) => boolean,
): AsyncGenerator<RecordItem, void, void> {
  for (const finding of texts.findings) yield { type: 'note', text: tellFinding(finding) };
  for (const [at, verdict] of verdicts.entries()) {
    const place = verdicts.length === 1 ? 'card' : `card ${at + 1}`;
    for (const finding of verdict.findings) yield { type: 'note', text: `${place}: ${tellFinding(finding)}` };
    if (isWanted(verdict)) yield* resourcesOf(verdict, place);
    else yield { type: 'unusable', place, reason: 'signature not valid' };
  }
}

/** Under addresses that name this very card: those of two cards are the same, and the same card comes more than once. */
function* resourcesOf({ jws, entries, isTaken }: CardVerdict, place: string): Generator<RecordItem> {
  const own = `urn:shc:${toHex(sha256(utf8Encode(jws))).slice(0, 32)}`;
  const addressOf = new Map(entries.map(({ fullUrl }, at) => [fullUrl, `${own}:${at}`]));
  const patient = entries.findIndex(({ resource }) => resource.resourceType === 'Patient');
  for (const [at, { resource }] of entries.entries()) {
    yield {
      type: 'resource',
      resource: readdressed(resource, '', { addressOf, patient: `${own}:${patient}` }) as Resource,
      place: `${place}, entry ${at + 1}`,
      fullUrl: `${own}:${at}`,
      notes: [isTaken ? 'signed' : 'unsigned'],
    };
  }
}

interface Addresses {
  addressOf: ReadonlyMap<string, string>;
  patient: string;
}

function readdressed(value: unknown, name: string, addresses: Addresses): unknown {
  if (Array.isArray(value)) return value.map((each) => readdressed(each, name, addresses));
  if (!isFields(value)) return value;
  const fields = Object.entries(value).map(([field, each]) => [field, readdressed(each, field, addresses)] as const);
  const copy = Object.fromEntries(fields);
  if (typeof value.reference !== 'string') return copy;
  // A card is about one patient; some say it with an address that leads elsewhere.
  const isHers = name === 'patient' || name === 'subject';
  return {
    ...copy,
    reference: isHers ? addresses.patient : (addresses.addressOf.get(value.reference) ?? value.reference),
  };
}
