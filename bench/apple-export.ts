// An Apple Health export of any size, written to a file piece by piece: records in the shape of the real sample (test/data/telemetry/apple-health)
// and in that of newer phones (software version, device, metadata), in the mix and the order in which real exports have them: type after type.
import { closeSync, openSync, writeSync } from 'node:fs';

interface Source {
  name: string;
  device: string;
}

const WATCH: Source = {
  name: 'Anna’s Apple Watch',
  device:
    '&lt;&lt;HKDevice: 0x2810c5e00&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2, software:9.1&gt;',
};
const PHONE: Source = {
  name: 'Anna’s iPhone',
  device:
    '&lt;&lt;HKDevice: 0x2810c7700&gt;, name:iPhone, manufacturer:Apple Inc., model:iPhone, hardware:iPhone13,2, software:16.1&gt;',
};
/** As in the sample: an app, without a device. */
const HEALTH: Source = { name: 'Health', device: '' };

interface Shape {
  type: string;
  unit: string;
  /** Share of the bytes. */
  share: number;
  sources: Source[];
  /** Seconds between records of one source, and how long one lasts. */
  everySeconds: number;
  lastsSeconds: number;
  value: (random: () => number) => string;
  metadata?: string;
}

const MOTION = '  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n';
const fixed =
  (low: number, range: number, decimals: number) =>
  (random: () => number): string =>
    (low + random() * range).toFixed(decimals);

const Q = 'HKQuantityTypeIdentifier';
const SHAPES: Shape[] = [
  {
    type: `${Q}StepCount`,
    unit: 'count',
    share: 0.1,
    sources: [PHONE, WATCH, HEALTH],
    everySeconds: 400,
    lastsSeconds: 300,
    value: fixed(5, 400, 0),
  },
  {
    type: `${Q}HeartRate`,
    unit: 'count/min',
    share: 0.3,
    sources: [WATCH],
    everySeconds: 270,
    lastsSeconds: 0,
    value: fixed(48, 90, 0),
    metadata: MOTION,
  },
  {
    type: `${Q}ActiveEnergyBurned`,
    unit: 'kcal',
    share: 0.25,
    sources: [WATCH],
    everySeconds: 190,
    lastsSeconds: 61,
    value: fixed(0, 4, 3),
  },
  {
    type: `${Q}BasalEnergyBurned`,
    unit: 'kcal',
    share: 0.1,
    sources: [WATCH],
    everySeconds: 600,
    lastsSeconds: 600,
    value: fixed(8, 12, 3),
  },
  {
    type: `${Q}DistanceWalkingRunning`,
    unit: 'km',
    share: 0.15,
    sources: [PHONE, WATCH, HEALTH],
    everySeconds: 300,
    lastsSeconds: 200,
    value: fixed(0, 0.5, 5),
  },
  {
    type: `${Q}OxygenSaturation`,
    unit: '%',
    share: 0.01,
    sources: [WATCH],
    everySeconds: 3600,
    lastsSeconds: 0,
    value: fixed(0.9, 0.1, 2),
  },
  {
    type: `${Q}RespiratoryRate`,
    unit: 'count/min',
    share: 0.02,
    sources: [WATCH],
    everySeconds: 1200,
    lastsSeconds: 60,
    value: fixed(12, 7, 1),
  },
  {
    type: `${Q}EnvironmentalAudioExposure`,
    unit: 'dBASPL',
    share: 0.03,
    sources: [WATCH],
    everySeconds: 1800,
    lastsSeconds: 1800,
    value: fixed(40, 50, 4),
  },
  {
    type: `${Q}AppleStandTime`,
    unit: 'min',
    share: 0.03,
    sources: [WATCH],
    everySeconds: 1500,
    lastsSeconds: 300,
    value: fixed(1, 4, 0),
  },
  {
    type: 'HKCategoryTypeIdentifierSleepAnalysis',
    unit: '',
    share: 0.01,
    sources: [WATCH],
    everySeconds: 2400,
    lastsSeconds: 2400,
    value: (random) => `HKCategoryValueSleepAnalysisAsleep${['Core', 'Deep', 'REM'][Math.floor(random() * 3)]}`,
  },
];

const START_MILLIS = Date.UTC(2014, 8, 13, 9);
const PIECE_CHARS = 4 * 1024 * 1024;

/** Numbers that look like chance and are the same every time (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2014-09-13 10:27:54 +0100` */
function appleTime(millis: number): string {
  const local = new Date(millis + 3_600_000);
  const day = `${local.getUTCFullYear()}-${two(local.getUTCMonth() + 1)}-${two(local.getUTCDate())}`;
  return `${day} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} +0100`;
}

function record(shape: Shape, source: Source, millis: number, random: () => number): string {
  const device = source.device === '' ? '' : ` sourceVersion="9.1" device="${source.device}"`;
  const unit = shape.unit === '' ? '' : ` unit="${shape.unit}"`;
  const start = appleTime(millis);
  const end = shape.lastsSeconds === 0 ? start : appleTime(millis + shape.lastsSeconds * 1000);
  const head = ` <Record type="${shape.type}" sourceName="${source.name}"${device}${unit} creationDate="${end}" startDate="${start}" endDate="${end}" value="${shape.value(random)}"`;
  return shape.metadata ? `${head}>\n${shape.metadata} </Record>\n` : `${head}/>\n`;
}

/** Writes an export of about `bytes`; returns how many records it has. */
export function writeAppleExport(path: string, bytes: number): number {
  const file = openSync(path, 'w');
  const random = randomFrom(7);
  let records = 0;
  let piece = `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (ExportDate,Me,(Record)*)>\n]>\n<HealthData locale="en_GB">\n <ExportDate value="2035-01-01 00:00:00 +0100"/>\n`;
  for (const shape of SHAPES) {
    const clocks = shape.sources.map((_, i) => START_MILLIS + i * 7000);
    for (let written = 0; written < bytes * shape.share; records++) {
      const at = records % clocks.length;
      clocks[at] += Math.round(shape.everySeconds * (0.5 + random())) * 1000;
      const text = record(shape, shape.sources[at], clocks[at], random);
      written += text.length;
      piece += text;
      if (piece.length < PIECE_CHARS) continue;
      writeSync(file, piece);
      piece = '';
    }
  }
  writeSync(file, `${piece}</HealthData>\n`);
  closeSync(file);
  return records;
}
