// Cards, links and summaries through a home: in by what a person types, out as files and links, and what is refused leaves nothing behind.
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  checkCard,
  openHealthLink,
  readCardText,
  readHealthLink,
  sealLinkFile,
  writeHealthLink,
} from '@hale/vault/records/cards';
import { readSummary } from '@hale/vault/records/ips';
import jsQR from 'jsqr';
import { SHLViewer } from 'kill-the-clipboard';
import { afterEach, describe, expect, test } from 'vitest';
import type { ImportReport } from '../../src/api.ts';
import type { Home } from '../../src/home.ts';
import {
  cardsForget,
  cardsIssue,
  cardsIssuers,
  cardsKnow,
  linksClose,
  linksCreate,
  linksList,
  linksRefill,
  linksShow,
  summaryWrite,
} from '../../src/operations/cards.ts';
import { importFiles } from '../../src/operations/import.ts';
import { revokeAll, revokeLook } from '../../src/operations/stop-everything.ts';
import { keepIssuers } from '../../src/records/card-checks.ts';
import { linkNetwork } from '../../src/records/card-network.ts';
import { cardPicture, cardSvg } from '../../src/records/card-pictures.ts';
import { cardTools } from '../../src/records/card-tools.ts';
import { Homes } from '../homes.ts';
import { CARDS, ISSUER, jsonOfFile, textOfFile } from './card-cases.ts';

const homes = new Homes();
const servers: Server[] = [];
afterEach(async () => {
  await homes.close();
  for (const server of servers.splice(0)) server.close();
});

const context = (home: Home) => ({ home, emit: () => {}, signal: new AbortController().signal });
const IPS = join(CARDS, '../ips/Bundle-IPS-examples-Bundle-01.json');

async function serve(answer: RequestListener): Promise<(url: string) => string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (url) => url.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** What its owner would reach over the internet: the example issuer, and nothing else. */
const issuer: RequestListener = (request, response) => {
  const file = request.url?.endsWith('/jwks.json') ? 'issuer.jwks.json' : 'issuer.crl.json';
  response.writeHead(request.url?.startsWith('/examples/issuer/.well-known/') ? 200 : 404).end(textOfFile(file));
};

async function online(answer: RequestListener = issuer): Promise<Home> {
  return homes.make({ cardNetwork: { route: await serve(answer) } });
}

const bring = async (home: Home, file: string, more = {}): Promise<ImportReport> =>
  (await importFiles(context(home), { files: [file], ...more }))[0];
const held = (home: Home) => [...home.records.heads(home.vault.subject(undefined).id)];

describe('a card comes in', () => {
  test('as a file, as text, as pictures: the same records once, with who signed them', async () => {
    const home = await online();
    const report = await bring(home, join(CARDS, 'example-00-e-file.smart-health-card'));
    expect(report).toMatchObject({
      format: 'shc',
      what: `A SMART Health Card, signed by ${ISSUER} (not known to you)`,
      records: { counts: { read: 4, added: 4 } },
    });
    expect(held(home).map(({ type, notes }) => [type, notes])).toEqual([
      ['Patient', ['signed']],
      ...Array.from({ length: 3 }, () => ['Immunization', ['signed']]),
    ]);
    await cardsKnow(context(home), { iss: ISSUER, name: 'Example' });
    const again = await bring(home, textOfFile('example-00-f-qr-code-numeric-value-0.txt').trim());
    expect(again.what).toContain('known to you as Example');
    expect(held(home)).toHaveLength(4);
  });

  test('with all its references leading among its own records', async () => {
    const home = await online();
    const pictures = [0, 1, 2].map((at) => textOfFile(`example-02-f-qr-code-numeric-value-${at}.txt`).trim());
    const report = await bring(home, pictures.join(' '));
    expect(report.records).toMatchObject({ counts: { added: 8 } });
    expect(report.records?.notes).toContain('card: The card is too long for one QR picture.');
    const subject = home.vault.subject(undefined).id;
    const condition = held(home).find(({ type }) => type === 'Condition')!;
    const { reference } = home.records.read(subject, condition.id).resource.subject as { reference: string };
    expect(reference).toMatch(/^urn:shc:[0-9a-f]{32}:1$/);
  });

  test('and is refused in plain words, with nothing kept', async () => {
    const home = await online();
    const cases: [string, RegExp][] = [
      ['test-example-00-d-jws-invalid-signature.txt', /signature does not hold.*Ask whoever issued/],
      ['test-example-00-e-file-invalid_issuer_url.smart-health-card', /keys of the issuer could not be had/],
      ['test-example-00-f-qr-code-numeric-value-0-qr_chunk_too_small.txt', /Pictures of this card are missing/],
    ];
    for (const [file, words] of cases) await expect(bring(home, join(CARDS, 'negative', file))).rejects.toThrow(words);
    const mixed = await bring(home, join(CARDS, 'negative/test-example-00-e-file-multi-jws-issues.smart-health-card'));
    expect(mixed.records).toMatchObject({
      counts: { added: 3, unusable: 1 },
      unusable: [{ place: 'card 1', reason: 'signature not valid' }],
    });
    expect(held(home)).toHaveLength(3);
  });

  test('from an issuer whose keys are kept, without a connection', async () => {
    const home = await online((_, response) => response.destroy());
    const { keys } = jsonOfFile('issuer.jwks.json') as { keys: unknown[] };
    keepIssuers(home, [{ iss: ISSUER, name: 'Clinic', keys }]);
    const report = await bring(home, join(CARDS, 'example-00-d-jws.txt'));
    expect(report.records?.notes).toContain(
      'card: Whether it was revoked could not be asked. Import it again with a connection.',
    );
    expect(await cardsIssuers(context(home), {})).toEqual([{ iss: ISSUER, name: 'Clinic', keys: 2 }]);
    await cardsForget(context(home), { iss: ISSUER });
    expect(await cardsIssuers(context(home), {})).toEqual([]);
  });
});

