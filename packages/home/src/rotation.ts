// Copying a vault under new keys: same people, same streams and samples, new secrets and authors.
import { LATEST_MICROS } from '@hale/consent';
import { GRID_ORIGIN_MICROS } from '@hale/kernel';
import { rawSlots, type Samples } from '@hale/vault';
import type { Home } from './home.ts';

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
  return [...state.relays.values()]
    .filter((relay) => !relay.removed)
    .map(
      (relay) =>
        `The relay ${relay.url} knows the old member key only: ask its operator for an invitation and run \`hale relays add ${relay.url} --invite CLAIM\`.`,
    );
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
