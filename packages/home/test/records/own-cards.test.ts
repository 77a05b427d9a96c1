// Cards and links of her own, read by a stranger's code: kill-the-clipboard knows nothing of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { cardKey } from '@hale/kernel/seal';
import {
  checkCard,
  issueCard,
  issuerKeySet,
  NO_ISSUER,
  readCardText,
  sealLinkFile,
  writeHealthLink,
} from '@hale/vault/records/cards';
import { SHCReader, SHLViewer } from 'kill-the-clipboard';
import { describe, expect, test } from 'vitest';
import { cardTools } from '../../src/records/card-tools.ts';
import { CARDS, jsonOfFile, NOW } from './card-cases.ts';

const key = cardKey(new Uint8Array(32).fill(3), 0);
const iss = 'https://anna.example.org/cards';

type Wished = Parameters<typeof issueCard>[0]['records'];
const ips = JSON.parse(readFileSync(join(CARDS, 'IPS_IG-bundle-01.json'), 'utf8')) as { entry: Wished };
const chosen = ips.entry.filter(({ resource }) =>
  ['Patient', 'Condition', 'AllergyIntolerance'].includes(resource.resourceType),
);

const wish = { records: chosen, iss, issuedAt: NOW };
const { keys } = await issuerKeySet(key);
const own = {
  tools: cardTools,
  known: [],
  now: NOW,
  issuers: { keys: async (of: string) => (of === iss ? { keys } : null), revocations: async () => null },
};

describe('a card of her own', () => {
  test('is small, says who signed it, and holds no word more than cards do', async () => {
    const card = await issueCard(wish, key, cardTools);
    const verdict = await checkCard(card.jws, own);
    expect(verdict).toMatchObject({
      isTaken: true,
      isSigned: true,
      knownAs: null,
      facts: { iss, issuedAt: NOW, fhirVersion: '4.0.1' },
    });
    expect(verdict.findings.map(({ code }) => code)).toEqual(card.jws.length > 1195 ? ['card-long'] : []);
    expect(verdict.entries.map(({ resource }) => resource.resourceType)).toEqual(
      chosen.map(({ resource }) => resource.resourceType),
    );
    const text = JSON.stringify(verdict.entries);
    expect(text).not.toMatch(/"id"|"text"|"display":"Active"|Practitioner\/|urn:uuid/);
    const about = verdict.entries.flatMap(({ resource }) => [resource.subject, resource.patient]).filter(Boolean);
    expect(new Set(about.map((each) => (each as { reference: string }).reference)).size).toBe(1);
  });

  test('is accepted by kill-the-clipboard, from the JWS, the file and the pictures', async () => {
    const card = await issueCard(wish, key, cardTools);
    const reader = new SHCReader({ publicKey: keys[0] as never });
    const jws = await reader.fromJWS(card.jws);
    const inside = ((await jws.asBundle()) as unknown as { entry: Wished }).entry.map(
      ({ resource }) => resource.resourceType,
    );
    expect(inside).toEqual(chosen.map(({ resource }) => resource.resourceType));
    expect((await reader.fromFileContent(card.file)).asJWS()).toBe(card.jws);
    expect((await reader.fromQRNumeric(card.pictures)).asJWS()).toBe(card.jws);
    const other = new SHCReader({
      publicKey: (await issuerKeySet(cardKey(new Uint8Array(32), 0))).keys[0] as never,
    });
    await expect(other.fromJWS(card.jws)).rejects.toThrow();
    expect(readCardText(card.pictures.join('\n')).jws).toEqual([card.jws]);
  });

  test('ends when she says, and without an address nobody can check it', async () => {
    const short = await issueCard({ ...wish, expiresAt: NOW + 3600 }, key, cardTools);
    const later = await checkCard(short.jws, { ...own, now: NOW + 3600 });
    expect(later.findings.map(({ code }) => code)).toContain('expired');
    const nameless = await checkCard((await issueCard({ ...wish, iss: null }, key, cardTools)).jws, own);
    expect(nameless).toMatchObject({ isTaken: false, isSigned: false, facts: { iss: NO_ISSUER } });
    expect(nameless.findings.map(({ code }) => code)).toContain('issuer-keys');
  });

  test('needs the patient, and an address that cards may carry', async () => {
    await expect(issueCard({ ...wish, records: chosen.slice(1) }, key, cardTools)).rejects.toThrow(HaleError);
    for (const wrong of ['http://anna.example.org', 'https://anna.example.org/', 'anna'])
      await expect(issueCard({ ...wish, iss: wrong }, key, cardTools)).rejects.toThrow(HaleError);
  });
});

test('a link of her own is opened by kill-the-clipboard', async () => {
  const linkKey = new Uint8Array(32).fill(5);
  const card = await issueCard(wish, key, cardTools);
  const bundle = jsonOfFile('IPS_IG-bundle-01.json');
  const embedded = [
    { contentType: 'application/smart-health-card', text: card.file },
    { contentType: 'application/fhir+json', text: JSON.stringify(bundle) },
  ].map(async (file) => ({ contentType: file.contentType, embedded: await sealLinkFile(file, linkKey) }));
  const files = await Promise.all(embedded);
  const shlinkURI = writeHealthLink({
    ...{ url: 'https://shl.test/hale/link/abc', key: linkKey, label: 'Summary', expiresAt: null },
    ...{ isLongTerm: true, needsPasscode: true, isDirect: false },
  });
  const viewer = new SHLViewer({
    shlinkURI,
    fetch: async (url, options) => {
      expect([url, JSON.parse(String(options?.body))]).toEqual([
        'https://shl.test/hale/link/abc',
        expect.objectContaining({ recipient: 'Praxis', passcode: '4711' }),
      ]);
      return Response.json({ files });
    },
  });
  const opened = await viewer.resolveSHL({
    ...{ recipient: 'Praxis', passcode: '4711' },
    shcReaderConfig: { publicKey: keys[0] as never },
  });
  expect(opened.smartHealthCards.map((each) => each.asJWS())).toEqual([card.jws]);
  expect(opened.fhirResources).toEqual([bundle]);
});
