// What the owner chose for emergencies, and what she was told of openings. Both stand in the catalogue: a restored home knows her card, keeps her
// choices and shows who opened it.
import { EMERGENCY_LIMITS, FACTORS, OPENING_REASONS, SHEET_SECTIONS, type SheetSection } from '@hale/consent/emergency';
import { sha256, toHex, utf8Encode } from '@hale/kernel';
import type { SettingEntry } from '@hale/vault';
import * as v from 'valibot';
import type { Home } from '../home.ts';

const texts = v.array(v.string());
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const cardShape = v.object({
  /** F, hex. */
  secret: hex,
  /** Where the page is. */
  origin: v.string(),
  /** Relays with its locker. */
  relays: texts,
  madeMicros: v.number(),
  /** Verifier of the PIN that belongs to this card, or ''. */
  pin: v.string(),
  isClosed: v.boolean(),
});

const choiceShape = v.object({
  sections: v.array(v.picklist(SHEET_SECTIONS)),
  /** Keys of streams whose last reading is told. */
  series: texts,
  name: v.string(),
  born: v.string(),
  language: v.string(),
  contacts: texts,
  notes: texts,
  /** Who is told of an opening beside her: keys, hex. */
  told: v.array(hex),
  hours: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(EMERGENCY_LIMITS.hoursMax)),
  factor: v.picklist(FACTORS),
  /** Whose one-time codes open it: keys, hex. */
  institutions: v.array(hex),
  /** Records that leave the house in no emergency. */
  never: texts,
  /** No emergency access at all, by her will (EHDS recital 18). */
  isForbidden: v.boolean(),
  cards: v.array(cardShape),
});

export type EmergencyCard = v.InferOutput<typeof cardShape>;
export type EmergencyChoice = v.InferOutput<typeof choiceShape>;

const SECTIONS_DEFAULT: SheetSection[] = [
  ...(['allergies', 'medicines', 'conditions', 'blood', 'devices', 'pregnancy', 'directives'] as const),
  ...(['readings', 'contacts', 'notes'] as const),
];

const NOTHING: EmergencyChoice = {
  ...{ sections: SECTIONS_DEFAULT, series: [], name: '', born: '', language: 'en', contacts: [], notes: [], told: [] },
  ...{
    hours: EMERGENCY_LIMITS.hoursDefault,
    factor: 'none',
    institutions: [],
    never: [],
    isForbidden: false,
    cards: [],
  },
};

const settingOf = (subject: string): string => `emergency/${subject}`;
const openingsOf = (subject: string): string => `emergency-openings/${subject}`;

export function emergencyChoice(home: Home, subject: string): EmergencyChoice {
  const parsed = v.safeParse(choiceShape, home.vault.state.settings.get(settingOf(subject)));
  return parsed.success ? parsed.output : NOTHING;
}

export function keepChoice(home: Home, subject: string, value: EmergencyChoice): void {
  home.vault.change(() => home.vault.record([{ type: 'setting', name: settingOf(subject), value }]));
}

/** Of who is erased here: what was chosen and heard goes; of cards what it takes to close them at their relays. */
export function withoutEmergency(home: Home, subject: string): SettingEntry[] {
  const { settings } = home.vault.state;
  const entry = (name: string, value: unknown): SettingEntry[] =>
    (settings.get(name) ?? null) === null ? [] : [{ type: 'setting', name, value }];
  const cards = emergencyChoice(home, subject).cards.map((card) => ({ ...card, pin: '', isClosed: true }));
  return [...entry(settingOf(subject), { ...NOTHING, cards }), ...entry(openingsOf(subject), null)];
}

export const currentCard = ({ cards }: EmergencyChoice): EmergencyCard | undefined =>
  cards.findLast(({ isClosed }) => !isClosed);

/** Relays that have not closed a card of before: until they do, it opens there. */
export const closingAt = ({ cards }: EmergencyChoice): string[] => [
  ...new Set(cards.filter(({ isClosed }) => isClosed).flatMap(({ relays }) => relays)),
];

/** Subjects with a card that opens something, or that a relay still has to close. */
export function subjectsWithCard(home: Home): string[] {
  const isLive = ({ isClosed, relays }: EmergencyCard) => !isClosed || relays.length > 0;
  return [...home.vault.state.subjects.keys()].filter((subject) => emergencyChoice(home, subject).cards.some(isLive));
}

const statementShape = v.object({
  reason: v.picklist(OPENING_REASONS),
  why: v.string(),
  name: v.string(),
  institution: v.string(),
});

const openingShape = v.object({
  /** Locker and number, and where. */
  card: hex,
  number: v.number(),
  relay: v.string(),
  atMicros: v.number(),
  untilMicros: v.number(),
  /** null: what was stated could not be read. */
  statement: v.nullable(statementShape),
  /** Who proved to be the opener, or ''. */
  npub: v.string(),
  /** 'none', 'pin', or the npub of the institution whose code was shown. */
  factor: v.string(),
  /** The relay shows the opener's signature over exactly this statement. */
  isSigned: v.boolean(),
  review: v.nullable(v.object({ right: v.boolean(), text: v.string(), atMicros: v.number() })),
});

export type KeptOpening = v.InferOutput<typeof openingShape>;

/** Openings that are kept for review: one a week for years. */
const OPENINGS_MAX = 400;

/** Each relay counts by itself. */
export const openingId = ({ card, number, relay }: Pick<KeptOpening, 'card' | 'number' | 'relay'>): string =>
  `${card.slice(0, 8)}-${number}-${toHex(sha256(utf8Encode(relay))).slice(0, 4)}`;

export function keptOpenings(home: Home, subject: string): KeptOpening[] {
  const parsed = v.safeParse(v.array(openingShape), home.vault.state.settings.get(openingsOf(subject)) ?? []);
  return parsed.success ? parsed.output : [];
}

export function keepOpenings(home: Home, subject: string, openings: readonly KeptOpening[]): void {
  const value = openings.slice(-OPENINGS_MAX);
  home.vault.change(() => home.vault.record([{ type: 'setting', name: openingsOf(subject), value }]));
}
