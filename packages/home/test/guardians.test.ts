// Guardians over real homes and a real relay: pieces go out, come back to a code after a wait, and give the words to an empty machine.
import { encodeFileCode, openRelease, parsePiece, recoverWords } from '@hale/consent';
import { encodeNpub, schnorrPublic } from '@hale/kernel';
import { masterKeys, newWords, seedOf } from '@hale/kernel/seal';
import { afterEach, describe, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import {
  guardianForget,
  guardianPieces,
  guardianRelease,
  guardians,
  guardiansRefuse,
  guardiansRevoke,
  guardiansSet,
} from '../src/operations/guardians.ts';
import { addRelay } from '../src/operations/relays.ts';
import { Homes, listed, random, until } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const npubOf = (home: Home) => encodeNpub(schnorrPublic(home.keys.identity));
const HOUR = 3_600e6;

let ahead = 0;
const nowMicros = () => Date.now() * 1000 + ahead;

/** Anna, and three who hold pieces of her words. */
async function circle() {
  ahead = 0;
  const words = newWords(random(32));
  const anna = homes.make({ keys: masterKeys(seedOf(words)), nowMicros });
  const circle = [homes.make({ nowMicros }), homes.make({ nowMicros }), homes.make({ nowMicros })];
  const relay = await homes.relay(anna.keys, ...circle.map(({ keys }) => keys));
  for (const home of [anna, ...circle]) await addRelay(home, relay.url, undefined, ['store', 'post']);
  for (const home of [anna, ...circle]) await listed(home, relay);
  return { anna, circle, words, npubs: circle.map(npubOf) };
}

const holds = (home: Home) =>
  until(
    () => guardianPieces(context(home), {}),
    (pieces) => pieces.length > 0,
  );

describe('guardians', () => {
  test('two of three give the words to a machine that has nothing, one alone does not', async () => {
    const { anna, circle, words, npubs } = await circle3();
    expect((await guardians(context(anna), {}))?.guardians.map(({ npub }) => npub)).toEqual(npubs);
    await until(
      () => guardians(context(anna), {}),
      (info) => info?.guardians.every(({ state }) => state === 'kept') === true,
    );
    const code = random(16);
    const ask = (home: Home) => guardianRelease(context(home), { owner: npubOf(anna), code: encodeFileCode(code) });
    for (const home of [circle[0], circle[2]]) expect(await ask(home)).toMatchObject({ state: 'waiting' });
    ahead = 25 * HOUR;
    const texts = [await ask(circle[0]), await ask(circle[2])].map((given) =>
      given.state === 'released' ? given.text : '',
    );
    const pieces = texts.map((text) => openRelease(text, code));
    expect(recoverWords(pieces)).toBe(words);
    expect(() => recoverWords(pieces.slice(0, 1))).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => openRelease(texts[0], random(16))).toThrow(expect.objectContaining({ code: 'not-authentic' }));
    // Another code begins to wait anew: who asked first gives nobody else the piece.
    const other = await guardianRelease(context(circle[0]), { owner: npubOf(anna), code: encodeFileCode(random(16)) });
    expect(other.state).toBe('waiting');
  });

  test('the living home is told and refuses', async () => {
    const { anna, circle } = await circle3();
    const code = encodeFileCode(random(16));
    const ask = () => guardianRelease(context(circle[1]), { owner: npubOf(anna), code });
    await ask();
    const told = await until(
      () => guardians(context(anna), {}),
      (info) => (info?.releases.length ?? 0) > 0,
    );
    expect(told?.releases).toMatchObject([{ npub: npubOf(circle[1]) }]);
    expect(await guardiansRefuse(context(anna), {})).toEqual({ refused: 1 });
    ahead = 25 * HOUR;
    await expect(ask()).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(guardiansRefuse(context(anna), {})).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a new set replaces the old, whose pieces do not go with it; revoked, they are forgotten', async () => {
    const { anna, circle, words, npubs } = await circle3();
    const { papers: old } = await guardiansSet(context(anna), { words, to: [npubs[0], npubs[1]], papers: 1 });
    await holds(circle[0]);
    const { papers: fresh } = await guardiansSet(context(anna), { words, to: [npubs[0]], papers: 2 });
    expect(fresh).toHaveLength(2);
    expect(recoverWords(fresh.map(parsePiece))).toBe(words);
    expect(() => recoverWords([parsePiece(old[0]), parsePiece(fresh[0])])).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
    await until(
      () => guardianPieces(context(circle[1]), {}),
      (pieces) => pieces.length === 0,
    );
    await guardiansRevoke(context(anna), {});
    expect(await guardians(context(anna), {})).toBeNull();
    await until(
      () => guardianPieces(context(circle[0]), {}),
      (pieces) => pieces.length === 0,
    );
  });

  test('wrong words, oneself, one twice, one alone are refused', async () => {
    const people = await circle();
    const { anna, words, npubs } = people;
    const set = (given: { words?: string; to: string[]; need?: number; papers?: number }) =>
      guardiansSet(context(anna), { words, ...given });
    await expect(set({ words: newWords(random(32)), to: npubs })).rejects.toMatchObject({ code: 'usage' });
    await expect(set({ words: 'abandon', to: npubs })).rejects.toMatchObject({ code: 'malformed' });
    await expect(set({ to: [npubOf(anna), npubs[0]] })).rejects.toMatchObject({ code: 'usage' });
    await expect(set({ to: [npubs[0], npubs[0]] })).rejects.toMatchObject({ code: 'usage' });
    await expect(set({ to: [npubs[0]] })).rejects.toMatchObject({ code: 'usage' });
    await expect(set({ to: npubs, need: 4 })).rejects.toMatchObject({ code: 'usage' });
    expect(await guardians(context(anna), {})).toBeNull();
    expect(() => guardianForget(context(people.circle[0]), { owner: npubOf(anna) })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});

async function circle3() {
  const people = await circle();
  const { anna, words, npubs, circle: all } = people;
  await guardiansSet(context(anna), { words, to: npubs });
  for (const home of all) await holds(home);
  return people;
}
