// NIP-77: reconciliations that are open, each on one connection, over what that connection may be served and nothing else.
import { type Filter, fail, HaleError, toHex } from '@hale/kernel';
import { type ItemVector, Reconciler } from '../negentropy/index.ts';
import type { Rights } from './admission.ts';
import type { Connection, Effect } from './connection.ts';
import { frames } from './frames.ts';
import { permittedParts } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import { type ReconciledSet, ReconciledSets } from './reconciled-sets.ts';
import type { RelayStore } from './store.ts';
import { orTrouble } from './trouble.ts';

interface Session {
  readonly filter: Filter;
  /** What the connection was permitted when it began. */
  readonly sight: string;
  readonly set: ReconciledSet;
  /** What is compared: the set as it was when it had been read. */
  items: ItemVector | null;
  /** Waits until the set is read. */
  query: Uint8Array;
  /** Unix seconds. */
  heardAt: number;
}

export class Reconciliations {
  readonly #now: () => number;
  readonly #rightsOf: (connection: Connection) => Rights;
  readonly #sets: ReconciledSets;
  /** Connection → subscription id → session. */
  readonly #sessions = new Map<string, Map<string, Session>>();

  constructor(store: RelayStore, now: () => number, rightsOf: (connection: Connection) => Rights) {
    this.#now = now;
    this.#rightsOf = rightsOf;
    this.#sets = new ReconciledSets(store);
  }

  open(connection: Connection, id: string, filter: Filter, query: Uint8Array): Effect[] {
    this.close(connection.id, id);
    const refuse = (reason: string): Effect[] => [{ to: connection.id, frame: frames.negErr(id, reason) }];
    const sessions = this.#sessions.get(connection.id) ?? new Map<string, Session>();
    if (sessions.size >= RELAY_LIMITS.reconciliationsMax) return refuse('blocked: too many reconciliations at once');
    if (filter.search !== undefined) return refuse('invalid: what words find cannot be reconciled');
    if (!this.#hasRoom()) return refuse('rate-limited: too much is being reconciled, try again later');
    const parts = permittedParts(filter, this.#rightsOf(connection));
    const sight = JSON.stringify(parts);
    const set = this.#sets.take(sight, parts, this.#now());
    const session: Session = { filter, sight, set, items: set.items, query, heardAt: this.#now() };
    this.#sessions.set(connection.id, sessions.set(id, session));
    return session.items ? this.#answer(connection, id, session) : [];
  }

  #hasRoom(): boolean {
    const sessions = [...this.#sessions.values()].flatMap((ofConnection) => [...ofConnection.values()]);
    return this.#sets.makeRoom(sessions.flatMap(({ items }) => items ?? []));
  }

  message(connection: Connection, id: string, query: Uint8Array): Effect[] {
    const session = this.#sessions.get(connection.id)?.get(id);
    const refuse = (reason: string): Effect[] => [{ to: connection.id, frame: frames.negErr(id, reason) }];
    if (!session) return refuse('closed: no reconciliation of that name is open');
    if (!session.items) return this.#end(connection, id, 'invalid: the last message is not answered yet');
    session.query = query;
    session.heardAt = this.#now();
    return this.#answer(connection, id, session);
  }

  /** Rights may have changed since it began: then nothing of it is said any more. */
  #answer(connection: Connection, id: string, session: Session): Effect[] {
    const permitted = JSON.stringify(permittedParts(session.filter, this.#rightsOf(connection)));
    if (permitted !== session.sight)
      return this.#end(connection, id, 'closed: what you may see has changed, begin again');
    try {
      const items = session.items ?? fail('usage', 'the set is not read yet');
      const answer = new Reconciler(items).respond(session.query);
      return [{ to: connection.id, frame: frames.negMsg(id, toHex(answer)) }];
    } catch (error) {
      if (!(error instanceof HaleError) || error.code !== 'malformed') throw error;
      return this.#end(connection, id, `invalid: ${error.message}`);
    }
  }

  #end(connection: Connection, id: string, reason: string, max?: number): Effect[] {
    this.close(connection.id, id);
    return [{ to: connection.id, frame: frames.negErr(id, reason, max) }];
  }

  close(connectionId: string, id: string): void {
    const sessions = this.#sessions.get(connectionId);
    const session = sessions?.get(id);
    if (!sessions || !session) return;
    session.set.users -= 1;
    sessions.delete(id);
    if (sessions.size === 0) this.#sessions.delete(connectionId);
  }

  /** The socket is gone. */
  forget(connectionId: string): void {
    for (const id of [...(this.#sessions.get(connectionId)?.keys() ?? [])]) this.close(connectionId, id);
  }

  /** True while a set is being read for that connection. */
  hasWork(connectionId: string): boolean {
    return [...(this.#sessions.get(connectionId)?.values() ?? [])].some(({ items }) => items === null);
  }

  /** Reads one slice for that connection; answers those whose set is there. */
  work(connection: Connection): Effect[] {
    const effects: Effect[] = [];
    for (const [id, session] of [...(this.#sessions.get(connection.id) ?? [])]) {
      if (session.items) continue;
      const trouble = orTrouble(
        () => {
          if (!session.set.items) session.set.step(this.#now());
          return [];
        },
        (reason) => this.#end(connection, id, reason),
      );
      if (trouble.length > 0) return [...effects, ...trouble];
      if (session.set.isTooLarge) {
        effects.push(...this.#end(connection, id, 'blocked: this query is too big', RELAY_LIMITS.reconciledMax));
      } else if (!this.#hasRoom()) {
        effects.push(...this.#end(connection, id, 'rate-limited: too much is being reconciled, try again later'));
      } else if (session.set.items) {
        session.items = session.set.items;
        effects.push(...this.#answer(connection, id, session));
      }
      return effects;
    }
    return effects;
  }

  /** Ends what nobody goes on with. */
  tick(connections: Iterable<Connection>): Effect[] {
    const effects: Effect[] = [];
    const limit = this.#now() - RELAY_LIMITS.reconciliationSecondsMax;
    for (const connection of connections) {
      for (const [id, { heardAt }] of [...(this.#sessions.get(connection.id) ?? [])]) {
        if (heardAt < limit) effects.push(...this.#end(connection, id, 'closed: you took too long to respond'));
      }
    }
    this.#sets.sweep(this.#now());
    return effects;
  }
}
