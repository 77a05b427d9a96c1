// The owner's words: BIP-39, English, 24 by default. Only the seed goes further; words are not kept on the node.
import { entropyToMnemonic, mnemonicToEntropy, mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { fail } from './errors.ts';

/** 24 words from 32 random bytes. */
export function newWords(random32: Uint8Array): string {
  if (random32.length !== 32) fail('usage', 'new words need 32 random bytes');
  return entropyToMnemonic(random32, wordlist);
}

/**
 * Normalises what somebody typed (NFKD, lower case, single spaces). Throws 'malformed' that names the
 * position of a wrong word (1-based) and never the word, so that the message is safe to log.
 */
export function parseWords(text: string): string {
  const words = text.normalize('NFKD').toLowerCase().trim().split(/\s+/);
  const wrong = words.findIndex((word) => !wordlist.includes(word));
  if (wrong >= 0 && words[0] !== '') {
    fail('malformed', `word ${wrong + 1} is not in the BIP-39 English list`, { position: wrong + 1 });
  }
  if (words.length !== 24 && words.length !== 12) {
    fail('malformed', `12 or 24 words are needed, not ${words[0] === '' ? 0 : words.length}`);
  }
  const phrase = words.join(' ');
  if (!validateMnemonic(phrase, wordlist)) {
    fail('malformed', 'all words are known but their checksum is wrong: one is mistaken or two are swapped');
  }
  return phrase;
}

/** What the words stand for: 32 bytes of 24, 16 of 12. @throws HaleError 'malformed' for invalid words */
export const entropyOf = (words: string): Uint8Array => mnemonicToEntropy(parseWords(words), wordlist);

/** The words of 32 or 16 bytes. */
export function wordsOf(entropy: Uint8Array): string {
  if (entropy.length !== 32 && entropy.length !== 16) fail('malformed', 'words stand for 32 or 16 bytes');
  return entropyToMnemonic(entropy, wordlist);
}

/** BIP-39 seed, 64 bytes: PBKDF2-HMAC-SHA-512, 2,048 rounds. Throws 'malformed' for invalid words. */
export function seedOf(words: string, passphrase = ''): Uint8Array {
  return mnemonicToSeedSync(parseWords(words), passphrase);
}
