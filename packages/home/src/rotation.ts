// Copying a vault under new keys: same people, same streams and samples, new secrets and authors.
import { LATEST_MICROS } from '@hale/consent';
import { GRID_ORIGIN_MICROS, HaleError, schnorrPublic, toHex } from '@hale/kernel';
import { rawSlots, type Samples } from '@hale/vault';
import type { Home } from './home.ts';
import { succeed } from './net/relay-info.ts';

const SAMPLES_PER_STEP = 250_000;

/** Returns what is left for the person to do, in plain words. */
export async function copyInto(old: Home, copy: Home): Promise<string[]> {
  copy.vault.takePen(old.vault.state.generation + 1);
  const { state } = old.vault;
  copy.vault.record(
    [...state.subjects.values()]
      .filter((subject) => !subject.removed)
      .map((subject) => ({ ...subject, secret: copy.vault.random.bytes(32) })),
  );
  copy.vault.record([...state.devices.values()].filter((device) => !device.removed));
  copy.vault.record([...state.pins].map(([npub, kemHash]) => ({ type: 'pin' as const, npub, kemHash })));
  copy.writeDeviceHashes();
  copyStreams(old, copy);
  copy.settle();
  copy.vault.record([...state.relays.values()].filter((relay) => !relay.removed));
  return passMembership(old, copy);
}

/** The new member key takes the old one's place at every relay; says where that has to be done by hand. */
async function passMembership(old: Home, copy: Home): Promise<string[]> {
  const pending: string[] = [];
  const member = toHex(schnorrPublic(copy.keys.member));
  for (const { url, removed } of old.vault.state.relays.values()) {
    if (removed) continue;
    try {
      await succeed(url, old.keys.member, member);
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      if (error.code === 'unsupported') continue;
      pending.push(
        `The relay ${url} did not take the new key (${error.code}): ask its operator for an invitation and run \`hale relays add ${url} --invite CLAIM\`.`,
      );
    }
  }
  return pending;
}

function copyStreams(old: Home, copy: Home): void {
  for (const stream of old.vault.streams()) {
    const { subject, key, kind, title, ucum, factor, origin, loinc, edges, device, source, grid, nominalPeriodMicros } =
      stream.entry;
    const made = copy.vault.addStream({
      subject,
      key,
      kind,
      title,
      ucum,
      factor,
      origin,
      loinc,
      edges,
      device,
      source,
      dayOffsetMinutes: grid.dayOffsetMinutes,
      nominalPeriodSeconds: nominalPeriodMicros / 1e6,
    });
    let waiting: Samples[] = [];
    let count = 0;
    const commit = () => {
      copy.vault.ingest(waiting.map((samples) => ({ stream: made, samples })));
      waiting = [];
      count = 0;
    };
    for (const samples of rawSlots(old.vault.rooms, stream, GRID_ORIGIN_MICROS, LATEST_MICROS)) {
      waiting.push(samples);
      count += samples.times.length;
      if (count >= SAMPLES_PER_STEP) commit();
    }
    if (count > 0) commit();
  }
}
