// Her own links at a real relay, opened by a stranger's library and by ours: passcodes with a lifetime's tries, new files, and the end.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schnorrPublic, toHex } from '@hale/kernel';
import { RELAY_LIMITS } from '@hale/relay/server';
import { type OpenedLink, openHealthLink, readHealthLink } from '@hale/vault/records/cards';
import { SHLViewer } from 'kill-the-clipboard';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkNetwork } from '../../src/records/card-network.ts';
import {
  closeHealthLink,
  httpAddress,
  type LinkWish,
  linkText,
  lookAtHealthLink,
  newLinkId,
  type PlacedLink,
  placeHealthLink,
  refillHealthLink,
} from '../../src/records/health-links.ts';
import { type RelayHandle, startRelay } from '../../src/relay/host.ts';
import { jsonOfFile } from './card-cases.ts';

const secrets = { member: new Uint8Array(32).fill(1), catalogue: new Uint8Array(32).fill(2) };
const summary = { contentType: 'application/fhir+json', text: JSON.stringify(jsonOfFile('IPS_IG-bundle-01.json')) };
const large = {
  contentType: 'application/fhir+json',
  text: JSON.stringify({ resourceType: 'Binary', data: 'x'.repeat(9) }),
};

let dir: string;
let relay: RelayHandle;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hale-link-'));
  relay = await startRelay({ dir, private: true, quota: null });
  relay.addMember(toHex(schnorrPublic(secrets.member)));
});
afterAll(async () => {
  await relay.close();
  rmSync(dir, { recursive: true });
});

const inSecs = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const linkAt = (changed: Partial<PlacedLink> = {}): PlacedLink => ({
  ...{ relay: relay.url, address, id: newLinkId(), label: 'Summary', isLongTerm: false, needsPasscode: false },
  expires: inSecs(3600),
  ...changed,
});

/** A relay at home has no certificate in a test: its links say https, and are asked for here. */
const address = 'https://relay.test';
const route = (url: string) => url.replace('https://relay.test', relay.url.replace('ws', 'http'));
async function place({
  files = [summary],
  passcode = null,
  ...changed
}: Partial<LinkWish & PlacedLink> = {}): Promise<{ link: PlacedLink; text: string }> {
  const link = linkAt({ ...changed, needsPasscode: passcode !== null });
  await placeHealthLink(link, { files, passcode }, secrets);
  return { link, text: linkText(link, secrets) };
}

const open = async (text: string, passcode?: string): Promise<OpenedLink> =>
  openHealthLink(readHealthLink(text).link!, {
    ...{ network: linkNetwork({ route }), recipient: 'Praxis', now: inSecs(0) },
    ...(passcode === undefined ? {} : { passcode }),
  });
const viewer = (shlinkURI: string) => new SHLViewer({ shlinkURI, fetch: (url, options) => fetch(route(url), options) });
const codes = ({ findings }: OpenedLink) => findings.map(({ code }) => code);

