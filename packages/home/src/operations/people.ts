// Subjects and devices.

import { randomBytes } from 'node:crypto';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import { checkName, type DeviceEntry, type NightscoutDoor, type OpenStream } from '@hale/vault';
import type { AboutSubject, DeviceInfo, Enrolment, NightscoutWish, Result, Sex, Species, SubjectInfo } from '../api.ts';
import { clocksBehind, devicesBehind } from '../bluetooth.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { newSecrets, secretHashes } from '../nightscout/devices.ts';
import { deviceAssurance, liveSamples } from '../sources.ts';
import { latestOf } from './chart.ts';
import type { Operation } from './context.ts';

export const subjectAdd: Operation<'subject.add'> = ({ home }, { name, ...about }) => {
  const entry = home.vault.addSubject(name, aboutOf(home, about));
  home.network.wake();
  return subjectInfo(home, entry.id);
};

export const subjectChange: Operation<'subject.change'> = ({ home }, { subject, name, ...about }) => {
  const entry = home.vault.changeSubject(subject, name, aboutOf(home, about));
  home.network.wake();
  return subjectInfo(home, entry.id);
};

const SPECIES: readonly (Species | null)[] = ['human', 'dog', 'cat', 'horse', 'rabbit', 'other', null];
const SEXES: readonly (Sex | null)[] = ['female', 'male', 'other', null];
const BIRTH_YEAR_MIN = 1900;

/** @throws HaleError 'usage' */
function aboutOf(home: Home, { species, birthYear, sex, breed, chip, vet }: AboutSubject): AboutSubject {
  const thisYear = new Date(home.nowMicros() / 1000).getUTCFullYear();
  const isYear =
    birthYear == null || (Number.isInteger(birthYear) && birthYear >= BIRTH_YEAR_MIN && birthYear <= thisYear);
  if (!isYear) throw new HaleError('usage', `a year of birth lies between ${BIRTH_YEAR_MIN} and this year`);
  if (species !== undefined && !SPECIES.includes(species))
    throw new HaleError('usage', 'this species is not known here; say other');
  if (sex !== undefined && !SEXES.includes(sex)) throw new HaleError('usage', 'sex is female, male or other');
  return {
    ...(species === undefined ? {} : { species }),
    ...(birthYear === undefined ? {} : { birthYear }),
    ...(sex === undefined ? {} : { sex }),
    ...wordsOf({ breed, vet }),
    ...(chip === undefined ? {} : { chip: chipOf(chip) }),
  };
}

const ABOUT_CHARACTERS_MAX = 200;

/** @throws HaleError 'usage' */
function wordsOf(said: Record<'breed' | 'vet', string | null | undefined>): Pick<AboutSubject, 'breed' | 'vet'> {
  const given = Object.entries(said).filter(([, words]) => words !== undefined);
  for (const [what, words] of given)
    if (words !== null && (typeof words !== 'string' || words.trim() === '' || words.length > ABOUT_CHARACTERS_MAX))
      throw new HaleError('usage', `${what} is a text of at most ${ABOUT_CHARACTERS_MAX} characters`);
  return Object.fromEntries(given);
}

/** The transponder of an animal: 15 digits (ISO 11784), as a reader shows them, spaces or not. @throws HaleError 'usage' */
function chipOf(chip: string | null): string | null {
  const digits = chip?.replaceAll(/[\s-]/g, '') ?? null;
  if (digits !== null && !/^\d{15}$/.test(digits))
    throw new HaleError('usage', 'the number of a chip has 15 digits, as the reader shows them');
  return digits;
}

export const subjectList: Operation<'subject.list'> = ({ home }) =>
  [...home.vault.state.subjects.values()]
    .filter((subject) => !subject.removed)
    .map((subject) => subjectInfo(home, subject.id));

export function subjectInfo(home: Home, id: string): SubjectInfo {
  const entry = home.vault.state.subjects.get(id);
  if (!entry) throw new HaleError('not-found', 'no such subject');
  const { name, species = null, birthYear = null, sex = null, breed = null, chip = null, vet = null } = entry;
  const isDefault = home.vault.subject().id === id;
  return { id, name, isDefault, streams: home.vault.streams(id).length, species, birthYear, sex, breed, chip, vet };
}

export const deviceAdd: Operation<'device.add'> = ({ home }, { name, subject, nightscout }) =>
  addDevice(home, name, home.vault.subject(subject).id, nightscout);

/** @throws HaleError 'conflict' for a name that another device has, 'usage' for none */
function freeName(home: Home, name: string): string {
  const clean = checkName(name, 'device');
  for (const known of home.vault.state.devices.values())
    if (!known.removed && known.name.toLowerCase() === clean.toLowerCase())
      throw new HaleError('conflict', 'a device of this name exists already');
  return clean;
}

function addDevice(home: Home, name: string, subject: string, nightscout?: NightscoutWish): Result<'device.add'> {
  const clean = freeName(home, name);
  const secrets = nightscout ? newSecrets(clean) : null;
  const credential = secrets?.token ?? `hale_${randomBytes(32).toString('base64url')}`;
  const entry: DeviceEntry = {
    type: 'device',
    id: toHex(new Uint8Array(randomBytes(6))),
    name: clean,
    subject,
    tokenHash: sha256(utf8Encode(credential)),
    at: home.nowMicros(),
    removed: false,
    assurance: 'delivered',
    ...(nightscout && secrets ? { nightscout: doorOf(nightscout, secrets.secret) } : {}),
  };
  home.vault.record([entry]);
  home.writeDeviceHashes();
  home.network.wake();
  const url = addressOf(home);
  const device = deviceInfo(home, entry);
  if (!nightscout || !secrets) return { device, credential, url: `${url}/v1/ingest`, mqtt: home.mqttUrl };
  // It speaks Nightscout and nothing else: MQTT would not know it.
  return { device, credential, url, mqtt: null, nightscout: { url, ...secrets, scope: nightscout.scope } };
}