test('a card that cannot be checked comes in as unsigned where she says so, one that was altered never', async () => {
  const home = await online((_, response) => response.destroy());
  const file = join(CARDS, 'example-00-d-jws.txt');
  await expect(bring(home, file)).rejects.toThrow(/hale issuers add/);
  const report = await bring(home, file, { unsigned: true });
  expect(report.what).toBe('A SMART Health Card, signed by nobody, as far as can be told');
  expect(held(home).map(({ notes }) => notes)).toEqual(Array.from({ length: 4 }, () => ['unsigned']));
  const there = await online();
  for (const bad of ['invalid-signature', 'der-signature', 'no_jws_header_alg', 'wrong_jws_header_kid'])
    await expect(
      bring(there, join(CARDS, `negative/test-example-00-d-jws-${bad}.txt`), { unsigned: true }),
    ).rejects.toThrow();
  await expect(
    bring(there, join(CARDS, 'negative/badcrl/invalid-method/jws-crl-invalid-method.txt'), { unsigned: true }),
  ).resolves.toBeDefined();
  expect(held(there).every(({ notes }) => notes.includes('unsigned'))).toBe(true);
});

describe('a link comes in', () => {
  const key = new Uint8Array(32).fill(4);
  const link = {
    url: 'https://shl.test/m',
    key,
    label: '',
    expiresAt: null,
    isLongTerm: false,
    needsPasscode: true,
    isDirect: false,
  };

  test('the official one: its summary as records, kept with where it came from', async () => {
    const home = await online((_, response) => response.end(textOfFile('IPS_IG-bundle-01-enc.txt')));
    const report = await bring(home, textOfFile('IPS_IG-bundle-01-shl.txt'));
    expect(report).toMatchObject({
      what: 'A FHIR bundle, from a SMART Health Link',
      records: { kind: 'shl', counts: { added: 20 } },
    });
    const [source] = home.records.sources(home.vault.subject(undefined).id);
    expect(source).toMatchObject({ kind: 'shl', state: 'done' });
  });

  test('with a card behind a passcode', async () => {
    const file = {
      contentType: 'application/smart-health-card',
      text: textOfFile('example-01-e-file.smart-health-card'),
    };
    const embedded = await sealLinkFile(file, key);
    const home = await online((request, response) => {
      if (request.url?.includes('well-known')) return void issuer(request, response);
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        const { passcode } = JSON.parse(body) as { passcode: string };
        if (passcode !== 'oben') return void response.writeHead(401).end('{"remainingAttempts":2}');
        response.end(JSON.stringify({ files: [{ contentType: file.contentType, embedded }] }));
      });
    });
    const text = writeHealthLink(link);
    expect((await bring(home, text)).failed?.text).toMatch(/wants a passcode.*--passcode/);
    expect((await bring(home, text, { passcode: 'unten' })).failed?.text).toMatch(/passcode is wrong.*Tries left: 2$/);
    expect(held(home)).toEqual([]);
    const report = await bring(home, text, { passcode: 'oben' });
    expect(report.records).toMatchObject({ kind: 'shl', counts: { added: 4 } });
  });
});