describe('a link at a relay', () => {
  test('is opened by kill-the-clipboard, and by ours', async () => {
    const { link, text } = await place({ isLongTerm: true });
    const theirs = await viewer(text).resolveSHL({ recipient: 'Praxis' });
    expect(theirs.fhirResources).toEqual([jsonOfFile('IPS_IG-bundle-01.json')]);
    const ours = await open(text);
    expect(ours).toMatchObject({ files: [summary], findings: [], retrySeconds: 60 });
    expect(await lookAtHealthLink(link, secrets)).toMatchObject({ closed: false, opened: 2, wrong: 0, version: 1 });
  });

  test('gives files behind addresses where a reader wants none in the manifest, each for its time', async () => {
    const { text } = await place({ files: [summary, large] });
    const theirs = await viewer(text).resolveSHL({ recipient: 'Praxis', embeddedLengthMax: 500 });
    expect(theirs.fhirResources).toHaveLength(2);
    const url = readHealthLink(text).link!.url;
    const body = JSON.stringify({ recipient: 'x', embeddedLengthMax: 0 });
    const manifest = await (await fetch(route(url), { method: 'POST', body })).json();
    const [{ location }] = (manifest as { files: { location: string }[] }).files;
    const file = await fetch(location);
    expect([file.status, file.headers.get('content-type'), file.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'application/jose',
      '*',
    ]);
    expect((await fetch(location.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).status).toBe(404);
  });

  test('asks for its passcode as often as it says, for all its life, however many ask at once', async () => {
    const { link, text } = await place({ passcode: 'grüne Tür' });
    expect(codes(await open(text))).toEqual(['passcode-needed']);
    expect((await open(text, 'grüne Tür')).files).toEqual([summary]);
    await expect(viewer(text).resolveSHL({ recipient: 'x', passcode: 'no' })).rejects.toThrow();
    expect(await open(text, 'no')).toMatchObject({ triesLeft: RELAY_LIMITS.healthLinkTriesMax - 2 });
    // Right ones give none back that were wrong.
    expect((await open(text, 'grüne Tür')).files).toHaveLength(1);
    const rest = await Promise.all(Array.from({ length: 12 }, (_, n) => open(text, `guess ${n}`)));
    const left = rest.map(({ triesLeft }) => triesLeft).filter((each) => each !== null);
    expect(left.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(codes(await open(text, 'grüne Tür'))).toEqual(['link-gone']);
    expect(await lookAtHealthLink(link, secrets)).toMatchObject({ closed: true, wrong: 10 });
  });

  test('shows new files once all of them are there', async () => {
    const { link, text } = await place({ isLongTerm: true });
    await expect(refillHealthLink(link, [large], 5, secrets)).rejects.toMatchObject({ code: 'not-permitted' });
    expect((await open(text)).files).toEqual([summary]);
    await refillHealthLink(link, [large, summary], 2, secrets);
    expect((await open(text)).files).toEqual([large, summary]);
  });

  test('is gone for everybody once it is closed, and its files are off the disk', async () => {
    const { link, text } = await place();
    const manifest = await viewer(text).fetchManifest({ url: readHealthLink(text).link!.url, recipient: 'x' });
    const [{ embedded }] = manifest.files as unknown as { embedded: string }[];
    const onDisk = () =>
      readdirSync(dir).some((name) => readFileSync(join(dir, name)).includes(embedded.slice(200, 260)));
    expect(onDisk()).toBe(true);
    await closeHealthLink(link, secrets);
    expect(codes(await open(text))).toEqual(['link-gone']);
    relay.store.sweep(inSecs(0));
    expect(onDisk()).toBe(false);
    await expect(refillHealthLink(link, [large], 2, secrets)).rejects.toMatchObject({ code: 'not-permitted' });
    expect(codes(await open(text))).toEqual(['link-gone']);
  });

  test('stops at its end, and at too many questions', async () => {
    const url = readHealthLink((await place()).text).link!.url;
    const ask = () => fetch(route(url), { method: 'POST', body: '{"recipient":"x"}' });
    const answers = await Promise.all(Array.from({ length: RELAY_LIMITS.healthLinkOpeningsPerMinuteMax + 1 }, ask));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeLessThanOrEqual(1);
    if (refused.length === 1) expect(refused[0].headers.get('retry-after')).toBe('60');
    const { link, text } = await place({ expires: inSecs(2) });
    relay.store.healthLinks.change(link.id, { expires: inSecs(-1) });
    expect(
      (await fetch(route(readHealthLink(text).link!.url), { method: 'POST', body: '{"recipient":"x"}' })).status,
    ).toBe(404);
  });

  test('is made by members, filled and closed by its owner, and asked for by who says who he is', async () => {
    await expect(
      placeHealthLink(
        linkAt(),
        { files: [summary], passcode: null },
        { ...secrets, member: new Uint8Array(32).fill(9) },
      ),
    ).rejects.toMatchObject({ code: 'not-permitted' });
    const { link, text } = await place();
    const other = { ...secrets, catalogue: new Uint8Array(32).fill(8) };
    await expect(closeHealthLink(link, other)).rejects.toMatchObject({ code: 'not-permitted' });
    await expect(refillHealthLink(link, [large], 2, other)).rejects.toMatchObject({ code: 'not-permitted' });
    const url = route(readHealthLink(text).link!.url);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
    expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204);
    expect((await fetch(`${url}?recipient=x`)).headers.get('content-type')).toBe('application/jose');
    expect((await fetch(url)).status).toBe(400);
  });

  test('needs a relay with https', () => {
    const at = (url: string) => ({ relay: url, address: httpAddress(url) });
    const link = {
      ...at('ws://127.0.0.1:4'),
      id: 'A'.repeat(43),
      label: '',
      expires: 1,
      isLongTerm: false,
      needsPasscode: false,
    };
    expect(() => linkText(link, secrets)).toThrow(/https/);
    expect(linkText({ ...link, ...at('wss://relay.example.org/relay/') }, secrets)).toMatch(/^shlink:\//);
  });
});
