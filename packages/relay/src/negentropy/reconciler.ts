// Range-based set reconciliation (negentropy v1, NIP-77; Meyer, "Range-Based Set Reconciliation", 2023): both sides compare fingerprints of
// ranges and split what differs, until ranges are small enough to name their ids. The client begins and learns; the relay answers and learns
// nothing.
import { fail, toHex } from '@hale/kernel';
import { type Bound, FINGERPRINT_BYTES, ID_BYTES, type ItemVector } from './items.ts';
import { END, MessageReader, MessageWriter, type Range, VERSION } from './message.ts';

/** Into how many parts a range is split that differs. Below twice as many items their ids are named. */
const BUCKETS = 16;
/** Bytes kept free in a message: two bounds (10 + 1 + 32 bytes and a mode each), and the fingerprint of all the rest. */
const RESERVED_BYTES = 128;
/** Bytes of one message below which no split range fits. */
export const MESSAGE_BYTES_MIN = 4_096;
/** Bytes of one message at most: as hex 120 kB, which every relay takes. */
export const MESSAGE_BYTES_MAX = 60_000;

/** What the one who began has learned, ids as hex. Sets: what a full message cut off is asked again, and some of it was known. */
export class Difference {
  /** Only we have them. */
  readonly have = new Set<string>();
  /** Only the other side has them. */
  readonly need = new Set<string>();
}

export class Reconciler {
  readonly #items: ItemVector;
  readonly #bytesMax: number;

  constructor(items: ItemVector, options: { messageBytesMax?: number } = {}) {
    this.#items = items;
    this.#bytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX;
    if (this.#bytesMax < MESSAGE_BYTES_MIN) fail('usage', 'messages of negentropy need 4,096 bytes');
  }

  /** The first message. */
  begin(): Uint8Array {
    const writer = new MessageWriter();
    for (const range of this.#split(0, this.#items.size, END)) writer.range(range);
    return writer.bytes();
  }

  /**
   * The relay's answer; one byte says that we have no word of that version.
   * @throws HaleError 'malformed'
   */
  respond(query: Uint8Array): Uint8Array {
    const reader = new MessageReader(query);
    return reader.version === VERSION ? this.#answer(reader, null).bytes() : Uint8Array.of(VERSION);
  }

  /**
   * What the relay answered.
   * @param difference grows by what is learned
   * @returns the next question; null = both sides are known
   * @throws HaleError 'malformed' · 'unsupported' the relay knows no negentropy v1
   */
  learn(answer: Uint8Array, difference: Difference): Uint8Array | null {
    const reader = new MessageReader(answer);
    if (reader.version !== VERSION) fail('unsupported', 'the relay speaks another version of negentropy');
    const message = this.#answer(reader, difference);
    return message.size > 1 ? message.bytes() : null;
  }

  #answer(reader: MessageReader, difference: Difference | null): MessageWriter {
    const writer = new MessageWriter();
    let lower = 0;
    let skipped: Bound | null = null;
    for (let range = reader.next(); range !== null; range = reader.next()) {
      const upper = this.#items.lowerBound(lower, this.#items.size, range.upTo);
      const answers = this.#answerRange(range, lower, upper, difference);
      if (answers.length === 0) skipped = range.upTo;
      else {
        if (skipped) writer.range({ upTo: skipped, mode: 'skip' });
        skipped = null;
        const rest = this.#say(writer, answers, lower);
        if (rest !== null) {
          // No room for all: from here on it is one range, to be split in the next round.
          const fingerprint = this.#items.fingerprint(rest, this.#items.size);
          writer.range({ upTo: END, mode: 'fingerprint', fingerprint });
          return writer;
        }
      }
      lower = upper;
    }
    return writer;
  }

  /** [] = the range is settled. */
  #answerRange(range: Range, lower: number, upper: number, difference: Difference | null): Range[] {
    if (range.mode === 'skip') return [];
    if (range.mode === 'fingerprint') {
      const own = this.#items.fingerprint(lower, upper);
      return isSame(own, range.fingerprint) ? [] : this.#split(lower, upper, range.upTo);
    }
    if (difference === null) return [this.#list(lower, upper, range.upTo)];
    this.#compare(range.ids, lower, upper, difference);
    return [];
  }

  #compare(ids: readonly Uint8Array[], lower: number, upper: number, difference: Difference): void {
    const theirs = new Set(ids.map((id) => toHex(id)));
    for (let at = lower; at < upper; at++) {
      const own = toHex(this.#items.id(at));
      if (!theirs.delete(own)) difference.have.add(own);
    }
    for (const id of theirs) difference.need.add(id);
  }

  /** @returns null, or from which of our items on there was no more room to speak */
  #say(writer: MessageWriter, ranges: readonly Range[], lower: number): number | null {
    let from = lower;
    for (const range of ranges) {
      const room = this.#bytesMax - writer.size - RESERVED_BYTES;
      const fitting = range.mode === 'idList' ? Math.floor(room / ID_BYTES) : room < FINGERPRINT_BYTES ? 0 : 1;
      if (fitting < 1) return from;
      if (range.mode === 'idList' && range.ids.length > fitting) {
        const rest = from + fitting;
        writer.range({ upTo: this.#between(rest), mode: 'idList', ids: range.ids.slice(0, fitting) });
        return rest;
      }
      writer.range(range);
      from = this.#items.lowerBound(from, this.#items.size, range.upTo);
    }
    return null;
  }

  #list(lower: number, upper: number, upTo: Bound): Range {
    return { upTo, mode: 'idList', ids: Array.from({ length: upper - lower }, (_, at) => this.#items.id(lower + at)) };
  }

  #split(lower: number, upper: number, upTo: Bound): Range[] {
    const count = upper - lower;
    if (count < BUCKETS * 2) return [this.#list(lower, upper, upTo)];
    const each = Math.floor(count / BUCKETS);
    const extra = count % BUCKETS;
    let from = lower;
    return Array.from({ length: BUCKETS }, (_, bucket): Range => {
      const to = from + each + (bucket < extra ? 1 : 0);
      const fingerprint = this.#items.fingerprint(from, to);
      from = to;
      return { upTo: to === upper ? upTo : this.#between(to), mode: 'fingerprint', fingerprint };
    });
  }

  /** The shortest bound between two neighbours. */
  #between(at: number): Bound {
    const [time, id] = [this.#items.time(at), this.#items.id(at)];
    if (this.#items.time(at - 1) !== time) return { time, id: new Uint8Array() };
    const before = this.#items.id(at - 1);
    const shared = id.findIndex((byte, place) => byte !== before[place]);
    return { time, id: id.subarray(0, shared + 1) };
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, at) => byte === b[at]);
}
