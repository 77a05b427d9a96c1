// Health cards of others: the official ones, every malformed one of the dev tools, and what happens to a good card that is touched.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import {
  type CardContext,
  checkCard,
  readCardText,
  readNumeric,
  tellFinding,
  writeNumeric,
} from '@hale/vault/records/cards';
import { describe, expect, test } from 'vitest';
import { cardTools } from '../../src/records/card-tools.ts';
import { CARDS, context, ISSUER, jsonOfFile, readCase, signPayload, textOfFile } from './card-cases.ts';
import { NEGATIVE } from './card-table.ts';

const check = (jws: string, changed: Partial<CardContext> = {}) => checkCard(jws, { ...context, ...changed });
const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe('the official cards', () => {
  const forms = ['d-jws.txt', 'e-file.smart-health-card', 'f-qr-code-numeric-value-0.txt'];
  // One of them takes three pictures; its generator left references of an earlier bundle in it.
  const cases = [
    { n: '00', resources: 4, flaws: [] },
    { n: '01', resources: 4, flaws: ['certificate-old'] },
    { n: '02', resources: 8, flaws: ['card-long', 'reference', 'reference', 'minimal'] },
    { n: '03', resources: 3, flaws: [] },
  ];
  test.each(cases)('$n verifies in every form that it has', async ({ n, resources, flaws }) => {
    for (const form of forms) {
      const pictures = n === '02' && form.startsWith('f') ? [0, 2, 1] : [0];
      const texts = pictures.map((at) => textOfFile(`example-${n}-${form.replace('-0.', `-${at}.`)}`).trim());
      const { jws, findings } = readCardText(texts.join('\n'));
      expect(findings).toEqual([]);
      expect(jws).toHaveLength(1);
      const verdict = await check(jws[0]);
      expect(verdict).toMatchObject({
        isTaken: true,
        isSigned: true,
        knownAs: 'Example issuer',
        facts: { iss: ISSUER },
      });
      expect(codes(verdict.findings)).toEqual(flaws);
      expect(verdict.entries).toHaveLength(resources);
      const published = jsonOfFile(`example-${n}-a-fhirBundle.json`) as { entry: { resource: unknown }[] };
      expect(verdict.entries.map(({ resource }) => resource)).toEqual(published.entry.map(({ resource }) => resource));
    }
  });

  test('one is revoked by its id, another only up to a time before it', async () => {
    const jws = textOfFile('example-00-d-jws.txt').trim();
    const list = (rid: string) => ({
      ...context.issuers,
      revocations: async () => ({ ...(jsonOfFile('issuer.crl.json') as object), rids: [rid] }),
    });
    expect(codes((await check(jws, { issuers: list('MKyCxh7p6uQ') })).findings)).toEqual(['revoked']);
    expect(codes((await check(jws, { issuers: list('MKyCxh7p6uQ.1715107764') })).findings)).toEqual(['revoked']);
    expect((await check(jws, { issuers: list('MKyCxh7p6uQ.1715107763') })).isTaken).toBe(true);
    const offline = await check(jws, { issuers: { ...context.issuers, revocations: async () => null } });
    expect([offline.isTaken, codes(offline.findings)]).toEqual([true, ['crl-unavailable']]);
  });

  test('one expires, and none is valid before it was issued', async () => {
    const jws = textOfFile('example-03-d-jws.txt').trim();
    expect(codes((await check(jws, { now: 1_746_643_764 })).findings)).toEqual(['expired']);
    expect(codes((await check(jws, { now: 1_715_107_763 })).findings)).toEqual(['not-yet']);
  });

  test('pinned keys do without a connection; without either nothing is taken', async () => {
    const jws = textOfFile('example-00-d-jws.txt').trim();
    const offline = { keys: async () => null, revocations: async () => null };
    const { keys } = jsonOfFile('issuer.jwks.json') as { keys: unknown[] };
    const pinned = await check(jws, { issuers: offline, known: [{ iss: ISSUER, name: 'Pinned', keys }] });
    expect(pinned).toMatchObject({ isTaken: true, isSigned: true, knownAs: 'Pinned' });
    const without = await check(jws, { issuers: offline, known: [] });
    expect(without).toMatchObject({ isTaken: false, isSigned: false, knownAs: null });
    expect(codes(without.findings)).toEqual(['issuer-keys']);
  });

  test('no character of one can be changed', async () => {
    const jws = textOfFile('example-00-d-jws.txt').trim();
    for (let at = 0; at < jws.length; at += 7) {
      if (jws[at] === '.') continue;
      const changed = jws.slice(0, at) + (jws[at] === 'A' ? 'B' : 'A') + jws.slice(at + 1);
      const verdict = await check(changed);
      // The last character of a part has bits that say nothing.
      if (changed !== jws) expect([at, verdict.isTaken]).toEqual([at, false]);
    }
  });
});

