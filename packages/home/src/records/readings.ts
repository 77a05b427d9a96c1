// The numbers of one resource as the import of series reads them, so that a record finds the readings that are the same.
import { utf8Encode } from '@hale/kernel';
import { type ByteSource, openFhirSeries } from '@hale/vault/import';
import type { Resource } from '@hale/vault/records';
import type { RecordReading } from '../api-records.ts';

const READINGS_MAX = 100;

/** Without the last digits, which binary fractions make of decimal ones. */
const exactly = (value: number): number => Number(value.toPrecision(12));

export async function readResource(resource: Resource): Promise<Omit<RecordReading, 'stream'>[]> {
  const bytes = utf8Encode(JSON.stringify(resource));
  const source: ByteSource = {
    name: 'record.json',
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
  const opened = await openFhirSeries([source], {});
  const readings: Omit<RecordReading, 'stream'>[] = [];
  if (!opened) return readings;
  const series = new Map(opened.series.map((each) => [each.key, each]));
  for await (const item of opened.chunks(0)) {
    if (item.type === 'series') series.set(item.series.key, item.series);
    const of = item.type === 'samples' ? series.get(item.series) : undefined;
    if (!of || item.type !== 'samples') continue;
    const { kind, factor, origin, ucum: unit } = of;
    for (let i = 0; i < item.times.length && readings.length < READINGS_MAX; i++)
      readings.push({ kind, unit, atMicros: item.times[i], value: exactly(origin + factor * item.values[i]) });
  }
  return readings;
}
