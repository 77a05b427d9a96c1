// What happened once and must be told even if the process that saw it ends before anybody asks: kept for a week.
import type { Home } from './home.ts';
import type { Warning } from './warnings.ts';

const TOLD_MICROS = 7 * 86_400e6;
const TOLD_MAX = 20;

type Told = { at: number; warned: Warning };

type Room = Pick<Home, 'vault' | 'local' | 'nowMicros'>;

function told({ vault, local }: Room): Told[] {
  const sealed = vault.store.state('told');
  const known = sealed ? (local.open('told', sealed) as { at: number; text?: string; warned?: Warning }[]) : [];
  // Before warnings had codes, only the sentence was kept.
  return known.map(({ at, text = '', warned }) => ({ at, warned: warned ?? { code: 'told', values: [], text } }));
}

const lately = (room: Room): Told[] => told(room).filter(({ at }) => at > room.nowMicros() - TOLD_MICROS);

export const toldLately = (room: Room): Warning[] => lately(room).map(({ warned }) => warned);

export function keepTold(room: Room, warned: Warning): void {
  const others = lately(room).filter((each) => each.warned.text !== warned.text);
  const all = [...others, { at: room.nowMicros(), warned }].slice(-TOLD_MAX);
  room.vault.store.transact(() => room.vault.store.setState('told', room.local.seal('told', all)));
}
