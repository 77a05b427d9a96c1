// How long does it take to say of every record how sensitive it is?
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Resource, resourceLabels } from '@hale/vault/records';
import { type Bench, median, millis } from './report.ts';

const ROUNDS = 9;
const RECORDS = 5_000;
const TO_REACH_MILLIS = 300;

const FOLDER = new URL('../test/data/fhir/synthea/', import.meta.url);

function synthea(): Resource[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json.gz'));
  return names.flatMap((name) =>
    JSON.parse(gunzipSync(readFileSync(new URL(name, FOLDER))).toString()).entry.map(
      ({ resource }: { resource: Resource }) => resource,
    ),
  );
}

export const recordLabels: Bench = {
  name: 'record-labels',
  run: async () => {
    const few = synthea();
    const many = Array.from({ length: RECORDS }, (_, i) => few[i % few.length]);
    const spent: number[] = [];
    let labelled = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const before = process.cpuUsage();
      labelled = many.filter((resource) => resourceLabels(resource).labels.length > 0).length;
      const { user, system } = process.cpuUsage(before);
      spent.push((user + system) / 1000);
    }
    const middle = median(spent);
    return {
      title: 'Labels of health records',
      findings: [
        {
          what: `${RECORDS.toLocaleString('en')} records labelled with their reasons`,
          hale: millis(middle),
          peer: 'none on npm',
          ratio: '',
          target: `< ${TO_REACH_MILLIS} ms`,
          isMet: middle < TO_REACH_MILLIS,
        },
      ],
      notes: [
        `Three Synthea patients over and over, ${Math.round(JSON.stringify(few).length / few.length).toLocaleString('en')} characters of JSON each in the mean; ${labelled} of them have a label. Processor time, median of ${ROUNDS}; the first round alone ${millis(spent[0])}.`,
      ],
    };
  },
};
