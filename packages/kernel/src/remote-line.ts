// One end of a visit: messages are cut, padded and sealed under running numbers, and put together again. specs/remote.md §6.
import { ByteReader, ByteWriter, concatBytes } from './bytes.ts';
import { fail } from './errors.ts';
import { LIMITS } from './limits.ts';
import { chachaOpen, chachaSeal } from './primitives.ts';
import { REMOTE_CHUNK_BYTES_MAX, REMOTE_HEAD_BYTES, type RemoteFrame, sealedHeader } from './remote.ts';
import type { VisitKeys } from './remote-keys.ts';
import { bucketFor } from './tile.ts';

/** call, cancel, ping: from the phone · said, result, problem, pong: from the home. */
export type RemoteVerb = 'call' | 'cancel' | 'ping' | 'said' | 'result' | 'problem' | 'pong';
export type RemoteEnd = 'home' | 'phone';

const VERBS: readonly RemoteVerb[] = ['call', 'cancel', 'ping', 'said', 'result', 'problem', 'pong'];
const LAST = 1;
const DEFLATED = 2;
const FROM_PHONE: readonly RemoteVerb[] = ['call', 'cancel', 'ping'];

export interface RemoteMessage {
  readonly verb: RemoteVerb;
  /** Chosen by the phone for its call; what the home says about it has the same. Unsigned, 32 bits. */
  readonly request: number;
  readonly body: Uint8Array;
  /** The body is DEFLATE (RFC 1951); both ends have that, the kernel has not. */
  readonly isDeflated: boolean;
}

type Sealed = Extract<RemoteFrame, { type: 'sealed' }>;

interface Gathered {
  readonly chunks: Uint8Array[];
  bytes: number;
}

export class RemoteLine {
  readonly #visit: Uint8Array;
  readonly #end: RemoteEnd;
  readonly #sealKey: Uint8Array;
  readonly #openKey: Uint8Array;
  readonly #gathering = new Map<string, Gathered>();
  #sent = 0;
  #heard = 0;
  #bytes = 0;

  constructor(visit: Uint8Array, end: RemoteEnd, keys: VisitKeys) {
    this.#visit = visit;
    this.#end = end;
    this.#sealKey = end === 'home' ? keys.toPhone : keys.toHome;
    this.#openKey = end === 'home' ? keys.toHome : keys.toPhone;
  }

  /** The frames of a message, in order. @throws HaleError 'too-large' */
  seal({ verb, request, body, isDeflated }: RemoteMessage): RemoteFrame[] {
    if (body.length > LIMITS.remoteMessageBytesMax)
      fail('too-large', 'this is too much for one answer away from home', { bytesMax: LIMITS.remoteMessageBytesMax });
    const frames: RemoteFrame[] = [];
    for (let at = 0; at === 0 || at < body.length; at += REMOTE_CHUNK_BYTES_MAX) {
      const chunk = body.subarray(at, at + REMOTE_CHUNK_BYTES_MAX);
      const isLast = at + chunk.length >= body.length;
      frames.push(this.#sealChunk(verb, request, chunk, (isLast ? LAST : 0) + (isDeflated ? DEFLATED : 0)));
    }
    return frames;
  }

  #sealChunk(verb: RemoteVerb, request: number, chunk: Uint8Array, flags: number): RemoteFrame {
    const plain = new Uint8Array(bucketFor(REMOTE_HEAD_BYTES + chunk.length));
    const head = new ByteWriter(REMOTE_HEAD_BYTES).u32(chunk.length).u8(VERBS.indexOf(verb));
    plain.set(head.u8(flags).u32(request).finish());
    plain.set(chunk, REMOTE_HEAD_BYTES);
    const seq = this.#sent++;
    const ciphertext = chachaSeal(this.#sealKey, nonceOf(seq), sealedHeader(this.#visit, seq), plain);
    return { type: 'sealed', visit: this.#visit, seq, ciphertext };
  }

  /**
   * The message that this frame completes, or null while more of it is to come. After any throw the visit is over.
   * @throws HaleError 'not-authentic' also for a frame that is missing, repeated or out of its order · 'malformed' · 'too-large'
   */
  open({ visit, seq, ciphertext }: Sealed): RemoteMessage | null {
    if (seq !== this.#heard) fail('not-authentic', 'frames of this visit are missing or come twice');
    const plain = chachaOpen(this.#openKey, nonceOf(seq), sealedHeader(visit, seq), ciphertext);
    if (plain === null) fail('not-authentic', 'a frame was altered');
    this.#heard++;
    const reader = new ByteReader(plain);
    const length = reader.u32();
    const verb = VERBS[reader.u8()];
    const flags = reader.u8();
    const request = reader.u32();
    if (flags > LAST + DEFLATED || verb === undefined || FROM_PHONE.includes(verb) !== (this.#end === 'home'))
      fail('malformed', 'a message of no known kind');
    return this.#gather(verb, request, reader.bytes(length), flags);
  }

  #gather(verb: RemoteVerb, request: number, chunk: Uint8Array, flags: number): RemoteMessage | null {
    const name = `${verb} ${request}`;
    const gathered = this.#gathering.get(name) ?? { chunks: [], bytes: 0 };
    gathered.chunks.push(chunk);
    gathered.bytes += chunk.length;
    this.#bytes += chunk.length;
    if (this.#bytes > LIMITS.remoteMessageBytesMax) fail('too-large', 'more is being sent at once than is taken');
    if ((flags & LAST) === 0) {
      if (chunk.length < REMOTE_CHUNK_BYTES_MAX) fail('malformed', 'a chunk before the last is not full');
      this.#gathering.set(name, gathered);
      if (this.#gathering.size > LIMITS.remoteMessagesMax)
        fail('too-large', 'too many messages are being sent at once');
      return null;
    }
    this.#gathering.delete(name);
    this.#bytes -= gathered.bytes;
    return { verb, request, body: concatBytes(...gathered.chunks), isDeflated: flags >= DEFLATED };
  }
}

/** Keys are of one visit and one direction, so the running number is never used twice under one. */
function nonceOf(seq: number): Uint8Array {
  return new ByteWriter(12).bytes(new Uint8Array(8)).u32(seq).finish();
}
