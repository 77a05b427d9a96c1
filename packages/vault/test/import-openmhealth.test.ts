import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '../src/import/openmhealth-schemas.ts';
import { bearsChanges, bearsCuts, bearsResuming, bearsStrangeValues } from './import-hardness.ts';
import { collect, micros, openText } from './import-sources.ts';

const OURS = join(import.meta.dirname, '../../../test/data/telemetry/openmhealth');
/** All 634 instances, where the research data lies beside the repository. */
const FOREIGN = join(import.meta.dirname, '../../../../shared/data/telemetry/openmhealth/test-data');
const ALL = [FOREIGN, '/work/shared/data/telemetry/openmhealth/test-data'].find((path) => existsSync(path));

interface Instance {
  path: string;
  namespace: string;
  name: string;
  version: string;
  passes: boolean;
  value: unknown;
}

function instances(root: string): Instance[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => {
      const [namespace, name, version, folder] = path.split('/');
      const value: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'));
      return { path, namespace, name, version, passes: folder === 'shouldPass', value };
    });
}

const misjudged = (all: Instance[]): string[] =>
  all
    .filter(({ namespace, name, version, passes, value }) => judge(namespace, name, version, value) !== passes)
    .map(({ path }) => path);

const header = (name: string, version: string, more = {}) => ({
  id: '1',
  creation_date_time: '2026-01-02T03:04:05Z',
  schema_id: { namespace: 'omh', name, version },
  acquisition_provenance: { source_name: 'Band', modality: 'sensed' },
  ...more,
});
const heart = (value: number, at: string) => ({
  header: header('heart-rate', '2.0'),
  body: { heart_rate: { value, unit: 'beats/min' }, effective_time_frame: { date_time: at } },
});

describe('the schemas of Open mHealth and IEEE 1752.1', () => {
  it('judge the selection here as its folders are named', () => {
    const all = instances(join(OURS, 'test-data'));
    expect(all.length).toBe(85);
    expect(misjudged(all)).toEqual([]);
  });

  it.skipIf(ALL === undefined)('judge all 634 instances as named (skipped where ../shared is not there)', () => {
    const all = instances(ALL ?? '');
    expect(all.length).toBe(634);
    expect(misjudged(all)).toEqual([]);
  });

  it('say nothing of a schema that they do not know', () => {
    expect(judge('omh', 'moon-phase', '1.0', {})).toBeNull();
  });
});

