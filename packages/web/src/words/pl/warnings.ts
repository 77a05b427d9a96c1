import type { Words } from '../en/index.ts';
import { counted } from '../plural.ts';

const events = counted('pl', { one: 'zdarzenie', few: 'zdarzenia', many: 'zdarzeń', other: 'zdarzenia' });
const deliveries = counted('pl', { one: 'dostawa', few: 'dostawy', many: 'dostaw', other: 'dostawy' });
const pieces = counted('pl', { one: 'część', few: 'części', many: 'części', other: 'części' });

export const warnings: Words['warnings'] = {
  'disk-full': () =>
    'Dysk jest pełny: nowe dane są odrzucane, dopóki nie będzie miejsca. Zwolnij miejsce na tym komputerze.',
  stumbled: (what, code) => `Coś w środku nie powiodło się (${what}: ${code}) i jest ponawiane. Nic nie zginęło.`,
  'another-home': () => 'Twoje dane zapisuje teraz inny węzeł; ten tylko odczytuje.',
  'taken-over': (_, given) =>
    `Inny węzeł przejął zapis. Ten przekazał to, czego nie miał żaden przekaźnik (${pieces(given)}), i odtąd tylko odczytuje.`,
  'handed-over': (given) =>
    `Inny węzeł przekazał to, czego nie miał jeszcze żaden przekaźnik (${pieces(given)}); zostało to przyjęte.`,
  'also-wrote': (tiles) =>
    `Inny węzeł z tymi samymi słowami też zapisywał (${pieces(tiles)}). Wszystko połączono, nic nie pominięto.`,
  senseless: (count) => `Podpisane Twoimi kluczami, ale bez sensu: ${events(count)}; nie przyjęto ich.`,
  'locked-elsewhere': () =>
    'Urządzenia przysłały dane, gdy ten węzeł był zablokowany, a inny węzeł przejął zapis: te dane leżą nieodczytane w tym folderze. Skieruj urządzenia do nowego węzła.',
  'locked-unreadable': (count) =>
    `Przysłane, gdy węzeł był zablokowany, i nie do odczytania: ${deliveries(count)}; pominięto.`,
  'locked-damaged': (count) =>
    `Przysłane, gdy węzeł był zablokowany, i uszkodzone: ${deliveries(count)}. Plik odłożono na bok.`,
  'codes-withdrawn': () =>
    'Kody parowania wycofano, bo przychodziły błędne. Czy to Ty? Jeśli nie, ktoś w Twojej sieci próbował wpuścić urządzenie.',
  'receipts-unsigned': () =>
    'Część pokwitowań nie była podpisana przez przekaźnik, na którym leżały. Nie policzono ich.',
  'receipts-hole': () =>
    'Przekaźnik pominął pokwitowania albo wygasły, zanim je pobrano: w ich numeracji brakuje pozycji.',
  'receipts-contradict': () => 'Przekaźnik przeczy sam sobie: jego pokwitowania nie następują po sobie.',
  'catalogue-holes': (entries) => `Katalog ma luki; brakujące wpisy: ${entries}.`,
  'heads-differ': (days, stream) =>
    `To, co pobrano, różni się od ostatnio podanego stanu; liczba dni: ${days} (pierwszy: ${stream}). Resztę mogą mieć inne przekaźniki: naciśnij „Porównaj i wyślij teraz” w części Przekaźniki i bezpieczeństwo.`,
  'shares-torn': (shares) => `Niepełne udostępnienia: ${shares}. Brakowało wpisów o tym, co mają ich odbiorcy.`,
  'documents-torn': (months) => `Miesiące dokumentów, które nie są pełne: ${months}.`,
  'records-torn': (logs, files) =>
    `Dokumentacja medyczna nie jest pełna: brakuje wpisów na listach (${logs}) i części plików (${files}). Mogą je mieć inne przekaźniki.`,
  'keys-ahead': (streams) =>
    `Serie z danymi zapieczętowanymi po ostatniej zmianie kluczy, o której mówi katalog: ${streams}.`,
  'shares-closed': (open) =>
    `Przekaźnik mógł zataić, że coś przestało być udostępniane. Dlatego zamknięto wszystkie udostępnienia (otwarte wcześniej: ${open}), a to, co przyjdzie odtąd, nie otworzy się nikomu. Zajrzyj do Udostępniania i udostępnij ponownie.`,
  'relay-no-room': () =>
    'Przekaźnik nie daje w tym miesiącu więcej miejsca. To, co się nie mieści, czeka tutaj i zostanie wysłane później.',
  'relay-two-keys': () =>
    'Przekaźnik nie trzyma się klucza, który ogłosił dla żetonów wstępu: mógłby po nim poznać, które serie są Twoje. Żadnych się od niego nie bierze, więc nowe serie nie są tam przechowywane.',
  merged: (tiles) => `Zapisane przez dwa węzły i połączone: ${pieces(tiles)}.`,
  'emergency-opened': (name, at) =>
    `Otwarto kartę ratunkową osoby ${name} (${at} UTC). W części Nagły wypadek widać, kto i dlaczego; powiedz, czy słusznie.`,
  'emergency-of-other': (npub, at) =>
    `Otwarto kartę ratunkową kogoś, kto Cię wskazał (wiadomość z ${at} UTC od ${npub}). Jeśli wiesz, gdzie ta osoba jest, idź do niej lub zadzwoń.`,
  'not-described': (streams) =>
    `Serie z danymi, ale bez opisu w katalogu: ${streams}. Ich zapieczętowane dane pozostają na przekaźniku.`,
};
