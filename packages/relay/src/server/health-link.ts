// SMART Health Links kept for their owners: encrypted files, and a manifest for whoever has the link and its passcode (specs/relay.md §12). Any
// reader opens them, so the relay speaks as that specification says and knows nothing of who reads. It holds no key of a file.
import { HaleError, type Random, sha256, toHex, utf8Decode, utf8Encode } from '@hale/kernel';
import type { DoorAnswer } from './door.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { HealthLinkFile, HealthLinkRow, RelayStore } from './store.ts';
import { Tally } from './tally.ts';

export interface HealthLinkWish {
  id: string;
  owner: string;
  /** `healthLinkVerifier()` of its passcode; null: it asks for none. */
  verifier: string | null;
  longTerm: boolean;
  /** Unix seconds. */
  expires: number;
}

/** What a reader of a link gets over HTTP. */
export interface HealthLinkAnswer {
  readonly status: 200 | 400 | 401 | 404 | 429 | 503;
  /** JSON, or the text of one encrypted file. */
  readonly value: object | string;
  /** Seconds of `Retry-After`. */
  readonly retrySeconds?: number;
}

const ID = /^[A-Za-z0-9_-]{43}$/;
const HEX = /^[0-9a-f]{64}$/;
const PART = /^[A-Za-z0-9_.-]+$/;
const TYPES = ['application/smart-health-card', 'application/fhir+json'];

export const isHealthLinkId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** What stands for a passcode here. Short ones can be found from it by whoever runs the relay; they open no file. */
export const healthLinkVerifier = (id: string, passcode: string): string =>
  toHex(sha256(utf8Encode(`hale/1 health-link\n${id}\n${passcode}`)));

export interface HealthLinkOptions {
  readonly store: RelayStore;
  /** Unix seconds. */
  readonly now: () => number;
  readonly random: Random;
}

const GONE: HealthLinkAnswer = { status: 404, value: {} };
const CLOSED = { status: 403, reason: 'it is closed' } as const;

export class HealthLinks {
  readonly #options: HealthLinkOptions;
  readonly #openings = new Tally(60);
  /** Addresses of files that a manifest gave out, oldest first. */
  readonly #locations = new Map<string, { id: string; version: number; file: number; expires: number }>();

  constructor(options: HealthLinkOptions) {
    this.#options = options;
  }

