// How hard a passphrase is to guess, said honestly: counted as a guessing program would, so what looks clever gets no credit for it.

export type Strength = 'short' | 'weak' | 'fair' | 'strong';

/** Bits that one more character adds: letters come in words, which are guessed whole. */
const LETTER_BITS = 2.3;
const DIGIT_BITS = 3.3;
const OTHER_BITS = 4;
const FAIR_BITS = 28;
const STRONG_BITS = 45;

/** Beginnings that every list of guesses has. */
const KNOWN = [
  'password',
  'passwort',
  'contraseña',
  'haslo',
  'hasło',
  'qwertz',
  'qwerty',
  'letmein',
  'iloveyou',
  'hale',
];

export function strengthOf(passphrase: string, charactersMin: number): Strength {
  const characters = [...passphrase];
  if (characters.length < charactersMin) return 'short';
  const bits = bitsOf(passphrase);
  return bits < FAIR_BITS ? 'weak' : bits < STRONG_BITS ? 'fair' : 'strong';
}

function bitsOf(passphrase: string): number {
  let rest = passphrase.toLowerCase();
  for (const known of KNOWN) rest = rest.replaceAll(known, known.charAt(0));
  let bits = 0;
  let before = '';
  const words = new Set<string>();
  for (const word of rest.split(/(?<=[\s_-])/)) {
    // A word that comes again adds nothing.
    if (words.has(word.trim())) continue;
    words.add(word.trim());
    for (const character of word) {
      if (!follows(before, character)) bits += bitsFor(character);
      before = character;
    }
  }
  return bits;
}

/** The same again, or the next of an alphabet or of the digits, up or down. */
function follows(before: string, character: string): boolean {
  if (before === '') return false;
  const step = (character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0);
  return Math.abs(step) <= 1 && /[\p{L}\p{N}]/u.test(character) ? true : step === 0;
}

function bitsFor(character: string): number {
  if (/\p{L}/u.test(character)) return LETTER_BITS;
  return /\p{N}/u.test(character) ? DIGIT_BITS : OTHER_BITS;
}