describe('out', () => {
  async function filled(): Promise<Home> {
    const home = await online();
    await bring(home, IPS);
    return home;
  }
  const idOf = (home: Home, type: string) => held(home).find((head) => head.type === type)!.id;

  test('a summary of what is there, with and without a record', async () => {
    const home = await filled();
    const to = join(homes.dir(), 'summary.json');
    const done = await summaryWrite(context(home), { to });
    expect(done.sections.map(({ title, records }) => `${title} ${records}`)).toEqual([
      'Active Problems 1',
      'Allergies and Intolerances 2',
      'Medications 2',
      'Results 3',
      'Past Problems 1',
    ]);
    const bundle = JSON.parse(readFileSync(to, 'utf8'));
    expect(JSON.stringify(bundle)).not.toMatch(/urn:hale|"id":/);
    expect(readSummary(bundle)!.sections.every(({ missing }) => missing === 0)).toBe(true);
    const without = [idOf(home, 'AllergyIntolerance')];
    await summaryWrite(context(home), { to, without });
    const quiet = readFileSync(to, 'utf8');
    expect(quiet).not.toMatch(/masked|withheld/i);
    await summaryWrite(context(home), { to, without, hidden: 'visible' });
    expect(readFileSync(to, 'utf8')).toMatch(/masked/);
    await expect(async () => summaryWrite(context(home), { to, without: ['ffff'] })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('a card of chosen records, whose picture any scanner reads', async () => {
    const home = await filled();
    const to = join(homes.dir(), 'allergy');
    const iss = 'https://anna.example.org/cards';
    const card = await cardsIssue(context(home), { records: [idOf(home, 'AllergyIntolerance')], to, iss });
    expect(card).toMatchObject({ iss, files: [`${to}.smart-health-card`, `${to}.svg`] });
    const [jws] = readCardText(readFileSync(card.files[0], 'utf8')).jws;
    const issuers = { keys: async () => card.keys, revocations: async () => null };
    const verdict = await checkCard(jws, { tools: cardTools, issuers, known: [], now: Date.now() / 1000 + 5 });
    expect(verdict).toMatchObject({ isTaken: true, isSigned: true, facts: { iss } });
    expect(verdict.entries.map(({ resource }) => resource.resourceType)).toEqual(['Patient', 'AllergyIntolerance']);
    const { size } = cardPicture(card.pictures[0]);
    // Version 22 has 105 modules.
    expect(size).toBeLessThanOrEqual(105);
    expect(scanned(card.pictures[0])).toBe(card.pictures[0]);
    expect(readFileSync(card.files[1], 'utf8')).toBe(cardSvg(card.pictures[0]));
    const next = await cardsIssue(context(home), { records: [idOf(home, 'Condition')] });
    expect([next.iss, next.keys]).toEqual([iss, card.keys]);
    expect((await cardsIssue(context(home), { records: [idOf(home, 'Condition')], iss: null })).iss).toBeNull();
  });

  test('a link that a stranger opens, that follows what is known, and that ends', async () => {
    const home = await filled();
    const relay = await homes.relayWith({ quota: null, urls: ['wss://relay.test'] }, home.keys);
    await expect(linksCreate(context(home), {})).rejects.toMatchObject({ code: 'unavailable' });
    const route = (url: string) => url.replace(/^(https|wss):\/\/relay\.test/, `http://127.0.0.1:${relay.port}`);
    // The home asks this machine; whoever scans the link asks the name with a certificate.
    home.vault.record([{ type: 'relay', url: 'wss://relay.test', uses: ['store'], removed: false }]);
    const fetched = globalThis.fetch;
    globalThis.fetch = ((url: string, init?: RequestInit) => fetched(route(String(url)), init)) as typeof fetch;
    try {
      await lifeOf(home, route);
    } finally {
      globalThis.fetch = fetched;
    }
  });

  test('a link that was being made when everything was stopped opens nothing', async () => {
    const home = await filled();
    const relay = await homes.relayWith({ quota: null, urls: ['wss://relay.test'] }, home.keys);
    home.vault.record([{ type: 'relay', url: 'wss://relay.test', uses: ['store'], removed: false }]);
    const fetched = globalThis.fetch;
    const asked: string[] = [];
    const reached = new Map(['create', 'publish'].map((step) => [step, Promise.withResolvers<void>()]));
    globalThis.fetch = (async (url: string, init?: RequestInit) => {
      const to = String(url).replace(/^(https|wss):\/\/relay\.test/, `http://127.0.0.1:${relay.port}`);
      const step = to.slice(to.lastIndexOf('/') + 1);
      asked.push(step);
      reached.get(step)?.resolve();
      return fetched(to, init);
    }) as typeof fetch;
    try {
      for (const step of ['create', 'publish']) {
        reached.set(step, Promise.withResolvers());
        const making = Promise.resolve(linksCreate(context(home), { label: step })).catch((error) => error.code);
        await reached.get(step)!.promise;
        await revokeAll(context(home), {});
        expect(typeof (await making)).toBe('string');
        const states = (await linksList(context(home), { look: true })).map(({ state, seen }) => [state, seen]);
        for (const [state] of states) expect(state).toBe('closed');
        expect(asked.at(-1)).toBe('remove');
      }
    } finally {
      globalThis.fetch = fetched;
    }
  });

  async function lifeOf(home: Home, route: (url: string) => string): Promise<void> {
    const made = await linksCreate(context(home), { label: 'Ward', withPasscode: true, longTerm: true });
    expect(made.passcode).toMatch(/^\d{6}$/);
    const viewer = new SHLViewer({ shlinkURI: made.link });
    const opened = await viewer.resolveSHL({ recipient: 'Ward 3', passcode: made.passcode! });
    const read = () => readSummary(opened.fhirResources[0])!;
    expect(read().sections).toHaveLength(5);
    expect(await linksShow(context(home), { link: made.id.slice(0, 6) })).toEqual({ link: made.link });
    const [listed] = await linksList(context(home), { look: true });
    expect(listed).toMatchObject({
      label: 'Ward',
      holds: 'summary',
      state: 'open',
      needsPasscode: true,
      seen: { opened: 1, wrong: 0 },
    });
    await linksRefill(context(home), { link: made.id });
    const ours = await openHealthLink(readHealthLink(made.link).link!, {
      ...{ network: linkNetwork({ route }), recipient: 'x', passcode: made.passcode!, now: 0 },
    });
    expect(ours.files).toHaveLength(1);
    await linksClose(context(home), { link: made.id });
    await expect(viewer.resolveSHL({ recipient: 'x', passcode: made.passcode! })).rejects.toThrow();
    await expect(async () => linksShow(context(home), { link: made.id })).rejects.toMatchObject({ code: 'expired' });
    expect((await linksList(context(home), {}))[0].state).toBe('closed');
    const few = await linksCreate(context(home), {
      records: [held(home).find(({ type }) => type === 'Condition')!.id],
    });
    const both = await openHealthLink(readHealthLink(few.link).link!, {
      network: linkNetwork({ route }),
      recipient: 'x',
      now: 0,
    });
    expect(both.files.map(({ contentType }) => contentType)).toEqual([
      'application/fhir+json',
      'application/smart-health-card',
    ]);
    await everythingStopped(home, few.id);
  }

  /** Whoever stops everything means these too: away from its relay a link stays open and is said to be. */
  async function everythingStopped(home: Home, id: string): Promise<void> {
    const works = globalThis.fetch;
    globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
    const away = await revokeAll(context(home), {});
    globalThis.fetch = works;
    expect(away).toMatchObject({ links: [], failed: [{ grant: id, code: 'unavailable' }] });
    expect(revokeLook(context(home), {})).toMatchObject({ links: [''] });
    expect(await revokeAll(context(home), {})).toMatchObject({ links: [''], failed: [] });
    expect(revokeLook(context(home), {})).toMatchObject({ links: [] });
    expect((await linksList(context(home), {})).map(({ state }) => state)).toEqual(['closed', 'closed']);
  }
});

/** As a camera sees it. */
function scanned(text: string): string | undefined {
  const { size, isDark } = cardPicture(text);
  const scale = 4;
  const side = (size + 8) * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const [row, column] = [Math.floor(y / scale) - 4, Math.floor(x / scale) - 4];
      if (row < 0 || column < 0 || row >= size || column >= size || !isDark(row, column)) continue;
      pixels.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  return (jsQR as unknown as typeof jsQR.default)(pixels, side, side)?.data;
}
