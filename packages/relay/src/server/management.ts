// NIP-86: what the operator decides while the relay runs. Kept in the store, held in memory, asked for every event and every socket.
import { fail, KINDS, type VerifiedEvent } from '@hale/kernel';
import { RELAY_LIMITS } from './limits.ts';
import type { Membership } from './membership.ts';
import type { RelayPolicy } from './policy.ts';
import type { RelayStore } from './store.ts';

/** Lists in the store. Who is allowed is a member and stands in the table of members. */
type List = 'banned-key' | 'banned-event' | 'allowed-kind' | 'disallowed-kind' | 'blocked-address' | 'setting';
type Setting = 'name' | 'description' | 'icon';

/** What erasure needs can be forbidden to nobody. */
const ALWAYS_ALLOWED: readonly number[] = [KINDS.deletion, KINDS.vanish, KINDS.join, KINDS.leave];

export interface ManagementOptions {
  readonly store: RelayStore;
  readonly policy: RelayPolicy;
  readonly membership: Membership;
}

/** What a call brought about: its result, and what is to be announced. */
export interface Managed {
  readonly result: unknown;
  readonly news: readonly VerifiedEvent[];
}

type Method = (params: readonly unknown[]) => Managed;

const done: Managed = { result: true, news: [] };

export class Management {
  readonly #store: RelayStore;
  readonly #policy: RelayPolicy;
  readonly #membership: Membership;
  /** List → value → reason. */
  readonly #lists = new Map<List, Map<string, string>>();
  readonly #methods: Readonly<Record<string, Method>>;

  constructor({ store, policy, membership }: ManagementOptions) {
    this.#store = store;
    this.#policy = policy;
    this.#membership = membership;
    this.#load();
    this.#methods = { ...this.#keys(), ...this.#events(), ...this.#kinds(), ...this.#addresses(), ...this.#words() };
  }

  #load(): void {
    this.#lists.clear();
    for (const { list, value, reason } of this.#store.managed()) this.#list(list as List).set(value, reason);
  }

