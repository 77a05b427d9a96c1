// Health records of two people of the stage: a simulated patient with her whole life (Synthea), and a traveller with a patient summary, to which a
// practice adds what the summary lacks: the same problem from a second source, laboratory values with ranges, a letter and a photograph.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { crc32, deflateSync, gunzipSync } from 'node:zlib';
import { ctImage } from '@hale/testkit/dicom-files';
import { hale, REPOSITORY } from '@hale/testkit/hale-process';

const FHIR = join(REPOSITORY, 'test/data/fhir');
export const SYNTHEA = join(FHIR, 'synthea/Helena_Willms_6b12b22d-6dc2-486c-9526-8ac8524f6402.json.gz');
export const OTHER_PATIENT = join(FHIR, 'synthea/Fannie_Waelchi_8666cd40-7af9-48c6-a1a6-86a161195542.json.gz');
export const SUMMARY = join(FHIR, 'ips/Bundle-bundle-ips-all-sections.json');

/** A published file as it is brought: unpacked. */
export function unpacked(path: string): { name: string; bytes: Buffer } {
  const raw = readFileSync(path);
  return { name: basename(path).replace(/\.gz$/, ''), bytes: path.endsWith('.gz') ? gunzipSync(raw) : raw };
}

export async function bringRecords(home: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hale-stage-'));
  const bring = async (who: string, name: string, bytes: string | Buffer) => {
    const path = join(dir, name);
    writeFileSync(path, bytes);
    await hale(['import', path, '--subject', who, '--home', home]);
  };
  try {
    for (const who of ['Helena', 'Patricia']) await hale(['subject', 'add', who, '--home', home]);
    const [helena, patricia] = [unpacked(SYNTHEA), unpacked(SUMMARY)];
    await bring('Helena', helena.name, helena.bytes);
    await bring('Patricia', patricia.name, patricia.bytes);
    await bring('Patricia', 'practice.json', practiceBundle(patricia.bytes));
    // The images of one study come together.
    mkdirSync(join(dir, 'ct'));
    for (const n of [1, 2, 3]) writeFileSync(join(dir, 'ct', `slice-${n}.dcm`), slice(n));
    await hale(['import', join(dir, 'ct'), '--subject', 'Patricia', '--home', home]);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

type Fields = Record<string, unknown>;

const quantity = (value: number, unit: string) => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
const loinc = (code: string, display: string) => ({
  coding: [{ system: 'http://loinc.org', code, display }],
  text: display,
});
const flagged = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code }],
});

/** Ferritin as it falls and is treated: (date, value). */
const FERRITIN: readonly (readonly [string, number])[] = [
  ['2022-03-14', 64],
  ['2022-09-20', 41],
  ['2023-03-08', 22],
  ['2023-09-12', 11],
  ['2024-01-15', 38],
  ['2024-06-03', 57],
];

const PRACTICE = 'https://practice.example/fhir';

/** What a practice has of the patient of a summary. */
export function practiceBundle(summary: Buffer): string {
  const { entry } = JSON.parse(summary.toString()) as { entry: { resource: Fields }[] };
  const find = (type: string) => entry.find(({ resource }) => resource.resourceType === type)?.resource ?? {};
  // Known there by a number of its own.
  const patient = { ...find('Patient'), id: 'p', identifier: [{ system: `${PRACTICE}/patients`, value: '4711' }] };
  const subject = { reference: 'Patient/p' };
  const results = FERRITIN.map(([date, value], i) => ({
    resourceType: 'Observation',
    id: `ferritin-${i}`,
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
    ],
    code: loinc('2276-4', 'Ferritin'),
    subject,
    effectiveDateTime: date,
    valueQuantity: quantity(value, 'ng/mL'),
    referenceRange: [{ low: quantity(30, 'ng/mL'), high: quantity(300, 'ng/mL') }],
    ...(value < 30 ? { interpretation: [flagged(value < 15 ? 'LL' : 'L')] } : {}),
  }));
  const report = {
    resourceType: 'DiagnosticReport',
    id: 'iron',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
    code: loinc('50190-8', 'Iron studies'),
    subject,
    effectiveDateTime: '2024-06-03',
    conclusion: 'Iron stores are filled again. Stop the tablets.',
    result: [{ reference: `Observation/ferritin-${FERRITIN.length - 1}` }],
  };
  const all: Fields[] = [
    patient,
    ...results,
    report,
    problemAgain(find('Condition'), subject),
    allergy(subject),
    letter(subject),
    photo(subject),
  ];
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: all.map((resource) => ({ fullUrl: `${PRACTICE}/${resource.resourceType}/${resource.id}`, resource })),
  });
}

