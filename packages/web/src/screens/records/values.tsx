// Any value of a FHIR resource as a person reads it, whatever its type: told by its form, since a record says no more of it.
import type { RecordShown } from '@hale/home';
import { type ComponentChildren, Fragment } from 'preact';
import { words } from '../../words/index.ts';
import { locale, number } from '../../words/numbers.ts';
import { printedUnit } from '../../words/units.ts';
import { type Fields, isFields, listOf } from './fields.ts';
import { figure, rounded } from './measured.ts';
import { codeWord, fieldWord, isWritten, spelt, writtenDate } from './said.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const fields = (value: unknown): Fields => (isFields(value) ? value : {});

/** What references of a record mean here, and what it carries inside itself. */
export interface Within {
  references: RecordShown['references'];
  contained: readonly Fields[];
  /** Of a copy: what it refers to is named, and leads nowhere. */
  isCopy?: boolean;
}

/** Technical, or shown elsewhere on the page. */
const LEFT_OUT = new Set([
  ...['resourceType', 'id', 'meta', 'contained', 'extension', 'modifierExtension', 'implicitRules', 'identifier'],
  ...['subject', 'patient', 'url', 'instantiatesCanonical', 'instantiatesUri', 'linkId', 'sequence', 'fullUrl'],
]);
const SYSTEMS: Readonly<Record<string, string>> = {
  'http://loinc.org': 'LOINC',
  'http://snomed.info/sct': 'SNOMED CT',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://www.whocc.no/atc': 'ATC',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/icd-10': 'ICD-10',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-9-cm': 'ICD-9-CM',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
};

/** `LOINC 718-7`, for those who know them. */
export function codesOf(concept: unknown): string[] {
  return listOf(fields(concept).coding)
    .map(fields)
    .flatMap(({ system, code }) =>
      Object.hasOwn(SYSTEMS, text(system)) && text(code) !== '' ? [`${SYSTEMS[text(system)]} ${text(code)}`] : [],
    );
}

export function conceptWords(concept: unknown): string {
  const { text: written, coding, display, code } = fields(concept);
  const codings = listOf(coding).map(fields);
  const shown = codings.map((each) => text(each.display)).find(Boolean);
  const coded = codings.map((each) => text(each.code)).find(Boolean);
  const found = text(written) || shown || text(display);
  return found ? codeWord(found) : codeWord(coded ?? text(code));
}

/** @param isMeasured rounded as a laboratory would print it; a dose, a price, a range stands exactly as written */
const quantityWords = (of: Fields, isMeasured = false): string =>
  [
    text(of.comparator),
    typeof of.value === 'number' ? (isMeasured ? rounded : figure)(of.value) : text(of.value),
    printedUnit(text(of.unit) || text(of.code) || text(of.currency)),
  ]
    .filter(Boolean)
    .join(' ');

function periodWords({ start, end }: Fields): string {
  const { records } = words.value;
  if (text(start) === '') return records.until(writtenDate(text(end)));
  if (text(end) === '') return records.since(writtenDate(text(start)));
  const [from, to] = [writtenDate(text(start)), writtenDate(text(end))];
  return from === to ? from : records.fromTo(from, to);
}

export function timingWords({ repeat, code, event }: Fields): string {
  const { records } = words.value;
  const { frequency = 1, period, periodUnit, when, boundsPeriod, count } = fields(repeat);
  const unit = text(periodUnit);
  const often =
    typeof period === 'number'
      ? records.times(
          String(frequency),
          period === 1
            ? (records.every[unit] ?? unit)
            : records.everyMany(number(period), records.unitsMany[unit] ?? unit),
        )
      : '';
  const bounds = isFields(boundsPeriod) ? periodWords(boundsPeriod) : '';
  const days = listOf(event).map((each) => writtenDate(text(each)));
  const counted = typeof count === 'number' && often === '' ? `${number(count)} ×` : '';
  return [often || counted || conceptWords(code), ...listOf(when).map((each) => text(each)), bounds, ...days]
    .filter(Boolean)
    .join(', ');
}

const nameWords = (of: Fields): string =>
  text(of.text) ||
  [...listOf(of.prefix), ...listOf(of.given), of.family, ...listOf(of.suffix)].map(text).filter(Boolean).join(' ');

const addressWords = (of: Fields): string =>
  text(of.text) ||
  [
    ...listOf(of.line).map(text),
    [text(of.postalCode), text(of.city)].filter(Boolean).join(' '),
    text(of.state),
    text(of.country),
  ]
    .filter(Boolean)
    .join(', ');

function Reference({ of, within }: { of: Fields; within: Within }) {
  const reference = text(of.reference);
  const meant = within.references[reference];
  const inside = within.contained.find(({ id }) => reference === `#${text(id)}`);
  const name =
    text(of.display) ||
    meant?.title ||
    (inside ? conceptWords(inside.code) || nameWords(fields(listOf(inside.name)[0])) : '');
  if (meant && within.isCopy !== true) return <a href={`#/record/${meant.id}`}>{name || words.value.records.open}</a>;
  const { value } = fields(of.identifier);
  const told = name || text(value);
  if (told === '' && within.isCopy !== true) return <span class="quiet">{words.value.records.elsewhere}</span>;
  return <>{told}</>;
}

const isReference = (of: Fields): boolean =>
  'reference' in of || ('display' in of && !('code' in of) && !('system' in of));