  get #links() {
    return this.#options.store.healthLinks;
  }

  /** For a member that the door has proven. */
  create({ id, owner, verifier, longTerm, expires }: HealthLinkWish): DoorAnswer<{ id: string }> {
    const row: HealthLinkRow = {
      id,
      owner,
      verifierHash: verifier === null ? '' : hashOf(verifier),
      wrong: 0,
      isLongTerm: longTerm,
      expires: Math.min(expires, this.#options.now() + RELAY_LIMITS.healthLinkSecondsMax),
      isClosed: false,
      version: 0,
      publishedAt: 0,
      files: [],
      opened: 0,
      openedAt: 0,
    };
    return this.#guarded(() =>
      this.#links.add(row) ? { status: 200, value: { id } } : { status: 403, reason: 'it is there already' },
    );
  }

  /** One part of a file of the version that comes next. For its owner, as all that follows. */
  putPart(row: HealthLinkRow, body: Uint8Array | null): DoorAnswer<object> {
    const { file, part, text, version } = parseFields(body);
    const isPart =
      isIndex(file, RELAY_LIMITS.healthLinkFilesMax) &&
      isIndex(part, RELAY_LIMITS.healthLinkUnitsMax) &&
      typeof text === 'string' &&
      PART.test(text) &&
      text.length <= RELAY_LIMITS.healthLinkPartUnitsMax;
    if (row.isClosed) return CLOSED;
    if (!isPart || version !== row.version + 1) return { status: 400, reason: 'no part of the next version' };
    return this.#guarded(() => {
      if (this.#links.units(row.id, version) + text.length > RELAY_LIMITS.healthLinkUnitsMax)
        return { status: 403, reason: 'its files are too large' };
      this.#links.putPart(row.id, version, file, part, text);
      return { status: 200, value: {} };
    });
  }

  /** From now on readers get the parts that were put, all of them or the version before. */
  publish(row: HealthLinkRow, body: Uint8Array | null): DoorAnswer<{ version: number }> {
    const fields = parseFields(body);
    const files = readFiles(fields.files);
    const version = row.version + 1;
    if (row.isClosed) return CLOSED;
    if (files === null || fields.version !== version) return { status: 400, reason: 'no files of the next version' };
    return this.#guarded(() => {
      if (files.some(({ parts }, at) => this.#links.file(row.id, version, at, parts) === null))
        return { status: 400, reason: 'a part is missing' };
      this.#links.change(row.id, { version, files, publishedAt: this.#options.now() });
      this.#links.keepParts(row.id, version);
      return { status: 200, value: { version } };
    });
  }

  /** Nothing opens it any more, at once; its files leave the disk. */
  remove(row: HealthLinkRow): DoorAnswer<object> {
    return this.#guarded(() => {
      this.#close(row.id);
      return { status: 200, value: {} };
    });
  }

  look({ isClosed, wrong, version, expires, opened, openedAt }: HealthLinkRow): DoorAnswer<object> {
    return { status: 200, value: { closed: isClosed, wrong, version, expires, opened, openedAt } };
  }

  /** POST to its address: the manifest. @param relay the relay's own http(s) address, by which files are asked for */
  manifest(id: string, body: Uint8Array | null, relay: string): HealthLinkAnswer {
    const { recipient, passcode, embeddedLengthMax } = parseFields(body);
    if (!isText(recipient) || (passcode !== undefined && typeof passcode !== 'string'))
      return { status: 400, value: { reason: 'say who asks: {"recipient": …}' } };
    return this.#answered(() => {
      const entered = this.#enter(id, (row) => row.verifierHash === '' || this.#isRight(row, passcode));
      if (!('row' in entered)) return entered;
      const unitsMax = isIndex(embeddedLengthMax, Number.MAX_SAFE_INTEGER)
        ? embeddedLengthMax
        : RELAY_LIMITS.healthLinkEmbeddedUnitsMax;
      const files = entered.row.files.map((_, at) => this.#listed(entered.row, at, unitsMax, relay));
      const retry = entered.row.isLongTerm ? { retrySeconds: 60 } : {};
      return { status: 200, value: { files }, ...retry };
    });
  }

  /** GET of its address: the one file, where there is one and no passcode (flag U). */
  direct(id: string, recipient: string | null): HealthLinkAnswer {
    if (!isText(recipient)) return { status: 400, value: { reason: 'say who asks: ?recipient=…' } };
    return this.#answered(() => {
      const entered = this.#enter(id, (row) => (row.verifierHash === '' && row.files.length === 1 ? true : GONE));
      return 'row' in entered ? { status: 200, value: this.#text(entered.row, 0) } : entered;
    });
  }

  /** GET of an address that a manifest gave. */
  location(id: string, ticket: string): HealthLinkAnswer {
    const found = this.#locations.get(ticket);
    const row = found?.id === id && found.expires > this.#options.now() ? this.#links.get(id) : null;
    if (!found || !row || !this.#isOpen(row) || row.version !== found.version) return GONE;
    return { status: 200, value: this.#text(row, found.file) };
  }

  /** Who comes in: counted, and stopped when it is too often. */
  #enter(
    id: string,
    isAdmitted: (row: HealthLinkRow) => boolean | HealthLinkAnswer,
  ): HealthLinkAnswer | { row: HealthLinkRow } {
    const now = this.#options.now();
    const row = this.#links.get(id);
    if (row === null || !this.#isOpen(row)) return GONE;
    if (!this.#openings.take(id, now, RELAY_LIMITS.healthLinkOpeningsPerMinuteMax))
      return { status: 429, value: {}, retrySeconds: 60 };
    const admitted = isAdmitted(row);
    if (typeof admitted === 'object') return admitted;
    if (!admitted) return this.#refused(id);
    this.#change(id, { opened: row.opened + 1, openedAt: now });
    return { row };
  }

  #isOpen({ isClosed, expires, version }: HealthLinkRow): boolean {
    return !isClosed && version > 0 && expires > this.#options.now();
  }

  /** Counted on the disk before it is compared: no crash and no second connection gives a try away. A right one takes its try back. */
  #isRight({ id, verifierHash, wrong }: HealthLinkRow, passcode: unknown): boolean {
    this.#change(id, { wrong: wrong + 1 });
    const isRight = typeof passcode === 'string' && verifierHash === hashOf(healthLinkVerifier(id, passcode));
    if (isRight) this.#change(id, { wrong });
    return isRight;
  }

  #refused(id: string): HealthLinkAnswer {
    const left = Math.max(0, RELAY_LIMITS.healthLinkTriesMax - (this.#links.get(id)?.wrong ?? 0));
    if (left === 0) this.#options.store.transact(() => this.#close(id));
    return { status: 401, value: { remainingAttempts: left } };
  }

  #close(id: string): void {
    this.#links.change(id, { isClosed: true, files: [], verifierHash: '' });
    this.#links.keepParts(id, -1);
  }

  #change(id: string, changed: Partial<HealthLinkRow>): void {
    this.#options.store.transact(() => this.#links.change(id, changed));
  }

  #listed(row: HealthLinkRow, at: number, unitsMax: number, relay: string): object {
    const text = this.#text(row, at);
    const told = {
      contentType: row.files[at].contentType,
      lastUpdated: new Date(row.publishedAt * 1000).toISOString(),
      status: row.isLongTerm ? 'can-change' : 'finalized',
      ...(row.files[at].contentType === 'application/fhir+json' ? { fhirVersion: '4.0.1' } : {}),
    };
    return text.length <= unitsMax ? { ...told, embedded: text } : { ...told, location: this.#locate(row, at, relay) };
  }

  #text({ id, version, files }: HealthLinkRow, at: number): string {
    const text = this.#links.file(id, version, at, files[at].parts);
    if (text === null) throw new HaleError('corrupt', 'a part of a file of a link is missing');
    return text;
  }

  #locate({ id, version }: HealthLinkRow, file: number, relay: string): string {
    const { now, random } = this.#options;
    for (const [ticket, { expires }] of this.#locations) if (expires <= now()) this.#locations.delete(ticket);
    const [oldest] = this.#locations.keys();
    if (this.#locations.size >= RELAY_LIMITS.healthLinkLocationsMax) this.#locations.delete(oldest);
    const ticket = toHex(random(32));
    this.#locations.set(ticket, { id, version, file, expires: now() + RELAY_LIMITS.healthLinkLocationSeconds });
    return `${relay}/hale/link/${id}/${ticket}`;
  }

  #answered(work: () => HealthLinkAnswer): HealthLinkAnswer {
    try {
      return work();
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, value: {} };
      throw error;
    }
  }

  #guarded<Value>(work: () => DoorAnswer<Value>): DoorAnswer<Value> {
    try {
      return this.#options.store.transact(work);
    } catch (error) {
      if (error instanceof HaleError) return { status: 503, reason: error.code };
      throw error;
    }
  }
}

