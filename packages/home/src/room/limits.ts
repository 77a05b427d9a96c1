/** Limits of showing one's data at a desk, with unit and reason. */
export const ROOM_LIMITS = {
  /** Seconds in which the code on the desk has to be scanned: to unlock a phone and find the button. */
  codeSeconds: 180,
  /** Seconds from then on in which the patient chooses, compares the words and decides. */
  decideSeconds: 300,
  /** Codes that a home shows at once: desks of one practice. */
  meetingsMax: 8,
  /** Meetings that a home is a guest of at once. */
  guestsMax: 4,
  /** Milliseconds after which a desk that does not answer is taken to be away. */
  answerMillis: 10_000,
  /** Milliseconds after which the beginning is said again, should it have been lost. */
  againMillis: 2_000,
  /** Milliseconds between looks at whether the other side answers. */
  watchMillis: 500,
  /** Milliseconds without a word after which the desk is asked whether it is still there. */
  pingMillis: 10_000,
  /** Milliseconds without a word after which it is not. */
  silenceMillis: 20_000,
  /** Bytes of an answer of the desk, unpacked: keys and a name. */
  answerBytesMax: 65_536,
  /** Characters of the gift wrap that a patient hands over: a hybrid envelope has 5,000. */
  wrapUnitsMax: 65_536,
  /** UTF-16 units of the name by which a desk is known to patients. */
  nameUnitsMax: 60,
  /** Milliseconds for which the relays of a grant may take it in before the desk is told of it. */
  settleMillis: 3_000,
  /** Hours within which a patient who shows her data again is still on the same visit. */
  sameVisitHours: 12,
} as const;
