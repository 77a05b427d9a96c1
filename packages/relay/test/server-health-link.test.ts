// Health links: tries counted on the disk before anything is compared, files all or none, closed for good.
import { utf8Encode } from '@hale/kernel';
import { HealthLinks, healthLinkVerifier, RELAY_LIMITS } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { seededRandom, someId } from '@hale/testkit/relay-people';
import { beforeEach, describe, expect, test } from 'vitest';

const ID = 'A'.repeat(43);
const RELAY = 'https://relay.example.org';
let store: MemoryRelayStore;
let now: number;
let links: HealthLinks;

const body = (value: unknown) => utf8Encode(JSON.stringify(value));
const row = () => store.healthLinks.get(ID)!;
const ask = (passcode?: unknown, more = {}) => links.manifest(ID, body({ recipient: 'x', passcode, ...more }), RELAY);
const fill = (texts: string[], version = row().version + 1) => {
  for (const [file, text] of texts.entries()) links.putPart(row(), body({ version, file, part: 0, text }));
  return links.publish(
    row(),
    body({ version, files: texts.map(() => ({ contentType: 'application/fhir+json', parts: 1 })) }),
  );
};

beforeEach(() => {
  store = new MemoryRelayStore();
  now = 1_800_000_000;
  links = new HealthLinks({ store, now: () => now, random: seededRandom('links') });
  const verifier = healthLinkVerifier(ID, 'right');
  links.create({ id: ID, owner: someId('owner'), verifier, longTerm: false, expires: now + 10_000 });
  expect(fill(['one']).status).toBe(200);
});

describe('a passcode', () => {
  test('has ten wrong tries in a lifetime, whatever comes between, and then nothing opens', () => {
    for (let wrong = 1; wrong <= RELAY_LIMITS.healthLinkTriesMax; wrong += 1) {
      now += 60;
      expect(ask('right').status).toBe(200);
      expect(ask('wrong')).toEqual({
        status: 401,
        value: { remainingAttempts: RELAY_LIMITS.healthLinkTriesMax - wrong },
      });
    }
    expect(ask('right').status).toBe(404);
    expect(row()).toMatchObject({ isClosed: true, verifierHash: '', files: [] });
    expect(store.healthLinks.units(ID, 1)).toBe(0);
  });

  test('where the count cannot be written nothing is compared, and a try whose answer was lost counts', () => {
    store.faults.push('failed-not-stored');
    expect(ask('right')).toEqual({ status: 503, value: {} });
    expect(row().wrong).toBe(0);
    store.faults.push('failed-but-stored');
    expect(ask('right').status).toBe(503);
    expect(row().wrong).toBe(1);
    expect(ask(undefined).status).toBe(401);
    expect(ask(['right']).status).toBe(400);
    expect(row().wrong).toBe(2);
  });

  test('is never asked for where there is none, and no file goes around one', () => {
    expect(links.direct(ID, 'x').status).toBe(404);
    const id = 'B'.repeat(43);
    links.create({ id, owner: someId('owner'), verifier: null, longTerm: true, expires: now + 10 });
    expect(links.manifest(id, body({ recipient: 'x' }), RELAY).status).toBe(404);
    const other = () => store.healthLinks.get(id)!;
    links.putPart(other(), body({ version: 1, file: 0, part: 0, text: 'abc' }));
    links.publish(other(), body({ version: 1, files: [{ contentType: 'application/smart-health-card', parts: 1 }] }));
    expect(links.direct(id, 'x')).toEqual({ status: 200, value: 'abc' });
    expect(links.manifest(id, body({ recipient: 'x' }), RELAY)).toMatchObject({ status: 200, retrySeconds: 60 });
    now += 10;
    expect(links.direct(id, 'x').status).toBe(404);
  });
});

describe('files', () => {
  test('come all together, of the next version only, and a failed publication leaves what was there', () => {
    expect(
      links.publish(row(), body({ version: 2, files: [{ contentType: 'application/fhir+json', parts: 1 }] })).status,
    ).toBe(400);
    expect(fill(['two', 'three'], 3).status).toBe(400);
    store.faults.push('failed-not-stored');
    expect(links.putPart(row(), body({ version: 2, file: 0, part: 0, text: 'two' })).status).toBe(503);
    expect(ask('right')).toMatchObject({ value: { files: [{ embedded: 'one' }] } });
    expect(fill(['two', 'three']).status).toBe(200);
    expect(ask('right')).toMatchObject({ value: { files: [{ embedded: 'two' }, { embedded: 'three' }] } });
    expect(store.healthLinks.units(ID, 1)).toBe(0);
  });

  test.each([
    [{ version: 2, file: 0, part: 0, text: '<html>' }],
    [{ version: 2, file: 16 + 1, part: 0, text: 'a' }],
    [{ version: 2, file: 0, part: -1, text: 'a' }],
    [{ version: 2, file: 0, part: 0, text: 'a'.repeat(RELAY_LIMITS.healthLinkPartUnitsMax + 1) }],
    [{ version: 1, file: 0, part: 0, text: 'a' }],
    [null],
  ])('a part that is none is not kept: %j', (part) => {
    expect(links.putPart(row(), part === null ? null : body(part)).status).toBe(400);
  });

  test('of one link have a bound', () => {
    const text = 'a'.repeat(RELAY_LIMITS.healthLinkPartUnitsMax);
    const parts = Math.floor(RELAY_LIMITS.healthLinkUnitsMax / text.length);
    store.healthLinks.putPart(ID, 2, 1, 0, text.repeat(parts));
    expect(links.putPart(row(), body({ version: 2, file: 0, part: 0, text })).status).toBe(403);
  });

  test('behind an address are there for a quarter of an hour, under that address, in that version', () => {
    const answer = ask('right', { embeddedLengthMax: 2 }) as { value: { files: { location: string }[] } };
    const [, ticket] = /\/hale\/link\/A{43}\/([0-9a-f]{64})$/.exec(answer.value.files[0].location)!;
    expect(links.location(ID, ticket)).toEqual({ status: 200, value: 'one' });
    expect(links.location('B'.repeat(43), ticket).status).toBe(404);
    expect(links.location(ID, someId('other')).status).toBe(404);
    now += RELAY_LIMITS.healthLinkLocationSeconds;
    expect(links.location(ID, ticket).status).toBe(404);
    const again = ask('right', { embeddedLengthMax: 0 }) as typeof answer;
    fill(['two']);
    expect(links.location(ID, again.value.files[0].location.slice(-64)).status).toBe(404);
  });

  test('are gone once it is closed, and nobody makes another under its id', () => {
    expect(links.remove(row()).status).toBe(200);
    expect(ask('right').status).toBe(404);
    expect(fill(['two']).status).toBe(403);
    expect(
      links.create({ id: ID, owner: someId('x'), verifier: null, longTerm: false, expires: now + 10 }).status,
    ).toBe(403);
    expect(links.look(row())).toMatchObject({ value: { closed: true } });
  });
});
