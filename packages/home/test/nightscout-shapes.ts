// Documents in the shapes that clients send, written from their sources.
import { iso, MINUTE, NOW } from './nightscout-node.ts';

/** As xDrip+ writes a moment: with the zone of the phone. */
const withZone = (millis: number): string => iso(millis + 120 * MINUTE).replace('Z', '+0200');

export function xdripEntries() {
  const device = 'xDrip-DexcomG5';
  const bg = (i: number, sgv: number) => {
    const millis = NOW - i * 5 * MINUTE + 123;
    const date = { date: millis, dateString: withZone(millis), sysTime: withZone(millis) };
    return {
      device,
      ...date,
      sgv,
      delta: 1.5,
      direction: 'Flat',
      type: 'sgv',
      filtered: 133_000,
      unfiltered: 134_000,
      rssi: 100,
      noise: 1,
    };
  };
  const meter = {
    device,
    type: 'mbg',
    date: NOW - MINUTE,
    dateString: withZone(NOW - MINUTE),
    mbg: 131,
    sysTime: withZone(NOW - MINUTE),
  };
  const upload = [bg(2, 118), bg(1, 121), bg(0, 125), bg(3, 5), meter];
  return { upload };
}

export function xdripTreatment() {
  const uuid = '8d0e9a1c-8f0f-4c8f-9a55-3f2f7e5ed2aa';
  return {
    _id: uuid.replaceAll('-', '').slice(0, 24),
    timestamp: NOW,
    eventType: 'Meal Bolus',
    enteredBy: 'xdrip',
    uuid,
    carbs: 20,
    insulin: 2.5,
    created_at: iso(NOW),
    sysTime: withZone(NOW),
  };
}

export function loopDocuments() {
  const at = (minutes: number) => iso(NOW - minutes * MINUTE).replace('.000Z', 'Z');
  const basal = {
    created_at: at(9),
    timestamp: at(9),
    enteredBy: 'loop://iPhone',
    eventType: 'Temp Basal',
    temp: 'absolute',
    rate: 0.85,
    absolute: 0.85,
    duration: 30,
    amount: 0.4,
    automatic: true,
    syncIdentifier: 'a1b2',
  };
  const bolus = {
    created_at: at(8),
    timestamp: at(8),
    enteredBy: 'loop://iPhone',
    eventType: 'Correction Bolus',
    type: 'square',
    insulin: 0.35,
    programmed: 0.35,
    unabsorbed: 0,
    duration: 0,
    syncIdentifier: 'a1b3',
  };
  const meal = {
    created_at: at(7),
    timestamp: at(7),
    enteredBy: 'loop://iPhone',
    eventType: 'Carb Correction',
    carbs: 35,
    absorptionTime: 180,
    foodType: '🍎',
    syncIdentifier: 'a1b4',
  };
  const status = {
    created_at: at(6),
    device: 'loop://iPhone',
    loop: {
      name: 'Loop',
      version: '3.4',
      timestamp: at(6),
      iob: { iob: 1.25, timestamp: at(6) },
      cob: { cob: 20.5, timestamp: at(6) },
      predicted: { startDate: at(6), values: Array.from({ length: 73 }, (_, i) => 120 + i) },
    },
    pump: { clock: at(6), pumpID: 'x', reservoir: 112.4, battery: { percent: 80 } },
    uploader: { name: 'iPhone', timestamp: at(6), battery: 64 },
  };
  const profile = {
    defaultProfile: 'Default',
    startDate: at(5),
    units: 'mg/dL',
    enteredBy: 'Loop',
    store: { Default: { dia: 6, timezone: 'ETC/GMT-2', basal: [{ time: '00:00', value: 0.7 }] } },
    loopSettings: { dosingEnabled: true },
  };
  return { at, basal, bolus, meal, status, profile };
}

export function aapsBolus(later = 0) {
  const date = NOW - 20 * MINUTE + 7 + later * MINUTE;
  return {
    app: 'AAPS',
    date,
    created_at: iso(date),
    utcOffset: 120,
    eventType: 'Correction Bolus',
    insulin: 0.25,
    isBasalInsulin: false,
    isReadOnly: false,
    isValid: true,
    pumpId: 1785992181495,
    pumpSerial: 'TESTSERIAL',
    pumpType: 'DANA_RS',
    type: 'SMB',
  };
}

export function aapsEntry() {
  return {
    app: 'AAPS',
    date: NOW - 40 * MINUTE,
    device: 'AndroidAPS-DexcomG6',
    utcOffset: 120,
    type: 'sgv',
    sgv: 99,
    units: 'mg/dl',
    direction: 'SingleDown',
    isValid: true,
  };
}
