// What a row says of a record in words: one line of facts in the order in which one asks, and what an allergy leaves out.
import type { RecordInfo } from '@hale/home';
import { words } from '../../words/index.ts';
import { measuredText } from './measured.ts';
import { codeWord, isNamedByType, kindWord, typeWord, writtenDate } from './said.ts';

/** What a row tells: a record of one's own, or a copy. */
export type Faced = Pick<RecordInfo, 'category' | 'type' | 'title' | 'brief' | 'value' | 'written' | 'status'>;

/** One line of facts about it, in the order in which one asks. */
export function about(record: Faced, under = ''): string {
  const { category, type, title, brief, written } = record;
  const { records } = words.value;
  const { dose, reactions, reason, ended, lot, doseNumber, by, place } = brief;
  const isPast = ended !== undefined && (category === 'problems' || category === 'medicines');
  const parts = [
    measuredText(record),
    dose,
    reactions && records.reactions(reactions.join(', ')),
    isPast && records.fromTo(writtenDate(written, true), writtenDate(ended, true)),
    listedText(record),
    reason && records.for(reason),
    doseNumber && records.doseNumber(doseNumber),
    lot && records.lot(lot),
    isNamedByType(type)
      ? codeWord(title)
      : (brief.about ?? (TELLING.has(type) && typeWord(type) !== under ? kindWord({ type, brief }) : '')),
    brief.isDirective && records.directiveVerify,
    place ?? by,
    ...unsaid(record),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** What an allergy does not say: silence reads as "mild". */
export function unsaid({ type, brief, written }: Pick<Faced, 'type' | 'brief' | 'written'>): string[] {
  const { records } = words.value;
  const { criticality, severity, reactions, noneKnown } = brief;
  if (type !== 'AllergyIntolerance' || noneKnown !== undefined) return [];
  return [
    criticality === undefined && severity === undefined ? records.noSeriousness : '',
    reactions === undefined ? records.noReaction : '',
    written === '' ? records.noDate : '',
  ].filter(Boolean);
}

/** Those that may kill before the others, each group in its order. */
export function gravestFirst<T extends Pick<Faced, 'brief'>>(records: readonly T[]): T[] {
  const rank = ({ brief }: T) => (isGrave(brief) ? 0 : brief.severity === 'moderate' ? 1 : 2);
  return [...records].sort((a, b) => rank(a) - rank(b));
}

export const isGrave = ({ criticality, severity }: Faced['brief']): boolean =>
  criticality === 'high' || severity === 'severe';

/** "Current" is as old as the word it rests on. */
function listedText({ type, brief }: Faced): string {
  const { records } = words.value;
  if (brief.isOver || brief.noneKnown !== undefined || !type.startsWith('Medication') || type === 'Medication')
    return '';
  return brief.lastWord === undefined ? records.listedUndated : records.listedOn(writtenDate(brief.lastWord, true));
}

/** Types that are worth a word where their category holds several. */
const TELLING = new Set([
  ...['Practitioner', 'Organization', 'Location', 'PractitionerRole', 'Patient'],
  ...['CareTeam', 'Goal', 'Device', 'Flag', 'Consent', 'FamilyMemberHistory', 'Task', 'ServiceRequest', 'Provenance'],
]);
