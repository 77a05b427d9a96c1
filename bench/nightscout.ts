// How fast does a node stand in for a Nightscout server? One phone that sends reading by reading, an archive uploaded at once, a follower's
// question against a year of readings and of a closed loop's device status, the first question after a restart, and a day's events at a relay.
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type BenchNode, newHome, remove, startNode } from './node.ts';
import { type Bench, type BenchResult, bytes, type Finding, median, millis, rate } from './report.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const YEAR_DAYS = 365;
const SINGLE_UPLOADS = 400;
const PER_UPLOAD = 1000;
const QUESTIONS = 60;
const END = Math.floor(Date.now() / DAY) * DAY;

const iso = (time: number): string => new Date(time).toISOString();

/** As xDrip+ sends it. */
function reading(time: number): object {
  const sgv = 120 + Math.round(40 * Math.sin(time / (120 * MINUTE)));
  const date = { date: time, dateString: iso(time), sysTime: iso(time) };
  return {
    device: 'xDrip-DexcomG6',
    ...date,
    sgv,
    delta: 1.5,
    direction: 'Flat',
    type: 'sgv',
    filtered: 130_000,
    unfiltered: 131_000,
    rssi: 100,
    noise: 1,
  };
}

/** As Loop sends it, with its forecast: 1.1 kB. */
function status(time: number): object {
  const at = iso(time);
  const predicted = { startDate: at, values: Array.from({ length: 73 }, (_, i) => 100 + ((i * 7) % 90)) };
  const loop = {
    name: 'Loop',
    version: '3.4',
    timestamp: at,
    iob: { iob: 1.25, timestamp: at },
    cob: { cob: 20, timestamp: at },
    predicted,
  };
  return {
    created_at: at,
    device: 'loop://iPhone',
    loop,
    pump: { clock: at, reservoir: 112, battery: { percent: 80 } },
    uploader: { battery: 64 },
  };
}

class Client {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, secret: string) {
    this.#url = url;
    this.#headers = {
      'api-secret': createHash('sha1').update(secret).digest('hex'),
      'content-type': 'application/json',
    };
  }

  async post(collection: string, documents: object[]): Promise<void> {
    const answer = await fetch(`${this.#url}/api/v1/${collection}`, {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(documents),
    });
    if (!answer.ok) throw new Error(`an upload was refused with ${answer.status}`);
    await answer.arrayBuffer();
  }

  async get(path: string): Promise<{ took: number; length: number }> {
    const from = performance.now();
    const answer = await fetch(`${this.#url}${path}`, { headers: this.#headers });
    const body = await answer.json();
    return { took: performance.now() - from, length: Array.isArray(body) ? body.length : -1 };
  }
}

const quantile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];

async function uploadYear(client: Client): Promise<number> {
  const from = performance.now();
  const all = Array.from({ length: YEAR_DAYS * 288 }, (_, i) => END - YEAR_DAYS * DAY + i * 5 * MINUTE);
  for (let at = 0; at < all.length; at += PER_UPLOAD)
    await client.post('entries', all.slice(at, at + PER_UPLOAD).map(reading));
  for (let at = 0; at < all.length; at += PER_UPLOAD)
    await client.post('devicestatus', all.slice(at, at + PER_UPLOAD).map(status));
  return (2 * all.length) / ((performance.now() - from) / 1000);
}

async function singles(client: Client): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < SINGLE_UPLOADS; i++) {
    const from = performance.now();
    await client.post('entries', [reading(END + i * MINUTE)]);
    took.push(performance.now() - from);
  }
  return took;
}

async function questions(client: Client, path: string): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < QUESTIONS; i++) took.push((await client.get(path)).took);
  return took;
}

const finding = (what: string, hale: string): Finding => ({
  what,
  hale,
  peer: '–',
  ratio: '',
  target: '',
  isMet: null,
});

async function measure(node: BenchNode, client: Client, findings: Finding[]): Promise<void> {
  const perSecond = await uploadYear(client);
  findings.push(finding(`documents uploaded, ${PER_UPLOAD} at a time (a year: 210,240)`, rate(perSecond)));
  const single = await singles(client);
  const p99 = quantile(single, 0.99);
  findings.push(
    finding('one reading, from the request to its acknowledgement on disk: median', millis(median(single))),
  );
  findings.push(finding('the same: p99', millis(p99)));
  const day = await questions(client, '/api/v1/entries/sgv.json?count=288');
  findings.push(finding('a day of readings (`count=288`), a year being there: median', millis(median(day))));
  findings.push(finding('`/pebble`, a year being there: median', millis(median(await questions(client, '/pebble')))));
  findings.push(finding('memory of the node right after the year was uploaded', bytes(node.residentBytes())));
}

async function run(): Promise<BenchResult> {
  const findings: Finding[] = [];
  const dir = await newHome();
  let node = await startNode(dir);
  const added = await node.client.call('device.add', { name: 'bench', nightscout: { scope: 'both' } });
  const secret = added.nightscout?.secret ?? '';
  await measure(node, new Client(node.url, secret), findings);
  await node.client.close();
  await node.stop();
  node = await startNode(dir);
  const client = new Client(node.url, secret);
  // The clockwork's first turn is not the client's.
  await wait(3000);
  findings.push(
    finding(
      'the first question after a start (`count=288`)',
      millis((await client.get('/api/v1/entries/sgv.json?count=288')).took),
    ),
  );
  findings.push(
    finding(
      'a day 200 days ago, for the first time',
      millis(
        (
          await client.get(
            `/api/v1/entries/sgv.json?count=288&find[date][$gte]=${END - 200 * DAY}&find[date][$lt]=${END - 199 * DAY}`,
          )
        ).took,
      ),
    ),
  );
  findings.push(finding('memory of the node after a start and these questions', bytes(node.residentBytes())));
  await node.client.close();
  await node.stop();
  remove(dirname(dir));
  return {
    title: 'In the place of a Nightscout server',
    findings,
    notes: [
      'One client on one connection, over HTTP on this machine; each upload is acknowledged after its fsync. A year is a reading and a device status every five minutes.',
      'cgm-remote-monitor needs MongoDB, which this machine does not have: no peer ran.',
    ],
  };
}

export const nightscout: Bench = { name: 'nightscout', run };
