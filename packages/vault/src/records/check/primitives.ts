// The values of FHIR R4's primitive types: what JSON writes them as, and the form that each must have. http://hl7.org/fhir/R4/datatypes.html
import { STRING_UNITS_MAX } from './limits.ts';

/** What is wrong with a value, as a rule and what to do. */
export interface Wrong {
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  readonly text: string;
}

const error = (rule: string, text: string): Wrong => ({ severity: 'error', rule, text });

const warning = (rule: string, text: string): Wrong => ({ severity: 'warning', rule, text });

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?$/;
const ZONE = /(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))$/;
const URI_LIKE = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);
const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  integer: [-2_147_483_648, 2_147_483_647],
  unsignedInt: [0, 2_147_483_647],
  positiveInt: [1, 2_147_483_647],
};

const isDay = (text: string): boolean => {
  if (!DATE.test(text)) return false;
  const [year, month = 1, day = 1] = text.split('-').map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && day <= (month === 2 && !leap ? 28 : MONTH_DAYS[month - 1]);
};

export const isId = (text: string): boolean => /^[A-Za-z0-9\-.]{1,64}$/.test(text);

export const isUuid = (text: string): boolean =>
  /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);

export const isOid = (text: string): boolean => /^urn:oid:[0-2](\.(0|[1-9]\d*))+$/.test(text);

/** Has a scheme. */
export const isAbsolute = (url: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:./.test(url);

export function checkPrimitive(type: string, value: unknown): Wrong | null {
  if (type === 'boolean')
    return typeof value === 'boolean' ? null : error('type', 'This must be true or false, without quotation marks.');
  if (type === 'decimal')
    return typeof value === 'number' && Number.isFinite(value)
      ? null
      : error('type', 'This must be a number, without quotation marks.');
  if (Object.hasOwn(NUMBERS, type)) return checkInteger(type, value);
  if (typeof value !== 'string') return error('type', 'This must be a text in quotation marks.');
  if (value === '') return error('empty-text', 'A text must not be empty. Leave the field out instead.');
  if (type === 'base64Binary') return checkBase64(value);
  if (value.length > STRING_UNITS_MAX)
    return error('text-too-long', 'FHIR allows no text above 1 MB. Attach it as a document instead.');
  return checkText(type, value);
}

function checkInteger(type: string, value: unknown): Wrong | null {
  if (typeof value !== 'number') return error('type', 'This must be a number, without quotation marks.');
  const [min, max] = NUMBERS[type];
  if (!Number.isInteger(value)) return error('number', 'This must be a whole number.');
  if (value < min || value > max) return error('number', `This must be a whole number from ${min} to ${max}.`);
  return null;
}

function checkBase64(value: string): Wrong | null {
  const wrong = error(
    'base64',
    'This is not base64: something was cut off or changed on the way. Ask for the file again.',
  );
  // First the usual case, without a copy of megabytes.
  const packed = /\s/.test(value) ? value.replace(/\s+/g, '') : value;
  if (packed.length === 0 || packed.length % 4 !== 0) return wrong;
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) ? null : wrong;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
/** Whole tags of HTML, as a browser would obey them; `<5 mg` and `<id>` are none. */
const ACTIVE_TAG = /<(script|style|iframe|object|embed|form|link|meta|base|svg|img|video|audio)(\s[^<>]*)?\/?>/i;
const TAG = /<(html|body|a|b|i|u|p|br|div|span|table|tr|td|ul|ol|li|h[1-6])(\s[^<>]*)?\/?>/i;

function checkString(value: string): Wrong | null {
  if (value.includes('<')) {
    if (ACTIVE_TAG.test(value))
      return error('html', 'This text holds HTML that a careless viewer would run. Write it as plain text.');
    if (TAG.test(value))
      return warning('html', 'This text holds tags of HTML, which are shown as they stand. Write it as plain text.');
  }
  return value.trim() === ''
    ? warning('empty-text', 'This text is only white space. Leave the field out instead.')
    : null;
}

function checkText(type: string, value: string): Wrong | null {
  if (CONTROL.test(value))
    return error('control-character', 'A text must hold no control characters but tab and line breaks. Remove them.');
  switch (type) {
    case 'string':
      return checkString(value);
    case 'code':
      return /^[^\s]+( [^\s]+)*$/.test(value)
        ? null
        : error('code', 'A code has no white space around it and no double space in it. Remove it.');
    case 'id':
      return isId(value) ? null : error('id', ID_TEXT);
    case 'date':
      return isDay(value) ? null : error('date', 'This must be a date that exists, as YYYY, YYYY-MM or YYYY-MM-DD.');
    case 'time':
      return TIME.test(value) ? null : error('time', 'This must be a time of day as HH:MM:SS.');
    case 'dateTime':
    case 'instant':
      return checkDateTime(type, value);
    default:
      return URI_LIKE.has(type) ? checkUri(type, value) : null;
  }
}

export const ID_TEXT = 'An id has 1 to 64 letters, digits, hyphens and dots, and nothing else. Give it another one.';

function checkDateTime(type: string, value: string): Wrong | null {
  const [day, time] = value.split('T');
  if (!isDay(day))
    return error(
      'date',
      'This must be a date that exists, as YYYY-MM-DD, with THH:MM:SS and a time zone where it has a time.',
    );
  if (time === undefined)
    return type === 'dateTime'
      ? null
      : error('date', 'This must be a date with its time, to the second at least, and a time zone.');
  if (day.length < 10) return error('date', 'A time needs its whole date, as YYYY-MM-DD.');
  const zone = ZONE.exec(time);
  if (!zone) return error('time-zone', 'A time needs its time zone: add Z or an offset such as +01:00.');
  return TIME.test(time.slice(0, zone.index)) ? null : error('time', 'The time of day must be written as HH:MM:SS.');
}

function checkUri(type: string, value: string): Wrong | null {
  if (/\s/.test(value)) return error('uri', 'An address must hold no white space. Remove it.');
  if (/^(oid|uuid):/.test(value))
    return error('uri', 'An OID or UUID is written as urn:oid:… or urn:uuid:…. Put urn: before it.');
  if ((type === 'uuid' || value.startsWith('urn:uuid:')) && !isUuid(value))
    return error('uuid', 'A UUID is written as urn:uuid: and 32 hex digits in lower case, with hyphens.');
  if ((type === 'oid' || value.startsWith('urn:oid:')) && !isOid(value))
    return error('oid', 'An OID is written as urn:oid: and numbers with dots between them.');
  return null;
}
