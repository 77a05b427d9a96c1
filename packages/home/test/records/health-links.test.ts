// Links of others: the official one, against a server on this machine that answers as it and as every bad one does.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  checkCard,
  type HealthLink,
  type OpenedLink,
  openHealthLink,
  openLinkFile,
  readCardText,
  readHealthLink,
  sealLinkFile,
  writeHealthLink,
} from '@hale/vault/records/cards';
import { CompactEncrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkNetwork } from '../../src/records/card-network.ts';
import { context, jsonOfFile, NOW, textOfFile } from './card-cases.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server;
let handler: Handler;
let asked: { method: string; url: string; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ method: request.method!, url: request.url!, body });
      handler(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const network = linkNetwork({
  route: (url) => url.replace(/^https:\/\/[^/]+/, `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
});
const open = (link: HealthLink, passcode?: string): Promise<OpenedLink> => {
  asked = [];
  return openHealthLink(link, { network, recipient: 'Praxis Süd', now: NOW, ...(passcode ? { passcode } : {}) });
};
const json = (response: ServerResponse, status: number, value: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

const key = new Uint8Array(32).fill(9);
const link: HealthLink = {
  ...{ url: 'https://shl.test/m/1', key, label: '', expiresAt: null },
  ...{ isLongTerm: false, needsPasscode: false, isDirect: false },
};
const card = { contentType: 'application/smart-health-card', text: textOfFile('example-00-e-file.smart-health-card') };
const patient = { contentType: 'application/fhir+json', text: '{"resourceType":"Patient"}' };
const codes = ({ findings }: OpenedLink) => findings.map(({ code }) => code);

describe('the official link', () => {
  test('decrypts to the summary that its publisher shows', async () => {
    const { link, findings } = readHealthLink(textOfFile('IPS_IG-bundle-01-shl.txt'));
    expect(findings).toEqual([]);
    expect(link).toMatchObject({ isDirect: true, isLongTerm: true, label: 'Demo SHL for IPS_IG-bundle-01' });
    handler = (_, response) => response.end(textOfFile('IPS_IG-bundle-01-enc.txt'));
    const opened = await open(link!);
    expect(opened.findings).toEqual([]);
    expect(opened.files.map(({ text }) => JSON.parse(text))).toEqual([jsonOfFile('IPS_IG-bundle-01.json')]);
    expect(asked[0]).toMatchObject({ method: 'GET', body: '' });
    expect(asked[0].url).toMatch(/IPS_IG-bundle-01-enc\.txt\?recipient=Praxis%20S%C3%BCd$/);
  });

  test('its neighbour, whose file is a signed card by mistake, is refused for that', async () => {
    const { link } = readHealthLink(textOfFile('CARIN_INS_CD-bundle-01-shl.txt'));
    handler = (_, response) => response.end(textOfFile('CARIN_INS_CD-bundle-01-enc.txt'));
    expect(codes(await open(link!))).toEqual(['file-jwe']);
  });
});

describe('a manifest', () => {
  test('gives files that lie in it and files behind addresses', async () => {
    const cardJwe = await sealLinkFile(card, key);
    const patientJwe = await sealLinkFile(patient, key);
    handler = (request, response, body) => {
      if (request.method === 'GET') {
        if (request.url === '/old') return void response.writeHead(302, { location: '/f' }).end();
        return void response.writeHead(200, { 'content-type': 'application/jose' }).end(patientJwe);
      }
      expect(JSON.parse(body)).toMatchObject({ recipient: 'Praxis Süd', passcode: 'sésame' });
      const files = [
        { contentType: card.contentType, embedded: cardJwe },
        { contentType: patient.contentType, location: 'https://files.test/old' },
        { contentType: 'application/smart-api-access', location: 'https://files.test/x' },
        { contentType: patient.contentType, embedded: patientJwe, status: 'entered-in-error' },
      ];
      json(response, 200, { files, new: true }, { 'retry-after': '90' });
    };
    const opened = await open({ ...link, needsPasscode: true }, 'sésame');
    expect(opened).toMatchObject({ files: [card, patient], retrySeconds: 90 });
    expect(codes(opened)).toEqual(['file-type', 'file-withdrawn']);
    const [jws] = readCardText(opened.files[0].text).jws;
    expect(await checkCard(jws, context)).toMatchObject({ isTaken: true, isSigned: true });
  });

  test('is not asked for without a passcode, nor after its time', async () => {
    expect(codes(await open({ ...link, needsPasscode: true }))).toEqual(['passcode-needed']);
    expect(codes(await open({ ...link, expiresAt: NOW }))).toEqual(['link-expired']);
    expect(asked).toEqual([]);
  });

  const answers: [string, Handler, Partial<OpenedLink>, string][] = [
    ['wrong passcode', (_, r) => json(r, 401, { remainingAttempts: 3 }), { triesLeft: 3 }, 'passcode-wrong'],
    ['last passcode', (_, r) => json(r, 401, { remainingAttempts: 0 }), { triesLeft: 0 }, 'passcode-spent'],
    ['gone', (_, r) => json(r, 404, {}), {}, 'link-gone'],
    ['too often', (_, r) => json(r, 429, {}, { 'retry-after': '30' }), { retrySeconds: 30 }, 'too-often'],
    ['broken', (_, r) => json(r, 500, {}), {}, 'server-answer'],
    ['a page', (_, r) => r.end('<html>'), {}, 'manifest-form'],
    ['no files', (_, r) => json(r, 200, { files: [] }), {}, 'manifest-empty'],
    [
      'a file without content',
      (_, r) => json(r, 200, { files: [{ contentType: patient.contentType }] }),
      {},
      'file-none',
    ],
    ['cut off', (_, r) => r.destroy(), {}, 'server-none'],
    ['endless', (_, r) => endless(r), {}, 'server-long'],
  ];
  test.each(answers)('%s', async (_, answering, expected, code) => {
    handler = answering;
    const opened = await open(link);
    expect(codes(opened)).toEqual([code]);
    expect(opened).toMatchObject({ files: [], ...expected });
  });
});

function endless(response: ServerResponse): void {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  const write = (): void => {
    while (response.writable && response.write(piece));
    if (response.writable) response.once('drain', write);
  };
  response.on('error', () => {});
  write();
}

describe('an encrypted file', () => {
  const enc = (plain: string | Uint8Array, header = {}, with_ = key) =>
    new CompactEncrypt(typeof plain === 'string' ? Buffer.from(plain) : plain)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', ...header })
      .encrypt(with_);
  const codeOf = async (jwe: string) => (await openLinkFile(jwe, key, 'application/fhir+json')).finding?.code;

  test('opens deflated and not, and says itself what it is', async () => {
    const plain = await openLinkFile(await enc('{}'), key, 'application/fhir+json');
    expect(plain.file).toEqual({ contentType: 'application/fhir+json', text: '{}' });
    const named = await openLinkFile(await enc('{}', { cty: 'smart-health-card', zip: 'DEF' }), key, '');
    expect(named.file).toEqual({ contentType: 'application/smart-health-card', text: '{}' });
    const large = { contentType: 'application/fhir+json', text: JSON.stringify({ text: 'Befund '.repeat(300_000) }) };
    const sealed = await sealLinkFile(large, key);
    expect(sealed.length).toBeLessThan(large.text.length / 50);
    expect((await openLinkFile(sealed, key, '')).file).toEqual(large);
  });

  test('is refused when touched, under another key, of another kind, or a bomb', async () => {
    const sealed = await enc('{}');
    const parts = sealed.split('.');
    expect(await codeOf(parts.with(3, `${parts[3].startsWith('A') ? 'B' : 'A'}${parts[3].slice(1)}`).join('.'))).toBe(
      'file-key',
    );
    expect(await codeOf(await enc('{}', {}, new Uint8Array(32)))).toBe('file-key');
    expect(await codeOf(await enc('{}', { enc: 'A128GCM' }, key.slice(16)))).toBe('file-jwe');
    expect(await codeOf('eyJhbGciOiJub25lIn0.e30.')).toBe('file-jwe');
    expect(await codeOf(await enc(new Uint8Array(65 * 1024 * 1024), { zip: 'DEF' }))).toBe('file-long');
  });
});

describe('the text of a link', () => {
  const all = { ...link, label: 'Impfungen', expiresAt: NOW, isLongTerm: true, needsPasscode: true };
  test('comes back as it was written, with a viewer before it or not', () => {
    const text = writeHealthLink(all);
    expect(text).toMatch(/^shlink:\/eyJ1cmwiOi/);
    expect(readHealthLink(text)).toEqual({ link: all, findings: [] });
    expect(readHealthLink(`  ${writeHealthLink(all, 'https://viewer.test/v')}\n`)).toEqual({ link: all, findings: [] });
    expect(writeHealthLink(all, 'https://viewer.test/v#')).toBe(`https://viewer.test/v#${text}`);
  });

  const link1 = { url: 'https://shl.test/m', key: 'CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk' };
  test.each([
    [{ ...link1, v: 2 }, 'link-version'],
    [{ ...link1, url: 'http://shl.test/m' }, 'link-https'],
    [{ ...link1, url: `https://shl.test/${'m'.repeat(128)}` }, 'link-address'],
    [{ ...link1, url: 'file:///etc/passwd' }, 'link-address'],
    [{ ...link1, key: link1.key.slice(1) }, 'link-key'],
    [{ ...link1, flag: 'PU' }, 'link-flags'],
    [{ ...link1, label: 'x'.repeat(81) }, 'link-label'],
    [{ ...link1, exp: '1767225600000' }, 'link-expiry'],
    [[], 'link-payload'],
  ])('%j', (payload, code) => {
    const text = `shlink:/${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
    const { link, findings } = readHealthLink(text);
    expect(findings.map((each) => each.code)).toEqual([code]);
    expect(link === null).toBe(!['link-label', 'link-expiry'].includes(code));
  });

  test('of another scheme, or none, is no link', () => {
    for (const text of ['', 'shc:/5676', 'https://hale.test/g/00#abc', 'shlink:/!', `shlink:/${'A'.repeat(5000)}`])
      expect(readHealthLink(text).findings.map(({ code }) => code)).toEqual(['link-form']);
    expect(readHealthLink('shlink:/AAAA').findings.map(({ code }) => code)).toEqual(['link-payload']);
  });

  test('a server in this house is never asked', async () => {
    const ask = linkNetwork();
    for (const url of [
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://192.168.1.1/x',
      'https://localhost/x',
      'http://example.org/x',
    ])
      await expect(ask({ method: 'GET', url, unitsMax: 10 })).rejects.toMatchObject({ code: 'not-permitted' });
  });
});
