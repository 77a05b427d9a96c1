// Names of workouts as exports write them → the codes of `workout-session`.

import { codesOf } from '../kinds-codes.ts';

/** Fragments of names, the more particular first. */
const FRAGMENTS = `
hik: hiking · walk: walking · treadmill: running · run: running · jog: running · bik: cycling · cycl: cycling · spinning: cycling · swim: swimming
strength: strength-training · weight: strength-training · functional: strength-training · yoga: yoga · row: rowing · ellip: elliptical
danc: dance · zumba: dance · interval: interval-training · hiit: interval-training · ski: skiing · snowboard: skiing · tennis: tennis
football: football · soccer: football · golf: golf · pilates: pilates · stair: stairs · multisport: multisport · triathlon: multisport
`;

const PAIRS = FRAGMENTS.trim()
  .split(/\s*[·\n]\s*/)
  .map((pair) => pair.split(': '));

/** The code's key for a name; `other` where none fits. */
export function workoutNamed(name: string): string {
  const plain = name.toLowerCase().replace(/^hkworkoutactivitytype/, '');
  const exact = codesOf('workout-session').find(({ key }) => key === plain.replace(/[\s_]+/g, '-'));
  return exact?.key ?? PAIRS.find(([fragment]) => plain.includes(fragment))?.[1] ?? 'other';
}
