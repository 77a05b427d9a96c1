// What letters say. Parsed from what a stranger may have sent: sizes first, then shapes. specs/custody.md §3
import * as v from 'valibot';

const bytes32 = v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);
const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const relays = v.pipe(v.array(text(512)), v.maxLength(8));
const about = {
  name: text(200),
  species: v.nullable(v.picklist(['human', 'dog', 'cat', 'horse', 'rabbit', 'other'])),
};

/** A person or an animal is handed over: where the parcel lies, and what opens it. */
const handOver = v.object({
  v: v.literal(1),
  type: v.literal('hand-over'),
  /** Of the hand-over, random. */
  id: hex(16),
  key: bytes32,
  /** Author of the bill: the log that names the boxes. */
  author: hex(64),
  relays,
  ...about,
});

const micros = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Full custody: the secret itself, and the lane in which the other home is to write. */
const custody = v.object({
  v: v.literal(1),
  type: v.literal('custody'),
  subject: v.pipe(v.string(), v.regex(/^[0-9a-f]{8,32}$/)),
  secret: bytes32,
  lane: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff)),
  relays,
  as: text(40),
  until: v.nullable(micros),
  ...about,
});

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** A piece of the sender's words. */
const guardianPiece = v.object({
  v: v.literal(1),
  type: v.literal('guardian-piece'),
  set: v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 8),
  need: whole(2, 255),
  x: whole(1, 255),
  data: v.custom<Uint8Array>((value) => value instanceof Uint8Array && [16, 32].includes(value.length)),
  waitHours: whole(0, 720),
});

/**
 * About the pieces of one making. From the guardian: it is kept, somebody asked for it (and gets it from `until` on). From the owner: it is
 * revoked, the release is refused.
 */
const guardianWord = v.object({
  v: v.literal(1),
  type: v.literal('guardian-word'),
  set: hex(16),
  said: v.picklist(['kept', 'asked', 'revoked', 'refused']),
  until: v.nullable(micros),
});

/** To the person herself: the key of the log of who cares for her. No series opens with it. */
const ward = v.object({ v: v.literal(1), type: v.literal('ward'), author: hex(64), secret: bytes32, relays, ...about });

const letter = v.variant('type', [handOver, custody, guardianPiece, guardianWord, ward]);

export type LetterText = v.InferOutput<typeof letter>;
export type CustodyLetter = v.InferOutput<typeof custody>;
export type WardLetter = v.InferOutput<typeof ward>;
export type HandOverLetter = v.InferOutput<typeof handOver>;

/** Null: none of this version. */
export function parseLetter(value: unknown): LetterText | null {
  const parsed = v.safeParse(letter, value);
  return parsed.success ? parsed.output : null;
}
