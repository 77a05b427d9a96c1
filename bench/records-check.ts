// How many records a second are checked, and how often is the verdict that of HL7's Java validator? Beside @solarahealth/fhir-r4 (npm, MIT), of
// the validators on npm the one that catches most and the fastest of those that reject unknown fields.
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadChecker } from '@hale/vault/records/check';
import { readCase, VERDICTS, WITHOUT_CONTAINED } from '../packages/vault/test/records/validator-verdicts.ts';
import { type Bench, median, rate, times } from './report.ts';

const ROUNDS = 9;
const WARM_ROUNDS = 3;
const RATE_TO_REACH = 5_000;
const VERDICTS_TO_REACH = 40;

interface Resource {
  resourceType: string;
}
interface Schema {
  safeParse(value: unknown): { success: boolean };
}

/** Three Synthea patients where they lie beside the repository, else the examples of the patient summary. */
function records(): { what: string; resources: Resource[] } {
  const places = ['../../shared/data/fhir/synthea', '/work/shared/data/fhir/synthea'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const synthea = places.find((path) => existsSync(path));
  const folder = synthea ?? fileURLToPath(new URL('../test/data/records/ips', import.meta.url));
  const read = globSync(`${folder}/*.json`).map((file) => JSON.parse(readFileSync(file, 'utf8')));
  const bundles = read.filter(({ resourceType }) => resourceType === 'Bundle');
  const resources = bundles.flatMap(({ entry }) => entry.map(({ resource }: { resource: Resource }) => resource));
  return { what: `${resources.length} resources of ${synthea ? 'Synthea' : 'patient summaries'}`, resources };
}

/** Its schemas by the name of their type; its module for `import` does not load in Node, that for `require` does. */
function peerSchemas(): (type: string) => Schema | null {
  const makers = createRequire(import.meta.url)('@solarahealth/fhir-r4') as Record<string, () => Schema>;
  const made = new Map<string, Schema>();
  return (type) => {
    const maker = makers[`create${type}Schema`];
    if (!maker) return null;
    if (!made.has(type)) made.set(type, maker());
    return made.get(type)!;
  };
}

function perSecond(resources: readonly Resource[], check: (resource: Resource) => void): number {
  const rates: number[] = [];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (const resource of resources) check(resource);
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) rates.push((resources.length / (user + system)) * 1e6);
  }
  return median(rates);
}

/** Verdicts as the Java validator's, bad ones caught, good ones called bad. */
function verdicts(isBad: (resource: Resource, file: string) => boolean): {
  same: number;
  caught: number;
  falseAlarms: number;
} {
  const all = VERDICTS.map(([file, java]) => ({ java: java > 0, ours: isBad(readCase(file) as Resource, file) }));
  return {
    same: all.filter(({ java, ours }) => java === ours).length,
    caught: all.filter(({ java, ours }) => java && ours).length,
    falseAlarms: all.filter(({ java, ours }) => !java && ours).length,
  };
}

const written = ({ same, caught, falseAlarms }: ReturnType<typeof verdicts>) =>
  `${same} of 50 (${caught} of 28 bad ones caught, ${falseAlarms} false alarms)`;

export const recordsCheck: Bench = {
  name: 'records-check',
  run: async () => {
    const checker = await loadChecker((bytes) => createHash('sha1').update(bytes).digest());
    const peer = peerSchemas();
    const { what, resources } = records();
    const hale = perSecond(resources, (resource) => checker.check(resource));
    const theirs = perSecond(resources, (resource) => peer(resource.resourceType)?.safeParse(resource));
    const ours = verdicts((resource, file) =>
      checker
        .check(resource)
        .some(
          ({ severity, path }) => severity === 'error' && !(file === WITHOUT_CONTAINED && path.includes('.contained[')),
        ),
    );
    const others = verdicts((resource) => peer(resource.resourceType)?.safeParse(resource).success === false);
    return {
      title: 'Records checked',
      findings: [
        {
          what,
          hale: rate(hale),
          peer: rate(theirs),
          ratio: times(hale / theirs),
          target: `≥ ${rate(RATE_TO_REACH)}`,
          isMet: hale >= RATE_TO_REACH,
        },
        {
          what: "verdicts as HL7's Java validator",
          hale: written(ours),
          peer: written(others),
          ratio: '',
          target: `≥ ${VERDICTS_TO_REACH} of 50, no false alarm`,
          isMet: ours.same >= VERDICTS_TO_REACH && ours.falseAlarms === 0,
        },
      ],
      notes: [
        'Each resource by itself, parsed JSON in, findings out; median of nine rounds after three, by processor time.',
        'Peer: @solarahealth/fhir-r4 1.2.0 (zod), its schema of the type.',
        'The four that are missed need a terminology server (names of codes) or the view that an extension nobody published is wrong.',
        'One case is that of a validator told to leave contained resources alone; there findings within them are not counted for Hale.',
      ],
    };
  },
};
