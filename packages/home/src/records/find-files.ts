// Where the sealed snapshots of the search index lie: one file beside the store for each subject, under a name that tells nothing.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../home.ts';

/** With what a writing that was broken off left beside. */
const NAME = /^find-[0-9a-f]{32}\.sealed(?:\.new-[0-9a-f]+)?$/;

const nameFor = (home: Home, subject: string): string => `find-${home.local.name(`find/${subject}`)}.sealed`;

export const findFile = (home: Home, subject: string): string => join(home.dir, nameFor(home, subject));

/** Snapshots in a folder, of whomever. */
export const findFilesIn = (dir: string): string[] => readdirSync(dir).filter((name) => NAME.test(name));

/** Removes what was made of records that are no longer here, or under words that are no longer hers. */
export function removeFindFiles(home: Home): void {
  const own = new Set(
    [...home.vault.state.subjects.values()].flatMap(({ id }) => (home.records.hasAny(id) ? [nameFor(home, id)] : [])),
  );
  for (const name of findFilesIn(home.dir)) if (!own.has(name)) rmSync(join(home.dir, name), { force: true });
}