/** The same problem by the same code and date, from another house. */
function problemAgain({ code, onsetDateTime, clinicalStatus, verificationStatus }: Fields, subject: Fields): Fields {
  return { resourceType: 'Condition', id: 'c', code, onsetDateTime, clinicalStatus, verificationStatus, subject };
}

const allergy = (subject: Fields): Fields => ({
  resourceType: 'AllergyIntolerance',
  id: 'nuts',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  verificationStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }],
  },
  type: 'allergy',
  category: ['food'],
  criticality: 'high',
  code: { text: 'Peanut' },
  patient: subject,
  recordedDate: '2019-05-02',
  reaction: [{ manifestation: [{ text: 'Anaphylaxis' }, { text: 'Hives' }], severity: 'severe', onset: '2019-04-28' }],
});

export const LETTER =
  'Dear colleague,\n\nthank you for seeing Ms Jordana. Her iron stores have recovered.\n\nDr Ada Lee\n';

const letter = (subject: Fields): Fields => ({
  resourceType: 'DocumentReference',
  id: 'letter',
  status: 'current',
  type: { text: 'Letter' },
  description: 'Letter to the family doctor',
  subject,
  date: '2024-06-05T10:20:00+12:00',
  author: [{ display: 'Dr Ada Lee' }],
  content: [
    { attachment: { contentType: 'text/plain', title: 'Letter', data: Buffer.from(LETTER).toString('base64') } },
  ],
});

const photo = (subject: Fields): Fields => ({
  resourceType: 'Media',
  id: 'photo',
  status: 'completed',
  type: { text: 'Photograph of the left forearm' },
  subject,
  createdDateTime: '2024-06-03',
  content: {
    contentType: 'image/png',
    title: 'Left forearm',
    data: picture(320, 200).toString('base64'),
  },
});

const SIDE = 128;

/** A slice through something round in something rounder, in the numbers of a CT. */
function slice(instance: number): Buffer {
  const pixels = new Uint16Array(SIDE * SIDE).map((_, i) => {
    const [x, y] = [((i % SIDE) / SIDE) * 2 - 1, (Math.floor(i / SIDE) / SIDE) * 2 - 1];
    const body = x * x + y * y * 1.6 < 0.8;
    const lung = [-0.38, 0.38].some((middle) => (x - middle) ** 2 * 6 + y * y * 4 < 0.5 + instance / 20);
    const spine = x * x + (y - 0.5) ** 2 < 0.015;
    return spine ? 1700 : lung && body ? 250 : body ? 1060 : 0;
  });
  const person = {
    PatientName: 'JORDANA^Patricia',
    PatientID: '4711',
    IssuerOfPatientID: 'Practice',
    PatientBirthDate: '19560930',
  };
  const windows = {
    WindowCenter: ['40', '-600'],
    WindowWidth: ['400', '1500'],
    WindowCenterWidthExplanation: ['Soft tissue', 'Lung'],
  };
  const image = { ...person, ...windows, RescaleIntercept: '-1024', PixelData: [pixels.buffer] };
  return Buffer.from(ctImage(1, instance, image, SIDE));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG with a soft gradient: a picture that nobody has to own. */
export function picture(width: number, height: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      rows.set(
        [224 - (x * 60) / width, 190 - (y * 50) / height, 170 - (x * 40) / width],
        y * (1 + width * 3) + 1 + x * 3,
      );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
