// Who brought readings, and how far that can be trusted: named in the catalogue by ids, told to people by names.
import type { Assurance, DeviceEntry, OpenStream, StreamEntry } from '@hale/vault';
import type { Home } from './home.ts';
import type { KnownDevice } from './live.ts';

/** A source as it stands in an origin of the catalogue. */
export interface Source {
  name: string;
  assurance: Assurance;
}

const LIVE = 'device:';
/** Series that a gateway's frames become: `ble:<address>/<kind>`. */
const BEHIND = /^ble:([^/]+)\//;

/** Of older catalogues, which did not say it: the least that is true. A credential was shown; whose device it was is not known. */
export const assuranceOf = ({ assurance, device }: Pick<StreamEntry, 'assurance' | 'device'>): Assurance =>
  assurance ?? (device === null ? 'imported' : 'delivered');

export const deviceAssurance = ({ assurance }: DeviceEntry): Assurance => assurance ?? 'delivered';

/** What a device delivers as one series: `device:5f0c…`, and behind a gateway `device:5f0c…/c4:be:84:00:11:22`. */
export function liveSource(
  { id, assurance = 'delivered' }: Pick<KnownDevice, 'id' | 'assurance'>,
  series: string,
): Source {
  const behind = BEHIND.exec(series)?.[1];
  return { name: behind === undefined ? `${LIVE}${id}` : `${LIVE}${id}/${behind}`, assurance };
}

/** As a person knows it: the device's name, `Gateway: c4:be:84:00:11:22`; files name themselves. */
export function sourceText(home: Home, name: string): string {
  if (!name.startsWith(LIVE)) return name;
  const [id, ...behind] = name.slice(LIVE.length).split('/');
  const device = home.vault.state.devices.get(id)?.name ?? 'a device';
  return behind.length === 0 ? device : `${device}: ${behind.join('/')}`;
}

/** Readings of a device's stream that the device brought itself: a file may have gone into it as well. */
export function liveSamples(home: Home, { entry, number }: OpenStream): number {
  let samples = home.vault.store.sampleCount(number).samples;
  for (const origin of home.vault.state.origins.values())
    if (origin.subject === entry.subject && origin.n === entry.n) samples -= origin.samples;
  return samples;
}
