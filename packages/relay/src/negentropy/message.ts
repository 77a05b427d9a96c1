// Messages of negentropy v1 (NIP-77) as bytes: a version, then ranges, each with its upper bound and what is said of it.
import { fail } from '@hale/kernel';
import { type Bound, encodeVarint, FINGERPRINT_BYTES, ID_BYTES } from './items.ts';

/** Version 1. */
export const VERSION = 0x61;

export const MODE = { skip: 0, fingerprint: 1, idList: 2 } as const;

/** What one side says about the items from the bound before up to `upTo`. */
export type Range =
  | { readonly upTo: Bound; readonly mode: 'skip' }
  | { readonly upTo: Bound; readonly mode: 'fingerprint'; readonly fingerprint: Uint8Array }
  | { readonly upTo: Bound; readonly mode: 'idList'; readonly ids: readonly Uint8Array[] };

export const END: Bound = { time: Number.POSITIVE_INFINITY, id: new Uint8Array() };

/** Writes one message. Times are differences, so ranges have to come in order. */
export class MessageWriter {
  #bytes = new Uint8Array(4_096);
  #size = 0;
  #time = 0;

  constructor() {
    this.#put(Uint8Array.of(VERSION));
  }

  get size(): number {
    return this.#size;
  }

  #put(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  #bound({ time, id }: Bound): void {
    // 0 is infinity; every other time is 1 more than its distance from the one before.
    this.#put(encodeVarint(time === Number.POSITIVE_INFINITY ? 0 : time - this.#time + 1));
    if (time !== Number.POSITIVE_INFINITY) this.#time = time;
    this.#put(encodeVarint(id.length));
    this.#put(id);
  }

  range(range: Range): void {
    this.#bound(range.upTo);
    this.#put(encodeVarint(MODE[range.mode]));
    if (range.mode === 'fingerprint') this.#put(range.fingerprint);
    if (range.mode !== 'idList') return;
    this.#put(encodeVarint(range.ids.length));
    for (const id of range.ids) this.#put(id);
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }
}

/** Reads one message range by range. @throws HaleError 'malformed' for whatever no writer writes */
export class MessageReader {
  readonly version: number;
  readonly #bytes: Uint8Array;
  #at = 0;
  #time = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.version = this.#take(1)[0];
    if (this.version < 0x60 || this.version > 0x6f) fail('malformed', 'no version of negentropy');
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) fail('malformed', 'the message ends early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #varint(): number {
    for (let value = 0; ; ) {
      const [byte] = this.#take(1);
      value = value * 128 + (byte & 127);
      if (!Number.isSafeInteger(value)) fail('malformed', 'a number is too large');
      if (byte < 128) return value;
    }
  }

  #bound(): Bound {
    const encoded = this.#varint();
    const time = encoded === 0 ? Number.POSITIVE_INFINITY : this.#time + encoded - 1;
    if (encoded !== 0) this.#time = time;
    const length = this.#varint();
    if (length > ID_BYTES) fail('malformed', 'a bound is longer than an id');
    return { time, id: this.#take(length) };
  }

  /** null at the end. */
  next(): Range | null {
    if (this.#at === this.#bytes.length) return null;
    const upTo = this.#bound();
    switch (this.#varint()) {
      case MODE.skip:
        return { upTo, mode: 'skip' };
      case MODE.fingerprint:
        return { upTo, mode: 'fingerprint', fingerprint: this.#take(FINGERPRINT_BYTES) };
      case MODE.idList:
        return { upTo, mode: 'idList', ids: this.#idList() };
      default:
        return fail('malformed', 'a range of an unknown mode');
    }
  }

  #idList(): Uint8Array[] {
    const count = this.#varint();
    if (count * ID_BYTES > this.#bytes.length - this.#at) fail('malformed', 'the message ends early');
    return Array.from({ length: count }, () => this.#take(ID_BYTES));
  }
}
