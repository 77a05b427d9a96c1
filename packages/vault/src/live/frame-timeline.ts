// Frames of Bluetooth devices to runs of samples: decodes, links glucose with its context, and gives each measurement its moment. The
// device's own times are kept beside: `device-time-shift` says by how much each was moved.
import { HaleError } from '@hale/kernel';
import type { SampleRun } from '../import/lines.ts';
import { kindFor } from '../kinds.ts';
import { type ClockContact, DeviceClockBook } from './device-clock.ts';
import type { BadLine, Frame } from './frames.ts';
import {
  clockMicros,
  decodeMeasurement,
  decodeSessionStart,
  FieldReader,
  type GattRecord,
  type Reading,
} from './gatt/index.ts';
import { LIVE_LIMITS } from './limits.ts';

/** What a home keeps of one Bluetooth device between deliveries. Plain data. */
export interface BluetoothDeviceState {
  contacts: ClockContact[];
  /** Start of the CGM session by the sensor's clock, micros as if UTC, and the zone it names. */
  session: { deviceMicros: number; zoneMinutes: number | null } | null;
  /** Glucose readings by sequence number, with the moment they got. */
  sequences: [number, number][];
  /** Measurements whose own time did not tell their moment, with the moment they got: sent again, they get no other. Older homes have none. */
  settled?: [string, number][];
}

export interface FrameReadout {
  runs: SampleRun[];
  decoded: number;
  /** Characteristics that carry no measurement that Hale knows, with how often they came. */
  unknown: Record<string, number>;
  rejected: BadLine[];
  /** Measurements whose own time could not be used: they stand at their reception. */
  atReception: number;
  /** Something is known of a device that was not known before. */
  isChanged: boolean;
}

const DATE_TIME = '2a08';
const CURRENT_TIME = '2a2b';
const SESSION_START = '2aaa';
const MINUTE_MICROS = 60e6;
const YEAR_MICROS = 365.25 * 86_400e6;

