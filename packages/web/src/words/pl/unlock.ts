import type { Words } from '../en/index.ts';

export const unlock: Words['unlock'] = {
  title: 'Otwórz swój sejf',
  lockedText: 'Twoje dane leżą zapieczętowane na tym komputerze. Otwiera je Twoje hasło.',
  passphrase: 'Hasło',
  open: 'Otwórz',
  wrong: 'To nie jest to hasło. Nic nie zostało zmienione.',
  codeTitle: 'Otwórz z komputera',
  codeText:
    'Ten sejf nie ma hasła. Na komputerze, na którym działa, wpisz `hale web` i otwórz pokazany adres. Działa raz, przez dziesięć minut.',
  codeUsed: 'Ten adres był już użyty albo jest za stary. Wpisz `hale web`, aby dostać nowy.',
  tooMany: 'Za dużo prób. Odczekaj kilka minut.',
  ended: 'Zablokowano po chwili bez użycia.',
};
