// Phones that may ask this home from anywhere: pairing, listing, removing. What they do stands in remote/.
import { HaleError } from '@hale/kernel';
import type { Home } from '../home.ts';
import type { RemoteDesk } from '../remote/desk.ts';
import { phonesOf, removePhone } from '../remote/phones.ts';
import type { Operation } from './context.ts';

function deskOf(home: Home): RemoteDesk {
  if (!home.phones)
    throw new HaleError('unavailable', 'a phone needs the running node: start it with `hale start`, then pair again');
  return home.phones;
}

export const phonesList: Operation<'phones.list'> = ({ home }) =>
  home.phones?.list() ??
  phonesOf(home).map(({ id, name, relay, at }) => ({
    id,
    name,
    relay,
    addedMicros: at,
    lastContactMicros: null,
    isHere: false,
  }));

export const phonesPair: Operation<'phones.pair'> = ({ home, emit, signal }, { relay }) =>
  deskOf(home).pair(relay, emit, signal);

export const phonesConfirm: Operation<'phones.confirm'> = ({ home }, { pairing, accept, name }) => {
  deskOf(home).confirm(String(pairing), accept === true, typeof name === 'string' ? name.trim() : '');
  return {};
};

export const phonesRemove: Operation<'phones.remove'> = async ({ home }, { phone }) => {
  const wanted = String(phone);
  if (home.phones) {
    const removed = home.phones.remove(wanted);
    await home.network.settle(5_000);
    return removed;
  }
  const { id, name, relay, at } = removePhone(home, wanted);
  home.announce();
  await home.network.settle(5_000);
  return { id, name, relay, addedMicros: at, lastContactMicros: null, isHere: false };
};
