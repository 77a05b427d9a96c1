// How somebody who shares is called: the name that she gave, else her address.
import type { InboxItem } from '@hale/home';
import { shortAddress } from '../share/who.tsx';

/** What a vault calls its owner until she gives a name. */
const NAMELESS = 'me';

export function nameOf({ name, from }: Pick<InboxItem, 'name' | 'from'>): string {
  return name !== undefined && name !== '' && name !== NAMELESS ? name : shortAddress(from);
}
