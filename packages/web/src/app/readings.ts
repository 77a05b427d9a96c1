// The owner's series as clinical views read them, and what is known about the person whose they are.
import type { StreamInfo, SubjectInfo } from '@hale/home';
import type { ReadingsSource, Subject } from '../views/port.ts';
import { call, ofSubject, subjects } from './state.ts';

export function readingsOf(stream: StreamInfo): ReadingsSource {
  const { key, title, kind, unit, origins, device, firstMicros, lastMicros } = stream;
  return {
    id: `${stream.subject}/${key}/${lastMicros}`,
    ...{ key, title, kind, unit, origins, device },
    bounds: { first: firstMicros ?? 0, last: lastMicros ?? 0 },
    readings: ({ isRaw, ...range }, signal) =>
      call(
        'readings',
        { stream: key, ...ofSubject(), ...range, ...(isRaw ? { level: 'raw' as const } : {}) },
        { signal },
      ),
  };
}

/** What a home may know beyond the name; older ones do not say it. */
interface Profile {
  species?: Subject['species'];
  sex?: Subject['sex'];
  birthYear?: number | null;
}

/** The person of that name: an adult human where nothing else is known. */
export function personOf(name: string): Subject {
  const known = subjects.value.find((each) => each.name === name) as (SubjectInfo & Profile) | undefined;
  const year = known?.birthYear ?? null;
  return {
    name,
    species: known?.species ?? 'human',
    sex: known?.sex ?? null,
    age: year === null ? null : new Date().getFullYear() - year,
    ...(year === null ? {} : { born: String(year) }),
  };
}
