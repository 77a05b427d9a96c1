// Reading along: every byte that relays hold or homes keep on disk is searched for what only key holders may know.
import { base64Decode, encodeNpub, HaleError, toHex } from '@hale/kernel';
import type { EventStore } from '../../../home/src/store/events.ts';

/** Each is searched for in every frame. */
const MARKERS_MAX = 40;

export class Markers {
  readonly #texts: string[] = [];
  readonly #bytes: Buffer[] = [];
  #pattern: RegExp | null = null;

  /** A name, a title, a code that must stand nowhere in clear. Letters and digits only. */
  addText(text: string): void {
    this.#texts.push(text);
    this.#bytes.push(Buffer.from(text));
    this.#pattern = null;
  }

  /** A person's public key: not as bytes, not in hex, not as npub. */
  addPerson(pubkey: Uint8Array): void {
    this.addText(toHex(pubkey));
    this.addText(encodeNpub(pubkey));
    this.#bytes.push(Buffer.from(pubkey));
  }

  /** Plain bytes that were sealed somewhere. */
  addBytes(bytes: Uint8Array): void {
    if (this.#bytes.length < MARKERS_MAX) this.#bytes.push(Buffer.from(bytes));
  }

  /** The marker that stands in a frame on the wire, or null. */
  inFrame(frame: string): string | null {
    this.#pattern ??= new RegExp(this.#texts.join('|') || '$^');
    const found = this.#pattern.exec(frame);
    if (found) return found[0];
    const content = /"content":"([A-Za-z0-9+/=]{24,})"/.exec(frame)?.[1];
    return content === undefined ? null : this.inBytes(decoded(content));
  }

  inBytes(bytes: Uint8Array): string | null {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = this.#bytes.find((marker) => buffer.includes(marker));
    return found ? found.toString('latin1').slice(0, 40) : null;
  }

  /** Searches the whole database file as it would stand on a disk. */
  inStore(store: EventStore): string | null {
    return this.inBytes(store.database.serialize());
  }
}

function decoded(content: string): Uint8Array {
  try {
    return base64Decode(content);
  } catch (error) {
    if (error instanceof HaleError) return new Uint8Array(0);
    throw error;
  }
}
