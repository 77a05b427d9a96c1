// Requests in the shapes of xDrip+, Loop, Trio and AndroidAPS, written from their sources (which fields, which addresses), against a real node.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NightscoutAccess } from '../src/api.ts';
import { iso, MINUTE, NightscoutNode, NOW, sha1 } from './nightscout-node.ts';
import { aapsBolus, aapsEntry, loopDocuments, xdripEntries, xdripTreatment } from './nightscout-shapes.ts';

const node = new NightscoutNode();
let phone: NightscoutAccess;
let loop: NightscoutAccess;
let trio: NightscoutAccess;
let aaps: NightscoutAccess;
let watch: NightscoutAccess;

beforeAll(async () => {
  await node.init();
  await node.start();
  phone = await node.addDevice('xDrip', { scope: 'both' });
  loop = await node.addDevice('Loop', { scope: 'both' });
  trio = await node.addDevice('Trio', { scope: 'both' });
  aaps = await node.addDevice('AAPS', { scope: 'both' });
  watch = await node.addDevice('Watch', { scope: 'read', units: 'mmol' });
}, 120_000);
afterAll(() => node.remove());

const secret = (access: NightscoutAccess) => ({ 'api-secret': sha1(access.secret), accept: 'application/json' });

async function streamsOf(): Promise<Record<string, number>> {
  const streams = await node.withClient((client) => client.call('streams', {}));
  return Object.fromEntries(streams.map(({ key, samples }) => [key, samples]));
}

test('xDrip+: looks at the status, uploads readings and battery', async () => {
  const status = await node.ask('GET', '/api/v1/status.json', secret(phone));
  expect(status.body).toMatchObject({
    status: 'ok',
    apiEnabled: true,
    careportalEnabled: true,
    settings: { units: 'mg/dl' },
  });
  const { upload } = xdripEntries();
  const sent = await node.ask('POST', '/api/v1/entries', secret(phone), upload);
  expect(sent.status).toBe(200);
  expect(sent.body).toHaveLength(5);
  for (const [i, echo] of sent.body.entries()) {
    const { date } = upload[i];
    expect(echo).toMatchObject({ ...upload[i], dateString: iso(date), sysTime: iso(date), utcOffset: 120 });
    expect(echo._id).toMatch(/^[0-9a-f]{24}$/);
  }
  expect(
    (
      await node.ask('POST', '/api/v1/devicestatus', secret(phone), {
        device: 'phone',
        uploader: { battery: 77, type: 'PHONE' },
      })
    ).status,
  ).toBe(200);
}, 60_000);

test('xDrip+: uploads treatments, finds them by uuid, asks only for what changed, deletes', async () => {
  const treatment = xdripTreatment();
  const { uuid } = treatment;
  expect((await node.ask('PUT', '/api/v1/treatments', secret(phone), treatment)).body).toMatchObject({
    _id: treatment._id,
    uuid,
  });
  const found = await node.ask('GET', `/api/v1/treatments.json?find[uuid]=${uuid}`, secret(phone));
  expect(found.body).toEqual([expect.objectContaining({ uuid, carbs: 20, insulin: 2.5, eventType: 'Meal Bolus' })]);
  const download = await node.ask('GET', '/api/v1/treatments', {
    ...secret(phone),
    'if-modified-since': new Date(0).toUTCString(),
  });
  expect(download.body).toHaveLength(1);
  const again = { ...secret(phone), 'if-modified-since': download.headers.get('last-modified') ?? '' };
  expect((await node.ask('GET', '/api/v1/treatments', again)).status).toBe(304);
  expect(await streamsOf()).toMatchObject({
    'glucose-cgm': 3,
    'glucose-capillary': 1,
    'device-battery': 1,
    'insulin-bolus': 1,
    'carbohydrate-intake': 1,
  });
  expect((await node.ask('DELETE', `/api/v1/treatments/${found.body[0]._id}`, secret(phone))).body).toMatchObject({
    n: 1,
    ok: 1,
  });
  expect((await node.ask('GET', `/api/v1/treatments.json?find[uuid]=${uuid}`, secret(phone))).body).toEqual([]);
  const shown = await node.withClient((client) =>
    client.call('show', { stream: 'insulin-bolus', from: iso(NOW - 60 * MINUTE), to: iso(NOW + 60 * MINUTE) }),
  );
  expect(shown.rows.map(({ value }) => value)).toEqual([0]);
}, 60_000);

