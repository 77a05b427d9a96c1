// Who speaks on an MQTT connection, and on which topics: a device writes below its own name and reads nothing of others.
import { equalBytes, HaleError, sha256, utf8Encode } from '@hale/kernel';
import type { DeviceEntry } from '@hale/vault';
import type { Home } from '../home.ts';
import { type KnownDevice, requireDevice } from '../live.ts';

/** A connection that has shown the credential of a device. */
export interface Sender {
  credential: string;
  tokenHash: Uint8Array;
  /** Null while the home is locked: names are sealed, only hashes of credentials are known. */
  deviceId: string | null;
  /** Stands before the client identifier of all its connections, so that nobody names the session of another. */
  owner: string;
  /** Tells its sessions apart. */
  session: string;
}

/** @throws HaleError 'not-permitted' for an unknown credential, or a user name that is not this device's */
export function identify(home: Home, user: string, credential: string): KnownDevice {
  const device = requireDevice(home, credential);
  if (!ownNames(home, device.id).includes(user.toLowerCase()))
    throw new HaleError('not-permitted', 'the user name is not the name of this device');
  return device;
}

export function tokenHashOf(credential: string): Uint8Array {
  return sha256(utf8Encode(credential));
}

/** The device of a connection, asked at each message: it may have been removed. */
export function deviceOf(home: Home, sender: Sender): KnownDevice | null {
  const entry = sender.deviceId === null ? null : home.vault.state.devices.get(sender.deviceId);
  if (!entry) return home.deviceOf(sender.credential);
  return !entry.removed && equalBytes(entry.tokenHash, sender.tokenHash) ? entry : null;
}

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** Asked at each message. The devices of a home only become more; one that is removed is refused by `deviceOf`. */
const nameBooks = new WeakMap<object, { devices: number; names: Map<string, string[]> }>();

/** How a device may be called in a topic: its id, its name, its name in plain letters; never what another is called by right. */
export function ownNames(home: Home, id: string): readonly string[] {
  const { devices } = home.vault.state;
  let book = nameBooks.get(devices);
  if (book?.devices !== devices.size) {
    book = { devices: devices.size, names: namesOf([...devices.values()].filter((device) => !device.removed)) };
    nameBooks.set(devices, book);
  }
  return book.names.get(id) ?? [];
}

function namesOf(devices: readonly DeviceEntry[]): Map<string, string[]> {
  const claims = new Map<string, Set<string>>();
  for (const { id, name } of devices)
    for (const claimed of [id, name.toLowerCase(), plainName(name)])
      claims.set(claimed, (claims.get(claimed) ?? new Set()).add(id));
  const ids = new Set(devices.map(({ id }) => id));
  return new Map(
    devices.map(({ id, name }) => {
      const own = name.toLowerCase();
      const plain = plainName(name);
      const isPlainFree = plain !== '' && claims.get(plain)?.size === 1;
      return [id, [id, ...(ids.has(own) && own !== id ? [] : [own]), ...(isPlainFree ? [plain] : [])]];
    }),
  );
}

export const OWN_ROOT = 'hale/';
/** Where Home Assistant says that it has started: devices wait for it to announce themselves again. */
export const BIRTH_TOPIC = 'homeassistant/status';

/** The name in `hale/<name>/…`, in lower case; null for any other topic. */
export function nameInTopic(topic: string): string | null {
  if (!topic.startsWith(OWN_ROOT)) return null;
  const end = topic.indexOf('/', OWN_ROOT.length);
  return topic.slice(OWN_ROOT.length, end < 0 ? undefined : end).toLowerCase();
}

/** What a topic names behind the device. */
export function seriesInTopic(topic: string): string {
  const end = topic.indexOf('/', OWN_ROOT.length);
  return end < 0 ? '' : topic.slice(end + 1);
}
