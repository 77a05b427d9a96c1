// Carries a plan out: documents first, then numbers, both on the disk before anybody is answered. The same for live uploads and for what
// was collected while the home was locked.
import { HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import type { Home } from '../home.ts';
import { type KnownDevice, takeKeptRuns, takeRuns } from '../live.ts';
import type { Answer } from './answer.ts';
import { shelfOf } from './shelf.ts';
import { type Call, EMPTY_SHELF, type Plan, planCall } from './uploads.ts';

/** What an upload is called in the inbox of a locked home. */
export const NIGHTSCOUT_CALL = 'application/vnd.hale.nightscout-call+json';

/** @throws HaleError; where it throws, what was kept already is found again as a repetition */
export async function takeCall(home: Home, device: KnownDevice, call: Call): Promise<Answer> {
  const plan = planCall(call, device.id, shelfOf(home, device.subject), false);
  keepDocuments(home, device, plan);
  await takeRuns(home, device, plan.runs);
  return plan.answer;
}

/** What a locked home answers, and what it keeps of the upload. */
export function collectCall(call: Call, device: string): { answer: Answer; kept: Uint8Array } {
  const { answer } = planCall(call, device, EMPTY_SHELF, true);
  return { answer, kept: utf8Encode(JSON.stringify(call)) };
}

/** Folds in what was collected. @throws HaleError as `takeCall`; documents that cannot be kept were refused when they came */
export function takeKeptCall(home: Home, device: KnownDevice, kept: Uint8Array): void {
  const plan = planCall(JSON.parse(utf8Decode(kept)) as Call, device.id, shelfOf(home, device.subject), false);
  keepDocuments(home, device, plan);
  takeKeptRuns(home, device, plan.runs);
}

function keepDocuments(home: Home, device: KnownDevice, { changes }: Plan): void {
  if (home.vault.retiredBy !== null)
    throw new HaleError('retired', 'Another home has taken over; point this device at the new one');
  const news = changes.filter(
    ({ before, after }) => before === null || before.json !== after.json || before.isValid !== after.isValid,
  );
  if (home.documents.put(device.subject, news)) home.network.listenAgain();
}
