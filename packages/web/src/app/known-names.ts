// By which name she knows a key: only what she wrote herself counts, for what a sender calls himself proves nothing.
import { isKey } from '../words/people.ts';
import { useAsked } from './asking.ts';
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

/** The last name that stands in the list counts. */
export const namesOf = (people: readonly { npub: string | null; name: string }[]): Map<string, string> =>
  new Map(
    people.flatMap(({ npub, name }) => (npub === null || name.trim() === '' || isKey(name) ? [] : [[npub, name]])),
  );
