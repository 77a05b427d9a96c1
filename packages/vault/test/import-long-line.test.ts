// A line without an end: refused by its place, in constant memory, and what stands before and after it comes in.
import { expect, test } from 'vitest';
import type { ByteSource } from '../src/import/index.ts';
import { open } from '../src/import/index.ts';

const head = Buffer.from(
  'time,Heart Rate\n2026-11-01T00:00:00Z,60\n2026-11-01T00:00:01Z,61\n2026-11-01T00:00:02Z,62\n2026-11-01T00:00:03Z,',
);
const tail = Buffer.from('\n2026-11-01T00:00:04Z,64\n');

/** `npm run long long-line` asks for ten thousand million. */
const LINE_BYTES = Number(process.env.HALE_LINE_BYTES ?? 150_000_000);

test(`a line of ${LINE_BYTES / 1e9} GB`, { timeout: 1_800_000 }, async () => {
  const sizeBytes = head.length + LINE_BYTES + tail.length;
  const sevens = new Uint8Array(8 * 1024 * 1024).fill(0x37);
  let peak = 0;
  const source: ByteSource = {
    name: 'endless.csv',
    sizeBytes,
    async read(offset, length) {
      peak = Math.max(peak, process.memoryUsage().rss);
      const bytes = sevens.slice(0, Math.min(length, sizeBytes - offset));
      bytes.set(head.subarray(Math.min(offset, head.length), Math.min(head.length, offset + bytes.length)));
      const end = head.length + LINE_BYTES - offset;
      if (end < bytes.length) bytes.set(tail.subarray(Math.max(0, -end), bytes.length - end), Math.max(0, end));
      return bytes;
    },
  };
  const before = process.memoryUsage().rss;
  const opened = await open(source, { list: () => [source], find: () => null }, {});
  const values: number[] = [];
  const rejections: { place: string; reason: string }[] = [];
  for await (const item of opened.chunks(0)) {
    if (item.type === 'samples') values.push(...item.values);
    if (item.type === 'rejection') rejections.push({ place: item.place, reason: item.reason });
  }
  expect(values).toEqual([60, 61, 62, 64]);
  expect(rejections).toEqual([{ place: 'line 5', reason: 'line too long' }]);
  expect(peak - before).toBeLessThan(120_000_000);
});
