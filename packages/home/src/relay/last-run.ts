// What a relay was told when it started last: the report reads it while the relay runs, or after.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8Encode } from '@hale/kernel';
import { policyOf, type RelayPolicy } from '@hale/relay/server';
import * as v from 'valibot';
import { replaceFile } from '../durable-file.ts';

const seconds = v.nullable(v.number());

const runShape = v.object({
  startedAt: v.number(),
  name: v.string(),
  urls: v.array(v.string()),
  private: v.boolean(),
  jurisdiction: v.array(v.string()),
  keep: v.object({ tiles: seconds, access: seconds, wraps: seconds, people: seconds, other: seconds }),
  quota: v.nullable(v.object({ allotmentBytes: v.number(), tokensPerEpoch: v.number() })),
  owner: v.boolean(),
  clinics: v.number(),
  padding: v.boolean(),
});

/** Whether there is an owner and how many clinics, not which. */
export type LastRun = v.InferOutput<typeof runShape>;

const path = (dir: string): string => join(dir, 'last-run.json');

export function noteRun(dir: string, policy: RelayPolicy, startedAt: number): void {
  const { name, urls, jurisdiction, keep, quota, padding } = policy;
  const run = {
    startedAt,
    name,
    urls,
    private: policy.private,
    jurisdiction,
    keep,
    quota,
    padding,
    owner: policy.owner !== null,
    clinics: policy.clinics.length,
  };
  replaceFile(path(dir), utf8Encode(`${JSON.stringify(run)}\n`));
}

export function lastRun(dir: string): LastRun | null {
  try {
    const parsed = v.safeParse(runShape, JSON.parse(readFileSync(path(dir), 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** What holds in a folder while no relay runs on it: as it was told last. */
export function lastPolicy(dir: string): RelayPolicy {
  const run = lastRun(dir);
  return policyOf(run ? { urls: run.urls, private: run.private, keep: run.keep } : { urls: ['ws://localhost'] });
}
