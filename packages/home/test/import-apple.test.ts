// A whole export.zip of Apple Health through the home's import: records, routes, ECGs, what is left out, and the same archive a second time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { importFiles } from '../src/operations/import.ts';
import { Homes } from './homes.ts';
import { zipOf } from './zip-writer.ts';

const homes = new Homes();
afterAll(() => homes.close());

const device =
  '&lt;&lt;HKDevice: 0x28&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,2&gt;';
const record = (minute: number, value: number): string => {
  const when = `2024-01-01 ${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00 +0100`;
  return ` <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Watch" device="${device}" unit="count/min" startDate="${when}" endDate="${when}" value="${value}"/>\n`;
};
const XML = `<?xml version="1.0"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData\n]>\n<HealthData locale="de">\n <ExportDate value="2024-06-01 12:00:00 +0200"/>\n${Array.from(
  { length: 1200 },
  (_, i) => record(i, 50 + (i % 70)),
).join('')}</HealthData>\n`;
const GPX =
  '<gpx creator="Apple Health Export"><trk><trkseg><trkpt lat="47.1" lon="8.2"><ele>400</ele><time>2024-01-01T10:00:00Z</time></trkpt></trkseg></trk></gpx>';
const ECG =
  'Name,"A"\nRecorded Date,2024-01-01 09:00:00 +0100\nClassification,Sinus Rhythm\nSample Rate,512 hertz\n\nLead,Lead I\nUnit,µV\n\n-1.5\n2.25\n';

test('an archive is taken in once, and says what it leaves out', async () => {
  const home = homes.make();
  const path = join(homes.dir(), 'export.zip');
  const inside = (name: string, content: string) => ({ path: `apple_health_export/${name}`, content });
  writeFileSync(
    path,
    zipOf([
      inside('export.xml', XML),
      inside('export_cda.xml', '<?xml version="1.0"?><ClinicalDocument/><ClinicalDocument/>'),
      inside('workout-routes/route_2024-01-01_11.00am.gpx', GPX),
      inside('electrocardiograms/ecg_2024-01-01.csv', ECG),
      inside('clinical-records/Observation-1.json', '{"resourceType":"Observation"}'),
    ]),
  );
  const context = { home, emit: () => {}, signal: new AbortController().signal };
  const first = await importFiles(context, { files: [path] });
  expect(first.map(({ format, accepted, rejected, failed }) => ({ format, accepted, rejected, failed }))).toEqual([
    { format: 'apple-health', accepted: 1200, rejected: 0, failed: undefined },
    { format: 'gpx', accepted: 3, rejected: 0, failed: undefined },
    { format: 'apple-ecg', accepted: 4, rejected: 0, failed: undefined },
    { format: 'fhir', accepted: 0, rejected: 0, failed: undefined },
  ]);
  expect(first[3].records?.counts).toMatchObject({ read: 1, added: 1 });
  expect(first[0].notes.slice(0, 1)).toEqual([
    'The same data as a clinical document (export_cda.xml) is left out: it says less than the export.',
  ]);
  const keys = home.vault.streams(home.vault.subject().id).map(({ entry }) => entry.key);
  expect(keys.sort()).toEqual(
    [
      'altitude',
      'ecg-lead-i',
      'heart-rate-watch-watch6-2',
      'position-latitude',
      'position-longitude',
      'rhythm-event-ecg',
    ].sort(),
  );
  const again = await importFiles(context, { files: [path] });
  expect(again.map(({ accepted, corrected, duplicate }) => [accepted, corrected, duplicate])).toEqual([
    [0, 0, 1200],
    [0, 0, 3],
    [0, 0, 4],
    [0, 0, 0],
  ]);
  expect(again[3].records).toMatchObject({ isKnownFile: true, counts: { added: 0, same: 1 } });
});
