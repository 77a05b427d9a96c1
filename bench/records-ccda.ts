// Does every clinical document of HL7's examples come in, how much of it, and how fast? Beside @medplum/ccda (npm, Apache-2.0), the only reader of
// C-CDA into FHIR on npm that works in Node.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseXml, piecesOf, readDocument } from '@hale/vault/records/ccda';
import { convertCcdaToFhir, convertXmlToCcda } from '@medplum/ccda';
import { type Bench, type Finding, median } from './report.ts';

const FOLDER = fileURLToPath(new URL('../test/data/records/ccda', import.meta.url));
const FILES = ['CCD1', 'Consultation_Note', 'Referral_Note', 'Transfer_Summary', 'Unstructured_text'];
const ROUNDS = 15;
const WARM_ROUNDS = 5;

interface Outcome {
  /** Milliseconds of processor time; NaN where it threw. */
  millis: number;
  /** Resources that tell something about the patient. */
  resources: number;
}

/** People and places are told by both, and say nothing of her. */
const BESIDE = new Set([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'RelatedPerson',
  'Patient',
  'Composition',
]);

async function measure(read: () => Promise<string[]> | string[]): Promise<Outcome> {
  const millis: number[] = [];
  let types: string[] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    try {
      types = await read();
    } catch {
      return { millis: Number.NaN, resources: 0 };
    }
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) millis.push((user + system) / 1000);
  }
  return { millis: median(millis), resources: types.filter((type) => !BESIDE.has(type)).length };
}

async function ours(bytes: Uint8Array): Promise<string[]> {
  const source = {
    name: 'document.xml',
    sizeBytes: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  return readDocument(await parseXml(piecesOf(source, 0))).made.map(({ resource }) => resource.resourceType);
}

const theirs = (text: string): string[] =>
  (convertCcdaToFhir(convertXmlToCcda(text)).entry ?? []).map(
    (each: { resource?: { resourceType: string } }) => each.resource?.resourceType ?? '',
  );

const written = ({ millis, resources }: Outcome): string =>
  Number.isNaN(millis) ? 'throws' : `${resources} records, ${millis.toFixed(1)} ms`;

export const recordsCcda: Bench = {
  name: 'records-ccda',
  run: async () => {
    const findings: Finding[] = [];
    let read = 0;
    let peerRead = 0;
    for (const name of FILES) {
      const bytes = new Uint8Array(readFileSync(`${FOLDER}/${name}.xml`));
      const text = new TextDecoder().decode(bytes);
      const hale = await measure(() => ours(bytes));
      const peer = await measure(() => theirs(text));
      if (!Number.isNaN(hale.millis)) read++;
      if (!Number.isNaN(peer.millis)) peerRead++;
      findings.push({
        what: `${name}.xml, ${Math.round(bytes.length / 1000)} kB`,
        hale: written(hale),
        peer: written(peer),
        ratio: '',
        target: '',
        isMet: null,
      });
    }
    return {
      title: 'Clinical documents (C-CDA) read',
      findings: [
        {
          what: 'documents read without an exception',
          hale: `${read} of ${FILES.length}`,
          peer: `${peerRead} of ${FILES.length}`,
          ratio: '',
          target: `${FILES.length} of ${FILES.length}`,
          isMet: read === FILES.length,
        },
        ...findings,
      ],
      notes: [
        'Bytes in, resources out; median of fifteen rounds after five, by processor time. Records: all but people, places and the document itself.',
        'Peer: @medplum/ccda 5.1.10, text in. Every statement of the documents stands in one of our records (packages/vault/test/records/ccda-documents.test.ts).',
      ],
    };
  },
};
