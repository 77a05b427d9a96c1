// What a relay must hold and answer, in the fewest words: a list of events and the rules of NIP-01, 09, 40, 62 for one group of authors.
import { type Filter, KINDS, kindClass, matchFilter, type NostrEvent, newestFirst } from '@hale/kernel';

export type Outcome = 'stored' | 'duplicate' | 'refused' | 'passed on';

export function expiryOf(event: NostrEvent): number {
  return Number(event.tags.find(([name]) => name === 'expiration')?.[1] ?? Number.POSITIVE_INFINITY);
}

/** kind:author:d, or the id of what nothing replaces. */
function placeOf(event: NostrEvent): string {
  const kind = kindClass(event.kind);
  if (kind === 'replaceable') return `${event.kind}:${event.pubkey}:`;
  if (kind === 'addressable')
    return `${event.kind}:${event.pubkey}:${event.tags.find(([name]) => name === 'd')?.[1] ?? ''}`;
  return event.id;
}

const GUARDED: readonly number[] = [KINDS.deletion, KINDS.vanish, KINDS.wrap, KINDS.tileBatch, KINDS.access];

/** Author, and of a wrap also its addressee. */
function ownersOf(event: NostrEvent): string[] {
  const addressees = event.kind === KINDS.wrap ? event.tags.filter(([name]) => name === 'p').map(([, key]) => key) : [];
  return [event.pubkey, ...addressees];
}

export class RelayModel {
  readonly events: ReadonlyMap<string, NostrEvent>;

  constructor(events: ReadonlyMap<string, NostrEvent> = new Map()) {
    this.events = events;
  }

  /** The model after one publication, and what OK says. Nothing is changed in place: a crash asks for every state on the way. */
  publish(event: NostrEvent): { after: RelayModel; outcome: Outcome } {
    const is = (outcome: Outcome, after: RelayModel = this) => ({ after, outcome });
    if (this.events.has(event.id)) return is('duplicate');
    if (this.#isBuried(event) || this.#namesOnlyOthers(event)) return is('refused');
    const kind = kindClass(event.kind);
    if (kind === 'ephemeral') return is('passed on');
    const rivals =
      kind === 'regular' ? [] : [...this.events.values()].filter((other) => placeOf(other) === placeOf(event));
    if (rivals.some((other) => newestFirst(other, event) < 0)) return is('refused');
    const gone = new Set([...rivals, ...this.#removedBy(event)].map(({ id }) => id));
    const kept = [...this.events].filter(([id]) => !gone.has(id));
    return is('stored', new RelayModel(new Map([...kept, [event.id, event]])));
  }

  /** Deleted or vanished before it came (again). */
  #isBuried(event: NostrEvent): boolean {
    const owners = ownersOf(event);
    return [...this.events.values()].some((stone) => {
      if (!owners.includes(stone.pubkey)) return false;
      if (stone.kind === KINDS.vanish) return event.kind !== KINDS.vanish && stone.created_at >= event.created_at;
      if (stone.kind !== KINDS.deletion || event.kind === KINDS.deletion || event.kind === KINDS.vanish) return false;
      return stone.tags.some(
        ([name, value]) =>
          (name === 'e' && value === event.id) ||
          (name === 'a' &&
            stone.pubkey === event.pubkey &&
            value === placeOf(event) &&
            stone.created_at >= event.created_at),
      );
    });
  }

  /** A deletion whose every target is known to be another's; of what not everybody is served the relay must not tell that it is there. */
  #namesOnlyOthers(request: NostrEvent): boolean {
    if (request.kind !== KINDS.deletion) return false;
    const targets = request.tags.filter(([name]) => name === 'e' || name === 'a');
    return (
      targets.length > 0 &&
      targets.every(([name, value]) => {
        if (name === 'a') return !value.includes(`:${request.pubkey}:`);
        const event = this.events.get(value);
        return event !== undefined && event.pubkey !== request.pubkey && !GUARDED.includes(event.kind);
      })
    );
  }

  #removedBy(request: NostrEvent): NostrEvent[] {
    const all = [...this.events.values()];
    if (request.kind === KINDS.vanish)
      return all.filter(
        (event) =>
          event.kind !== KINDS.vanish &&
          event.created_at <= request.created_at &&
          (event.pubkey === request.pubkey || (event.kind === KINDS.wrap && ownersOf(event).includes(request.pubkey))),
      );
    if (request.kind !== KINDS.deletion) return [];
    return all.filter(
      (event) =>
        event.kind !== KINDS.deletion &&
        event.kind !== KINDS.vanish &&
        request.tags.some(
          ([name, value]) =>
            (name === 'e' && value === event.id && ownersOf(event).includes(request.pubkey)) ||
            (name === 'a' &&
              value === placeOf(event) &&
              event.pubkey === request.pubkey &&
              event.created_at <= request.created_at),
        ),
    );
  }

  /** What has expired for good by `now`, Unix seconds, is gone, as by the relay's sweep. */
  without(isGone: (event: NostrEvent) => boolean): RelayModel {
    return new RelayModel(new Map([...this.events].filter(([, event]) => !isGone(event))));
  }

  /** Matching events in order, the limit kept. */
  find(filter: Filter): NostrEvent[] {
    const found = [...this.events.values()].filter((event) => matchFilter(filter, event)).sort(newestFirst);
    return filter.limit === undefined ? found : found.slice(0, filter.limit);
  }
}
