// A visit's row of the table made into a share of this person, here and now.
import type { PurposeCode } from '@hale/consent';
import { HaleError, LEVELS, type Level } from '@hale/kernel';
import type { SubjectEntry } from '../../catalogue.ts';
import { isCoded } from '../../kinds.ts';
import { checkPolicy, type RecordPolicy } from '../copies/policy.ts';
import { tellingLaw } from '../copies/telling.ts';
import { VISIT_IDS, type Visit, type VisitId, visitOf } from './visits.ts';

const DAY_MICROS = 86_400_000_000;
/** Below this age, years, somebody may still be seen by a school doctor. */
const SCHOOL_YEARS_MAX = 20;

export interface VisitFacts {
  nowMicros: number;
  streams: readonly { key: string; kind: string; levels: readonly Level[] }[];
  /** Where the recipient is: ISO 3166-1 alpha-2, `EU`, or '' = unknown. */
  jurisdiction: string;
}

export interface VisitTemplate {
  visit: VisitId;
  /** Of any time: an allergy does not age. */
  policy: RecordPolicy;
  /** Those that there are, no finer than the visit needs. */
  streams: { key: string; level: Level }[];
  /** First moment of the series, micros. */
  from: number;
  /** When it ends by itself, micros; null: when she stops it. */
  until: number | null;
  purpose: { code: PurposeCode; text: string };
}

/** @throws HaleError 'usage' where there is no such visit, or the place is none */
export function templateFor(id: string, { nowMicros, streams, jurisdiction }: VisitFacts): VisitTemplate {
  const visit = visitOf(id);
  if (visit === null) throw new HaleError('usage', `visits are ${VISIT_IDS.join(', ')}`);
  const wanted = streams.filter(({ kind }) => visit.kinds.includes(kind));
  return {
    visit: visit.id,
    policy: checkPolicy({
      ...{ categories: [...visit.categories], from: null, to: null, withholdAreas: [...visit.withhold] },
      ...{ withholdCodes: [], withhold: [], include: [], documents: visit.documents },
      ...{ told: toldAt(visit, jurisdiction), jurisdiction },
    }),
    streams: wanted.map((stream) => ({ key: stream.key, level: levelOf(stream, visit.level) })),
    from: nowMicros - visit.seriesDays * DAY_MICROS,
    until: visit.untilDays === null ? null : nowMicros + visit.untilDays * DAY_MICROS,
    purpose: { code: visit.purpose, text: visit.name },
  };
}

/** Readings that are words, and those too rare for averages, are given as they are. */
function levelOf({ kind, levels }: VisitFacts['streams'][number], wanted: Level): Level {
  const atLeast = LEVELS.indexOf(wanted);
  return !isCoded(kind) && levels.some((level) => LEVELS.indexOf(level) >= atLeast) ? wanted : 'raw';
}

const toldAt = ({ told }: Visit, jurisdiction: string): RecordPolicy['told'] =>
  tellingLaw(jurisdiction)?.allowed.includes(told) ? told : 'none';

/** Does this subject have such visits? What is not known of it speaks for them. */
export function fitsSubject(
  visit: Visit,
  { species, birthYear, sex }: Pick<SubjectEntry, 'species' | 'birthYear' | 'sex'>,
  year: number,
): boolean {
  const isAnimal = species !== undefined && species !== null && species !== 'human';
  if (visit.for === 'animal' || isAnimal) return (visit.for === 'animal') === isAnimal;
  if (visit.for === 'child') return typeof birthYear !== 'number' || year - birthYear < SCHOOL_YEARS_MAX;
  return visit.for !== 'not-male' || sex !== 'male';
}
