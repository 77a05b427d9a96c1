// Which records a grant gives: the owner's own rule, which stands in her catalogue and in nothing that a recipient gets.
import {
  AREA_NAMES,
  type Area,
  areasOf,
  isArea,
  isSensitivityCode,
  mayMean,
  NEVER_BY_DEFAULT,
  type RecordLabels,
  type SensitivityCode,
  withholds,
} from '@hale/consent';
import { HaleError } from '@hale/kernel';
import { CATEGORIES, type Category, type RecordHead } from '../model.ts';
import { TELLINGS, type Telling, tellingLaw } from './telling.ts';

export interface RecordPolicy {
  /** Parts of the record, or all of them. */
  categories: Category[];
  /** Clinical time, micros, [from, to); undated records only where both are null. */
  from: number | null;
  to: number | null;
  /** By label, whatever the category. */
  withholdAreas: Area[];
  withholdCodes: SensitivityCode[];
  /** Record ids, by hand. */
  withhold: string[];
  /** Record ids, by hand: beyond categories and times; what withholds wins. */
  include: string[];
  /** Attachments that nobody could look into: PDF, pictures, whole documents. */
  documents: boolean;
  told: Telling;
  /** ISO 3166-1 alpha-2, `EU`, or '' = unknown. */
  jurisdiction: string;
  /** Records that she decided to show one by one, beyond categories, times and the labels that they had then; a label that comes later withholds again. */
  show?: { id: string; codes: SensitivityCode[] }[];
}

/** What the rule asks of a record. */
export interface RuledRecord {
  head: RecordHead;
  labels: RecordLabels;
}

/** Why a record is not given. Of what is merely not asked for nobody is ever told. */
export type Kept =
  | { by: 'hand' }
  | { by: 'label'; areas: Area[]; codes: SensitivityCode[] }
  | { by: 'document' }
  | { by: 'category' | 'time' | 'state' };

/** Kept back, rather than not asked for. */
export const isWithheld = ({ by }: Kept): boolean => by === 'hand' || by === 'label' || by === 'document';

/**
 * Null: it is given. Deny wins: what is withheld by hand or label is not given, whatever includes it, unless she saw that label and shows the record.
 * Notes of psychotherapy are given one by one only.
 */
export function keptBy(policy: RecordPolicy, { head, labels }: RuledRecord): Kept | null {
  if (head.state === 'retracted') return { by: 'state' };
  const shown = policy.show?.find(({ id }) => id === head.id);
  const isIncluded = shown !== undefined || policy.include.includes(head.id);
  // A person is whom all of it is about, and is given without what names her (patient.ts).
  const isPatient = head.type === 'Patient';
  if (!isIncluded && !isPatient) {
    if (!policy.categories.includes(head.category)) return { by: 'category' };
    if (!isInTime(policy, head.at)) return { by: 'time' };
  }
  if (policy.withhold.includes(head.id) || (head.overlay && policy.withhold.includes(head.overlay.of)))
    return { by: 'hand' };
  // What she dropped of a record's areas does not withhold it.
  const unseen = shown ? without(labels, shown.codes) : labels;
  if (withholds(policy, unseen)) return { by: 'label', ...whatWithholds(policy, unseen) };
  const notes = NEVER_BY_DEFAULT.filter((never) => unseen.labels.some(({ code }) => code === never));
  if (notes.length > 0 && !isIncluded) return { by: 'label', areas: [], codes: notes };
  return isDocument(head.type) && !policy.documents ? { by: 'document' } : null;
}

/** Nothing but bytes, or a document made of other records: there is nothing in it that could be given without its content. */
export const isDocument = (type: string): boolean => type === 'Binary' || type === 'Bundle';

function whatWithholds({ withholdAreas, withholdCodes }: RecordPolicy, { areas, labels }: RecordLabels) {
  const codes = labels.map(({ code }) => code).filter((code) => withholdCodes.some((rule) => mayMean(rule, code)));
  return { areas: areas.filter((area) => withholdAreas.includes(area)), codes: [...new Set(codes)] };
}

/** Labels that are left without those of some codes, and the areas that they still speak of. */
function without(labels: RecordLabels, codes: readonly SensitivityCode[]): RecordLabels {
  const left = labels.labels.filter(({ code }) => !codes.includes(code));
  const areas = areasOf(left);
  return { ...labels, labels: left, areas: labels.areas.filter((area) => areas.includes(area)) };
}

function isInTime({ from, to }: RecordPolicy, at: number | null): boolean {
  if (from === null && to === null) return true;
  return at !== null && (from === null || at >= from) && (to === null || at < to);
}

const OF_FIELDS = [
  ['categories', (each: unknown) => CATEGORIES.includes(each as Category), CATEGORIES.join(', ')],
  ['withholdAreas', isArea, AREA_NAMES.join(', ')],
  ['withholdCodes', isSensitivityCode, 'sensitivity codes of HL7 v3-ActCode'],
] as const;

/** @throws HaleError 'usage' that says what may stand there, and never what stood there */
export function checkPolicy(policy: RecordPolicy): RecordPolicy {
  for (const [field, isValid, choices] of OF_FIELDS)
    if (!policy[field].every(isValid)) throw new HaleError('usage', `${field} are among ${choices}`);
  if (policy.categories.length === 0) throw new HaleError('usage', 'say which parts of the record to share');
  if (policy.from !== null && policy.to !== null && policy.to <= policy.from)
    throw new HaleError('usage', 'the end of the time does not lie after its begin');
  if (!TELLINGS.includes(policy.told)) throw new HaleError('usage', `what is told is one of ${TELLINGS.join(', ')}`);
  checkTold(policy);
  return policy;
}

function checkTold({ told, jurisdiction }: RecordPolicy): void {
  if (!/^([A-Z]{2})?$/.test(jurisdiction))
    throw new HaleError('usage', 'a place is two capital letters of ISO 3166, as DE or US, or EU');
  if (told === 'none') return;
  const law = tellingLaw(jurisdiction);
  if (law === null)
    throw new HaleError(
      'usage',
      'whether a recipient may be told that something is kept back depends on the law of the place: say --place, or tell nothing (--told none)',
    );
  if (!law.allowed.includes(told))
    throw new HaleError(
      'usage',
      `there the law forbids to tell that something is kept back (${law.source}); only --told none is possible`,
    );
}
