// Is this frame an event that its author signed? The one check that costs real time, so it knows nothing of the relay and may run in another
// thread: a frame goes in, a verdict comes out.
import { HaleError, parseEvent, utf8Decode, type VerifiedEvent, verifyEvent } from '@hale/kernel';
import { type ClientMessage, type Frame, parseMessage } from './frames.ts';

/** A frame that says EVENT, and the ticket under which its verdict is to be handed in. */
export interface Check {
  readonly ticket: number;
  readonly frame: Frame;
}

/** What came out: the event, or why it is none. `id` is the one that OK names, '' where the frame shows none. */
export type Checked =
  | { readonly event: VerifiedEvent }
  | { readonly event: null; readonly id: string; readonly reason: string };

const EVENT_HEAD = /^\s*\[\s*"EVENT"\s*,/;
/** Characters of a frame in which its verb is looked for; who writes more white space has his frame parsed twice. */
const HEAD_UNITS = 32;

/** True where a frame surely brings an event; an odd spelling is found out by the parser. */
export function isEventFrame(frame: Frame): boolean {
  const head =
    typeof frame === 'string'
      ? frame.slice(0, HEAD_UNITS)
      : String.fromCharCode(...frame.subarray(0, Math.min(HEAD_UNITS, frame.length)));
  return head.startsWith('["EVENT",') || EVENT_HEAD.test(head);
}

/** Parses the frame, checks form, id and signature. Never throws. */
export function checkFrame(frame: Frame): Checked {
  const message = readFrame(frame);
  if (message.verb === 'EVENT') return checkEvent(message.event);
  const reason = 'reason' in message ? message.reason : 'invalid: no event';
  return { event: null, id: '', reason };
}

/** For whoever could not have it checked: says so under the id that the frame shows. */
export function unchecked(frame: Frame): Checked {
  const message = readFrame(frame);
  const id = message.verb === 'EVENT' ? idOf(message.event) : '';
  return { event: null, id, reason: 'error: it could not be checked, publish it again' };
}

/** The same for what came out of JSON.parse. */
export function checkEvent(value: unknown): Checked {
  try {
    const event = verifyEvent(parseEvent(value));
    return event ? { event } : { event, id: idOf(value), reason: 'invalid: id or signature is wrong' };
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return { event: null, id: idOf(value), reason: `invalid: ${error.message}` };
  }
}

/** The id that an answer names, '' where there is none of the right shape. */
export function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' && /^[0-9a-f]{64}$/.test(id) ? id : '';
}

export function readFrame(frame: Frame): ClientMessage {
  if (typeof frame === 'string') return parseMessage(frame);
  try {
    return parseMessage(utf8Decode(frame));
  } catch (error) {
    if (error instanceof HaleError) return { verb: 'unreadable', reason: 'invalid: not UTF-8' };
    throw error;
  }
}
