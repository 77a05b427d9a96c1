// Home Assistant's MQTT discovery (home-assistant.io/integrations/mqtt, "MQTT Discovery"): which topic a device will send a sensor's state to,
// where in it the number stands, and of which kind and unit it is.
import { fail, utf8Decode } from '@hale/kernel';
import type { SampleRun } from '../import/lines.ts';
import { acceptsUnit, kindFor, kindMatching, type SignalKind } from '../kinds.ts';
import { unitWritten } from '../kinds-units.ts';
import { LIVE_LIMITS } from './limits.ts';
import { plainNumber, singleRun } from './message.ts';

/** One sensor that a device announced. Plain data: a home keeps it, sealed. */
export interface AnnouncedSensor {
  /** The discovery topic: who sent it first owns it. */
  config: string;
  stateTopic: string;
  /** Path into the JSON of the state; empty where the state is the number itself. */
  path: string[];
  series: string;
  kind: string;
  ucum: string;
  factor: number;
}

/** What a discovery message comes to: a sensor, the end of one, or something that carries no measurement (a switch, a button). */
export type Discovery = { sensor: AnnouncedSensor } | { ended: true } | { ignored: true };

const CONFIG = /^homeassistant\/([a-z_]+)\/(?:([a-zA-Z0-9_-]+)\/)?([a-zA-Z0-9_-]+)\/config$/;

export const isDiscoveryTopic = (topic: string): boolean => CONFIG.test(topic);

/** Short names that small devices use (home-assistant.io, "Supported abbreviations"). */
const FULL_NAMES: Readonly<Record<string, string>> = {
  stat_t: 'state_topic',
  unit_of_meas: 'unit_of_measurement',
  dev_cla: 'device_class',
  val_tpl: 'value_template',
};

/** Classes whose meaning in a home is beyond doubt. `temperature`, `weight` and `pressure` say too little: see `kindOfClass`. */
const KIND_OF_CLASS: Readonly<Record<string, string>> = {
  atmospheric_pressure: 'air-pressure',
  battery: 'device-battery',
  blood_glucose_concentration: 'glucose-cgm',
  carbon_dioxide: 'co2',
  carbon_monoxide: 'co-ambient',
  humidity: 'relative-humidity',
  illuminance: 'illuminance',
  nitrogen_dioxide: 'no2',
  ozone: 'ozone',
  pm1: 'pm1',
  pm10: 'pm10',
  pm25: 'pm2-5',
  sound_pressure: 'noise-exposure',
  volatile_organic_compounds_parts: 'voc',
};
/** Of electricity, water, money, and the like: never a person's, whatever their name reminds of. */
const NOT_OF_A_PERSON =
  /^(apparent_|reactive_)?(power|energy|current|voltage|gas|water|monetary|data_|precipitation|wind|signal)/;
const WEIGHT_UNITS = ['kg', '[lb_av]', '[stone_av]'];
const FINE = 0.001;
const OTHER_UNIT_FACTOR = 0.01;

/** @throws HaleError 'malformed' for what claims to be a sensor and cannot be understood; reasons in our words */
export function parseDiscovery(topic: string, payload: Uint8Array): Discovery {
  const [, component, node, object] = CONFIG.exec(topic) ?? fail('malformed', 'this is no discovery topic');
  if (payload.length === 0) return { ended: true };
  if (component !== 'sensor') return { ignored: true };
  const fields = fieldsOf(payload);
  const stateTopic = topicOf(fields);
  const path = templatePath(fields.value_template);
  const series = `ha/${node ? `${node}/` : ''}${object}`;
  const unit = typeof fields.unit_of_measurement === 'string' ? fields.unit_of_measurement : '';
  const ucum = unitWritten(unit) ?? '';
  const kind = kindOf(fields, object, ucum);
  // A unit that is not known is not guessed away: the numbers are kept under a kind of their own.
  const known = kind && (ucum === '' ? unit === '' : acceptsUnit(kind, ucum)) ? kind : undefined;
  const used = ucum === '' ? (known?.ucum ?? '') : ucum;
  const factor = known ? (used === known.ucum ? known.scale : OTHER_UNIT_FACTOR) : FINE;
  return { sensor: { config: topic, stateTopic, path, series, kind: known?.key ?? series, ucum: used, factor } };
}

function fieldsOf(payload: Uint8Array): Record<string, unknown> {
  if (payload.length > LIVE_LIMITS.discoveryUnitsMax) fail('malformed', 'the discovery message is too long');
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8Decode(payload));
  } catch {
    return fail('malformed', 'the discovery message is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return fail('malformed', 'the discovery message is not an object');
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [
      Object.hasOwn(FULL_NAMES, name) ? FULL_NAMES[name] : name,
      value as unknown,
    ]),
  );
}

