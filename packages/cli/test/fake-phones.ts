// The phones of the fake home, and a pairing that goes as far as the digits.
import type { Emitted, Operations, PhoneInfo } from '@hale/home';
import { HaleError } from '@hale/kernel';

const at = (iso: string): number => Date.parse(iso) * 1000;

const PHONE: PhoneInfo = {
  id: '3fa2',
  name: 'Chrome, Android',
  relay: 'wss://relay.example.org',
  addedMicros: at('2026-11-01T10:00:00Z'),
  lastContactMicros: at('2026-11-21T13:48:00Z'),
  isHere: false,
};
const CODE = '7QK3M2XA90PV7QK3M2XA90PV7Q';

export class FakePhones {
  #answer: (accept: boolean) => void = () => {};

  list(): PhoneInfo[] {
    return [PHONE, { ...PHONE, id: '7c01', name: 'Tablet', isHere: true }];
  }

  pair(emit: (said: Emitted) => void): Promise<PhoneInfo> {
    const link = `https://relay.example.org/#pair=${CODE}`;
    const untilMicros = at('2026-11-21T14:02:00Z');
    emit({ pairing: { id: 'p1', state: 'waiting', link, code: CODE, untilMicros } });
    emit({ pairing: { id: 'p1', state: 'check', digits: '482913', phone: PHONE.name } });
    return new Promise((resolve, reject) => {
      this.#answer = (accept) =>
        accept ? resolve(PHONE) : reject(new HaleError('not-permitted', 'this phone was not confirmed'));
    });
  }

  confirm({ accept }: Operations['phones.confirm'][0]): Record<string, never> {
    this.#answer(accept);
    return {};
  }

  remove({ phone }: { phone: string }): PhoneInfo {
    if (phone !== PHONE.name) throw new HaleError('not-found', 'no such phone');
    return PHONE;
  }
}
