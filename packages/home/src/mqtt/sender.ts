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
  /** Tells sessions of one device apart, and of different devices always. */
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

interface NameBook {
  devices: number;
  names: Map<string, string[]>;
}

/** Asked at each message. The devices of a home only become more; one that is removed is refused by `deviceOf`. */
const nameBooks = new WeakMap<object, NameBook>();

/** How a device may be called in a topic: its id, its name, its name in plain letters; never what another is called by right. */
export function ownNames(home: Home, id: string): readonly string[] {
  const { devices } = home.vault.state;
  let book = nameBooks.get(devices);
  if (book?.devices !== devices.size) {
    book = { devices: devices.size, names: new Map() };
    nameBooks.set(devices, book);
  }
  let names = book.names.get(id);
  if (!names) {
    names = namesOf([...devices.values()], id);
    book.names.set(id, names);
  }
  return names;
}

function namesOf(all: readonly DeviceEntry[], id: string): string[] {
  const devices = all.filter((device) => !device.removed);
  const own = devices.find((device) => device.id === id);
  if (!own) return [];
  const others = devices.filter((device) => device.id !== id);
  const isFree = (name: string, names: (other: DeviceEntry) => string[]) =>
    name !== '' && !others.some((other) => names(other).includes(name));
  const name = own.name.toLowerCase();
  const plain = plainName(own.name);
  return [
    own.id,
    ...(isFree(name, (other) => [other.id]) ? [name] : []),
    ...(isFree(plain, (other) => [other.id, other.name.toLowerCase(), plainName(other.name)]) ? [plain] : []),
  ];
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
