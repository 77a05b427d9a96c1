// A store that fails while it is read: whoever asked is told so, and everybody else goes on.
import { HaleError } from '@hale/kernel';
import type { Effect } from './connection.ts';
import { type ClientMessage, frames } from './frames.ts';

/**
 * What the work gives, or what is said instead where the store failed. Everything else that is thrown is a mistake of ours and goes on.
 * @param say for the reason, with its prefix
 */
export function orTrouble(work: () => Effect[], say: (reason: string) => Effect[]): Effect[] {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    return say(error.code === 'corrupt' ? 'error: the store is damaged' : 'error: the store does not answer');
  }
}

/** The answer to a message that cannot be answered. */
export function troubleWith(to: string, message: ClientMessage, reason: string): Effect[] {
  switch (message.verb) {
    case 'REQ':
    case 'COUNT':
    case 'refused':
      return [{ to, frame: frames.closed(message.subscription, reason) }];
    case 'NEG-OPEN':
    case 'NEG-MSG':
    case 'NEG-refused':
      return [{ to, frame: frames.negErr(message.subscription, reason) }];
    default:
      return [{ to, frame: frames.notice(reason) }];
  }
}
