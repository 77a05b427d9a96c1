// TLS by the relay itself: files that are read again when they change, and certificates from an authority that speaks ACME; keys for nobody else.
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { installPrimitives } from '@hale/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CertificateKeeper } from '../src/relay/acme.ts';
import { RunningRelay } from '../src/relay/alone.ts';
import { nativePrimitives } from '../src/relay/native.ts';
import { ownCertificates, readPair } from '../src/relay/tls.ts';
import { Authority, type Issuer, newIssuer, newPair } from './acme-authority.ts';

installPrimitives(nativePrimitives());

let dir: string;
let issuer: Issuer;
let closing: { close(): Promise<unknown> }[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hale-tls-'));
  issuer = await newIssuer();
});
afterEach(async () => {
  for (const each of closing.reverse()) await each.close();
  closing = [];
  rmSync(dir, { recursive: true });
});

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

function writePair({ certificate, key }: { certificate: string; key: string }) {
  const paths = { certificate: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  writeFileSync(paths.certificate, certificate);
  writeFileSync(paths.key, key, { mode: 0o600 });
  return paths;
}

/** The first frame over TLS that the test's root vouches for. */
function greeting(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}`, [], { ca: issuer.root, servername } as object);
    socket.on('message', (data) => {
      resolve((JSON.parse(String(data)) as [string])[0]);
      socket.terminate();
    });
    socket.on('error', reject);
  });
}

/** Serial number of what is shown there. */
function shownAt(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: issuer.root, servername }, () => {
      resolve(socket.getPeerX509Certificate()!.serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe('files of the operator', () => {
  test('serve wss under the names in them', async () => {
    writePair(await newPair(issuer, ['relay.example.org', '*.example.org']));
    const port = await freePort();
    writeFileSync(join(dir, 'relay.toml'), `port = ${port}\n[tls]\ncertificate = "cert.pem"\nkey = "key.pem"`);
    const relay = await RunningRelay.start({ dir });
    closing.push(relay);
    expect(relay.url).toBe(`wss://relay.example.org:${port}`);
    expect(await greeting(port, 'relay.example.org')).toBe('AUTH');
    await expect(greeting(port, 'other.test')).rejects.toThrow(/altnames|Hostname/i);
  });

  test('that change are used from then on; broken ones are not, and that is told', async () => {
    const paths = writePair(await newPair(issuer, ['a.example']));
    const failures: string[] = [];
    const secure = ownCertificates(paths, ({ code }) => failures.push(code), 30);
    closing.push(secure);
    await new Promise<void>((resolve) => secure.server.listen(0, '127.0.0.1', resolve));
    closing.push({ close: () => new Promise((resolve) => secure.server.close(resolve)) });
    const { port } = secure.server.address() as { port: number };
    const first = await shownAt(port, 'a.example');
    writeFileSync(paths.certificate, 'not a certificate');
    await expect.poll(() => failures.length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(new Set(failures)).toEqual(new Set(['malformed']));
    expect(await shownAt(port, 'a.example')).toBe(first);
    writePair(await newPair(issuer, ['a.example']));
    await expect.poll(() => shownAt(port, 'a.example'), { timeout: 5_000 }).not.toBe(first);
  });

  test('are refused where the key can be read by others, or is another one, or nothing is there', async () => {
    const paths = writePair(await newPair(issuer, ['a.example']));
    chmodSync(paths.key, 0o644);
    expect(() => readPair(paths)).toThrow(/read by others/);
    writeFileSync(paths.key, (await newPair(issuer, ['a.example'])).key);
    chmodSync(paths.key, 0o600);
    expect(() => readPair(paths)).toThrow(/no certificate and its key/);
    expect(() => readPair({ ...paths, key: join(dir, 'nowhere') })).toThrow(/no such file/);
  });
});

describe('ACME', () => {
  async function start(): Promise<{
    authority: Authority;
    port: number;
    challengePort: number;
    run: () => Promise<RunningRelay>;
  }> {
    const [port, challengePort] = [await freePort(), await freePort()];
    const authority = new Authority(issuer, challengePort);
    closing.push(authority);
    const directory = await authority.listen();
    writeFileSync(
      join(dir, 'relay.toml'),
      `port = ${port}\n[acme]\ndomains = ["relay.example.org", "www.example.org"]\ncontact = "ops@example.org"\ndirectory = "${directory}"\nport = ${challengePort}`,
    );
    const run = async () => {
      const relay = await RunningRelay.start({ dir });
      closing.push(relay);
      return relay;
    };
    return { authority, port, challengePort, run };
  }

  test('the first start gets a certificate for all names, the second uses it; keys are for nobody else', async () => {
    const { authority, port, challengePort, run } = await start();
    const relay = await run();
    expect(relay.url).toBe(`wss://relay.example.org:${port}`);
    for (const name of ['relay.example.org', 'www.example.org']) expect(await greeting(port, name)).toBe('AUTH');
    for (const file of ['account.pem', 'key.pem', 'certificate.pem'])
      expect(statSync(join(dir, 'tls', file)).mode & 0o077, file).toBe(0);
    expect(authority.accounts).toEqual([{ contact: ['mailto:ops@example.org'], agreed: true }]);
    // Nobody listens on port 80 but while it is needed.
    await expect(fetch(`http://127.0.0.1:${challengePort}/`)).rejects.toThrow();
    await relay.close();
    await run();
    expect(authority.issued).toBe(1);
    expect(await greeting(port, 'relay.example.org')).toBe('AUTH');
  });

  test('is renewed when two thirds of its time are over, by the same account; another name needs another certificate', async () => {
    const { authority, challengePort, run } = await start();
    authority.certificateSeconds = 120;
    const relay = await run();
    await relay.close();
    const options = (domains: string[]) => ({
      ...{ dir, domains, contact: '', host: '127.0.0.1', port: challengePort, onFailure: () => {} },
      directory: /directory = "(.*)"/.exec(readFileSync(join(dir, 'relay.toml'), 'utf8'))![1],
    });
    const keeper = new CertificateKeeper(options(['relay.example.org', 'www.example.org']));
    // It was made as of a minute ago, for two: a third is left in 20 seconds.
    expect(keeper.isDue(Date.now())).toBe(false);
    expect(keeper.isDue(Date.now() + 70_000)).toBe(true);
    const before = new X509Certificate(keeper.kept()!.cert).serialNumber;
    await keeper.order();
    expect(new X509Certificate(keeper.kept()!.cert).serialNumber).not.toBe(before);
    expect(authority.accounts).toHaveLength(1);
    expect(new CertificateKeeper(options(['new.example.org'])).kept()).toBeNull();
  });

  test('where the authority refuses, the start says so, and leaves no half of a certificate', async () => {
    const { authority, run } = await start();
    authority.refuses = true;
    await expect(run()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'no certificate could be had',
      detail: { names: 'relay.example.org www.example.org', reason: 'rateLimited' },
    });
    expect(existsSync(join(dir, 'tls', 'certificate.pem'))).toBe(false);
    expect(existsSync(join(dir, 'node.json'))).toBe(false);
    authority.refuses = false;
    expect((await run()).url).toMatch(/^wss:/);
  });
});
