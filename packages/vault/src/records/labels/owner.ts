// The owner's own word on a record: she raises it into an area, or lowers it out of one. Kept in the catalogue, so that it is sealed, restored and handed
// over with everything; whatever version of the record comes later, her word stays. specs/labels.md
import {
  type Area,
  areasOfLabel,
  codeOfArea,
  isArea,
  isSensitivityCode,
  type Label,
  type SensitivityCode,
} from '@hale/consent';
import type { CatalogueState, SettingEntry } from '../../catalogue.ts';
import { listOf } from '../../import/json-records.ts';

/** An area, or HL7's code where she knows it. */
export type LabelName = Area | SensitivityCode;

export interface OwnerLabels {
  add: LabelName[];
  drop: LabelName[];
  /** When she said so, micros. */
  at: number;
  /** Where: id of the phone; empty: at this home. */
  by: string;
}

const PREFIX = 'record-label/';
const settingName = (subject: string, record: string): string => `${PREFIX}${subject}/${record}`;

export const isLabelName = (name: unknown): name is LabelName => isArea(name) || isSensitivityCode(name);

/** What she said of a record; null: nothing. Names that a later version wrote and this one does not know are passed over. */
export function ownerLabels(state: CatalogueState, subject: string, record: string): OwnerLabels | null {
  const kept = state.settings.get(settingName(subject, record));
  if (typeof kept !== 'object' || kept === null) return null;
  const { add, drop, at, by } = kept as Partial<Record<keyof OwnerLabels, unknown>>;
  return {
    add: listOf(add).filter(isLabelName),
    drop: listOf(drop).filter(isLabelName),
    at: typeof at === 'number' ? at : 0,
    by: typeof by === 'string' ? by : '',
  };
}

/** What the catalogue is to say; null takes it back. */
export function ownerLabelEntry(subject: string, record: string, said: OwnerLabels | null): SettingEntry {
  return { type: 'setting', name: settingName(subject, record), value: said };
}

/** All that the owner said, to be written into another catalogue. */
export const ownerLabelEntries = (state: CatalogueState): SettingEntry[] =>
  [...state.settings]
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== null)
    .map(([name, value]) => ({ type: 'setting', name, value }));

/** What is to be said once the records of a subject are erased. */
export const withoutOwnerLabels = (state: CatalogueState, subject: string): SettingEntry[] =>
  ownerLabelEntries(state)
    .filter(({ name }) => name.startsWith(settingName(subject, '')))
    .map((entry) => ({ ...entry, value: null }));

/** Adds to what she said before: the later word counts. */
export function withWord(
  before: OwnerLabels | null,
  { add, drop }: { add: readonly LabelName[]; drop: readonly LabelName[] },
  { at, by }: Pick<OwnerLabels, 'at' | 'by'>,
): OwnerLabels {
  const joined = (old: readonly LabelName[], fresh: readonly LabelName[], gone: readonly LabelName[]): LabelName[] => [
    ...new Set([...old.filter((name) => !gone.includes(name)), ...fresh]),
  ];
  return { add: joined(before?.add ?? [], add, drop), drop: joined(before?.drop ?? [], drop, add), at, by };
}

export interface Judged {
  labels: Label[];
  /** Areas that she took away from what is left. */
  dropped: ReadonlySet<Area>;
}

/**
 * Her word over what was found. A label goes where all areas that it may be about were dropped, or its code was; what rests on a law stays as a mark, and only
 * its area goes: her freedom to show her own record does not free others from theirs.
 */
export function judged(found: readonly Label[], said: OwnerLabels | null): Judged {
  if (said === null) return { labels: [...found], dropped: new Set() };
  const areas = new Set(said.drop.filter(isArea));
  const codes = new Set<LabelName>(said.drop.filter(isSensitivityCode));
  const stays = (label: Label): boolean => {
    if (label.basis !== undefined) return true;
    return !codes.has(label.code) && !areasOfLabel(label).every((area) => areas.has(area));
  };
  const added = said.add.map((name): Label => {
    if (!isArea(name)) return { code: name, why: { owner: true } };
    return { code: codeOfArea(name), area: name, why: { owner: true } };
  });
  return { labels: [...added, ...found.filter(stays)], dropped: areas };
}
