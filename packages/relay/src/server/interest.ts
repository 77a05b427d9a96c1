// Who waits for an event that comes in: found by what the event holds, not by asking every subscription.
import type { Filter, NostrEvent } from '@hale/kernel';
import type { Connection, Subscription } from './connection.ts';
import { RELAY_LIMITS } from './limits.ts';
import { matchesFilter } from './search.ts';

interface Entry {
  readonly connection: Connection;
  readonly subscription: Subscription;
}

/** Every filter stands under the values of one of its fields; one that names nothing narrow stands under ''. */
const EVERYTHING = '';

export class Interests {
  readonly #entries = new Map<string, Set<Entry>>();
  readonly #ofSubscription = new Map<Subscription, { readonly entry: Entry; readonly keys: readonly string[] }>();

  add(connection: Connection, subscription: Subscription): void {
    const entry: Entry = { connection, subscription };
    const keys = [...new Set(subscription.filters.flatMap(keysOf))];
    this.#ofSubscription.set(subscription, { entry, keys });
    for (const key of keys) {
      const known = this.#entries.get(key);
      if (known) known.add(entry);
      else this.#entries.set(key, new Set([entry]));
    }
  }

  remove(subscription: Subscription): void {
    const found = this.#ofSubscription.get(subscription);
    if (!found) return;
    this.#ofSubscription.delete(subscription);
    for (const key of found.keys) {
      const known = this.#entries.get(key);
      known?.delete(found.entry);
      if (known?.size === 0) this.#entries.delete(key);
    }
  }

  /** Those one of whose filters matches, in the order in which they were made within each key. */
  *of(event: NostrEvent): Generator<Entry> {
    if (this.#entries.size === 0) return;
    const seen = new Set<Entry>();
    for (const key of keysOfEvent(event)) {
      for (const entry of this.#entries.get(key) ?? []) {
        if (seen.has(entry)) continue;
        seen.add(entry);
        if (entry.subscription.filters.some((filter) => matchesFilter(filter, event))) yield entry;
      }
    }
  }
}

/** The field with the fewest values, ids and authors before tags before kinds; where all are long, the filter is asked about every event. */
function keysOf(filter: Filter): string[] {
  const fields = ['ids', 'authors', ...Object.keys(filter).filter((field) => field.startsWith('#')), 'kinds'];
  const lists = fields.flatMap((field): [string, readonly unknown[]][] => {
    const values = (filter as Record<string, unknown>)[field];
    return Array.isArray(values) ? [[field, values]] : [];
  });
  // An empty list matches nothing.
  if (lists.some(([, values]) => values.length === 0)) return [];
  const found = lists.find(([, values]) => values.length <= RELAY_LIMITS.interestKeysMax);
  return found ? found[1].map((value) => `${found[0]}:${value}`) : [EVERYTHING];
}

function keysOfEvent(event: NostrEvent): string[] {
  const tags = event.tags.flatMap(([name, value]) =>
    value !== undefined && /^[a-zA-Z]$/.test(name) ? [`#${name}:${value}`] : [],
  );
  return [`ids:${event.id}`, `authors:${event.pubkey}`, ...tags, `kinds:${event.kind}`, EVERYTHING];
}
