// Filing a copy in one's own records, where the owner has allowed it: a FHIR bundle for programs and a PDF for people. Kept first, then told.
import { base64Encode, HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import type { Filed, FilingSheet, OpenedStream } from '../api.ts';
import { parseSheet } from '../filing/sheet.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { openedGrant } from '../opened-grants.ts';
import { newMessageId } from '../reader-messages.ts';
import { findReceived, type ReceivedGrant } from '../received.ts';
import type { Operation } from './context.ts';
import { say } from './desk.ts';
import { VERSION } from './keep.ts';
import { openGrant } from './open.ts';

const filingText = (grant: ReceivedGrant): string => `filed/${grant.author}`;

export const file: Operation<'file'> = async ({ home, emit, signal }, parameters) => {
  const sheet = parameters.sheet === undefined ? null : parseSheet(parameters.sheet);
  const grant = findReceived(home, parameters.grant);
  const { session } = await openedGrant(home, grant);
  if (session.reader.state.consent?.scope.mayFile !== true)
    throw new HaleError('not-permitted', 'the owner has not said that a copy may be filed');
  const { fhir, streams, records } = await openGrant(home, { grant: grant.id, fhir: true }, emit, signal);
  const readings = streams.reduce((sum, { rows }) => sum + readingsIn(rows), 0);
  if (readings === 0 && (records?.count ?? 0) === 0)
    throw new HaleError('not-found', 'there is nothing in this share so far');
  const atMicros = home.nowMicros();
  const bundle = bundleOf(fhir as object, grant, atMicros);
  const hash = toHex(sha256(utf8Encode(bundle)));
  const document = sheet && (await documentOf(sheet, streams, grant, { atMicros, hash }));
  const filed: Filed = { atMicros, readings, bundle, hash, document };
  keep(home, grant, filed);
  await say(home, session, grant, {
    type: 'filed',
    id: newMessageId(),
    time: atMicros,
    readings,
    hash,
    document: document?.hash ?? null,
  });
  return filed;
};

/** Of summaries those that they were made of. */
const readingsIn = (rows: OpenedStream['rows']): number => rows.reduce((sum, { count = 1 }) => sum + count, 0);

function bundleOf(fhir: object, { author }: ReceivedGrant, atMicros: number): string {
  const bundle = JSON.stringify({
    ...fhir,
    identifier: { system: 'urn:hale:grant', value: author },
    timestamp: new Date(atMicros / 1000).toISOString(),
  });
  if (bundle.length > HOME_LIMITS.filingBytesMax)
    throw new HaleError('too-large', 'this is too much for one bundle; ask for a shorter time or for summaries', {
      bytesMax: HOME_LIMITS.filingBytesMax,
    });
  return bundle;
}

async function documentOf(
  sheet: FilingSheet,
  streams: readonly OpenedStream[],
  { author, from, relays, at }: ReceivedGrant,
  filed: { atMicros: number; hash: string },
): Promise<NonNullable<Filed['document']>> {
  // Letters and typesetting are much code, and most homes file nothing: loaded at the first copy.
  const { filingPdf } = await import('../filing/pdf.ts');
  const pdf = await filingPdf(sheet, streams, {
    grant: author,
    from,
    relays,
    receivedMicros: at,
    filedMicros: filed.atMicros,
    bundleHash: filed.hash,
    program: `Hale ${VERSION}`,
  });
  return { hash: toHex(sha256(pdf)), base64: base64Encode(pdf) };
}

/** The owner is told of nothing that is not there. */
function keep(home: Home, grant: ReceivedGrant, filed: Filed): void {
  const name = filingText(grant);
  home.vault.store.transact(() => home.vault.store.setState(home.local.name(name), home.local.seal(name, filed)));
}
