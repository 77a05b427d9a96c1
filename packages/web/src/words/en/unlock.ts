/** Opening the node in a browser. */
export const unlock = {
  title: 'Open your vault',
  lockedText: 'Your data lies sealed on this computer. Your passphrase opens it.',
  passphrase: 'Passphrase',
  open: 'Open',
  wrong: 'That is not the passphrase. Nothing was changed.',
  codeTitle: 'Open it from your computer',
  codeText:
    'This vault has no passphrase. On the computer where it runs, type `hale web` and open the address that it shows. It works once, for ten minutes.',
  codeUsed: 'This address was used already, or is too old. Type `hale web` for a new one.',
  tooMany: 'Too many tries. Wait a few minutes.',
  ended: 'Locked after a while without use.',
};
