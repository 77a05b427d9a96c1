// Vaccinations that were given or not given (Immunization), and those that are due (ImmunizationRecommendation).
import type { Fields } from '../../../import/json-records.ts';
import { compact, quantityOf, startOf, timeOf, toldConcept } from '../datatypes.ts';
import { isNegated, type Made, referenceTo } from '../reading.ts';
import { attributeOf, childOf, plainText, type XmlElement } from '../xml.ts';
import { type Context, innerOf, isPlanned, noteUsual, type StatementReader, statusCode } from './context.ts';
import { productOf, refusalOf } from './medicines.ts';

const FORECAST = 'http://terminology.hl7.org/CodeSystem/immunization-recommendation-status';
const DATE_CRITERION = 'http://loinc.org';

export const readVaccination: StatementReader = (statement, context) => {
  const { reading } = context;
  const words = reading.textOf(childOf(statement, 'text'));
  const {
    code = words === '' ? undefined : { text: words },
    lot,
    maker,
  } = productOf(context, childOf(statement, 'consumable'));
  if (code === undefined) return null;
  reading.take(statement);
  return isPlanned(statement) ? due(statement, context, code) : given(statement, context, code, lot, maker);
};

function given(
  statement: XmlElement,
  context: Context,
  vaccineCode: Fields,
  lotNumber: string,
  maker: XmlElement | undefined,
): Made {
  const { reading, people } = context;
  const when = startOf(childOf(statement, 'effectiveTime'));
  const reason = refusalOf(statement, context);
  const isDone = !isNegated(statement) && !['cancelled', 'aborted'].includes(statusCode(statement));
  const { time } = people.authors(statement);
  const performers = people.only(people.performers(statement), 'Practitioner', 'PractitionerRole', 'Organization');
  const dose = attributeOf(childOf(statement, 'repeatNumber'), 'value');
  const made = reading.add(
    'Immunization',
    {
      status: isDone ? 'completed' : 'not-done',
      statusReason: reason,
      vaccineCode,
      patient: reading.patient,
      ...(when === '' ? { occurrenceString: 'not told' } : { occurrenceDateTime: when }),
      recorded: timeOf(time),
      manufacturer: people.organization(maker),
      lotNumber,
      site: toldConcept(childOf(statement, 'approachSiteCode'), reading.textOf),
      route: toldConcept(childOf(statement, 'routeCode'), reading.textOf),
      doseQuantity: quantityOf(childOf(statement, 'doseQuantity')),
      performer: performers.map((actor) => ({ actor })),
      reasonCode: innerOf(statement, 19).flatMap((each) => reasonIn(each, context) ?? []),
      reaction: innerOf(statement, 9).flatMap((each) => reactionOf(each, context) ?? []),
      protocolApplied: /^[1-9]\d?$/.test(dose) ? [{ doseNumberPositiveInt: Number(dose) }] : [],
    },
    statement,
  );
  noteUsual(context, made, statement);
  return made;
}

function reasonIn(indication: XmlElement, { reading }: Context): Fields | undefined {
  const told = toldConcept(childOf(indication, 'value'), reading.textOf);
  if (told) reading.take(indication);
  return told;
}

/** What was seen after it is a finding of its own. */
function reactionOf(reaction: XmlElement, context: Context): Fields | undefined {
  const detail = context.read(reaction, null);
  return detail
    ? compact({ date: startOf(childOf(reaction, 'effectiveTime')), detail: referenceTo(detail) })
    : undefined;
}

function due(statement: XmlElement, context: Context, code: Fields): Made {
  const { reading, people } = context;
  const when = startOf(childOf(statement, 'effectiveTime'));
  const criterion = {
    code: { coding: [{ system: DATE_CRITERION, code: '30980-7' }], text: 'Date vaccine due' },
    value: when,
  };
  const { authors } = people.authors(statement);
  const made = reading.add(
    'ImmunizationRecommendation',
    {
      patient: reading.patient,
      date: reading.date || when,
      recommendation: [
        compact({
          vaccineCode: [code],
          forecastStatus: { coding: [{ system: FORECAST, code: 'due' }] },
          dateCriterion: when === '' ? [] : [criterion],
          description: descriptionOf(statement, context),
        }),
      ],
      authority: people.only(authors, 'Organization')[0],
    },
    statement,
  );
  return made;
}

/** R4 gives a recommendation no notes. */
function descriptionOf(statement: XmlElement, context: Context): string {
  const inner = innerOf(statement, 20, 143);
  const lines = inner.map((each) => plainText(childOf(each, 'text')) || conceptLine(each, context)).filter(Boolean);
  if (lines.length > 0) context.reading.take(...inner);
  return lines.join('; ');
}

function conceptLine(statement: XmlElement, { reading }: Context): string {
  const told = toldConcept(childOf(statement, 'value') ?? childOf(statement, 'code'), reading.textOf);
  return String(told?.text ?? (told?.coding as Fields[] | undefined)?.[0]?.display ?? '');
}
