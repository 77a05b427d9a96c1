// Bounds what an MQTT connection may make us hold: the parser keeps a packet until it is whole, however long it says it is. Reads only the
// fixed headers (MQTT 3.1.1 §2.2): one byte of type, the remaining length in up to four bytes.

/** Counts bytes of unfinished packets of all connections together. */
export interface HeldBytes {
  bytes: number;
}

export class PacketGuard {
  bytesMax: number;
  readonly #held: HeldBytes;
  readonly #heldMax: number;
  /** Bytes of the packet that are still to come; 0 between packets. */
  #left = 0;
  /** Bytes of the unfinished packet that are here. */
  #own = 0;
  /** How many bytes of the length were read; -1 before the type. */
  #lengthBytes = -1;
  #length = 0;

  constructor(bytesMax: number, held: HeldBytes, heldMax: number) {
    this.bytesMax = bytesMax;
    this.#held = held;
    this.#heldMax = heldMax;
  }

  /** True while all is well; false when the connection must end. */
  allows(chunk: Uint8Array): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left === 0) {
        if (!this.#header(chunk[at++])) return false;
        continue;
      }
      const taken = Math.min(this.#left, chunk.length - at);
      this.#left -= taken;
      at += taken;
      this.#hold(this.#left === 0 ? -this.#own : taken);
    }
    return this.#held.bytes <= this.#heldMax;
  }

  /** Gives back what an ended connection held. */
  release(): void {
    this.#hold(-this.#own);
  }

  #header(byte: number): boolean {
    if (this.#lengthBytes < 0) {
      this.#lengthBytes = 0;
      this.#length = 0;
      return true;
    }
    this.#length += (byte & 127) * 128 ** this.#lengthBytes++;
    if (byte & 128) return this.#lengthBytes < 4;
    this.#lengthBytes = -1;
    this.#left = this.#length;
    return this.#length <= this.bytesMax;
  }

  #hold(bytes: number): void {
    this.#own += bytes;
    this.#held.bytes += bytes;
  }
}
