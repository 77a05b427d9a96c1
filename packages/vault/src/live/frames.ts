// The body of POST /v1/frames: one JSON object a line, each a GATT value as a gateway received it. Parsed once; a bad line costs only itself.
import { base64Decode, fail, fromHex, HaleError, utf8Decode } from '@hale/kernel';
import { TIME_MAX_MICROS } from '../import/lines.ts';
import { LIVE_LIMITS } from './limits.ts';
import { isoMicros } from './moments.ts';

export interface Frame {
  /** Line of the delivery, from 1. */
  line: number;
  /** When the gateway received it, micros by the gateway's clock. */
  at: number;
  /** Address or name of the Bluetooth device, in lower case. */
  device: string;
  /** 16-bit number of the characteristic in lower-case hex. */
  characteristic: string;
  value: Uint8Array;
  /** What the device's own clock showed at `at`, micros as if UTC. */
  deviceMicros: number | undefined;
  /** Zone of the gateway at `at`, minutes east of UTC: devices' clocks have none. */
  zoneMinutes: number;
  /** False: the gateway's own clock is not set by the network. */
  synchronised: boolean;
}

export interface BadLine {
  line: number;
  reason: string;
}

const FIELDS = ['at', 'device', 'characteristic', 'value', 'base64', 'deviceTime', 'zoneMinutes', 'synchronised'];
const BASE_UUID = /^(?:0000)?([0-9a-f]{4})(?:-0000-1000-8000-00805f9b34fb)?$/;

/** @throws HaleError 'malformed' when it is no text, 'too-large' */
export function parseFrames(body: Uint8Array): { frames: Frame[]; bad: BadLine[] } {
  const frames: Frame[] = [];
  const bad: BadLine[] = [];
  const lines = utf8Decode(body).split('\n');
  if (lines.length > LIVE_LIMITS.framesPerDeliveryMax)
    fail('too-large', 'too many frames in one delivery', { max: LIVE_LIMITS.framesPerDeliveryMax });
  lines.forEach((text, i) => {
    if (text.trim() === '') return;
    try {
      frames.push(parseFrame(text, i + 1));
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      bad.push({ line: i + 1, reason: error.message });
    }
  });
  return { frames, bad };
}

function parseFrame(text: string, line: number): Frame {
  if (text.length > LIVE_LIMITS.frameLineUnitsMax) fail('malformed', 'the line is too long');
  const fields = objectOf(text);
  if (Object.keys(fields).some((name) => !FIELDS.includes(name))) fail('malformed', 'it has a field that is not known');
  const { at, device, characteristic, deviceTime, zoneMinutes = 0, synchronised = true } = fields;
  const number = typeof characteristic === 'string' ? BASE_UUID.exec(characteristic.toLowerCase())?.[1] : undefined;
  if (number === undefined) return fail('malformed', 'characteristic is not the 16-bit number of one');
  if (!Number.isInteger(zoneMinutes) || Math.abs(zoneMinutes as number) > 840)
    return fail('malformed', 'zoneMinutes is not a zone');
  if (typeof synchronised !== 'boolean') return fail('malformed', 'synchronised is neither true nor false');
  return {
    line,
    at: gatewayTime(at),
    device: deviceName(device),
    characteristic: number,
    value: bytesOf(fields),
    deviceMicros: deviceTime === undefined ? undefined : localTime(deviceTime),
    zoneMinutes: zoneMinutes as number,
    synchronised,
  };
}

function objectOf(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return fail('malformed', 'the line is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return fail('malformed', 'the line is not an object');
  return parsed as Record<string, unknown>;
}

/** Micros, or ISO 8601 with a zone. */
function gatewayTime(at: unknown): number {
  const micros = typeof at === 'string' ? isoMicros(at, 'zone') : at;
  if (
    !Number.isInteger(micros) ||
    (micros as number) < LIVE_LIMITS.frameTimeMicrosMin ||
    (micros as number) >= TIME_MAX_MICROS
  )
    return fail('malformed', 'at is neither micros since 1970 nor a time with its zone');
  return micros as number;
}

function localTime(text: unknown): number {
  const micros = typeof text === 'string' ? isoMicros(text, 'local') : null;
  return micros ?? fail('malformed', 'deviceTime is not a time as a clock shows it, like 2026-11-20T09:00:00');
}

function deviceName(device: unknown): string {
  const isName =
    typeof device === 'string' &&
    device.length <= LIVE_LIMITS.frameDeviceUnitsMax &&
    /^[A-Za-z0-9][A-Za-z0-9._:-]*$/.test(device);
  return isName ? device.toLowerCase() : fail('malformed', 'device is neither an address nor a plain name');
}

function bytesOf({ value, base64 }: Record<string, unknown>): Uint8Array {
  if ((value === undefined) === (base64 === undefined)) return fail('malformed', 'it needs value or base64');
  const bytes = value === undefined ? base64Decode(base64 as string) : hexBytes(value);
  if (bytes.length > LIVE_LIMITS.frameValueBytesMax) return fail('malformed', 'the value is longer than any can be');
  return bytes;
}

function hexBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^(?:[0-9a-fA-F]{2})*$/.test(value)) return fail('malformed', 'value is not hex');
  return fromHex(value.toLowerCase());
}
