import type { Words } from '../en/index.ts';

export const codes: Words['codes'] = {
  unknown: (code) => `Kod ${code}`,
  unknownNote: 'Notatka, której słów tu nie ma',
  of: {
    'sleep-stage': {
      ...{ 0: 'Koniec', 1: 'W łóżku', 2: 'Czuwanie', 3: 'Sen, faza niepodana', 4: 'Lekki', 5: 'Głęboki', 6: 'REM' },
      ...{ 7: 'Poza łóżkiem', 8: 'N1', 9: 'N2', 10: 'N3', 11: 'Niespokojny' },
    },
    'workout-session': {
      ...{ 0: 'Koniec', 1: 'Inny', 2: 'Chód', 3: 'Bieg', 4: 'Jazda na rowerze', 5: 'Pływanie', 6: 'Wędrówka' },
      ...{ 7: 'Trening siłowy', 8: 'Joga', 9: 'Wioślarstwo', 10: 'Orbitrek', 11: 'Taniec', 12: 'Trening interwałowy' },
      ...{ 13: 'Narty', 14: 'Tenis', 15: 'Piłka nożna', 16: 'Golf', 17: 'Pilates', 18: 'Schody', 19: 'Zmiana' },
      20: 'Wiele dyscyplin',
    },
    'rhythm-event': {
      ...{ 0: 'Koniec', 1: 'Wysokie tętno', 2: 'Niskie tętno', 3: 'Rytm niemiarowy', 4: 'Rytm zatokowy' },
      ...{ 5: 'Migotanie przedsionków', 6: 'Wynik niejednoznaczny', 7: 'Słaby zapis', 8: 'Trzepotanie przedsionków' },
      ...{ 9: 'Bigeminia przedsionkowa', 10: 'Bigeminia komorowa', 11: 'Trigeminia komorowa' },
      ...{ 12: 'Blok przedsionkowo-komorowy I stopnia', 13: 'Blok przedsionkowo-komorowy II stopnia' },
      ...{ 14: 'Blok przedsionkowo-komorowy III stopnia', 15: 'Rytm komorowy własny', 16: 'Rytm węzłowy' },
      ...{ 17: 'Rytm ze stymulatora', 18: 'Preekscytacja', 19: 'Bradykardia zatokowa' },
      ...{ 20: 'Tachyarytmia nadkomorowa', 21: 'Trzepotanie komór', 22: 'Migotanie komór' },
      ...{ 23: 'Częstoskurcz komorowy', 24: 'Asystolia' },
    },
    'sleep-event': {
      ...{ 0: 'Koniec', 1: 'Zgaszenie światła', 2: 'Zapalenie światła', 3: 'Wybudzenie', 4: 'Bezdech' },
      ...{ 5: 'Bezdech obturacyjny', 6: 'Bezdech centralny', 7: 'Bezdech mieszany', 8: 'Spłycenie oddechu' },
      ...{ 9: 'Wybudzenie z wysiłku oddechowego', 10: 'Desaturacja', 11: 'Ruch kończyny' },
      ...{ 12: 'Okresowy ruch kończyn', 13: 'Chrapanie', 14: 'Oddech okresowy', 15: 'Hipowentylacja' },
      ...{ 16: 'Początek zapisu', 17: 'Koniec zapisu', 18: 'Ruch ciała' },
    },
    'menstrual-flow': { 0: 'Koniec', 1: 'Nieokreślone', 2: 'Brak', 3: 'Skąpe', 4: 'Średnie', 5: 'Obfite' },
    'ovulation-test': {
      ...{ 0: 'Koniec', 1: 'Ujemny', 2: 'Wzrost hormonu luteinizującego', 3: 'Niejednoznaczny', 4: 'Wzrost estrogenu' },
      5: 'Dodatni',
    },
    'cervical-mucus': { 0: 'Koniec', 1: 'Suchy', 2: 'Lepki', 3: 'Kremowy', 4: 'Wodnisty', 5: 'Jak białko jaja' },
    symptom: {
      ...{ 0: 'Koniec', 1: 'Obecny', 2: 'Nieobecny', 3: 'Łagodny', 4: 'Umiarkowany', 5: 'Ciężki', 6: 'Zmniejszony' },
      7: 'Zwiększony',
    },
    'mindful-session': { 0: 'Koniec', 1: 'Sesja' },
    'stand-hour': { 0: 'Koniec', 1: 'Na stojąco', 2: 'Bez ruchu' },
    'workout-event': {
      ...{ 0: 'Koniec', 1: 'Przerwa', 2: 'Wznowienie', 3: 'Okrążenie', 4: 'Znacznik', 5: 'Odcinek' },
      ...{ 6: 'Ruch wstrzymany', 7: 'Ruch wznowiony', 8: 'Prośba o przerwę lub wznowienie' },
    },
    'medication-taken': { 0: 'Koniec', 1: 'Przyjęty', 2: 'Pominięty' },
    'glucose-meal': {
      ...{ 0: 'Koniec', 1: 'Przed posiłkiem', 2: 'Po posiłku', 3: 'Na czczo', 4: 'O dowolnej porze' },
      5: 'Przed snem',
    },
    'ecg-beat': {
      ...{ 0: 'Koniec', 1: 'Prawidłowe', 2: 'Blok lewej odnogi', 3: 'Blok prawej odnogi' },
      ...{ 4: 'Przedwczesne przedsionkowe z aberracją', 5: 'Przedwczesne komorowe', 6: 'Zsumowane' },
      ...{ 7: 'Przedwczesne węzłowe', 8: 'Przedwczesne przedsionkowe', 9: 'Przedwczesne nadkomorowe' },
      ...{ 10: 'Zastępcze komorowe', 11: 'Zastępcze węzłowe', 12: 'Stymulowane', 13: 'Nie do sklasyfikowania' },
      ...{ 14: 'Zmiana jakości sygnału', 16: 'Pojedyncze zakłócenie', 18: 'Zmiana ST', 19: 'Zmiana załamka T' },
      ...{ 20: 'Skurcz', 21: 'Rozkurcz', 22: 'Uwaga', 23: 'Pomiar', 24: 'Szczyt załamka P' },
      ...{ 25: 'Blok lewej lub prawej odnogi', 26: 'Impuls stymulatora bez przewodzenia', 27: 'Szczyt załamka T' },
      ...{ 28: 'Zmiana rytmu', 29: 'Szczyt załamka U', 30: 'Uczenie się', 31: 'Fala trzepotania komór' },
      ...{ 32: 'Początek trzepotania komór', 33: 'Koniec trzepotania komór', 34: 'Zastępcze przedsionkowe' },
      ...{ 35: 'Zastępcze nadkomorowe', 36: 'Odnośnik', 37: 'Załamek P bez przewodzenia' },
      ...{ 38: 'Zsumowanie stymulowanego i własnego', 39: 'Początek załamka', 40: 'Koniec załamka' },
      41: 'Przedwczesne typu R na T',
    },
  },
};
