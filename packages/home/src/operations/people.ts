// Subjects and devices.

import { randomBytes } from 'node:crypto';
import { HaleError, sha256, toHex, utf8Encode } from '@hale/kernel';
import { checkName, type DeviceEntry } from '@hale/vault';
import type { DeviceInfo, SubjectInfo } from '../api.ts';
import { clocksBehind } from '../bluetooth.ts';
import type { Home } from '../home.ts';
import type { Operation } from './context.ts';

export const subjectAdd: Operation<'subject.add'> = ({ home }, { name }) => {
  const entry = home.vault.addSubject(name);
  home.network.wake();
  return subjectInfo(home, entry.id);
};

export const subjectList: Operation<'subject.list'> = ({ home }) =>
  [...home.vault.state.subjects.values()]
    .filter((subject) => !subject.removed)
    .map((subject) => subjectInfo(home, subject.id));

function subjectInfo(home: Home, id: string): SubjectInfo {
  const entry = home.vault.state.subjects.get(id);
  if (!entry) throw new HaleError('not-found', 'no such subject');
  return { id, name: entry.name, isDefault: home.vault.subject().id === id, streams: home.vault.streams(id).length };
}

export const deviceAdd: Operation<'device.add'> = ({ home }, { name, subject }) => {
  const clean = checkName(name, 'device');
  const owner = home.vault.subject(subject);
  for (const known of home.vault.state.devices.values())
    if (!known.removed && known.name.toLowerCase() === clean.toLowerCase())
      throw new HaleError('conflict', 'a device of this name exists already');
  const credential = `hale_${randomBytes(32).toString('base64url')}`;
  const entry: DeviceEntry = {
    type: 'device',
    id: toHex(new Uint8Array(randomBytes(6))),
    name: clean,
    subject: owner.id,
    tokenHash: sha256(utf8Encode(credential)),
    at: home.nowMicros(),
    removed: false,
  };
  home.vault.record([entry]);
  home.writeDeviceHashes();
  home.network.wake();
  return {
    device: deviceInfo(home, entry),
    credential,
    url: `${home.embedded?.url.replace(/^ws/, 'http') ?? 'http://127.0.0.1:7480'}/v1/ingest`,
    mqtt: home.mqttUrl,
  };
};

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

function deviceInfo(home: Home, { id, name, subject, at }: DeviceEntry): DeviceInfo {
  const streams = home.vault.streams(subject).filter((stream) => stream.entry.device === id);
  const samples = streams.reduce((sum, stream) => sum + home.vault.store.sampleCount(stream.number).samples, 0);
  return {
    id,
    name,
    subject: home.vault.state.subjects.get(subject)?.name ?? '',
    addedMicros: at,
    lastContactMicros: home.lastContact.get(id) ?? null,
    samples,
    notTaken: home.notTaken.get(id) ?? 0,
    clocks: clocksBehind(home, id),
  };
}