/** `~` at either end of a topic stands for the base that the message names. */
function topicOf(fields: Record<string, unknown>): string {
  const base = typeof fields['~'] === 'string' ? fields['~'] : '';
  const written = fields.state_topic;
  if (typeof written !== 'string') return fail('malformed', 'the discovery message names no state topic');
  const topic = written.replace(/^~/, () => base).replace(/~$/, () => base);
  if (topic === '' || topic.length > LIVE_LIMITS.topicUnitsMax || /[+#$\0]/.test(topic))
    return fail('malformed', 'the discovery message names a topic that none can be');
  // Whoever names a topic owns it: another device could never announce itself there.
  if (/^homeassistant\/.*\/config$/.test(topic))
    return fail('malformed', 'the discovery message names a discovery topic as its state topic');
  return topic;
}

const FILTERS = /^(?:\s*\|\s*(?:float|int|round)(?:\(\s*-?\d*\s*\))?)*\s*$/;

/** `{{ value }}` or `{{ value_json.a['b'] }}`, with filters that only make it a number. Anything cleverer is a program and not run. */
function templatePath(template: unknown): string[] {
  if (template === undefined) return [];
  const inner = typeof template === 'string' ? /^\s*\{\{(.*)\}\}\s*$/.exec(template)?.[1].trim() : undefined;
  const match = inner === undefined ? null : /^value(_json)?((?:\.\w+|\[['"][^'"\]]+['"]\])*)(.*)$/.exec(inner);
  if (!match || !FILTERS.test(match[3]) || (match[1] === undefined) !== (match[2] === ''))
    return fail('malformed', 'the value template is not of the plain form');
  const path = [...match[2].matchAll(/\.(\w+)|\[['"]([^'"\]]+)['"]\]/g)].map(([, dotted, quoted]) => dotted ?? quoted);
  return path.length <= LIVE_LIMITS.templateLevelsMax ? path : fail('malformed', 'the value template is too deep');
}

function kindOf(fields: Record<string, unknown>, object: string, ucum: string): SignalKind | undefined {
  const name = typeof fields.name === 'string' ? fields.name : object;
  const deviceClass = typeof fields.device_class === 'string' ? fields.device_class : '';
  if (NOT_OF_A_PERSON.test(deviceClass)) return undefined;
  const words = `${name} ${object}`.toLowerCase().replaceAll('_', ' ');
  const byClass = Object.hasOwn(KIND_OF_CLASS, deviceClass) ? KIND_OF_CLASS[deviceClass] : undefined;
  const key = byClass ?? kindOfClass(deviceClass, words, ucum);
  if (key !== undefined) return kindFor(key);
  if (deviceClass !== '') return undefined;
  return kindMatching(name, ucum || undefined) ?? kindMatching(object.replaceAll('_', ' '), ucum || undefined);
}

/** Classes that a room and a person share. */
function kindOfClass(deviceClass: string, words: string, ucum: string): string | undefined {
  if (deviceClass === 'temperature') {
    if (/\b(body|fever|oral|ear|forehead|rectal)\b/.test(words)) return 'body-temperature';
    return /skin|wrist/.test(words) ? 'skin-temperature' : 'air-temperature';
  }
  if (deviceClass === 'weight') return WEIGHT_UNITS.includes(ucum) ? 'body-weight' : undefined;
  if (deviceClass === 'pressure') {
    if (/systolic/.test(words)) return 'blood-pressure-systolic';
    if (/diastolic/.test(words)) return 'blood-pressure-diastolic';
    return ['hPa', 'mbar', 'Pa', "[in_i'Hg]"].includes(ucum) ? 'air-pressure' : undefined;
  }
  return undefined;
}

/** The values that a state message holds for these sensors (all of its topic). What holds no number is counted, not guessed. */
export function readState(
  sensors: readonly AnnouncedSensor[],
  payload: Uint8Array,
  at: number,
): { runs: SampleRun[]; without: number } {
  const runs: SampleRun[] = [];
  let without = 0;
  let parsed: unknown;
  for (const { path, series, kind, ucum, factor } of sensors) {
    if (path.length > 0 && parsed === undefined) parsed = parsedState(payload);
    const value = path.length === 0 ? plainNumber(payload) : numberAt(parsed, path);
    if (value === null) without++;
    else runs.push({ ...singleRun(series, at, value), signal: { kind, ucum, factor } });
  }
  return { runs, without };
}

function parsedState(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(payload)) ?? null;
  } catch {
    return null;
  }
}

function numberAt(parsed: unknown, path: readonly string[]): number | null {
  let value = parsed;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as Record<string, unknown>)[step];
  }
  if (typeof value === 'string') return value.trim() === '' ? null : plainNumber(asciiBytes(value));
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text.slice(0, 64), (mark) => Math.min(mark.charCodeAt(0), 255));
}
