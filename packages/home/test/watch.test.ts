// Who watches is told what comes in live, each reading of it; of an import that runs meanwhile the newest, not millions.
import { afterEach, expect, test } from 'vitest';
import type { Emitted } from '../src/api.ts';
import { HOME_LIMITS } from '../src/limits.ts';
import { watch } from '../src/operations/read.ts';
import { addStream, Homes, SECOND } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

test('a delivery is told reading by reading, an import by its newest', async () => {
  const home = homes.make();
  const stream = addStream(home, 'pulse');
  const abort = new AbortController();
  const rows: number[] = [];
  const emit = (said: Emitted) => {
    if ('row' in said) rows.push((said.row as { atMicros: number }).atMicros);
  };
  const watched = watch({ home, emit, signal: abort.signal }, {});
  const start = Date.UTC(2026, 4, 1) * 1000;
  const take = async (from: number, count: number) => {
    const times = Float64Array.from({ length: count }, (_, i) => start + (from + i) * SECOND);
    const values = Int32Array.from(times, () => 60);
    await home.ingestQueue.ingest([{ stream, samples: { times, values } }]);
    return times;
  };
  const most = HOME_LIMITS.watchedAtOnceMax;
  expect(rows).toEqual([]);
  const live = await take(0, most);
  expect(rows).toEqual([...live]);
  const history = await take(most, most + 1);
  expect(rows.slice(live.length)).toEqual([history.at(-1)]);
  abort.abort();
  await watched;
});