  #list(list: List): Map<string, string> {
    const known = this.#lists.get(list) ?? new Map<string, string>();
    this.#lists.set(list, known);
    return known;
  }

  /** The operator's policy with what was changed since. */
  get policy(): RelayPolicy {
    const words = Object.fromEntries(this.#list('setting')) as Partial<Record<Setting, string>>;
    return { ...this.#policy, ...words };
  }

  mayManage(key: string): boolean {
    return key === this.#policy.owner;
  }

  isBanned(key: string): boolean {
    return this.#list('banned-key').has(key);
  }

  isBlocked(address: string): boolean {
    return this.#list('blocked-address').has(normalAddress(address));
  }

  /** null = nothing against it; else the text for OK false. */
  refusalOf(event: VerifiedEvent): string | null {
    if (this.isBanned(event.pubkey)) return 'blocked: this key is banned';
    if (this.#list('banned-event').has(event.id)) return 'blocked: this event is banned';
    if (ALWAYS_ALLOWED.includes(event.kind)) return null;
    const kind = String(event.kind);
    const allowed = this.#list('allowed-kind');
    const isAllowed = !this.#list('disallowed-kind').has(kind) && (allowed.size === 0 || allowed.has(kind));
    return isAllowed ? null : 'blocked: events of this kind are not taken';
  }

  /**
   * One call of NIP-86, on the disk when it returns.
   * @throws HaleError 'unsupported' for a method that we do not have, 'malformed' for parameters, 'too-large' for a list that is full
   */
  call(method: string, params: readonly unknown[]): Managed {
    if (method === 'supportedmethods') return { result: Object.keys(this.#methods), news: [] };
    const work = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
    if (!work) fail('unsupported', 'the relay has no such method');
    try {
      return this.#store.transact(() => work(params));
    } catch (error) {
      // What holds is what is on the disk.
      this.#load();
      throw error;
    }
  }

  #set(list: List, value: string, reason: string): void {
    const known = this.#list(list);
    if (!known.has(value) && known.size >= RELAY_LIMITS.managedMax) fail('too-large', 'the list is full');
    this.#store.setManaged({ list, value, reason });
    known.set(value, reason);
  }

  #remove(list: List, value: string): void {
    this.#store.removeManaged(list, value);
    this.#list(list).delete(value);
  }

  /** As NIP-86 lists things: `[{<name>: value, reason}, …]`. */
  #show(list: List, name: string): Managed {
    const rows = [...this.#list(list)].map(([value, reason]) => ({ [name]: value, ...(reason ? { reason } : {}) }));
    return { result: rows, news: [] };
  }

  #keys(): Record<string, Method> {
    return {
      banpubkey: (params) => {
        const key = hex64(params[0]);
        if (this.mayManage(key)) fail('malformed', 'the owner cannot be banned');
        this.#set('banned-key', key, reasonOf(params[1]));
        return { result: true, news: this.#membership.remove(key) };
      },
      unbanpubkey: (params) => {
        this.#remove('banned-key', hex64(params[0]));
        return done;
      },
      listbannedpubkeys: () => this.#show('banned-key', 'pubkey'),
      allowpubkey: (params) => {
        const key = hex64(params[0]);
        this.#remove('banned-key', key);
        return { result: true, news: this.#membership.add(key) };
      },
      unallowpubkey: (params) => ({ result: true, news: this.#membership.remove(hex64(params[0])) }),
      listallowedpubkeys: () => ({ result: this.#store.members().map((pubkey) => ({ pubkey })), news: [] }),
    };
  }

  #events(): Record<string, Method> {
    return {
      banevent: (params) => {
        const id = hex64(params[0]);
        this.#set('banned-event', id, reasonOf(params[1]));
        this.#store.deleteById(id);
        return done;
      },
      unbanevent: (params) => {
        this.#remove('banned-event', hex64(params[0]));
        return done;
      },
      // What is not banned is allowed: there is no list of its own.
      allowevent: (params) => {
        this.#remove('banned-event', hex64(params[0]));
        return done;
      },
      listbannedevents: () => this.#show('banned-event', 'id'),
    };
  }

  #kinds(): Record<string, Method> {
    const list = (name: List): Managed => ({ result: [...this.#list(name).keys()].map(Number), news: [] });
    return {
      allowkind: (params) => {
        const kind = kindOf(params[0]);
        this.#remove('disallowed-kind', kind);
        this.#set('allowed-kind', kind, '');
        return done;
      },
      disallowkind: (params) => {
        const kind = kindOf(params[0]);
        if (ALWAYS_ALLOWED.includes(Number(kind))) fail('malformed', 'events of this kind cannot be refused');
        this.#remove('allowed-kind', kind);
        this.#set('disallowed-kind', kind, '');
        return done;
      },
      listallowedkinds: () => list('allowed-kind'),
      listdisallowedkinds: () => list('disallowed-kind'),
    };
  }

  #addresses(): Record<string, Method> {
    return {
      blockip: (params) => {
        this.#set('blocked-address', addressOf(params[0]), reasonOf(params[1]));
        return done;
      },
      unblockip: (params) => {
        this.#remove('blocked-address', addressOf(params[0]));
        return done;
      },
      listblockedips: () => this.#show('blocked-address', 'ip'),
    };
  }

  #words(): Record<string, Method> {
    const change = (setting: Setting): Method => {
      return (params) => {
        this.#set('setting', setting, textOf(params[0]));
        // The text stands where the other lists have their reason.
        return done;
      };
    };
    return {
      changerelayname: change('name'),
      changerelaydescription: change('description'),
      changerelayicon: change('icon'),
    };
  }
}

function hex64(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
    fail('malformed', 'a parameter is not 64 hex characters');
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > RELAY_LIMITS.managedUnitsMax)
    fail('malformed', 'a parameter is no short text');
  return value;
}

function reasonOf(value: unknown): string {
  return value === undefined || value === null ? '' : textOf(value);
}

function kindOf(value: unknown): string {
  const isKind = Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;
  if (!isKind) fail('malformed', 'a parameter is no kind');
  return String(value);
}

/** Sockets that take both families show IPv4 in the clothes of IPv6. */
function normalAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:/, '');
}

function addressOf(value: unknown): string {
  const address = normalAddress(textOf(value));
  if (!/^[0-9a-f.:]{2,45}$/.test(address)) fail('malformed', 'a parameter is no IP address');
  return address;
}
