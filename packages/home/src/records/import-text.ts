// What is given to the import in its own words and not as a file: a SMART Health Link, or the text of a card's QR picture. What a link leads to is
// held in memory, imported as the file that it is, and kept sealed with it.
import { utf8Encode } from '@hale/kernel';
import type { ByteSource, SourceFolder } from '@hale/vault/import';
import {
  type CardFinding,
  isHealthLink,
  isRefused,
  openHealthLink,
  readHealthLink,
  tellFinding,
} from '@hale/vault/records/cards';
import type { ImportReport, ImportTaste } from '../api-import.ts';
import { emptyReport } from '../import-run.ts';
import type { Context } from '../operations/context.ts';
import { linkNetwork } from './card-network.ts';

/** Under which name a home shows itself to whoever shared a link. */
const RECIPIENT = 'Hale';

type Wish = ImportTaste & { isBehindLink?: boolean; isAlone?: boolean };
type TakeIn = (source: ByteSource, folder: SourceFolder, wish: Wish) => Promise<ImportReport>;

export async function importText(context: Context, text: string, wish: Wish, takeIn: TakeIn): Promise<ImportReport[]> {
  if (isHealthLink(text)) return await importLink(context, text, wish, takeIn);
  const card = textSource('card.smart-health-card', text.trim());
  return [await takeIn(card, folderOf([card]), { ...wish, isAlone: true })];
}

async function importLink(
  { home, signal }: Context,
  text: string,
  wish: Wish,
  takeIn: TakeIn,
): Promise<ImportReport[]> {
  const { link, findings } = readHealthLink(text);
  if (link === null) return [failed(findings)];
  const opened = await openHealthLink(link, {
    network: linkNetwork(home.cardNetwork),
    recipient: RECIPIENT,
    now: home.nowMicros() / 1e6,
    ...(wish.passcode === undefined ? {} : { passcode: wish.passcode }),
  });
  if (isRefused(opened.findings)) return [failed(opened.findings, opened.triesLeft, opened.retrySeconds)];
  const sources = opened.files.map(({ contentType, text: content }, at) => {
    const end = contentType === 'application/smart-health-card' ? 'smart-health-card' : 'json';
    return textSource(`link-${at + 1}.${end}`, content);
  });
  const reports: ImportReport[] = [];
  for (const source of sources) {
    if (signal.aborted) break;
    reports.push(await takeIn(source, folderOf([source]), { ...wish, isBehindLink: true, isAlone: true }));
  }
  const notes = [...findings, ...opened.findings].map(tellFinding);
  reports[0]?.notes.push(...notes);
  return reports;
}

function failed(
  findings: readonly CardFinding[],
  triesLeft: number | null = null,
  retrySeconds: number | null = null,
): ImportReport {
  const refusals = findings.filter((each) => isRefused([each]));
  const left = triesLeft === null ? '' : ` Tries left: ${triesLeft}.`;
  const wait = retrySeconds === null ? '' : ` Seconds to wait: ${retrySeconds}.`;
  const told = `${refusals.map(tellFinding).join(' ')}${left}${wait}`;
  return { ...emptyReport('link'), failed: { code: 'malformed', text: told.replace(/\.$/, '') } };
}

function textSource(name: string, text: string): ByteSource {
  const bytes = utf8Encode(text);
  return { name, sizeBytes: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

const folderOf = (sources: readonly ByteSource[]): SourceFolder => ({
  list: () => [...sources],
  find: (name) => sources.find((source) => source.name === name) ?? null,
});