describe('malformed cards, keys, lists and links', () => {
  test.each(NEGATIVE)('%s', async (file, how, found, cards) => {
    const reading = await readCase(how, [`negative/${file}`]);
    expect(reading.codes.join(' ')).toBe(found);
    expect(reading.verdicts.map(({ isTaken }) => (isTaken ? 'taken' : 'refused')).join(' ')).toBe(cards);
  });

  test('no file is left out', () => {
    const folder = join(CARDS, 'negative');
    const files = readdirSync(folder, { recursive: true }).map(String);
    const all = files.filter((file) => statSync(join(folder, file)).isFile());
    expect(NEGATIVE.map(([file]) => file).sort()).toEqual(all.sort());
    expect(all).toHaveLength(123);
  });

  test('pictures of one card: too many small ones, too large ones, one twice', async () => {
    const small = Array.from(
      { length: 17 },
      (_, at) => `negative/test-example-00-f-qr-code-numeric-value-${at}-qr_chunk_too_small.txt`,
    );
    const needless = await readCase('card', small);
    expect(needless).toMatchObject({ codes: ['qr-needless'], verdicts: [{ isTaken: true, isSigned: true }] });
    const large = [0, 1].map((at) => `negative/test-example-02-f-qr-code-numeric-value-${at}-qr_chunk_too_big.txt`);
    expect((await readCase('card', large)).codes).toEqual(['!qr-long']);
    const picture = (at: number) => textOfFile(`example-02-f-qr-code-numeric-value-${at}.txt`).trim();
    expect(codes(readNumeric([picture(0), picture(2)]).findings)).toEqual(['qr-missing']);
    expect(codes(readNumeric([picture(0), picture(0), picture(1), picture(2)]).findings)).toEqual([]);
    const other = picture(0).slice(0, -2) + (picture(0).endsWith('00') ? '01' : '00');
    expect(codes(readNumeric([picture(0), other, picture(1), picture(2)]).findings)).toEqual(['qr-twice']);
    const index = [
      textOfFile('negative/test-example-00-f-qr-code-numeric-value-0-index-out-of-range.txt').trim(),
      picture(1),
    ];
    expect(codes(readNumeric(index).findings)).toEqual(['qr-count', 'qr-index', 'qr-missing']);
  });

  test('a payload that is larger than any card once inflated is refused on the way', async () => {
    const bomb = signPayload(' '.repeat(64 * 1024 * 1024));
    expect(codes((await check(bomb)).findings)).toContain('payload-long');
    expect(() => cardTools.inflateRaw(cardTools.deflateRaw(new Uint8Array(1000)), 999)).toThrow(HaleError);
  });

  test('every finding is told with what to do, and with nothing of the card', async () => {
    const { verdicts } = await readCase('bundle', ['negative/test-example-00-a-fhirBundle-profile-usa.json']);
    const lines = verdicts.flatMap(({ findings }) => findings.map(tellFinding));
    expect(lines).toContain(
      'entry 4 Immunization.status: The status of a resource is none that FHIR knows. Ask whoever issued the card for a new one.',
    );
    expect(lines.join(' ')).not.toMatch(/Safeway|Anyperson|1951/);
  });
});

test('a card in pictures comes back from them', () => {
  const jws = textOfFile('example-02-d-jws.txt').trim();
  const pictures = writeNumeric(jws);
  expect(pictures).toHaveLength(3);
  expect(
    Math.max(...pictures.map((text) => text.length)) - Math.min(...pictures.map((text) => text.length)),
  ).toBeLessThan(8);
  expect(readNumeric(pictures.toReversed())).toEqual({ jws, findings: [] });
  expect(writeNumeric(textOfFile('example-00-d-jws.txt').trim())).toEqual([
    textOfFile('example-00-f-qr-code-numeric-value-0.txt').trim(),
  ]);
});
