// What MQTT messages and Home Assistant's discovery say, without any broker.
import { HaleError, utf8Encode } from '@hale/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnnouncedSensor, isDiscoveryTopic, parseDiscovery, readMessage, readState } from '../src/live/index.ts';

const AT = 1_795_256_430_000_000;
const read = (series: string, payload: string) => readMessage(series, utf8Encode(payload), AT);
const values = (series: string, payload: string) =>
  read(series, payload).runs.map(({ series: name, times, values: numbers }) => [name, [...times], [...numbers]]);

describe('messages of a device on its own topics', () => {
  test('a plain number stands at its reception', () => {
    expect(values('heart-rate', '72')).toEqual([['heart-rate', [AT], [72]]]);
    expect(values('skin', ' -3.5e-1\n')).toEqual([['skin', [AT], [-0.35]]]);
    expect(read('heart-rate', '72').isTimed).toBe(false);
  });

  test('value and time; lines and JSON as POST /v1/ingest takes them', () => {
    expect(values('heart-rate', '{"value":72,"time":1795256430000001}')).toEqual([['heart-rate', [AT + 1], [72]]]);
    expect(values('heart-rate', '{"value":72,"time":"2026-11-21T11:20:30+01:00"}')).toEqual([
      ['heart-rate', [AT], [72]],
    ]);
    expect(read('heart-rate', '{"value":72}').isTimed).toBe(false);
    expect(values('any', 'heart-rate,1795256430000000,72\nspo2,1795256430000000,97')).toEqual([
      ['heart-rate', [AT], [72]],
      ['spo2', [AT], [97]],
    ]);
    expect(values('any', '[{"series":"spo2","samples":[[1795256430000000,97]]}]')).toEqual([['spo2', [AT], [97]]]);
  });

  test('a nested series has the kind of its last word; an unknown one keeps three decimals', () => {
    expect(read('bed/heart-rate', '72').runs[0].signal).toEqual({ kind: 'heart-rate', ucum: '/min', factor: 1 });
    expect(read('moisture', '7').runs[0].signal).toEqual({ kind: 'moisture', ucum: '', factor: 0.001 });
  });

  test('anything else is an error in our words', () => {
    for (const payload of [
      'online',
      '{"value":"72"}',
      '{"value":72,"unit":"Hz"}',
      '{"value":72,"time":"yesterday"}',
      '{"value":1e999}',
      '{',
      '[1]',
      'NaN',
      '',
      ',,',
    ]) {
      const result = (() => {
        try {
          return read('heart-rate', payload).runs.length;
        } catch (error) {
          return error instanceof HaleError ? error.code : error;
        }
      })();
      expect([payload, result]).toEqual([payload, payload === '' ? 0 : 'malformed']);
    }
    expect(() => read('no name', '1')).toThrow(HaleError);
  });
});

const announce = (object: string, fields: object) =>
  parseDiscovery(`homeassistant/sensor/node/${object}/config`, utf8Encode(JSON.stringify(fields)));
const sensor = (object: string, fields: object) => (announce(object, fields) as { sensor: AnnouncedSensor }).sensor;