test('Loop: tests its secret, uploads arrays and reads as many ids back, changes and deletes by them', async () => {
  expect((await node.ask('GET', '/api/v1/experiments/test', secret(loop))).status).toBe(200);
  const { at, basal, bolus, meal, status, profile } = loopDocuments();
  const sent = await node.ask('POST', '/api/v1/treatments', secret(loop), [basal, bolus, meal]);
  const ids = sent.body.map(({ _id }: { _id: string }) => _id);
  expect(new Set(ids).size).toBe(3);
  // The same once more, as after a lost answer.
  expect(
    (await node.ask('POST', '/api/v1/treatments', secret(loop), [basal, bolus, meal])).body.map(
      ({ _id }: { _id: string }) => _id,
    ),
  ).toEqual(ids);
  expect((await node.ask('POST', '/api/v1/devicestatus', secret(loop), [status])).body[0]).toMatchObject({
    loop: status.loop,
  });
  expect((await node.ask('PUT', '/api/v1/treatments', secret(loop), { ...meal, carbs: 30, _id: ids[2] })).status).toBe(
    200,
  );
  const range = `find[timestamp][$gte]=${at(30)}&find[timestamp][$lte]=${at(0)}&count=50`;
  const read = await node.ask(
    'GET',
    `/api/v1/treatments?${range.replaceAll('[', '%5B').replaceAll(']', '%5D')}`,
    secret(loop),
  );
  expect(read.body.map(({ syncIdentifier }: { syncIdentifier: string }) => syncIdentifier)).toEqual([
    'a1b4',
    'a1b3',
    'a1b2',
  ]);
  expect(read.body[0]).toMatchObject({ carbs: 30, foodType: '🍎', absorptionTime: 180 });
  expect((await node.ask('DELETE', `/api/v1/treatments/${ids[1]}`, secret(loop))).status).toBe(200);
  expect((await node.ask('POST', '/api/v1/profile', secret(loop), [profile])).body[0]._id).toMatch(/^[0-9a-f]{24}$/);
  expect((await node.ask('GET', '/api/v1/profile/current', secret(loop))).body).toMatchObject(profile);
  const statuses = await node.ask(
    'GET',
    `/api/v1/devicestatus?find[created_at][$gte]=${at(30)}&find[created_at][$lte]=${at(0)}&count=50`,
    secret(loop),
  );
  expect(statuses.body).toEqual([expect.objectContaining({ loop: status.loop, pump: status.pump })]);
}, 60_000);

test('Trio: a UUID as _id becomes the identifier, deletes by its own id field, asks for others’ carbs', async () => {
  expect(
    (
      await node.ask('POST', '/api/v1/treatments.json', secret(trio), {
        eventType: 'Note',
        enteredBy: 'Trio',
        notes: 'Trio connected',
      })
    ).status,
  ).toBe(200);
  const _id = '5C3D33F2-95E4-4C22-A8C3-5B1D2F6F2D11';
  const glucose = {
    _id,
    sgv: 142,
    date: NOW - 2 * MINUTE,
    dateString: iso(NOW - 2 * MINUTE),
    direction: 'FortyFiveUp',
    type: 'sgv',
    glucose: 142,
    filtered: null,
  };
  const sent = await node.ask('POST', '/api/v1/entries.json', secret(trio), [glucose]);
  expect(sent.body[0]).toMatchObject({ identifier: _id, sgv: 142 });
  expect(sent.body[0]._id).toMatch(/^[0-9a-f]{24}$/);
  const carbs = {
    id: 'B5D3A7E1-0000-4000-8000-000000000001',
    created_at: iso(NOW - 3 * MINUTE),
    eventType: 'Carb Correction',
    carbs: 12,
    fat: 3,
    protein: 4,
    enteredBy: 'Trio',
  };
  const own = { ...carbs, id: 'other', enteredBy: 'caregiver', created_at: iso(NOW - 4 * MINUTE), carbs: 8 };
  expect((await node.ask('POST', '/api/v1/treatments.json', secret(trio), [carbs, own])).status).toBe(200);
  const query = `find[carbs][$exists]=true&find[enteredBy][$ne]=Trio&find[enteredBy][$ne]=loop://iPhone&find[created_at][$gt]=${iso(NOW - 60 * MINUTE)}`;
  const others = await node.ask('GET', `/api/v1/treatments.json?${query}`, secret(trio));
  expect(others.body.map(({ carbs: grams }: { carbs: number }) => grams)).toEqual([8]);
  expect((await node.ask('DELETE', `/api/v1/treatments.json?find[id][$eq]=${carbs.id}`, secret(trio))).body.n).toBe(1);
  expect((await node.ask('DELETE', '/api/v1/treatments.json', secret(trio))).status).toBe(400);
  const fetched = await node.ask(
    'GET',
    `/api/v1/entries/sgv.json?count=1600&find[dateString][$gte]=${iso(NOW - 60 * MINUTE)}`,
    secret(trio),
  );
  expect(fetched.body[0]).toMatchObject({ sgv: 125 });
  expect(fetched.body.some(({ identifier }: { identifier?: string }) => identifier === _id)).toBe(true);
}, 60_000);

