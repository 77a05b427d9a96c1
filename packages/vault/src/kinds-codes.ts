// Kinds that are no quantity: what their numbers stand for. Each sample says what begins at its time; `NOTHING` ends it where nothing follows
// (a night that is over, a workout that ended). Numbers are for ever: add at the end, never change one.
import { fail } from '@hale/kernel';

export interface KindCode {
  value: number;
  /** Stable, lower case, hyphens. */
  key: string;
  title: string;
}

/** Ends what the sample before began. */
export const NOTHING = 0;

/** Coding system of the codes of a kind, followed by its key; a URN because nothing stands there to be fetched. */
export const OWN_CODES = 'urn:hale:codes:';
/** `meta.source` of what is written out of a series, so that it is known again: it is no record that a hospital made. */
export const OWN_SERIES = 'urn:hale:series';

/** Events in somebody's own words: the numbers stand for texts of the stream's own (notes.ts). */
export const NOTE_KIND = 'note';

const TITLES: Readonly<Record<string, string>> = {
  'sleep-stage': `
    0 end · 1 in-bed · 2 awake · 3 asleep (stage not told) · 4 light · 5 deep · 6 rem (REM) · 7 out-of-bed · 8 n1 (N1) · 9 n2 (N2) · 10 n3 (N3)
    · 11 restless`,
  'workout-session': `
    0 end · 1 other · 2 walking · 3 running · 4 cycling · 5 swimming · 6 hiking · 7 strength-training · 8 yoga · 9 rowing · 10 elliptical
    · 11 dance · 12 interval-training · 13 skiing · 14 tennis · 15 football · 16 golf · 17 pilates · 18 stairs · 19 transition · 20 multisport`,
  'rhythm-event': `
    0 end · 1 high-heart-rate · 2 low-heart-rate · 3 irregular-rhythm · 4 sinus-rhythm · 5 atrial-fibrillation · 6 inconclusive · 7 poor-recording
    · 8 atrial-flutter · 9 atrial-bigeminy · 10 ventricular-bigeminy · 11 ventricular-trigeminy · 12 first-degree-block · 13 second-degree-block
    · 14 third-degree-block · 15 idioventricular-rhythm · 16 nodal-rhythm · 17 paced-rhythm · 18 pre-excitation · 19 sinus-bradycardia
    · 20 supraventricular-tachyarrhythmia · 21 ventricular-flutter · 22 ventricular-fibrillation · 23 ventricular-tachycardia · 24 asystole`,
  // The standard texts of EDF+ (edfplus.info, "PSG scoring") and what sleep laboratories write in their place.
  'sleep-event': `
    0 end · 1 lights-off · 2 lights-on · 3 arousal · 4 apnea · 5 obstructive-apnea · 6 central-apnea · 7 mixed-apnea · 8 hypopnea
    · 9 effort-related-arousal · 10 desaturation · 11 limb-movement · 12 periodic-limb-movement · 13 snoring · 14 periodic-breathing
    · 15 hypoventilation · 16 recording-start · 17 recording-end · 18 body-movement`,
  'menstrual-flow': '0 end · 1 unspecified · 2 none · 3 light · 4 medium · 5 heavy',
  'ovulation-test':
    '0 end · 1 negative · 2 luteinizing-hormone-surge · 3 indeterminate · 4 estrogen-surge · 5 positive',
  'cervical-mucus': '0 end · 1 dry · 2 sticky · 3 creamy · 4 watery · 5 egg-white',
  symptom: '0 end · 1 present · 2 not-present · 3 mild · 4 moderate · 5 severe · 6 decreased · 7 increased',
  'mindful-session': '0 end · 1 session',
  'stand-hour': '0 end · 1 stood · 2 idle',
  'workout-event': `
    0 end · 1 pause · 2 resume · 3 lap · 4 marker · 5 segment · 6 motion-paused · 7 motion-resumed · 8 pause-or-resume-asked`,
  'medication-taken': '0 end · 1 taken · 2 skipped',
  // Numbers of the Bluetooth Glucose Measurement Context (2A34).
  'glucose-meal': '0 end · 1 before-meal · 2 after-meal · 3 fasting · 4 casual · 5 bedtime',
  // The annotation codes of WFDB (ecgcodes.h), which beat detectors use as well; 0 is NOTQRS there and here nothing.
  'ecg-beat': `
    0 end · 1 normal · 2 left-bundle-branch-block · 3 right-bundle-branch-block · 4 aberrated-atrial-premature · 5 premature-ventricular · 6 fusion
    · 7 nodal-premature · 8 atrial-premature · 9 supraventricular-premature · 10 ventricular-escape · 11 nodal-escape · 12 paced · 13 unclassifiable
    · 14 signal-quality-change · 16 isolated-artifact · 18 st-change · 19 t-wave-change · 20 systole · 21 diastole · 22 comment
    · 23 measurement · 24 p-wave-peak · 25 left-or-right-bundle-branch-block · 26 non-conducted-pacer-spike · 27 t-wave-peak · 28 rhythm-change
    · 29 u-wave-peak · 30 learning · 31 ventricular-flutter-wave · 32 start-of-ventricular-flutter · 33 end-of-ventricular-flutter
    · 34 atrial-escape · 35 supraventricular-escape · 36 link · 37 non-conducted-p-wave · 38 fusion-of-paced-and-normal · 39 waveform-onset
    · 40 waveform-end · 41 r-on-t-premature`,
};

function parseCodes(text: string): KindCode[] {
  return text
    .trim()
    .split(/\s*·\s*/)
    .map((part) => {
      const match = /^(\d+) ([a-z0-9-]+)(?: \((.+)\))?$/.exec(part);
      if (!match) return fail('corrupt', 'a code of the kinds table cannot be read');
      const [, value, key, told] = match;
      const words = key.replaceAll('-', ' ');
      const title = told?.includes('stage') ? `${words}, ${told}` : (told ?? words);
      return { value: Number(value), key, title: `${title[0].toUpperCase()}${title.slice(1)}` };
    });
}

const CODES: ReadonlyMap<string, readonly KindCode[]> = new Map(
  Object.entries(TITLES).map(([kind, text]) => [kind, parseCodes(text)]),
);

/** Kinds whose numbers stand for words, without notes. */
export const codedKinds = (): readonly string[] => [...CODES.keys()];

/** What the numbers of this kind stand for; empty for a quantity. */
export function codesOf(kind: string): readonly KindCode[] {
  return CODES.get(kind) ?? [];
}

/** Whether the numbers of this kind stand for words: there is no average of them. */
export const isCoded = (kind: string): boolean => kind === NOTE_KIND || CODES.has(kind);

/** The number of a code. @throws HaleError 'usage' for one that the kind does not have: a bug of an importer */
export function codeFor(kind: string, key: string): number {
  const found = codesOf(kind).find((code) => code.key === key);
  return found ? found.value : fail('usage', 'no such code of this kind');
}