/** Compared by their hashes: how long it takes tells nothing of what is kept. */
const hashOf = (verifier: string): string => toHex(sha256(utf8Encode(verifier)));

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= RELAY_LIMITS.healthLinkTextUnitsMax;
const isIndex = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;

/** The body of POST /hale/link/create; null = it is none. */
export function parseHealthLinkWish(body: Uint8Array | null): HealthLinkWish | null {
  const { id, owner, verifier, longTerm, expires } = parseFields(body);
  const isWish =
    isHealthLinkId(id) &&
    isHex(owner) &&
    (verifier === null || isHex(verifier)) &&
    typeof longTerm === 'boolean' &&
    Number.isSafeInteger(expires);
  return isWish ? ({ id, owner, verifier, longTerm, expires } as HealthLinkWish) : null;
}

/** The id in a body of one of its owner's requests; null = there is none. */
export function parseHealthLinkId(body: Uint8Array | null): string | null {
  const { id } = parseFields(body);
  return isHealthLinkId(id) ? id : null;
}

function readFiles(value: unknown): HealthLinkFile[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > RELAY_LIMITS.healthLinkFilesMax) return null;
  const files = value.map((file) => {
    const { contentType, parts } = (typeof file === 'object' && file !== null ? file : {}) as Record<string, unknown>;
    const isFile =
      TYPES.includes(contentType as string) && isIndex(parts, RELAY_LIMITS.healthLinkUnitsMax) && parts > 0;
    return isFile ? ({ contentType, parts } as HealthLinkFile) : null;
  });
  return files.includes(null) ? null : (files as HealthLinkFile[]);
}

const isHex = (value: unknown): value is string => typeof value === 'string' && HEX.test(value);

function parseFields(body: Uint8Array | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(utf8Decode(body ?? new Uint8Array()));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
