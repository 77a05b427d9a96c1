// The part of the relay store's contract that is about health links.
import { HaleError } from '@hale/kernel';
import type { HealthLinkRow, RelayStore } from '@hale/relay/server';
import { expect, test } from 'vitest';
import { RELAY_TEST_SECONDS as now, someId } from '../relay-people.ts';

export function healthLinkTests(store: () => RelayStore): void {
  const row = (id: string): HealthLinkRow => ({
    id: id.repeat(43),
    owner: someId('owner'),
    verifierHash: someId('v'),
    wrong: 0,
    isLongTerm: true,
    expires: now + 10,
    isClosed: false,
    version: 0,
    publishedAt: 0,
    files: [],
    opened: 0,
    openedAt: 0,
  });

  test('a health link is there once, changes, keeps the parts of one version, and goes when it expires', () => {
    const links = store().healthLinks;
    const [one, two] = [row('a'), { ...row('b'), expires: now + 20 }];
    expect(links.get(one.id)).toBeNull();
    expect([links.add(one), links.add({ ...one, wrong: 5 }), links.add(two)]).toEqual([true, false, true]);
    expect(links.get(one.id)).toEqual(one);
    for (const [version, file, part, text] of [
      ...[[1, 0, 1, 'B'] as const, [1, 0, 0, 'x'] as const, [1, 0, 0, 'A'] as const],
      ...[[1, 1, 0, 'C'] as const, [2, 0, 0, 'D'] as const],
    ])
      links.putPart(one.id, version, file, part, text);
    links.putPart(two.id, 1, 0, 0, 'T');
    expect([links.units(one.id, 1), links.units(one.id, 2), links.units(one.id, 3)]).toEqual([3, 1, 0]);
    expect([links.file(one.id, 1, 0, 2), links.file(one.id, 1, 1, 1), links.file(one.id, 1, 0, 3)]).toEqual([
      'AB',
      'C',
      null,
    ]);
    const files = [{ contentType: 'application/fhir+json', parts: 1 }];
    links.change(one.id, { version: 2, files, publishedAt: now, wrong: 3, opened: 4, openedAt: now });
    links.keepParts(one.id, 2);
    expect([links.file(one.id, 1, 0, 1), links.file(one.id, 2, 0, 1), links.file(two.id, 1, 0, 1)]).toEqual([
      null,
      'D',
      'T',
    ]);
    expect(links.get(one.id)).toEqual({
      ...one,
      version: 2,
      files,
      publishedAt: now,
      wrong: 3,
      opened: 4,
      openedAt: now,
    });
    links.change(one.id, { isClosed: true, verifierHash: '', files: [] });
    expect(links.get(one.id)).toMatchObject({ isClosed: true, verifierHash: '', files: [], version: 2 });
    store().sweep(now + 10);
    expect([links.get(one.id), links.file(one.id, 2, 0, 1), links.get(two.id)?.id]).toEqual([null, null, two.id]);
    expect(links.add(one)).toBe(true);
  });

  test('what a failed transaction changed of a health link is not there', () => {
    const links = store().healthLinks;
    const attempt = () =>
      store().transact(() => {
        links.add(row('c'));
        links.putPart(row('c').id, 1, 0, 0, 'A');
        throw new HaleError('conflict', 'stop');
      });
    expect(attempt).toThrow(HaleError);
    expect([links.get(row('c').id), links.units(row('c').id, 1)]).toEqual([null, 0]);
  });
}
