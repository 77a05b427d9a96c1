// What is asked about emergency access and about corrections of records, and answered.

import type { Factor, OpeningReason, SheetLines, SheetSection } from '@hale/consent/emergency';
import type { Correction, CorrectionState } from '@hale/vault/records/corrections';

export type { Factor, OpeningReason, SheetLines, SheetSection };

export interface EmergencyChange {
  subject?: string;
  sections?: SheetSection[];
  /** Streams whose last reading is told. */
  series?: string[];
  name?: string;
  /** Year of birth. */
  born?: string;
  /** BCP 47: in which her lines are. */
  language?: string;
  contacts?: string[];
  notes?: string[];
  /** Who is told at once, npubs. */
  told?: string[];
  hours?: number;
  factor?: Factor;
  /** npubs whose codes open it. */
  institutions?: string[];
}

export interface EmergencyOpeningInfo {
  id: string;
  atMicros: number;
  untilMicros: number;
  /** Lasts at this moment. */
  isOpen: boolean;
  relay: string;
  reason: OpeningReason | null;
  why: string;
  name: string;
  institution: string;
  /** Whose key signed that it was hers, or ''. */
  npub: string;
  /** 'none', 'pin' or the npub of an institution. */
  factor: string;
  isSigned: boolean;
  review: { right: boolean; text: string; atMicros: number } | null;
}

export interface EmergencyInfo {
  subject: string;
  /** none: no card · on: a card opens it · forbidden: by her will there is no emergency access at all. */
  state: 'none' | 'on' | 'forbidden';
  sections: SheetSection[];
  series: string[];
  name: string;
  born: string;
  language: string;
  contacts: string[];
  notes: string[];
  told: string[];
  hours: number;
  factor: Factor;
  institutions: string[];
  /** Ids of records that leave the house in no emergency. */
  never: string[];
  /** What an opener reads now. */
  facts: SheetLines[];
  /** Which card is out. */
  card: {
    madeMicros: number;
    /** One belongs to it, whether it is asked for now or not. */
    hasPin: boolean;
    /** Of each relay: when it was last given what it gives; null = never. */
    relays: { url: string; armedMicros: number | null }[];
  } | null;
  /** Relays that have not heard yet that a card of before is closed. */
  closing: string[];
  openings: EmergencyOpeningInfo[];
  /** Relays that did not answer just now, with why. */
  failed: { relay: string; code: string }[];
}

export interface EmergencyCardMade {
  /** PDF and pictures, where they were asked for. */
  files: string[];
  link: string;
  /** Shown once; kept nowhere. null: the card has none. */
  pin: string | null;
  facts: SheetLines[];
  /** Relays that did not take it yet. */
  failed: { relay: string; code: string }[];
}

/** What is printed, to be looked at and saved; facts as they stand now. Without a code where there is no card. */
export interface EmergencyPrint {
  /** Front and back of the card, as on paper (SVG, 85.6 × 54 mm each). */
  faces: [string, string];
  /** A card is out, and its code stands on face and picture. */
  hasCode: boolean;
  /** For a locked phone (SVG, 1080 × 2340 pixels). */
  picture: string;
  /** The sheet to print, base64; null where it was not asked for, or there is no card. */
  pdf: string | null;
}

export interface EmergencyOpened {
  name: string;
  born: string;
  writtenMicros: number;
  untilMicros: number;
  /** How many others than the owner are told. */
  told: number;
  sections: SheetLines[];
  /** FHIR Bundle (IPS) as text; null = there is none. */
  bundle: string | null;
}

export interface EmergencyOperations {
  /** `look`: relays are asked first. */
  emergency: [{ subject?: string; look?: boolean }, EmergencyInfo];
  'emergency.change': [EmergencyChange, EmergencyInfo];
  /** A new card; the one before opens nothing from then on. `to`: a name without ending, for .pdf and .svg. */
  'emergency.card': [{ subject?: string; to?: string; withPin?: boolean }, EmergencyCardMade];
  /** The card that there is, once more. */
  'emergency.print': [{ subject?: string; withPdf?: boolean }, EmergencyPrint];
  /** Openings of whosever card that wait for a review, the newest first. */
  'emergency.openings': [Record<string, never>, (EmergencyOpeningInfo & { subject: string })[]];
  /** Records that leave the house in no emergency, or (`undo`) do again. */
  'emergency.never': [{ subject?: string; records: string[]; undo?: boolean }, EmergencyInfo];
  /** Gives the lockers a new round now, and forgets wrong PINs. */
  'emergency.again': [{ subject?: string }, EmergencyInfo];
  /** Was it right? With a text where it was not: she may send it where she complains. */
  'emergency.review': [{ opening: string; right: boolean; text?: string }, EmergencyOpeningInfo];
  'emergency.end': [{ opening: string }, EmergencyOpeningInfo];
  /** Closes the card. `forbid`: and no other is made until she takes that back by `emergency.allow`. */
  'emergency.off': [{ subject?: string; forbid?: boolean }, EmergencyInfo];
  'emergency.allow': [{ subject?: string }, EmergencyInfo];
  /** One-time code of this home's key, for somebody who works here. */
  'emergency.code': [{ minutes?: number }, { code: string; expiresMicros: number }];
  /** Opens somebody's card from here, signed with this home's key. */
  'emergency.open': [
    {
      link: string;
      reason: OpeningReason;
      why?: string;
      name: string;
      institution?: string;
      pin?: string;
      code?: string;
    },
    EmergencyOpened,
  ];
}

export type { CorrectionState };

export interface CorrectionInfo extends Omit<Correction, 'deadline'> {
  /** How the record is called. */
  title: string;
  /** null: the law of that place is not known here. */
  answerByMicros: number | null;
  /** The latest, where they told her in time that it takes longer. */
  extendedToMicros: number | null;
  rule: 'HIPAA' | 'GDPR' | null;
  isDecided: boolean;
}

export interface CorrectionOperations {
  /** Asks whoever wrote a record to correct it. `place`: two letters of the country whose law holds, or EU. */
  'correction.ask': [{ subject?: string; record: string; text: string; to?: string; place?: string }, CorrectionInfo];
  corrections: [{ subject?: string }, CorrectionInfo[]];
  /** An answer that came on paper. One that is imported is found by itself. */
  'correction.answer': [{ correction: string; state: CorrectionState; text?: string; at?: string }, CorrectionInfo];
  /** Her statement beside the record, after a denial. */
  'correction.disagree': [{ correction: string; text: string }, CorrectionInfo];
  /** A bundle and a letter, beside `to`. */
  'correction.export': [{ correction: string; to: string }, { files: string[] }];
  /** The same for a page to save: the letter (PDF) in base64, the bundle as text. */
  'correction.letter': [{ correction: string }, { pdf: string; bundle: string }];
}
