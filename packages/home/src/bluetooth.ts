// Frames of a gateway (POST /v1/frames): what its Bluetooth devices sent becomes streams; their clocks are kept, sealed, from contact to contact.
import { type BadLine, type BluetoothDeviceState, FrameTimeline, LIVE_LIMITS, parseFrames } from '@hale/vault/live';
import type { DeviceInfo } from './api.ts';
import type { Home } from './home.ts';
import { type KnownDevice, type LiveAnswer, takeKeptRuns, takeRuns } from './live.ts';

/** How a delivery of frames is marked while it waits in the inbox of a locked home. */
export const FRAMES_TYPE = 'application/vnd.hale.frames';

export interface FramesAnswer extends LiveAnswer {
  /** Frames that held what Hale decodes. */
  decoded: number;
  /** Characteristics that it does not, with how often they came. */
  unknown: Record<string, number>;
  /** Frames, or values in them, that are no measurement: the first by line and reason. */
  refused: BadLine[];
  refusedCount: number;
  /** Measurements whose own time could not be: they stand at their reception. */
  atReception: number;
}

/** Answers when all that could be read is on the disk. @throws HaleError 'malformed' | 'too-large' | 'full' | 'retired' */
export async function takeFrames(home: Home, gateway: KnownDevice, body: Uint8Array): Promise<FramesAnswer> {
  const readout = readFrames(home, gateway, body);
  const answer = await takeRuns(home, attested(gateway), readout.runs);
  const { decoded, unknown, rejected, atReception } = readout;
  return {
    ...answer,
    decoded,
    unknown,
    refused: rejected.slice(0, LIVE_LIMITS.rejectionsNamedMax),
    refusedCount: rejected.length,
    atReception,
  };
}

/** The same for what was kept while the home was locked. */
export function takeKeptFrames(home: Home, gateway: KnownDevice, body: Uint8Array): void {
  takeKeptRuns(home, attested(gateway), readFrames(home, gateway, body).runs);
}

/** What it delivers is as good as its word: it says from which device each frame came. */
const attested = ({ id, name, subject }: KnownDevice): KnownDevice => ({ id, name, subject, assurance: 'gateway' });

function readFrames(home: Home, gateway: KnownDevice, body: Uint8Array) {
  const { frames, bad } = parseFrames(body);
  const devices = bluetoothDevices(home, gateway.id);
  const timeline = new FrameTimeline(devices);
  for (const frame of frames) timeline.read(frame);
  enrolBehind(home, gateway.id, devices.keys());
  for (const { device, at } of frames) {
    // A frame that waited at the gateway was heard when it came there.
    if (devices.has(device)) home.contacts.heard(`${gateway.id}/${device}`, Math.min(at, home.nowMicros()));
  }
  const readout = timeline.finish();
  // Before the samples: where they lie must not be told otherwise when they come again after a power cut.
  if (readout.isChanged) keepDevices(home, gateway.id, devices);
  const rejected = [...bad, ...readout.rejected].sort((a, b) => a.line - b.line);
  const unknown = Object.values(readout.unknown).reduce((sum, count) => sum + count, 0);
  home.countNotTaken(gateway.id, rejected.length + unknown);
  return { ...readout, rejected };
}

/** Devices that are heard for the first time are written into the catalogue. @throws HaleError 'full' | 'retired' */
function enrolBehind(home: Home, gateway: string, names: Iterable<string>): void {
  const fresh = [...names].filter((name) => !home.vault.state.behind.has(`${gateway}/${name}`));
  const at = home.nowMicros();
  if (fresh.length > 0)
    home.vault.record(fresh.map((name) => ({ type: 'behind', gateway, name, assurance: 'gateway', at })));
}

export function devicesBehind(home: Home, gateway: string): DeviceInfo['behind'] {
  return [...home.vault.state.behind.values()]
    .filter((entry) => entry.gateway === gateway)
    .map(({ name, assurance, at }) => ({
      device: name,
      assurance,
      addedMicros: at,
      lastContactMicros: home.contacts.lastMicros(`${gateway}/${name}`),
    }));
}

const stateName = (gateway: string): string => `bluetooth/${gateway}`;

function bluetoothDevices(home: Home, gateway: string): Map<string, BluetoothDeviceState> {
  const sealed = home.vault.store.state(stateName(gateway));
  return new Map(sealed ? (home.local.open(stateName(gateway), sealed) as [string, BluetoothDeviceState][]) : []);
}

function keepDevices(home: Home, gateway: string, devices: Map<string, BluetoothDeviceState>): void {
  const sealed = home.local.seal(stateName(gateway), [...devices]);
  home.vault.store.transact(() => home.vault.store.setState(stateName(gateway), sealed));
}

export interface ClockStanding {
  /** Address or name of the Bluetooth device. */
  device: string;
  /** By how much its clock is ahead of the gateway's, in the gateway's zone. */
  aheadSeconds: number;
  atMicros: number;
}

/** How the clocks of the devices behind a gateway stood when they were last compared. */
export function clocksBehind(home: Home, gateway: string): ClockStanding[] {
  return [...bluetoothDevices(home, gateway)].flatMap(([device, { contacts }]) => {
    const last = contacts.findLast((contact) => contact.compared);
    if (!last) return [];
    const { offsetSeconds, zoneMinutes, atMicros } = last;
    return [{ device, aheadSeconds: offsetSeconds - zoneMinutes * 60, atMicros }];
  });
}