const addressOf = (home: Home): string => home.embedded?.url.replace(/^ws/, 'http') ?? 'http://127.0.0.1:7480';

export const devicePair: Operation<'device.pair'> = ({ home }, { name, subject, nightscout }) => {
  if (!home.pairings)
    throw new HaleError('unavailable', 'no node runs that a device could reach; start it with `hale start`');
  const clean = name === undefined ? null : freeName(home, name);
  if (nightscout) checkScope(nightscout);
  const wish = { name: clean, subject: home.vault.subject(subject).id, nightscout: nightscout ?? null };
  const expiresMicros = home.nowMicros() + HOME_LIMITS.pairingSeconds * 1e6;
  return { code: home.pairings.begin(wish), name: clean, url: addressOf(home), expiresMicros };
};

const UNNAMED_DEVICE = 'Paired device';

/**
 * Enrols a device that shows a pairing code.
 * @param asked what it sent: a code, and a name that counts where its owner gave none
 * @throws HaleError 'malformed' | 'not-permitted' | 'conflict' | 'full' | 'retired'
 */
export function pairDevice(home: Home, { code, name: ownName }: { code?: unknown; name?: unknown }): Enrolment {
  if (!home.pairings) throw new HaleError('unavailable', 'devices cannot be paired here');
  if (ownName !== undefined && typeof ownName !== 'string') throw new HaleError('malformed', 'the name is not a text');
  return home.pairings.redeem(code, ({ name, subject, nightscout }) => {
    const added = addDevice(home, name ?? ownName ?? UNNAMED_DEVICE, subject, nightscout ?? undefined);
    const { device, credential, mqtt, nightscout: access } = added;
    const { id } = device;
    return {
      device: { id, name: device.name },
      credential,
      http: access ? null : { ingest: '/v1/ingest', frames: '/v1/frames' },
      mqtt: mqtt === null ? null : { port: Number(new URL(mqtt).port), user: id, topic: `hale/${id}/` },
      nightscout: access ? { path: '/', secret: access.secret, token: access.token, scope: access.scope } : null,
    };
  });
}

function checkScope({ scope }: NightscoutWish): void {
  if (!['upload', 'read', 'both'].includes(scope))
    throw new HaleError('usage', 'a Nightscout device may upload, read, or both');
}

function doorOf(wish: NightscoutWish, secret: string): NightscoutDoor {
  checkScope(wish);
  const { scope, allowPlain, units } = wish;
  return {
    mayRead: scope !== 'upload',
    mayUpload: scope !== 'read',
    allowsPlain: allowPlain === true,
    units: units === 'mmol' ? 'mmol' : 'mg/dl',
    secretHashes: secretHashes(secret),
  };
}

export const deviceList: Operation<'device.list'> = ({ home }, { subject }) => {
  const only = subject === undefined ? undefined : home.vault.subject(subject).id;
  return [...home.vault.state.devices.values()]
    .filter((device) => !device.removed && (only === undefined || device.subject === only))
    .map((device) => deviceInfo(home, device));
};

export const deviceRemove: Operation<'device.remove'> = ({ home }, { device }) => {
  const found = [...home.vault.state.devices.values()].find(
    (entry) => !entry.removed && (entry.id === device || entry.name.toLowerCase() === device.toLowerCase()),
  );
  if (!found) throw new HaleError('not-found', 'no such device; `hale device list` shows them');
  home.vault.record([{ ...found, removed: true }]);
  home.writeDeviceHashes();
  for (const told of home.whenDeviceRemoved) told(found.id);
  home.network.wake();
  return deviceInfo(home, found);
};

function deviceInfo(home: Home, entry: DeviceEntry): DeviceInfo {
  const { id, name, subject, at } = entry;
  const streams = home.vault.streams(subject).filter((stream) => stream.entry.device === id);
  const samples = streams.reduce((sum, stream) => sum + liveSamples(home, stream), 0);
  return {
    id,
    name,
    subject: home.vault.state.subjects.get(subject)?.name ?? '',
    addedMicros: at,
    lastContactMicros: home.contacts.lastMicros(id),
    samples,
    battery: batteryOf(home, streams),
    notTaken: home.notTaken.get(id) ?? 0,
    assurance: deviceAssurance(entry),
    behind: devicesBehind(home, id),
    doubt: home.contacts.doubtOf(id),
    clocks: clocksBehind(home, id),
  };
}

function batteryOf(home: Home, streams: readonly OpenStream[]): DeviceInfo['battery'] {
  const stream = streams.find(({ entry }) => entry.kind === 'device-battery');
  const lastMicros = stream && home.vault.store.sampleCount(stream.number).lastMicros;
  const latest = stream && lastMicros != null ? latestOf(home, stream, lastMicros) : null;
  return latest && { percent: latest.value, atMicros: latest.atMicros };
}
