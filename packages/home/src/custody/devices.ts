// Devices of somebody who is not kept here any more.
import type { Home } from '../home.ts';

/** Their credentials stop counting, in the caller's transaction. Gives the ids, for `devicesGone` once it is done. */
export function forgetDevicesOf(home: Home, subject: string): string[] {
  const gone = [...home.vault.state.devices.values()].filter((device) => !device.removed && device.subject === subject);
  if (gone.length > 0) home.vault.record(gone.map((device) => ({ ...device, removed: true })));
  return gone.map(({ id }) => id);
}

export function devicesGone(home: Home, ids: readonly string[]): void {
  home.writeDeviceHashes();
  for (const id of ids) for (const told of home.whenDeviceRemoved) told(id);
}
