// Whose data it is: what is said of people lies in the sealed catalogue, entries of earlier versions say nothing, and erasing takes it along.
import { masterKeys } from '@hale/kernel/seal';
import { afterEach, expect, test } from 'vitest';
import { Home } from '../src/home.ts';
import type { Context } from '../src/operations/context.ts';
import { erase } from '../src/operations/erase.ts';
import { subjectAdd, subjectChange, subjectList } from '../src/operations/people.ts';
import { Homes, random } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

test('species, year of birth and sex are kept, changed, taken back, and there again in the next run', async () => {
  const dir = homes.dir();
  const keys = masterKeys(random(64));
  const home = new Home({ dir, keys, online: false });
  home.vault.takePen(0);
  home.vault.addSubject('me');
  const context: Context = { home, emit: () => {}, signal: new AbortController().signal };
  const rex = await subjectAdd(context, { name: 'Rex', species: 'dog', birthYear: 2019 });
  expect(rex).toMatchObject({ name: 'Rex', species: 'dog', birthYear: 2019, sex: null, isDefault: false });
  // As an earlier version wrote it.
  expect((await subjectList(context, {}))[0]).toMatchObject({ name: 'me', species: null, birthYear: null, sex: null });
  await subjectChange(context, { subject: rex.id, name: 'Rexi', sex: 'male', birthYear: null });
  for (const bad of [
    { birthYear: 1899 },
    { birthYear: 3000 },
    { birthYear: 2019.5 },
    { species: 'dragon' },
    { sex: 'x' },
  ])
    expect(() => subjectChange(context, { subject: 'Rexi', ...(bad as object) }), JSON.stringify(bad)).toThrow();
  // Direction marks do not make another name of it.
  expect(() => subjectChange(context, { subject: 'Rexi', name: 'm\u202ee\u2069' })).toThrow(/exists already/);
  expect(() => subjectChange(context, { subject: 'Rexi', name: 'ME' })).toThrow(/exists already/);
  expect(await subjectChange(context, { subject: 'Rexi', name: 'REXI' })).toMatchObject({ name: 'REXI' });
  await home.close();
  const again = homes.open({ dir, keys });
  const later: Context = { ...context, home: again };
  expect((await subjectList(later, {}))[1]).toMatchObject({
    name: 'REXI',
    species: 'dog',
    birthYear: null,
    sex: 'male',
  });
  await erase(later, { subject: 'REXI', confirm: 'REXI' });
  const left = [...again.vault.state.subjects.values()].find(({ id }) => id === rex.id);
  expect(Object.keys(left ?? {}).sort()).toEqual(['id', 'name', 'removed', 'secret', 'type']);
});