/** A value of a known form as words; null: it is a part with fields of its own. */
function wordsOf(of: Fields, isMeasured: boolean): string | null {
  if ('coding' in of || (Object.keys(of).length === 1 && 'text' in of)) return conceptWords(of);
  if (typeof of.value === 'number' || (typeof of.value === 'string' && ('unit' in of || 'currency' in of)))
    return quantityWords(of, isMeasured);
  if (isFields(of.numerator) || isFields(of.denominator))
    return [fields(of.numerator), fields(of.denominator)]
      .map((each) => quantityWords(each))
      .filter(Boolean)
      .join(' / ');
  if (isFields(of.low) || isFields(of.high)) return rangeOf(of);
  if ('repeat' in of || (isFields(of.code) && 'event' in of)) return timingWords(of);
  if ('family' in of || 'given' in of) return nameWords(of);
  if ('line' in of || 'city' in of || 'postalCode' in of) return addressWords(of);
  if ('origin' in of && 'dimensions' in of) return words.value.records.values(String(of.data ?? '').split(' ').length);
  if ('system' in of && 'code' in of) return conceptWords(of);
  if (isPeriod(of)) return periodWords(of);
  return null;
}

const isPeriod = (of: Fields): boolean =>
  Object.keys(of).every((key) => ['start', 'end', 'id', 'extension'].includes(key)) && ('start' in of || 'end' in of);

function rangeOf(of: Fields): string {
  const [low, high] = [fields(of.low), fields(of.high)].map((each) => quantityWords(each));
  return (
    text(of.text) ||
    (low !== '' && high !== ''
      ? `${low} – ${high}`
      : low !== ''
        ? words.value.records.above(low)
        : words.value.records.below(high))
  );
}

/** How to reach somebody, a number under which something is known: `value` with what it is of. */
function Contact({ of }: { of: Fields }) {
  const kind = [text(of.system), text(of.use)].map((code) => (/[:/]/.test(code) ? '' : codeWord(code))).filter(Boolean);
  return (
    <>
      {text(of.value)} {kind.length > 0 && <span class="quiet">({kind.join(', ')})</span>}
    </>
  );
}

function Note({ of, within }: { of: Fields; within: Within }) {
  const who = text(of.authorString);
  return (
    <span class="record-note">
      {text(of.text)}
      {(who !== '' || isFields(of.authorReference) || of.time !== undefined) && (
        <span class="caption">
          {' '}
          {who}
          {isFields(of.authorReference) && <Reference of={of.authorReference} within={within} />}{' '}
          {of.time !== undefined && writtenDate(text(of.time))}
        </span>
      )}
    </span>
  );
}

function One({
  field,
  value,
  within,
  depth,
}: {
  field: string;
  value: unknown;
  within: Within;
  depth: number;
}): ComponentChildren {
  if (typeof value === 'boolean') return value ? words.value.records.yes : words.value.records.no;
  if (typeof value === 'number') return figure(value);
  if (field === 'language' && typeof value === 'string') return languageName(value);
  if (field === 'confidentiality' && typeof value === 'string')
    return words.value.records.confidentialities[value] ?? value;
  if (typeof value === 'string')
    return isWritten(value) && field !== 'lotNumber' ? writtenDate(value) : codeWord(value);
  if (!isFields(value)) return null;
  if (field === 'telecom' || field === 'identifier') return <Contact of={value} />;
  if (field === 'note') return <Note of={value} within={within} />;
  if (isReference(value)) return <Reference of={value} within={within} />;
  return (
    wordsOf(value, field === 'valueQuantity') ??
    (depth < DEPTH_MAX ? <FieldList of={value} within={within} depth={depth + 1} /> : null)
  );
}

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(locale.value, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const DEPTH_MAX = 6;
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Fields of a resource that are told, the asked ones first and the others in the order in which they are written. */
export function toldFields(of: Fields, first: readonly string[], besides: ReadonlySet<string>): [string, unknown][] {
  // Of the resource itself it is the narrative, which stands apart; of a part it is what it says.
  const isWhole = 'resourceType' in of;
  const all = Object.entries(of).filter(
    ([field, value]) =>
      !LEFT_OUT.has(field) &&
      !(isWhole && field === 'text') &&
      !field.startsWith('_') &&
      !besides.has(field) &&
      !isEmpty(value),
  );
  const rank = (field: string) => {
    const at = first.findIndex(
      (each) => field === each || (field.startsWith(each) && /^[A-Z]/.test(field.slice(each.length))),
    );
    return at < 0 ? first.length : at;
  };
  return all.sort(([a], [b]) => rank(a) - rank(b));
}

const NONE: ReadonlySet<string> = new Set();

export function FieldList(props: {
  of: Fields;
  within: Within;
  first?: readonly string[];
  besides?: ReadonlySet<string>;
  depth?: number;
}) {
  const { of, within, first = [], besides = NONE, depth = 0 } = props;
  const told = toldFields(of, first, besides);
  return (
    <dl class={depth === 0 ? 'facts record-facts' : 'record-part'}>
      {told.map(([field, value]) => {
        const word = fieldWord(field);
        return (
          <Fragment key={field}>
            <dt {...(word === null ? { lang: 'en' } : {})}>{word ?? spelt(field)}</dt>
            <dd>
              <Values field={field} value={value} within={within} depth={depth} />
            </dd>
          </Fragment>
        );
      })}
    </dl>
  );
}

/** A list of values, told once where they say the same. */
function Values(props: { field: string; value: unknown; within: Within; depth: number }) {
  const all = listOf(props.value);
  const [only] = all;
  if (all.length === 1) return <One {...props} value={only} />;
  return (
    <ul class="record-values">
      {all.map((each, i) => (
        <li key={i}>
          <One {...props} value={each} />
        </li>
      ))}
    </ul>
  );
}
