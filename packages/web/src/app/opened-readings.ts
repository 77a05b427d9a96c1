// Series of a share as clinical views read them: what the owner's own pages show of hers, its recipient sees of what was opened.
import type { LookedInto } from '@hale/home';
import type { ReadingsSource } from '../views/port.ts';
import { named } from '../words/kinds.ts';
import { call } from './state.ts';

/** Series with readings that open. */
export function openedSources({ grant, opened }: LookedInto): ReadingsSource[] {
  return opened.flatMap((stream) => {
    if (stream.held === null) return [];
    const { key, title, kind, unit, held } = named(stream);
    return {
      id: `${grant}/${key}/${held?.lastMicros}`,
      ...{ key, title, kind, unit, origins: [], device: null },
      bounds: { first: held?.firstMicros ?? 0, last: held?.lastMicros ?? 0 },
      readings: ({ isRaw, ...range }, signal) =>
        call(
          'open.readings',
          { grant, stream: key, ...range, ...(isRaw ? { level: 'raw' as const } : {}) },
          { signal, isIdle: true },
        ),
    };
  });
}
