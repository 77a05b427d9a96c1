// What does a grant cost, whatever its range? The time until it stands on the disk, and the bytes of the tokens that open it.
import { dirname } from 'node:path';
import type { Scope } from '@hale/consent';
import { gridFor, LEVELS, type Level, slotOf } from '@hale/kernel';
import { sealToken } from '@hale/kernel/seal';
import type { GrantWish } from '@hale/vault';
import { fillStream, newStream, openHome } from './home.ts';
import { remove } from './node.ts';
import { createSampleTable, startPostgres } from './postgres.ts';
import { type Bench, bytes, median, millis, times } from './report.ts';
import { heartRate } from './signals.ts';

const GRANTS = 120;
/** The first ones compile. */
const WARM_GRANTS = 20;
const COVERS = 5000;
const DAY_MICROS = 86_400e6;
const FIRST_MICROS = Date.UTC(2000, 0, 1) * 1000;
const SPAN_MICROS = 40 * 365 * DAY_MICROS;

/** Any two moments between 2000 and 2040, seconds apart or decades. */
function anyRange(): { from: number; to: number } {
  const length = Math.round(1e6 * Math.exp(Math.random() * Math.log(SPAN_MICROS / 2e6)));
  const from = FIRST_MICROS + Math.floor(Math.random() * (SPAN_MICROS - length));
  return { from, to: from + length };
}

function wishOf(subject: string, level: Level): GrantWish {
  const recipient = { kind: 'link' } as const;
  const purpose = { code: 'TREAT', text: '' } as const;
  const scope: Scope = {
    streams: [{ streamKey: 'heart-rate', level }],
    ...anyRange(),
    until: null,
    purpose,
    recipient,
  };
  const names = { subject: 'me', owner: 'me' };
  return { subject, scope, how: 'link', to: 'x', recipient: null, recipientText: null, classic: false, names };
}

/** Milliseconds of each of many grants in a vault with six hours of heart rate. */
async function grantTimes(): Promise<number[]> {
  const home = await openHome();
  const described = { key: 'heart-rate', ucum: '/min', factor: 1, nominalPeriodSeconds: 1 };
  const stream = home.vault.addStream(newStream(home, described));
  fillStream(home, stream, heartRate());
  home.settle();
  const took: number[] = [];
  for (let i = 0; i < GRANTS; i++) {
    const wish = wishOf(stream.entry.subject, stream.grid.levels[i % stream.grid.levels.length]);
    const from = performance.now();
    home.grants.issue(wish);
    took.push(performance.now() - from);
  }
  await home.close();
  remove(dirname(home.dir));
  return took.slice(WARM_GRANTS);
}

/** Bytes of the token of any range at any level: the usual and the longest. */
function tokenBytes(): { usual: number; longest: number } {
  const grid = gridFor(1, 0);
  const lengths = Array.from({ length: COVERS }, (_, i) => {
    const level = LEVELS[i % LEVELS.length];
    const { from, to } = anyRange();
    const first = slotOf(grid, level, from);
    return sealToken(new Uint8Array(32), first, Math.max(first + 1, slotOf(grid, level, to))).length;
  });
  // The worst there is: it begins just behind the first leaf of the tree and ends just before the last.
  lengths.push(sealToken(new Uint8Array(32), 1, 2 ** 32 - 1).length);
  return { usual: median(lengths), longest: Math.max(...lengths) };
}

/** A row policy for a new role: what comes nearest in PostgreSQL. */
async function policyTimes(): Promise<number[]> {
  const postgres = await startPostgres();
  try {
    const client = await postgres.connect();
    await createSampleTable(client);
    await client.query('ALTER TABLE sample ENABLE ROW LEVEL SECURITY');
    const took: number[] = [];
    for (let i = 0; i < GRANTS; i++) {
      const { from, to } = anyRange();
      const begin = performance.now();
      await client.query(
        `BEGIN; CREATE ROLE reader${i}; GRANT SELECT ON sample TO reader${i};
         CREATE POLICY p${i} ON sample FOR SELECT TO reader${i} USING (series = 'heart-rate' AND time >= ${from} AND time < ${to}); COMMIT`,
      );
      took.push(performance.now() - begin);
    }
    await client.end();
    return took.slice(WARM_GRANTS);
  } finally {
    await postgres.stop();
  }
}

export const grant: Bench = {
  name: 'grant',
  run: async () => {
    const took = await grantTimes();
    const usual = median(took);
    const longest = Math.max(...took);
    const peer = median(await policyTimes());
    const tokens = tokenBytes();
    return {
      title: 'A grant of any range',
      findings: [
        {
          what: 'time until it stands on the disk',
          hale: `${millis(usual)} (longest ${millis(longest)})`,
          peer: millis(peer),
          ratio: `${times(usual / peer)} the time`,
          target: '< 5 ms',
          isMet: usual < 5,
        },
        {
          what: 'tokens for one stream and level',
          hale: `${bytes(tokens.usual)} median, ${bytes(tokens.longest)} at most`,
          peer: '',
          ratio: '',
          target: '≤ 3 kB',
          isMet: tokens.longest <= 3000,
        },
      ],
      notes: [
        `Ranges from a second to decades, at each level: ${GRANTS} grants one after the other (the first ${WARM_GRANTS} not counted); planned, sealed, signed, the access list renewed, in one commit with fsync.`,
        'Peer: a role, its privilege and a row policy in one transaction of PostgreSQL.',
      ],
    };
  },
};
