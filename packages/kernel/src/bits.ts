// A plain bit stream, most significant bit first, for what is not hot: irregular times. Values go through rice.ts.
import { type ByteReader, ByteWriter } from './bytes.ts';
import { fail } from './errors.ts';

export class BitWriter {
  readonly #bytes = new ByteWriter();
  #pending = 0;
  #used = 0;

  /** The low `n` bits (0..32) of an unsigned value. */
  write(value: number, n: number): void {
    for (let left = n; left > 0; ) {
      const take = Math.min(8 - this.#used, left);
      left -= take;
      this.#pending = (this.#pending << take) | ((value >>> left) & ((1 << take) - 1));
      this.#used += take;
      if (this.#used === 8) this.#flush();
    }
  }

  zeros(n: number): void {
    for (let left = n; left > 0; left -= 32) this.write(0, Math.min(32, left));
  }

  /** All bytes; the last one filled up with zero bits. */
  finish(): Uint8Array {
    if (this.#used > 0) this.write(0, 8 - this.#used);
    return this.#bytes.finish();
  }

  #flush(): void {
    this.#bytes.u8(this.#pending);
    this.#pending = 0;
    this.#used = 0;
  }
}

/** Reads what BitWriter wrote; throws 'malformed' at the end of the bytes. */
export class BitReader {
  readonly #bytes: ByteReader;
  #byte = 0;
  #left = 0;

  constructor(bytes: ByteReader) {
    this.#bytes = bytes;
  }

  /** n ≤ 53 bits as an unsigned number. */
  read(n: number): number {
    let value = 0;
    for (let wanted = n; wanted > 0; ) {
      this.#load();
      const take = Math.min(this.#left, wanted);
      this.#left -= take;
      wanted -= take;
      value = value * (1 << take) + ((this.#byte >>> this.#left) & ((1 << take) - 1));
    }
    return value;
  }

  /** Zero bits before the next one bit, which is consumed too; after `max` zeros it stops without looking for the one. */
  unary(max: number): number {
    for (let zeros = 0; ; ) {
      this.#load();
      const window = this.#byte & ((1 << this.#left) - 1);
      const run = Math.min(Math.clz32(window) - 32 + this.#left, max - zeros);
      zeros += run;
      this.#left -= run;
      if (zeros === max) return max;
      if (this.#left === 0) continue;
      this.#left--;
      return zeros;
    }
  }

  /** Ends the stream. Throws 'malformed' if the bits that fill up the last byte are not zero. */
  finish(): void {
    if ((this.#byte & ((1 << this.#left) - 1)) !== 0) fail('malformed', 'bit padding is not zero');
  }

  #load(): void {
    if (this.#left > 0) return;
    this.#byte = this.#bytes.u8();
    this.#left = 8;
  }
}
