// Does an Observation have the shape that FHIR R4 demands? The part of R4 that Hale writes and reads, checked by hand; no terminology.

type Fields = Record<string, unknown>;

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const STATUS = [
  'registered',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'cancelled',
  'entered-in-error',
  'unknown',
];
/** http://hl7.org/fhir/R4/datatypes.html#SampledData: decimals, or E, L, U, separated by single spaces. */
const SAMPLED = /^((E|L|U|-?\d+(\.\d+)?)( |$))+$/;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

function* codeProblems(code: unknown, at: string): Generator<string> {
  if (!isObject(code)) return yield `${at} is missing`;
  if (code.text === undefined && !(Array.isArray(code.coding) && code.coding.length > 0))
    yield `${at} has neither coding nor text`;
  for (const coding of Array.isArray(code.coding) ? code.coding : []) {
    if (!isObject(coding) || !isText(coding.system) || !isText(coding.code))
      yield `${at} has a coding without system or code`;
  }
}

function* quantityProblems(value: unknown, at: string): Generator<string> {
  if (!isObject(value)) return yield `${at} is no quantity`;
  if (!isNumber(value.value)) yield `${at} has no value`;
  // Rule qty-3: a code needs its system.
  if (value.code !== undefined && !isText(value.system)) yield `${at} has a unit code without system`;
}

function* sampledProblems(value: unknown, at: string): Generator<string> {
  if (!isObject(value)) return yield `${at} is no SampledData`;
  yield* quantityProblems(value.origin, `${at}.origin`);
  if (!isNumber(value.period) || (value.period as number) <= 0) yield `${at}.period is no positive number`;
  if (!Number.isInteger(value.dimensions) || (value.dimensions as number) < 1)
    yield `${at}.dimensions is no positive integer`;
  if (value.factor !== undefined && !isNumber(value.factor)) yield `${at}.factor is no number`;
  if (
    value.data !== undefined &&
    !(typeof value.data === 'string' && SAMPLED.test(value.data) && !value.data.endsWith(' '))
  )
    yield `${at}.data is malformed`;
}

function* effectiveProblems(fields: Fields): Generator<string> {
  const { effectiveDateTime, effectivePeriod } = fields;
  if (effectiveDateTime !== undefined && effectivePeriod !== undefined) yield 'more than one effective[x]';
  if (effectiveDateTime !== undefined && !(typeof effectiveDateTime === 'string' && DATE_TIME.test(effectiveDateTime)))
    yield 'effectiveDateTime is no instant';
  if (effectivePeriod === undefined) return;
  if (!isObject(effectivePeriod)) return yield 'effectivePeriod is no period';
  const { start, end } = effectivePeriod;
  for (const one of [start, end])
    if (!(typeof one === 'string' && DATE_TIME.test(one))) yield 'effectivePeriod has no start or end';
  if (Date.parse(String(start)) > Date.parse(String(end))) yield 'effectivePeriod ends before it starts';
}

function* valueProblems(fields: Fields, at: string): Generator<string> {
  const values = Object.keys(fields).filter((name) => /^value[A-Z]/.test(name));
  if (values.length > 1) yield `${at} has more than one value[x]`;
  if (fields.valueQuantity !== undefined) yield* quantityProblems(fields.valueQuantity, `${at}.valueQuantity`);
  if (fields.valueSampledData !== undefined) yield* sampledProblems(fields.valueSampledData, `${at}.valueSampledData`);
}

/** Vital signs of R4 need a category, a subject, an effective time and a value, a component or a reason for its absence. */
function* vitalSignProblems(fields: Fields): Generator<string> {
  const codes = JSON.stringify(fields.category ?? null);
  if (!codes.includes('"vital-signs"')) return;
  if (!isObject(fields.subject)) yield 'a vital sign needs a subject';
  if (fields.effectiveDateTime === undefined && fields.effectivePeriod === undefined)
    yield 'a vital sign needs an effective time';
  const answered =
    Object.keys(fields).some((name) => /^value[A-Z]/.test(name)) ||
    fields.component !== undefined ||
    fields.dataAbsentReason !== undefined;
  if (!answered) yield 'a vital sign needs a value';
}

function* problems(resource: unknown): Generator<string> {
  if (!isObject(resource) || resource.resourceType !== 'Observation') return yield 'it is no Observation';
  if (!STATUS.includes(resource.status as string)) yield 'status is not one of FHIR';
  if (resource.id !== undefined && !(typeof resource.id === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(resource.id)))
    yield 'id is malformed';
  yield* codeProblems(resource.code, 'code');
  if (resource.subject !== undefined && !(isObject(resource.subject) && isText(resource.subject.reference)))
    yield 'subject has no reference';
  for (const category of Array.isArray(resource.category) ? resource.category : [])
    yield* codeProblems(category, 'category');
  yield* effectiveProblems(resource);
  yield* valueProblems(resource, 'Observation');
  for (const component of Array.isArray(resource.component) ? resource.component : []) {
    if (!isObject(component)) yield 'a component is no object';
    else {
      yield* codeProblems(component.code, 'component.code');
      yield* valueProblems(component, 'component');
    }
  }
  yield* vitalSignProblems(resource);
}

/** What is wrong with the shape of an R4 Observation; empty when nothing is. Texts name places, never contents. */
export function observationProblems(resource: unknown): string[] {
  return [...problems(resource)];
}
