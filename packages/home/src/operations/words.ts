// Are the words on a sheet those of this vault? Asked seldom, answered in a word, and nothing of it is kept. And a passphrase for a vault that
// was made without one.
import { equalBytes, HaleError, schnorrPublic } from '@hale/kernel';
import { masterKeys, parseWords, seedOf } from '@hale/kernel/seal';
import { HOME_LIMITS } from '../limits.ts';
import type { Operation } from './context.ts';

/** When the last checks of this process were. */
let checks: number[] = [];

export const wordsCheck: Operation<'words.check'> = ({ home }, { words }) => {
  const now = Date.now();
  checks = checks.filter((at) => at > now - HOME_LIMITS.wordsCheckWindowSeconds * 1000);
  if (checks.length >= HOME_LIMITS.wordsChecksMax)
    throw new HaleError('unavailable', 'the words were checked often just now; wait a few minutes');
  checks.push(now);
  let parsed: string;
  try {
    parsed = parseWords(String(words).toLowerCase());
  } catch (error) {
    if (error instanceof HaleError) return { are: 'mistyped' };
    throw error;
  }
  const { identity } = masterKeys(seedOf(parsed));
  const isRight = equalBytes(schnorrPublic(identity), schnorrPublic(home.keys.identity));
  return { are: isRight ? 'right' : 'others' };
};

export const passphraseSet: Operation<'passphrase.set'> = async ({ home }, { passphrase }) => {
  if (!home.setPassphrase) throw new HaleError('unsupported', 'this home was opened without its keyring');
  if (typeof passphrase !== 'string' || passphrase.length > HOME_LIMITS.passphraseCharactersMax)
    throw new HaleError('usage', 'a passphrase is a text', { max: HOME_LIMITS.passphraseCharactersMax });
  await home.setPassphrase(passphrase);
  return {};
};