describe('Home Assistant discovery', () => {
  test('topics', () => {
    expect(isDiscoveryTopic('homeassistant/sensor/0x00158d/temperature/config')).toBe(true);
    expect(isDiscoveryTopic('homeassistant/sensor/temperature/config')).toBe(true);
    expect(isDiscoveryTopic('homeassistant/status')).toBe(false);
    expect(isDiscoveryTopic('homeassistant/sensor/a/b/c/config')).toBe(false);
  });

  test('as zigbee2mqtt writes it, and as small devices abbreviate it', () => {
    expect(
      sensor('temperature', {
        device_class: 'temperature',
        state_class: 'measurement',
        state_topic: 'zigbee2mqtt/bedroom',
        unit_of_measurement: '°C',
        value_template: '{{ value_json.temperature }}',
        unique_id: '0x00158d_temperature_zigbee2mqtt',
        device: { name: 'bedroom' },
      }),
    ).toEqual({
      config: 'homeassistant/sensor/node/temperature/config',
      stateTopic: 'zigbee2mqtt/bedroom',
      path: ['temperature'],
      series: 'ha/node/temperature',
      kind: 'air-temperature',
      ucum: 'Cel',
      factor: 0.01,
    });
    expect(
      sensor('hr', { '~': 'tele/band', stat_t: '~/hr', unit_of_meas: 'bpm', name: 'Heart Rate', val_tpl: '{{value}}' }),
    ).toMatchObject({ stateTopic: 'tele/band/hr', path: [], kind: 'heart-rate', ucum: '/min', factor: 1 });
  });

  test.each([
    ['body_temperature', { device_class: 'temperature', unit_of_measurement: '°F' }, 'body-temperature', '[degF]'],
    ['hum', { device_class: 'humidity', unit_of_measurement: '%' }, 'relative-humidity', '%'],
    ['pm', { device_class: 'pm25', unit_of_measurement: 'µg/m³' }, 'pm2-5', 'ug/m3'],
    ['scale', { device_class: 'weight', unit_of_measurement: 'kg' }, 'body-weight', 'kg'],
    ['kitchen', { device_class: 'weight', unit_of_measurement: 'g' }, 'ha/node/kitchen', 'g'],
    ['power', { device_class: 'power', unit_of_measurement: 'W' }, 'ha/node/power', 'W'],
    [
      'sys',
      { device_class: 'pressure', unit_of_measurement: 'mmHg', name: 'Systolic' },
      'blood-pressure-systolic',
      'mm[Hg]',
    ],
    ['glucose', { unit_of_measurement: 'mmol/L' }, 'glucose-cgm', 'mmol/L'],
    ['co2', { device_class: 'carbon_dioxide', unit_of_measurement: 'furlong' }, 'ha/node/co2', ''],
    ['moisture', { unit_of_measurement: '%' }, 'ha/node/moisture', '%'],
  ])('%s is what it says', (object, fields, kind, ucum) =>
    expect(sensor(object, { state_topic: 'a/b', ...fields })).toMatchObject({ kind, ucum }),
  );

  test('templates: plain paths are read, programs are not run', () => {
    const path = (value_template: string) => sensor('x', { state_topic: 'a', value_template }).path;
    expect(path("{{ value_json['a b'].c | float(0) | round(1) }}")).toEqual(['a b', 'c']);
    expect(path('{{ value | float }}')).toEqual([]);
    for (const template of [
      '{{ value_json.a + 1 }}',
      '{% if value %}1{% endif %}',
      '{{ states("x") }}',
      '{{ value_json }}',
      'x',
      `{{ value_json${'.a'.repeat(9)} }}`,
    ])
      expect(() => path(template), template).toThrow(HaleError);
  });

  test('the end of a sensor, what is no sensor, and what is none at all', () => {
    expect(parseDiscovery('homeassistant/sensor/node/x/config', new Uint8Array())).toEqual({ ended: true });
    expect(parseDiscovery('homeassistant/switch/node/x/config', utf8Encode('{}'))).toEqual({ ignored: true });
    for (const fields of [{}, { state_topic: 'a/#' }, { state_topic: '$SYS/x' }, { state_topic: 7 }, []])
      expect(() => announce('x', fields)).toThrow(HaleError);
  });

  test('one state, several sensors', () => {
    const sensors = ['temperature', 'humidity', 'linkquality'].map((name) =>
      sensor(name, { state_topic: 'z/b', value_template: `{{ value_json.${name} }}` }),
    );
    const { runs, without } = readState(
      sensors,
      utf8Encode('{"temperature":21.37,"humidity":"40.2","battery":90}'),
      AT,
    );
    expect(runs.map((run) => [run.series, run.values[0]])).toEqual([
      ['ha/node/temperature', 21.37],
      ['ha/node/humidity', 40.2],
    ]);
    expect(without).toBe(1);
    expect(readState(sensors, utf8Encode('unavailable'), AT)).toEqual({ runs: [], without: 3 });
    expect(readState(sensors, utf8Encode('{"temperature":{"toString":1}}'), AT).without).toBe(3);
  });

  test('property: whatever a device announces or sends ends as numbers or as an error of ours', () => {
    const fields = fc.record(
      {
        state_topic: fc.oneof(fc.constant('a/b'), fc.string()),
        value_template: fc.oneof(fc.constant('{{ value_json.a }}'), fc.string()),
        device_class: fc.oneof(fc.constantFrom('temperature', 'weight', 'constructor', '__proto__'), fc.string()),
        unit_of_measurement: fc.oneof(fc.constantFrom('°C', 'toString'), fc.string()),
        name: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, fc.oneof(fc.json(), fc.string()), (announced, state) => {
        try {
          const { sensor: found } = announce('x', announced) as { sensor: AnnouncedSensor };
          for (const run of readState([found], utf8Encode(state), AT).runs)
            expect(Number.isFinite(run.values[0])).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(HaleError);
        }
      }),
    );
  });
});
