// The packages in which HL7 publishes FHIR, as the npm registry has them. They declare dependencies that it has not, so `npm install` cannot
// take them: `npm pack` fetches each once into node_modules/.cache, its hash is checked, and the files are read from there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const CACHE = fileURLToPath(new URL('../node_modules/.cache/fhir-packages/', import.meta.url));

export interface FhirPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the tarball, hex. */
  readonly sha256: string;
}

/** Everything that R4 publishes as JSON; its StructureDefinitions, with snapshots, among it. */
export const R4: FhirPackage = {
  name: 'hl7.fhir.r4.examples',
  version: '4.0.1',
  sha256: 'dce87f1b5b9341867033f7d1f544fa1b5232503f6d62813887ac6b8a8b6cb682',
};

/** Value sets of R4, expanded. */
export const EXPANSIONS: FhirPackage = {
  name: 'hl7.fhir.r4.expansions',
  version: '4.0.1',
  sha256: '18b2b00a6e26328bdbe4b2e273de5be32dfce21be37e0f582d18882bbce24e69',
};

/** HL7's extensions as they are kept today, written for R4: new ones, and old ones that may stand in more places. */
export const EXTENSIONS: FhirPackage = {
  name: 'hl7.fhir.uv.extensions.r4',
  version: '5.3.0-ballot-tc1',
  sha256: '54f70616bbd444ba0259d5fc5a5c978d463971865f23dcef3103081f529ad213',
};

const tarballOf = ({ name, version }: FhirPackage) => `${CACHE}${name}-${version}.tgz`;

export const isFetched = (of: FhirPackage): boolean => existsSync(tarballOf(of));

export function fetchPackage(of: FhirPackage): void {
  if (isFetched(of)) return;
  mkdirSync(CACHE, { recursive: true });
  execFileSync('npm', ['pack', `${of.name}@${of.version}`, '--pack-destination', CACHE], { stdio: 'ignore' });
}

const BLOCK = 512;

/** JSON files of a package whose names begin so, in the order of their names. */
export function readPackage(of: FhirPackage, start: string): Record<string, unknown>[] {
  const packed = readFileSync(tarballOf(of));
  if (createHash('sha256').update(packed).digest('hex') !== of.sha256)
    throw new Error(
      `${tarballOf(of)} is not the file whose hash stands in docs/fhir-packages.ts: delete it and run again`,
    );
  const tar = gunzipSync(packed);
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, length: number) =>
      tar.toString('latin1', at + from, at + from + length).split('\0')[0];
    const size = Number.parseInt(field(124, 12), 8);
    const name = field(0, 100).replace(/^package\//, '');
    if (name.startsWith(start) && name.endsWith('.json')) files.set(name, tar.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => JSON.parse(bytes.toString('utf8')));
}