test('AndroidAPS (NSClientV3): token, status, create, deduplicate, patch, and nothing without a JWT', async () => {
  const jwt = await node.bearer(aaps.token);
  expect((await node.ask('GET', '/api/v3/status', secret(aaps))).status).toBe(401);
  expect((await node.ask('GET', '/api/v3/status', jwt)).body.result.apiPermissions).toMatchObject({
    entries: 'crud',
    treatments: 'crud',
  });
  const bolus = aapsBolus();
  const created = await node.ask('POST', '/api/v3/treatments', jwt, bolus);
  expect(created.status).toBe(201);
  const { identifier, lastModified } = created.body;
  expect(created.headers.get('location')).toBe(`/api/v3/treatments/${identifier}`);
  const again = await node.ask('POST', '/api/v3/treatments', jwt, bolus);
  expect([again.status, again.body]).toMatchObject([200, { identifier, isDeduplication: true }]);
  const read = await node.ask('GET', `/api/v3/treatments/${identifier}`, jwt);
  expect(read.body.result).toMatchObject({ ...bolus, identifier, srvCreated: lastModified, subject: 'AAPS' });
  expect(read.body.result._id).toBeUndefined();
  expect((await node.ask('PATCH', `/api/v3/treatments/${identifier}`, jwt, { insulin: 0.3 })).status).toBe(200);
  const refused = await node.ask('PATCH', `/api/v3/treatments/${identifier}`, jwt, { eventType: 'Note' });
  expect([refused.status, refused.body.message]).toEqual([400, 'Field eventType cannot be modified by the client']);
  expect((await node.ask('POST', '/api/v3/treatments', jwt, { app: 'AAPS', eventType: 'Note' })).body.message).toBe(
    'Bad or missing date field',
  );
}, 60_000);

test('AndroidAPS (NSClientV3): follows changes and deletions by the ETag', async () => {
  const jwt = await node.bearer(aaps.token);
  const { identifier, lastModified } = (await node.ask('POST', '/api/v3/treatments', jwt, aapsBolus(1))).body;
  expect((await node.ask('PATCH', `/api/v3/treatments/${identifier}`, jwt, { insulin: 0.3 })).status).toBe(200);
  const history = await node.ask('GET', `/api/v3/treatments/history/${lastModified - 1}?limit=100`, jwt);
  expect(history.body.result).toContainEqual(expect.objectContaining({ identifier, insulin: 0.3 }));
  const etag = Number(/^W\/"(\d+)"$/.exec(history.headers.get('etag') ?? '')?.[1]);
  expect((await node.ask('GET', `/api/v3/treatments/history/${etag}?limit=100`, jwt)).body.result).toEqual([]);
  expect((await node.ask('DELETE', `/api/v3/treatments/${identifier}`, jwt)).status).toBe(200);
  expect((await node.ask('GET', `/api/v3/treatments/${identifier}`, jwt)).status).toBe(410);
  const after = await node.ask('GET', `/api/v3/treatments/history/${etag}`, jwt);
  expect(after.body.result).toEqual([expect.objectContaining({ identifier, isValid: false })]);
}, 60_000);

test('AndroidAPS (NSClientV3): readings, newest first and in pages', async () => {
  const jwt = await node.bearer(aaps.token);
  const entry = aapsEntry();
  expect((await node.ask('POST', '/api/v3/entries', jwt, entry)).status).toBe(201);
  const newest = await node.ask('GET', '/api/v3/entries?sort$desc=date&type=sgv', jwt);
  expect(newest.body.result.map(({ sgv }: { sgv: number }) => sgv)).toEqual([125, 142, 121, 118, 5, 99]);
  const paged = await node.ask(
    'GET',
    `/api/v3/entries?sort=date&date$gt=${NOW - 41 * MINUTE}&limit=2&fields=sgv,date`,
    jwt,
  );
  expect(paged.body.result).toEqual([
    { sgv: 99, date: entry.date },
    { sgv: 5, date: NOW - 15 * MINUTE + 123 },
  ]);
  expect((await node.ask('GET', '/api/v3/entries?limit=1001', jwt)).status).toBe(400);
  const modified = await node.ask('GET', '/api/v3/lastModified', jwt);
  expect(modified.body.result.collections.treatments).toBeGreaterThan(NOW);
}, 60_000);

