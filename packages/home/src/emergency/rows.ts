// Which facts a card or a picture has room for: each kind has one line before any has a second, and what has no room is said to be there.
import type { SheetSection } from '@hale/consent/emergency';
import type { CardFact } from '@hale/vault/records/emergency';
import { type CardWords, inBoth } from './words.ts';

/** What somebody who finds her needs first. */
const ORDER: readonly SheetSection[] = [
  ...(['allergies', 'directives', 'medicines', 'conditions', 'devices', 'contacts'] as const),
  ...(['blood', 'pregnancy', 'notes', 'readings', 'procedures', 'vaccinations'] as const),
];

/** A name among others where there is no room for all of it, in characters. */
const NAME_UNITS_MAX = 48;

export interface CardKind {
  section: SheetSection;
  label: string;
  items: string[];
  /** What is severe. */
  isBold: boolean;
}

export interface CardRow {
  text: string;
  isBold: boolean;
  /** How much of the text is the name of its kind. */
  labelUnits: number;
}

/** Severe allergies are a kind of their own, before all others. */
export function cardKinds(facts: readonly CardFact[], words: readonly CardWords[]): CardKind[] {
  const grave = facts.filter(isGraveAllergy);
  const severe: CardKind = {
    ...{ section: 'allergies', label: inBoth(words, (of) => of.severeAllergy), isBold: true },
    items: grave.map((fact) => itemOf(fact, words)),
  };
  const kinds = ORDER.map((section): CardKind => {
    const items = facts.filter((fact) => fact.section === section && !isGraveAllergy(fact));
    const label = inBoth(words, (of) => of.sections[section]);
    return { section, label, items: unlike(items.map((fact) => itemOf(fact, words))), isBold: false };
  });
  return [severe, ...kinds].filter(({ items }) => items.length > 0);
}

const isGraveAllergy = ({ section, isSevere }: CardFact): boolean => section === 'allergies' && isSevere;

/** Two prescriptions of one medicine differ in their instructions only. */
const unlike = (items: readonly string[]): string[] => [
  ...new Map(items.map((item) => [item.toLowerCase(), item])).values(),
];

function itemOf({ section, title, detail, isSevere, isDiet }: CardFact, [hers]: readonly CardWords[]): string {
  if (isDiet) return `${hers.diet}: ${title}`;
  if (section === 'allergies') return `${title} (${detail || hers.noReaction})`;
  const said = detail === '' ? title : `${title}: ${detail}`;
  return isSevere ? `${said} (${hers.severe})` : said;
}

/** Lines of a text by the widths of who draws them. */
export type Wrap = (text: string, isBold: boolean) => string[];

/** As many lines as there is room for; `isWhole`: all of it stands there. */
export function cardRows(
  kinds: readonly CardKind[],
  room: number,
  { wrap, more }: { wrap: Wrap; more: string },
): { rows: CardRow[]; isWhole: boolean } {
  const whole = kinds.flatMap((kind) => rowsOf(kind, Number.POSITIVE_INFINITY, wrap));
  if (whole.length <= room) return { rows: whole, isWhole: true };
  const short = kinds.map(shortened);
  const lines: number[] = short.map((_, at) => (at < room - 1 ? 1 : 0));
  let left = room - 1 - lines.reduce((sum, each) => sum + each, 0);
  for (let grew = true; grew && left > 0; ) {
    grew = false;
    for (const [at, kind] of short.entries()) {
      if (left === 0 || lines[at] === 0 || wrap(textOf(kind, kind.items.length), kind.isBold).length <= lines[at])
        continue;
      lines[at] += 1;
      left -= 1;
      grew = true;
    }
  }
  const rows = short.flatMap((kind, at) => rowsOf(kind, lines[at], wrap));
  return { rows: [...rows, { text: `… ${more}`, isBold: false, labelUnits: 0 }], isWhole: false };
}

/** So that one long name does not push out the others. */
const shortened = (kind: CardKind): CardKind => ({
  ...kind,
  items: kind.items.length < 2 ? kind.items : kind.items.map((item) => cutAtWord(item, NAME_UNITS_MAX)),
});

function cutAtWord(text: string, unitsMax: number): string {
  if (text.length <= unitsMax) return text;
  const head = text.slice(0, unitsMax);
  const end = head.lastIndexOf(' ');
  return `${(end > unitsMax / 2 ? head.slice(0, end) : head).replace(/[\s,;:+(-]+$/, '')}…`;
}

/** @param count of its items; how many more there are stands behind them */
const textOf = ({ label, items }: CardKind, count: number): string =>
  `${label}: ${items.slice(0, count).join(' · ')}${count < items.length ? ` +${items.length - count}` : ''}`;

/** Whole items as many as go into so many lines; one that is longer than all of them is cut. */
function rowsOf(kind: CardKind, max: number, wrap: Wrap): CardRow[] {
  if (max === 0) return [];
  const asRows = (texts: readonly string[]) =>
    texts.map((text, at) => ({ text, isBold: kind.isBold, labelUnits: at === 0 ? kind.label.length + 1 : 0 }));
  for (let count = kind.items.length; count > 0; count -= 1) {
    const texts = wrap(textOf(kind, count), kind.isBold);
    if (texts.length <= max) return asRows(texts);
  }
  const texts = wrap(textOf(kind, 1), kind.isBold).slice(0, max);
  // Its last word makes room for the sign that there is more: half a "Not" would say the opposite.
  return asRows([...texts.slice(0, -1), cutAtWord(texts[max - 1], texts[max - 1].length - 1)]);
}
