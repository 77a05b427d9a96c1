import { type Filter, fromHex, HaleError, parseFilter } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';

/** One message as it came: text, or its UTF-8 bytes where the host has not decoded them. */
export type Frame = string | Uint8Array;

/** What a client may say (NIP-01, 42, 45, 77), parsed. Events are left for the step that can answer with OK. */
export type ClientMessage =
  | { readonly verb: 'EVENT' | 'AUTH'; readonly event: unknown }
  | { readonly verb: 'REQ' | 'COUNT'; readonly subscription: string; readonly filters: readonly Filter[] }
  | { readonly verb: 'CLOSE' | 'NEG-CLOSE'; readonly subscription: string }
  | { readonly verb: 'NEG-OPEN'; readonly subscription: string; readonly filter: Filter; readonly message: Uint8Array }
  | { readonly verb: 'NEG-MSG'; readonly subscription: string; readonly message: Uint8Array }
  /** A NEG-OPEN or NEG-MSG that has an id but cannot be served. */
  | { readonly verb: 'NEG-refused'; readonly subscription: string; readonly reason: string }
  /** A REQ or COUNT that has an id but cannot be served. */
  | { readonly verb: 'refused'; readonly subscription: string; readonly reason: string }
  | { readonly verb: 'unreadable'; readonly reason: string };

/** Reads one frame; never throws. Our reasons hold none of the client's text. */
export function parseMessage(text: string): ClientMessage {
  if (text.length > RELAY_LIMITS.messageBytesMax) return { verb: 'unreadable', reason: 'invalid: message too large' };
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { verb: 'unreadable', reason: 'invalid: not JSON' };
  }
  if (!Array.isArray(message)) return { verb: 'unreadable', reason: 'invalid: not a list' };
  const [verb, first, ...rest] = message as unknown[];
  if (verb === 'EVENT' || verb === 'AUTH') return { verb, event: first };
  if (SUBSCRIBING.includes(verb as Subscribing)) return parseSubscription(verb as Subscribing, first, rest);
  return { verb: 'unreadable', reason: 'error: unknown kind of message' };
}

/** What begins with a subscription id. */
const SUBSCRIBING = ['REQ', 'COUNT', 'CLOSE', 'NEG-OPEN', 'NEG-MSG', 'NEG-CLOSE'] as const;
type Subscribing = (typeof SUBSCRIBING)[number];

function parseSubscription(verb: Subscribing, subscription: unknown, filters: unknown[]): ClientMessage {
  if (typeof subscription !== 'string' || subscription === '') {
    return { verb: 'unreadable', reason: 'invalid: a subscription id is a text that is not empty' };
  }
  if (subscription.length > RELAY_LIMITS.subscriptionIdUnitsMax) {
    return { verb: 'unreadable', reason: 'invalid: subscription id too long' };
  }
  if (verb === 'CLOSE' || verb === 'NEG-CLOSE') return { verb, subscription };
  if (verb === 'NEG-OPEN' || verb === 'NEG-MSG') return parseReconciliation(verb, subscription, filters);
  const refused = (reason: string): ClientMessage => ({ verb: 'refused', subscription, reason });
  if (filters.length === 0) return refused('invalid: no filter');
  if (filters.length > RELAY_LIMITS.filtersMax) return refused('invalid: too many filters');
  try {
    const parsed = filters.map((filter) => parseFilter(filter));
    return { verb, subscription, filters: parsed };
  } catch (error) {
    if (error instanceof HaleError) return refused(`invalid: ${error.message}`);
    throw error;
  }
}

function parseReconciliation(verb: 'NEG-OPEN' | 'NEG-MSG', subscription: string, rest: unknown[]): ClientMessage {
  const refused = (reason: string): ClientMessage => ({
    verb: 'NEG-refused',
    subscription,
    reason: `invalid: ${reason}`,
  });
  const hex = rest[verb === 'NEG-OPEN' ? 1 : 0];
  if (typeof hex !== 'string' || !/^([0-9a-f]{2})+$/i.test(hex)) return refused('the message is not hex');
  const message = fromHex(hex.toLowerCase());
  if (verb === 'NEG-MSG') return { verb, subscription, message };
  try {
    return { verb, subscription, filter: parseFilter(rest[0]), message };
  } catch (error) {
    if (error instanceof HaleError) return refused(error.message);
    throw error;
  }
}

export const frames = {
  auth: (challenge: string) => JSON.stringify(['AUTH', challenge]),
  /** `id`: hex or ''. */
  ok: (id: string, accepted: boolean, message: string) =>
    `["OK","${id}",${accepted},${message === '' ? '""' : JSON.stringify(message)}]`,
  eose: (subscription: string) => JSON.stringify(['EOSE', subscription]),
  closed: (subscription: string, reason: string) => JSON.stringify(['CLOSED', subscription, reason]),
  count: (subscription: string, count: number) => JSON.stringify(['COUNT', subscription, { count }]),
  negMsg: (subscription: string, hex: string) => JSON.stringify(['NEG-MSG', subscription, hex]),
  /** `max`: the most events that could be reconciled. */
  negErr: (subscription: string, reason: string, max?: number) =>
    JSON.stringify(['NEG-ERR', subscription, reason, ...(max === undefined ? [] : [max])]),
  notice: (message: string) => JSON.stringify(['NOTICE', message]),
  /** `eventJson` is the event's JSON, made once for all subscriptions that it goes to. */
  event: (subscription: string, eventJson: string) => `["EVENT",${JSON.stringify(subscription)},${eventJson}]`,
};