test('one document does not become another device’s: it is echoed, and neither changed nor deleted', async () => {
  const millis = NOW - 5 * MINUTE + 123;
  const foreign = { type: 'sgv', sgv: 199, date: millis, dateString: iso(millis), device: 'second uploader' };
  const sent = await node.ask('POST', '/api/v1/entries', secret(loop), foreign);
  const read = await node.ask('GET', `/api/v1/entries/${sent.body[0]._id}`, secret(phone));
  expect(read.body[0]).toMatchObject({ sgv: 121, device: 'xDrip-DexcomG5' });
  expect((await node.ask('DELETE', `/api/v1/entries/${sent.body[0]._id}`, secret(loop))).body.n).toBe(0);
}, 60_000);

test('a range without a count: all treatments, the newest ten readings and states, as Nightscout gives them', async () => {
  const at = (i: number) => iso(NOW - (100 + i) * MINUTE);
  const many = Array.from({ length: 15 }, (_, i) => i);
  const treatments = many.map((i) => ({ created_at: at(i), eventType: 'Note', notes: `${i}` }));
  await node.ask('POST', '/api/v1/treatments', secret(phone), treatments);
  await node.ask(
    'POST',
    '/api/v1/devicestatus',
    secret(phone),
    many.map((i) => ({ created_at: at(i), device: 'many' })),
  );
  const range = `find[created_at][$gte]=${at(15)}&find[created_at][$lte]=${at(0)}`;
  expect((await node.ask('GET', `/api/v1/treatments?${range}`, secret(phone))).body).toHaveLength(15);
  expect((await node.ask('GET', `/api/v1/treatments?${range}&count=4`, secret(phone))).body).toHaveLength(4);
  expect((await node.ask('GET', `/api/v1/devicestatus?${range}`, secret(phone))).body).toHaveLength(10);
}, 60_000);

test('a partial failure says which document, and keeps the good ones', async () => {
  const good = { type: 'sgv', sgv: 150, date: NOW - 60 * MINUTE };
  const sent = await node.ask('POST', '/api/v1/entries', secret(phone), [good, { type: 'sgv', sgv: 151 }, 7]);
  expect(sent.status).toBe(200);
  expect(sent.body).toMatchObject([{ sgv: 150 }, { status: 400, index: 1 }, { status: 400, index: 2 }]);
  expect((await node.ask('POST', '/api/v1/entries', secret(phone), [{ sgv: 1 }])).status).toBe(400);
}, 60_000);

test('watch faces and Home Assistant: pebble, properties, status, entries with sha1 header or token', async () => {
  const pebble = await node.ask('GET', `/pebble?count=2&token=${watch.token}`, {});
  expect(pebble.body.bgs).toMatchObject([
    { sgv: '6.9', trend: 4, direction: 'Flat', datetime: NOW + 123, battery: '77' },
    { sgv: '7.9' },
  ]);
  const mgdl = await node.ask('GET', `/pebble?units=mg/dl&token=${watch.token}`, {});
  expect(mgdl.body.bgs[0].sgv).toBe('125');
  const properties = await node.ask('GET', '/api/v2/properties/bgnow,delta', secret(watch));
  expect(Object.keys(properties.body)).toEqual(['bgnow', 'delta']);
  expect(properties.body.bgnow.last).toBe(125);
  const entries = await node.ask('GET', '/api/v1/entries/sgv.json?count=1', secret(watch));
  expect(entries.body).toEqual([expect.objectContaining({ sgv: 125, direction: 'Flat', dateString: iso(NOW + 123) })]);
  expect((await node.ask('GET', '/api/v1/entries/current.json', secret(watch))).body).toHaveLength(1);
  expect((await node.ask('GET', '/api/v1/status.json', secret(watch))).body.settings.units).toBe('mmol');
  expect((await node.ask('POST', '/api/v1/entries', secret(watch), [])).status).toBe(403);
}, 60_000);
