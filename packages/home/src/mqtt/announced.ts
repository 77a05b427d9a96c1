// The sensors that devices announced by Home Assistant's discovery, kept sealed: after a restart their states are understood before they
// announce themselves again.
import { type AnnouncedSensor, type Discovery, isDiscoveryTopic, LIVE_LIMITS, parseDiscovery } from '@hale/vault/live';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { BIRTH_TOPIC, nameInTopic, ownNames } from './sender.ts';

const books = new WeakMap<Home, Map<string, AnnouncedSensor[]>>();
const stateName = (device: string): string => `announced/${device}`;

export function announcedBy(home: Home, device: string): readonly AnnouncedSensor[] {
  const known = books.get(home) ?? new Map<string, AnnouncedSensor[]>();
  books.set(home, known);
  let sensors = known.get(device);
  if (!sensors) {
    const sealed = home.vault.store.state(stateName(device));
    sensors = sealed ? (home.local.open(stateName(device), sealed) as AnnouncedSensor[]) : [];
    known.set(device, sensors);
  }
  return sensors;
}

/** Takes in a discovery message. True when it was one of something that carries measurements. @throws HaleError 'malformed' | 'full' */
export function announce(home: Home, device: string, topic: string, payload: Uint8Array): boolean {
  const said: Discovery = parseDiscovery(topic, payload);
  if ('ignored' in said) return true;
  const before = announcedBy(home, device);
  const others = before.filter((sensor) => sensor.config !== topic);
  const after = 'sensor' in said ? [...others, said.sensor] : others;
  if (after.length > LIVE_LIMITS.sensorsPerDeviceMax) return false;
  // Devices repeat themselves at each start.
  const same = before.find((sensor) => sensor.config === topic);
  if ('sensor' in said && same && JSON.stringify(same) === JSON.stringify(said.sensor)) return true;
  if ('ended' in said && !same) return true;
  const sealed = home.local.seal(stateName(device), after);
  home.vault.store.transact(() => home.vault.store.setState(stateName(device), sealed));
  books.get(home)?.set(device, after);
  return true;
}

/** Does another device own this discovery topic, or send its states there? */
function isAnnouncedByOther(home: Home, device: string, topic: string): boolean {
  // An older version kept sensors that name a discovery topic as theirs: nobody owns one by that.
  const isState = !isDiscoveryTopic(topic);
  const names = ({ config, stateTopic }: AnnouncedSensor) => config === topic || (isState && stateTopic === topic);
  if (announcedBy(home, device).some(names)) return false;
  for (const { id, removed } of home.vault.state.devices.values())
    if (!removed && id !== device && announcedBy(home, id).some(names)) return true;
  return false;
}

/** Below its own name, on its own announcements and their states. What belongs to nobody is let through, to be counted. */
export function mayWrite(home: Home, device: string, topic: string): boolean {
  if (topic.length > HOME_LIMITS.mqttTopicUnitsMax || topic.startsWith('$') || topic === BIRTH_TOPIC) return false;
  const name = nameInTopic(topic);
  if (name !== null) return ownNames(home, device).includes(name);
  return !isAnnouncedByOther(home, device, topic);
}
