// How a passphrase is judged: what looks clever gets no credit, what is long and mixed does.
import { expect, test } from 'vitest';
import { strengthOf } from '../src/app/passphrase.ts';

const said = (passphrase: string) => strengthOf(passphrase, 8);

test('too short is told before anything else', () => {
  for (const passphrase of ['', 'seven77', '🐎🐎🐎🐎🐎🐎🐎']) expect(said(passphrase)).toBe('short');
});

test('what every list of guesses has, rows of the keyboard of numbers, and repetition are weak', () => {
  for (const passphrase of [
    'password1',
    'aaaaaaaaaaaaaaaaaaaa',
    '1234567890',
    'abcdefghijklmnop',
    'hale hale hale hale',
    'Passwort',
    'sunshine',
  ])
    expect(said(passphrase), passphrase).toBe('weak');
});

test('several words that do not belong together are strong; one with a few signs is not', () => {
  for (const passphrase of ['correct horse battery staple', 'long horses eat green', 'zażółć gęślą jaźń wiosną'])
    expect(said(passphrase), passphrase).toBe('strong');
  for (const passphrase of ['Tr0ub4dor&3', 'summer rain 7']) expect(said(passphrase), passphrase).toBe('fair');
});