describe('importing Open mHealth', () => {
  const expected = JSON.parse(readFileSync(join(OURS, 'selection.expected.json'), 'utf8')) as {
    files: Record<string, { micros: number; values: Record<string, [number, string]> }>;
  };

  it('takes the values and times that were read independently', async () => {
    expect(Object.keys(expected.files).length).toBe(9);
    for (const [path, { micros: at, values }] of Object.entries(expected.files)) {
      const opened = await openText(readFileSync(join(OURS, 'test-data', `${path}.json`)), {}, 'a.json');
      expect(opened.format, path).toBe('openmhealth');
      const { series } = await collect(opened.chunks(0));
      const taken = opened.series
        .filter(({ kind }) => kind !== 'sleep-stage')
        .map(({ key, factor }) => {
          const { times, values: ints } = series.get(key) ?? { times: [], values: [] };
          expect(times, path).toEqual([at]);
          return Number((ints[0] * factor).toFixed(6));
        });
      expect(taken.sort(), path).toEqual(
        Object.values(values)
          .map(([value]) => value)
          .sort(),
      );
    }
  });

  it('reads one point, lists and lines to the same', async () => {
    const points = [heart(60, '2026-01-01T00:00:00Z'), heart(61.5, '2026-01-01T01:00:10+01:00')];
    for (const text of [
      JSON.stringify(points),
      points.map((point) => JSON.stringify(point)).join('\n'),
      JSON.stringify(points, null, 2),
    ]) {
      const opened = await openText(text, {}, 'points.json');
      expect(
        opened.series.map(({ key, kind, ucum, factor, loinc, sourceLabel }) => ({
          key,
          kind,
          ucum,
          factor,
          loinc,
          sourceLabel,
        })),
      ).toEqual([
        { key: 'heart-rate', kind: 'heart-rate', ucum: '/min', factor: 0.1, loinc: '8867-4', sourceLabel: 'Band' },
      ]);
      const { series } = await collect(opened.chunks(0));
      expect(series.get('heart-rate')).toEqual({
        times: [micros('2026-01-01T00:00:00Z'), micros('2026-01-01T00:00:10Z')],
        values: [600, 615],
      });
    }
  });

  it('refuses what is not as its schema says, with its place, and takes the rest', async () => {
    const wrong = heart(60, '2026-01-01T00:00:00Z');
    wrong.body.heart_rate.unit = 'beat/min';
    const opened = await openText(
      JSON.stringify([heart(70, '2026-01-01T00:00:00Z'), wrong, 5, heart(71, '2026-01-01T00:01:00Z')]),
      {},
      'a.json',
    );
    const { series, rejections } = await collect(opened.chunks(0));
    expect(series.get('heart-rate')?.values).toEqual([70, 71]);
    expect(rejections.map(({ place, reason }) => `${place}: ${reason}`)).toEqual([
      'record 2: not as its schema says',
      'record 3: not as its schema says',
    ]);
  });

  it('keeps devices, statistics and units apart, and says what no kind fits', async () => {
    const time = {
      effective_time_frame: {
        time_interval: { start_date_time: '2026-01-01T00:00:00Z', duration: { value: 1, unit: 'h' } },
      },
    };
    const points = [
      heart(60, '2026-01-01T00:00:00Z'),
      {
        ...heart(61, '2026-01-01T00:00:00Z'),
        header: header('heart-rate', '2.0', { acquisition_provenance: { source_name: 'Ring' } }),
      },
      {
        header: header('heart-rate', '2.0'),
        body: { heart_rate: { value: 50, unit: 'beats/min' }, descriptive_statistic: 'minimum', ...time },
      },
      { header: header('calories-burned', '2.0'), body: { kcal_burned: { value: 160, unit: 'kcal' }, ...time } },
      {
        header: header('blood-glucose', '4.0'),
        body: { blood_glucose: { value: 5.4, unit: 'mmol/L' }, specimen_source: 'interstitial fluid', ...time },
      },
      { header: header('blood-glucose', '4.0'), body: { blood_glucose: { value: 99, unit: 'mg/dL' }, ...time } },
      { header: header('body-temperature', '4.0'), body: { body_temperature: { value: 98.6, unit: 'F' }, ...time } },
    ];
    const opened = await openText(JSON.stringify(points), {}, 'a.json');
    expect(opened.series.map(({ key, kindKnown, ucum, factor }) => `${key} ${kindKnown} ${ucum} ${factor}`)).toEqual([
      'heart-rate true /min 1',
      'heart-rate-ring true /min 1',
      'heart-rate-minimum false /min 1',
      'kcal-burned false kcal 1',
      'glucose-cgm true mmol/L 0.01',
      'blood-glucose false mg/dL 1',
      'body-temperature true [degF] 0.01',
    ]);
  });

  it('reads what lasts: a workout and a night, begun and ended', async () => {
    const frame = {
      effective_time_frame: {
        time_interval: { end_date_time: '2026-01-01T08:00:00Z', duration: { value: 30, unit: 'min' } },
      },
    };
    const points = [
      {
        header: header('physical-activity', '1.2'),
        body: { activity_name: 'running', distance: { value: 5, unit: 'km' }, ...frame },
      },
      {
        header: {
          uuid: 'u',
          schema_id: { namespace: 'ieee', name: 'sleep-episode', version: '1.0' },
          source_creation_date_time: '2026-01-02T00:00:00Z',
          modality: 'sensed',
        },
        body: [{ total_sleep_time: { value: 25, unit: 'min' }, ...frame }],
      },
    ];
    const { series } = await collect((await openText(JSON.stringify(points), {}, 'a.json')).chunks(0));
    const times = [micros('2026-01-01T07:30:00Z'), micros('2026-01-01T08:00:00Z')];
    expect(series.get('workout-session')).toEqual({ times, values: [3, 0] });
    expect(series.get('sleep-stage')).toEqual({ times, values: [3, 0] });
    expect(series.get('distance')).toEqual({ times: [times[0]], values: [500_000] });
  });

  it('takes the time of the record where a reading has none, and says so', async () => {
    const point = { header: header('heart-rate', '1.0'), body: { heart_rate: { value: 60, unit: 'beats/min' } } };
    const { series, notes } = await collect((await openText(JSON.stringify(point), {}, 'a.json')).chunks(0));
    expect(series.get('heart-rate')?.times).toEqual([micros('2026-01-02T03:04:05Z')]);
    expect(notes).toEqual(['Readings that name no time of their own; the time of their record is taken: 1.']);
  });

  it('takes words that are names of JavaScript for words', async () => {
    const body = JSON.parse(
      '{"constructor":{"value":1,"unit":"constructor"},"__proto__":{"value":2,"unit":"__proto__"},"effective_time_frame":{"date_time":"2026-01-01T00:00:00Z"}}',
    ) as object;
    const opened = await openText(JSON.stringify({ header: header('new-thing', '1.0'), body }), {}, 'a.json');
    expect(opened.series.map(({ key, ucum, kindKnown }) => [key, ucum, kindKnown])).toEqual([
      ['constructor', 'constructor', false],
      ['proto', '__proto__', false],
    ]);
    expect([...(await collect(opened.chunks(0))).series.keys()]).toEqual(['constructor', 'proto']);
  });

  it('bears cuts, changes and being left', async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify([
        heart(60, '2026-01-01T00:00:00Z'),
        ...instances(join(OURS, 'test-data'))
          .filter(({ passes }) => passes)
          .slice(0, 12)
          .map(({ value }) => value),
      ]),
    );
    await bearsCuts('a.json', bytes, 5);
    await bearsChanges('a.json', bytes);
    await bearsStrangeValues('a.json', JSON.parse(new TextDecoder().decode(bytes)));
    await bearsResuming('a.json', bytes);
  });
});
