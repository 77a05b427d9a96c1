// Names that she gave to keys.
import { isKey } from '../words/keys.ts';

/** The last name that stands in the list counts. */
export const namesOf = (people: readonly { npub: string | null; name: string }[]): Map<string, string> =>
  new Map(
    people.flatMap(({ npub, name }) => (npub === null || name.trim() === '' || isKey(name) ? [] : [[npub, name]])),
  );
