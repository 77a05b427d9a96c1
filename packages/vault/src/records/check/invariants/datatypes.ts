// Rules for FHIR R4's data types. http://hl7.org/fhir/R4/datatypes.html
import { choiceOf, get, has, text } from '../json.ts';
import { advice, type InvariantTable, rule } from './invariant.ts';
import { isUpTo } from './times.ts';

const UCUM = 'http://unitsofmeasure.org';
const number = (of: unknown, name: string): number | null => {
  const value = get(of, name);
  return typeof value === 'number' ? value : null;
};
const atLeastZero = (of: unknown, name: string) => (number(of, name) ?? 0) >= 0;
const isMeasured = (of: unknown) =>
  (has(of, 'code') || !has(of, 'value')) && (!has(of, 'system') || get(of, 'system') === UCUM);

/** Low end before high end, where both are in one unit. */
const isOrdered = (low: unknown, high: unknown): boolean => {
  const [a, b] = [number(low, 'value'), number(high, 'value')];
  return (
    a === null ||
    b === null ||
    get(low, 'code') !== get(high, 'code') ||
    get(low, 'unit') !== get(high, 'unit') ||
    a <= b
  );
};

const WHOLE_DAY = new Set(['C', 'CM', 'CD', 'CV']);

export const DATATYPES: InvariantTable = {
  Attachment: [
    rule(
      'att-1',
      'The attachment has data and does not say of which kind. Add its contentType.',
      (a) => !has(a, 'data') || has(a, 'contentType'),
    ),
  ],
  Period: [
    rule(
      'per-1',
      'The period ends before it starts, or one end is written less exactly than the other, so that nobody can tell. Correct them.',
      (p) => isUpTo(text(p, 'start'), text(p, 'end')),
    ),
  ],
  Range: [
    rule('rng-2', 'The low end of the range lies above the high end. Exchange or correct them.', (r) =>
      isOrdered(get(r, 'low'), get(r, 'high')),
    ),
  ],
  Ratio: [
    rule(
      'rat-1',
      'A ratio has a numerator and a denominator, or neither and an extension. Add what is missing.',
      (r) => has(r, 'numerator') === has(r, 'denominator') && (has(r, 'numerator') || has(r, 'extension')),
    ),
  ],
  Quantity: [
    rule(
      'qty-3',
      'The unit has a code and no system. Add the system that the code is from.',
      (q) => !has(q, 'code') || has(q, 'system'),
    ),
  ],
  SimpleQuantity: [
    rule(
      'sqty-1',
      'Here must stand an exact quantity, without < or >. Remove the comparator.',
      (q) => !has(q, 'comparator'),
    ),
  ],
  Age: [
    rule(
      'age-1',
      'An age is above 0, with a UCUM code as its unit. Correct it.',
      (q) => isMeasured(q) && (number(q, 'value') ?? 1) > 0,
    ),
  ],
  Count: [
    rule(
      'cnt-3',
      'A count is a whole number with the unit 1. Correct it.',
      (q) => isMeasured(q) && (!has(q, 'code') || get(q, 'code') === '1') && Number.isInteger(number(q, 'value') ?? 0),
    ),
  ],
  Distance: [rule('dis-1', 'A distance has a UCUM code as its unit. Add it.', isMeasured)],
  Duration: [
    rule(
      'drt-1',
      'A duration with a unit has a value and a UCUM code. Add what is missing.',
      (q) => !has(q, 'code') || (get(q, 'system') === UCUM && has(q, 'value')),
    ),
  ],
  ContactPoint: [
    rule(
      'cpt-2',
      'The contact does not say what it is (phone, email …). Add its system.',
      (c) => !has(c, 'value') || has(c, 'system'),
    ),
  ],
  Expression: [
    rule(
      'exp-1',
      'An expression needs its text or where to find it. Add expression or reference.',
      (e) => has(e, 'expression') || has(e, 'reference'),
    ),
  ],
  'Timing.repeat': [
    rule('tim-1', 'The duration has no unit. Add durationUnit.', (t) => !has(t, 'duration') || has(t, 'durationUnit')),
    rule('tim-2', 'The period has no unit. Add periodUnit.', (t) => !has(t, 'period') || has(t, 'periodUnit')),
    rule('tim-4', 'A duration must not be below 0.', (t) => atLeastZero(t, 'duration')),
    rule('tim-5', 'A period must not be below 0.', (t) => atLeastZero(t, 'period')),
    rule(
      'tim-6',
      'There is a longest period and no period. Add period.',
      (t) => !has(t, 'periodMax') || has(t, 'period'),
    ),
    rule(
      'tim-7',
      'There is a longest duration and no duration. Add duration.',
      (t) => !has(t, 'durationMax') || has(t, 'duration'),
    ),
    rule('tim-8', 'There is a highest count and no count. Add count.', (t) => !has(t, 'countMax') || has(t, 'count')),
    rule('tim-9', 'An offset needs an event of the day (when) that is no whole meal. Add or correct when.', (t) => {
      if (!has(t, 'offset')) return true;
      const when = get(t, 'when');
      return Array.isArray(when) && when.length > 0 && !when.some((each) => WHOLE_DAY.has(each));
    }),
    rule(
      'tim-10',
      'Either a time of day or an event of the day (when), not both. Keep one.',
      (t) => !has(t, 'timeOfDay') || !has(t, 'when'),
    ),
  ],
  TriggerDefinition: [
    rule(
      'trd-1',
      'A trigger has data or a timing, not both. Keep one.',
      (t) => !has(t, 'data') || choiceOf(t, 'timing') === undefined,
    ),
    rule(
      'trd-2',
      'A trigger with a condition needs its data. Add data.',
      (t) => !has(t, 'condition') || has(t, 'data'),
    ),
    rule('trd-3', 'A trigger of this type lacks its name, timing or data. Add it.', (t) => {
      const type = text(t, 'type') ?? '';
      if (type === 'named-event') return has(t, 'name');
      if (type === 'periodic') return choiceOf(t, 'timing') !== undefined;
      return !type.startsWith('data-') || has(t, 'data');
    }),
  ],
  'DataRequirement.codeFilter': [
    rule(
      'drq-1',
      'A filter names a path or a search parameter, one of both.',
      (f) => has(f, 'path') !== has(f, 'searchParam'),
    ),
  ],
  'DataRequirement.dateFilter': [
    rule(
      'drq-2',
      'A filter names a path or a search parameter, one of both.',
      (f) => has(f, 'path') !== has(f, 'searchParam'),
    ),
  ],
  HumanName: [
    advice('name-empty', 'This name has no part that anybody could read. Add family, given or text.', (n) =>
      ['text', 'family', 'given', 'prefix', 'suffix', 'extension'].some((part) => has(n, part)),
    ),
  ],
};
