// By which name she knows a key: only what she wrote herself counts, for what a sender calls himself proves nothing.
import { useAsked } from './asking.ts';
import { namesOf } from './named-keys.ts';
import { call } from './state.ts';

/** '' for a key that she has given no name. */
export type KnownName = (npub: string) => string;

export function useKnownNames(): KnownName {
  const asked = useAsked(async () => {
    const [grants, guardians] = await Promise.all([
      call('grants', { all: true }, { isIdle: true }),
      call('guardians', {}, { isIdle: true }),
    ]);
    return namesOf([
      ...(guardians?.guardians ?? []),
      ...grants.map(({ recipient, to }) => ({ npub: recipient, name: to })),
    ]);
  });
  const names = asked.value.value;
  return (npub) => names?.get(npub) ?? '';
}
