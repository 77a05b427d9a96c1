// One signed page about a relay (specs/relay.md §10): what it holds, what its disk gives away, what was deleted, whether a restore was tried.
// Text for a person; its last line is the same as JSON, signed by the relay's key.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  encodeNpub,
  fromHex,
  HaleError,
  KINDS,
  parseEvent,
  sha256,
  tagValue,
  toHex,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import type { DeletionReason } from '@hale/relay/server';
import { EventStore } from '../store/events.ts';
import { type Drill, lastDrill } from './drill.ts';
import { type Held, heldBy, type Inferred, inferredFrom } from './held.ts';
import { type LastRun, lastRun } from './last-run.ts';
import { loadRelaySecret } from './relay-key.ts';
import { renderReport } from './report-text.ts';
import { relaySigner } from './signer.ts';

export interface RelayReport {
  /** Unix seconds. */
  readonly madeAt: number;
  /** The relay's own key, hex. */
  readonly relay: string;
  /** How it ran last; null where it has not run since this was written down. */
  readonly run: LastRun | null;
  readonly held: Held;
  readonly inferred: Inferred;
  readonly deleted: readonly { readonly reason: DeletionReason; readonly events: number; readonly since: number }[];
  readonly drill: Drill | null;
}

const LINE = '\n---- the same, signed by the relay ----\n';

/** @throws HaleError 'not-found' where no relay has run in the folder */
export function makeRelayReport(dir: string, nowSeconds: number): { report: RelayReport; file: string } {
  const path = join(dir, 'events.db');
  if (!existsSync(path))
    throw new HaleError('not-found', 'no relay has run in this folder yet; start it with `hale relay`');
  const signer = relaySigner(loadRelaySecret(join(dir, 'relay.key')));
  const store = new EventStore(path);
  try {
    const report: RelayReport = {
      madeAt: nowSeconds,
      relay: signer.pubkey,
      run: lastRun(dir),
      held: heldBy(store, bytesOf(path) + bytesOf(`${path}-wal`)),
      inferred: inferredFrom(store),
      deleted: store.deletedCounts(),
      drill: lastDrill(dir),
    };
    const text = renderReport(report);
    const content = JSON.stringify({ text: toHex(sha256(utf8Encode(text))), report });
    const tags = [['-'], ['what', 'report']];
    const event = signer.sign({ kind: KINDS.statement, created_at: nowSeconds, tags, content });
    return { report, file: `${text}${LINE}${JSON.stringify(event)}\n` };
  } finally {
    store.close();
  }
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Is this file what a relay signed, to the letter?
 * @throws HaleError 'malformed' no report · 'not-authentic' changed since, or signed by nobody
 */
export function checkRelayReport(file: string): { relay: string; npub: string; madeAt: number } {
  const at = file.lastIndexOf(LINE);
  if (at < 0) throw new HaleError('malformed', 'this file is no report of a relay: the signed line is missing');
  const event = signedLine(file.slice(at + LINE.length));
  const content = parseContent(event.content);
  if (content === null || event.kind !== KINDS.statement || tagValue(event, 'what') !== 'report')
    throw new HaleError('malformed', 'what is signed in this file is no report');
  if (content.text !== toHex(sha256(utf8Encode(file.slice(0, at)))))
    throw new HaleError('not-authentic', 'the text of this report was changed after it was signed');
  return { relay: event.pubkey, npub: encodeNpub(fromHex(event.pubkey, 32)), madeAt: event.created_at };
}

function signedLine(text: string): VerifiedEvent {
  let event: VerifiedEvent | null;
  try {
    event = verifyEvent(parseEvent(JSON.parse(text)));
  } catch {
    throw new HaleError('malformed', 'the signed line of this report cannot be read');
  }
  return event ?? failSignature();
}

function failSignature(): never {
  throw new HaleError('not-authentic', 'the signature of this report does not hold');
}

function parseContent(text: string): { text: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'text' in value ? value : null;
  } catch {
    return null;
  }
}