export class FrameTimeline {
  readonly #devices: Map<string, BluetoothDeviceState>;
  readonly #runs = new Map<string, { signal: SampleRun['signal']; times: number[]; values: number[] }>();
  readonly #readout: FrameReadout = {
    runs: [],
    decoded: 0,
    unknown: {},
    rejected: [],
    atReception: 0,
    isChanged: false,
  };

  /** @param devices what is known of each Bluetooth device, by name; changed by what is read */
  constructor(devices: Map<string, BluetoothDeviceState>) {
    this.#devices = devices;
  }

  /** Never throws for what a device sent: it is rejected with its line. */
  read(frame: Frame): void {
    try {
      this.#take(frame, this.#stateOf(frame.device));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      this.#reject(frame, error.message);
    }
  }

  finish(): FrameReadout {
    const runs = [...this.#runs].map(
      ([series, { signal, times, values }]): SampleRun => ({
        series,
        times: Float64Array.from(times),
        values: Float64Array.from(values),
        ...(signal ? { signal } : {}),
      }),
    );
    return { ...this.#readout, runs };
  }

  #stateOf(name: string): BluetoothDeviceState {
    let state = this.#devices.get(name);
    if (!state) {
      if (this.#devices.size >= LIVE_LIMITS.devicesPerGatewayMax)
        throw new HaleError('too-large', 'this gateway has brought as many devices as one may');
      state = { contacts: [], session: null, sequences: [] };
      this.#devices.set(name, state);
    }
    return state;
  }

  #take(frame: Frame, state: BluetoothDeviceState): void {
    if (frame.deviceMicros !== undefined) this.#contact(frame, state, frame.deviceMicros);
    const { characteristic, value } = frame;
    if (characteristic === DATE_TIME || characteristic === CURRENT_TIME) {
      const shown = clockMicros(new FieldReader(value).dateTime());
      if (shown !== null) this.#contact(frame, state, shown);
    } else if (characteristic === SESSION_START) {
      const { clock, zoneMinutes } = decodeSessionStart(value);
      const deviceMicros = clockMicros(clock);
      this.#readout.isChanged = true;
      state.session = deviceMicros === null ? null : { deviceMicros, zoneMinutes: zoneMinutes ?? null };
    } else {
      const records = decodeMeasurement(characteristic, value);
      if (!records) {
        this.#readout.unknown[characteristic] = (this.#readout.unknown[characteristic] ?? 0) + 1;
        return;
      }
      for (const record of records) this.#record(frame, state, record);
    }
    this.#readout.decoded++;
  }

  /** A gateway whose own clock is not set has nothing to say about another. */
  #contact(frame: Frame, state: BluetoothDeviceState, deviceMicros: number): void {
    if (!frame.synchronised) return;
    this.#readout.isChanged = true;
    const isNew = new DeviceClockBook(state.contacts).note(deviceMicros, frame.at, frame.zoneMinutes);
    if (isNew) this.#push(frame, 'device-clock-offset', 's', 1, frame.at, Math.round((deviceMicros - frame.at) / 1e6));
  }

  #record(frame: Frame, state: BluetoothDeviceState, record: GattRecord): void {
    for (const { kind, reason } of record.refusals) this.#reject(frame, `${kind}: ${reason}`);
    const moment = this.#momentOf(frame, state, record);
    if (moment === null) {
      this.#reject(frame, 'the start of the session is not known; send 2AAA before');
      return;
    }
    if (record.clock && record.sequence !== undefined) {
      state.sequences.push([record.sequence, moment]);
      if (state.sequences.length > LIVE_LIMITS.sequencesKept) state.sequences.shift();
    }
    for (const reading of record.readings) this.#reading(frame, record, reading, moment - reading.microsBefore);
  }

  #momentOf(frame: Frame, state: BluetoothDeviceState, record: GattRecord): number | null {
    const { sessionMinutes, sequence, clock } = record;
    if (sessionMinutes !== undefined) {
      // A history comes all at once: its reception says nothing about when it was measured.
      if (!state.session) return null;
      const { deviceMicros, zoneMinutes } = state.session;
      const own = deviceMicros + sessionMinutes * MINUTE_MICROS;
      return this.#moved(frame, state, record, own, zoneMinutes ?? frame.zoneMinutes);
    }
    if (sequence !== undefined && clock === undefined)
      return state.sequences.findLast(([number]) => number === sequence)?.[1] ?? frame.at;
    const own = clock ? clockMicros(clock) : null;
    return own === null ? frame.at : this.#moved(frame, state, record, own, frame.zoneMinutes);
  }

  /** A device's time as a moment, the shift noted. One that cannot be is put at its reception: flagged, not dropped. */
  #moved(
    frame: Frame,
    state: BluetoothDeviceState,
    record: GattRecord,
    deviceMicros: number,
    zoneMinutes: number,
  ): number {
    const name = `${deviceMicros} ${JSON.stringify(record.readings.map(({ kind, value }) => [kind, value]))}`;
    const used =
      state.settled?.find(([known]) => known === name)?.[1] ??
      this.#fresh(frame, state, name, deviceMicros, zoneMinutes);
    this.#readout.isChanged = true;
    this.#push(frame, 'device-time-shift', 's', 1, used, Math.round((deviceMicros - used) / 1e6));
    return used;
  }

  #fresh(frame: Frame, state: BluetoothDeviceState, name: string, deviceMicros: number, zoneMinutes: number): number {
    const { micros, beforeReset } = frame.synchronised
      ? new DeviceClockBook(state.contacts).momentOf(deviceMicros, frame.at, zoneMinutes)
      : { micros: deviceMicros - zoneMinutes * MINUTE_MICROS, beforeReset: false };
    const isFuture = micros > frame.at + LIVE_LIMITS.futureSecondsMax * 1e6 && frame.synchronised;
    const isAncient = micros < frame.at - LIVE_LIMITS.storedYearsMax * YEAR_MICROS;
    const isImpossible = isFuture || isAncient;
    if (isImpossible) this.#readout.atReception++;
    const used = isImpossible ? frame.at : micros;
    if (isImpossible || beforeReset) {
      state.settled = [...(state.settled ?? []), [name, used] as [string, number]].slice(-LIVE_LIMITS.settledKept);
    }
    return used;
  }

  #reading(frame: Frame, record: GattRecord, { kind, value, ucum, factor }: Reading, at: number): void {
    const person = record.user === undefined ? kind : `user-${record.user}/${kind}`;
    const own = kindFor(kind)?.ucum ?? ucum;
    const name = own === ucum ? person : `${person}/${ucum.toLowerCase().replace(/[^a-z0-9]+/g, '')}`;
    this.#push(frame, name, ucum, factor, at, value, kind);
  }

  #push(frame: Frame, name: string, ucum: string, factor: number, at: number, value: number, kind = name): void {
    const series = `ble:${frame.device}/${name}`;
    let run = this.#runs.get(series);
    if (!run) {
      run = { signal: { kind, ucum, factor }, times: [], values: [] };
      this.#runs.set(series, run);
    }
    run.times.push(at);
    run.values.push(value);
  }

  #reject({ line }: Frame, reason: string): void {
    this.#readout.rejected.push({ line, reason });
  }
}
