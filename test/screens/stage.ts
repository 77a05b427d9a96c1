// What the pictures are taken of: a person's node with a month of readings, a relay, her physician's node, a locked one, and none yet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  deliver,
  hale,
  haleJson,
  initHome,
  Running,
  type RunningNode,
  startNode,
  startRelay,
  TELEMETRY,
  workFolder,
} from '@hale/testkit/hale-process';
import type { Page } from 'playwright-core';
import { makeEarlierVisit } from './earlier-visit.ts';
import { linesUntil } from './person.ts';
import { bringRecords } from './records.ts';

const LINES_PER_DELIVERY = 20_000;
export const PASSPHRASE = 'a walk along the river';

/** So many days from now, at 18:00. */
const day = (from: number): string =>
  `${new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)}T18:00:00Z`;

const EVERY_PART = ['allergies', 'medicines', 'problems', 'vaccinations', 'results', 'procedures', 'documents'];

interface Made {
  link: string;
  grant: { id: string };
}

export class Stage {
  readonly #folder = workFolder('screens');
  readonly #running: Running[] = [];
  readonly #hosts = new Set<string>();
  #firstRuns = 0;
  owner!: RunningNode;
  physician!: RunningNode;
  locked!: RunningNode;
  empty!: RunningNode;
  relay = '';
  /** Link of a grant that is open, and of one that was stopped. */
  link = '';
  stoppedLink = '';
  pinLink = '';
  /** Health records of one person, by a link; and the share itself. */
  recordsLink = '';
  recordsGrant = '';
  /** Of links for the first browser: one, and one that asks for a PIN as well. */
  claim = { link: '', pinLink: '' };

  static async set(): Promise<Stage> {
    const stage = new Stage();
    await stage.#build();
    return stage;
  }

  home(name: string): string {
    return join(this.#folder.dir, name);
  }

  /** Hosts that pages of this stage may ask: its own nodes and relay. */
  origins(): ReadonlySet<string> {
    const nodes = [this.owner, this.physician, this.locked, this.empty];
    return new Set([...this.#hosts, ...nodes.map(({ url }) => new URL(url).host), new URL(this.relay).host]);
  }

  /** A node without a vault, and the address that its terminal shows: it lets one browser in. */
  async firstRun(): Promise<string> {
    this.#firstRuns += 1;
    const process = new Running(['start', '--home', this.home(`fresh-${this.#firstRuns}`), '--port', '0', '--json']);
    this.#running.push(process);
    const { text } = await process.line((line) => line.startsWith('{'));
    const { openUrl, url } = JSON.parse(text) as { openUrl: string; url: string };
    this.#hosts.add(new URL(url).host);
    return openUrl;
  }

  async strike(): Promise<void> {
    for (const each of this.#running.reverse()) await each.stop();
    this.#folder.remove();
  }

  /** Opens a node's pages in a browser, as `hale web` says. */
  async enter(page: Page, node: 'owner' | 'physician' | 'empty', place = '/today'): Promise<void> {
    await page.goto(await this.#openUrl(node));
    await page.waitForSelector('.frame');
    await page.goto(`${this[node].url}/#${place}`);
  }

  /** As `hale web` asks for it, without a process for each picture. */
  async #openUrl(node: 'owner' | 'physician' | 'empty'): Promise<string> {
    return (await this.#call<{ url: string }>(node, 'web.open', {})).url;
  }

  async #call<T>(node: 'owner' | 'physician' | 'empty', name: string, parameters: object): Promise<T> {
    const { token } = JSON.parse(readFileSync(join(this.home(node), 'node.json'), 'utf8')) as { token: string };
    const answer = await fetch(`${this[node].url}/v1/op/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    const last = (await answer.text()).trim().split('\n').at(-1) ?? '';
    const { result, problem } = JSON.parse(last) as { result: T; problem?: { title: string } };
    if (problem) throw new Error(`${name}: ${problem.title}`);
    return result;
  }

  #opened: Promise<unknown> | null = null;

  /** That person's emergency card, found and opened by the physician; once. */
  openCard(subject: string): Promise<unknown> {
    this.#opened ??= this.#openCard(subject);
    return this.#opened;
  }

  async #openCard(subject: string): Promise<void> {
    const contacts = ['Miguel, husband, +64 21 555 0142'];
    await this.#call('owner', 'emergency.change', {
      subject,
      contacts,
      notes: ['Wears contact lenses'],
      factor: 'none',
    });
    const { link } = await this.#call<{ link: string }>('owner', 'emergency.card', { subject });
    const who = { name: 'Dr Vera Lind', institution: 'City hospital', why: 'found at the station, no papers' };
    await this.#call('physician', 'emergency.open', { link, reason: 'unconscious', ...who });
    await this.#call('owner', 'emergency', { subject, look: true });
  }

  #cared: Promise<unknown> | null = null;

  /** A dog of hers, and a child for whom the physician is asked to care as well; once. */
  async care(): Promise<void> {
    this.#cared ??= (async () => {
      const dog = { species: 'dog', breed: 'Collie', birthYear: 2021, vet: 'Dr Oak, Green Street' };
      await this.#call('owner', 'subject.add', { name: 'Rex', chip: '276093720001234', ...dog });
      const { npub } = await this.#call<{ npub: string }>('physician', 'whoami', {});
      await this.#call('owner', 'custody.offer', { subject: 'Mia', to: npub, name: 'Ada', as: 'GRPRN' });
    })();
    await this.#cared;
  }

  #wrong: Promise<unknown> | null = null;

  /** A correction that was asked for; once. */
  async wrongRecord(subject: string): Promise<void> {
    this.#wrong ??= (async () => {
      const found = await this.#call<{ records: { id: string; origin: string }[] }>('owner', 'records', {
        subject,
        category: 'problems',
      });
      const record = found.records.find(({ origin }) => origin === 'imported');
      const wish = { text: 'This was never found. It was an ankle sprain.', to: 'City hospital', place: 'PL' };
      await this.#call('owner', 'correction.ask', { subject, record: record?.id ?? '', ...wish });
    })();
    await this.#wrong;
  }

  /** A link for the first browser that nobody has opened: each picture of one that is taken needs its own. */
  async newClaim(): Promise<Made> {
    const from = new Date(Date.now() - 7 * 86_400_000).toISOString();
    const wish = { streams: ['spo2'], from, name: 'Night ward', claim: true, as: 'Anna Nowak' };
    return this.#call('owner', 'share.locker', wish);
  }

  async #start(name: string, options: { env?: Record<string, string> } = {}): Promise<RunningNode> {
    const node = await startNode(this.home(name), options);
    this.#running.push(node.process);
    return node;
  }

  async #build(): Promise<void> {
    const relay = await startRelay(this.home('relay'));
    this.#running.push(relay.process);
    this.relay = relay.url.replace(/^http/, 'ws');
    const place = { url: this.relay, dir: this.home('relay') };
    await initHome(this.home('owner'), place);
    const { npub } = await initHome(this.home('physician'), place);
    await initHome(this.home('empty'), place);
    await initHome(this.home('locked'), place, { env: { HALE_PASSPHRASE: PASSPHRASE } });
    this.owner = await this.#start('owner');
    await this.#fill();
    // A visit of before needs both homes at rest.
    await this.owner.process.stop();
    const [owner, desk] = [this.home('owner'), this.home('physician')];
    await makeEarlierVisit({ owner, desk, days: 20, name: 'Sam Novak' });
    this.owner = await this.#start('owner');
    this.physician = await this.#start('physician');
    this.empty = await this.#start('empty');
    this.locked = await this.#start('locked');
    await this.#share(npub);
  }

  async #fill(): Promise<void> {
    const home = this.home('owner');
    const { credential } = await haleJson<{ credential: string }>(['device', 'add', 'Watch', '--home', home]);
    const lines = linesUntil(Date.now() * 1000);
    for (let at = 0; at < lines.length; at += LINES_PER_DELIVERY)
      await deliver(this.owner.url, credential, lines.slice(at, at + LINES_PER_DELIVERY).join('\n'));
    const start = new Date(Date.now() - 86_400_000).toISOString();
    await hale(['import', join(TELEMETRY, 'ecg-wfdb/100.hea'), '--start', start, '--home', home]);
    await hale(['subject', 'add', 'Mia', '--home', home]);
    await bringRecords(home);
  }

  async #share(npub: string): Promise<void> {
    const home = this.home('owner');
    const [from, until] = [day(-14), day(5)];
    const glucose = {
      streams: ['glucose-cgm'],
      with: 'link',
      from,
      until,
      as: 'Anna Nowak',
      purpose: 'visit on Monday',
    };
    this.link = (await this.#call<{ link: string }>('owner', 'share', { ...glucose, name: 'Dr Ada Lee' })).link;
    // One of the same name and another time, one without any name: who reads what has to be told apart.
    const holiday = {
      ...glucose,
      streams: ['glucose-cgm', 'sleep-stage'],
      from: day(-28),
      to: day(-14),
      until: day(30),
    };
    await this.#call('owner', 'share', { ...holiday, name: 'Dr Ada Lee' });
    await this.#call('owner', 'share', { streams: ['steps'], with: 'link', from, until: day(2), as: '' });
    // What she calls herself she says in each share: pages without a name are a picture of their own.
    const named = { from: day(-7), as: 'Anna Nowak' };
    const heart = { streams: ['heart-rate'], with: npub, purpose: 'check-up', until: day(3) };
    await this.#call('owner', 'share', { ...named, ...heart, name: 'Dr Ada Lee' });
    const pressure = { streams: ['blood-pressure-systolic'], with: 'link', name: 'Physiotherapist' };
    const stopped = await this.#call<Made>('owner', 'share', { ...named, ...pressure, from: day(-30) });
    this.stoppedLink = stopped.link;
    await hale(['revoke', stopped.grant.id, '--home', home]);
    const records = {
      ...{ streams: [], subject: 'Patricia', as: 'Patricia', until: day(14), purpose: 'second opinion' },
      records: {
        categories: EVERY_PART,
        anyTime: true,
        withholdAreas: ['mental-health'],
        told: 'none',
        documents: true,
      },
    };
    const given = await this.#call<Made>('owner', 'share', { ...records, with: 'link', name: 'Dr Ada Lee' });
    this.recordsLink = given.link;
    this.recordsGrant = given.grant.id;
    await this.#call('owner', 'share', { ...records, with: npub, name: 'Dr Ada Lee' });
    const oxygen = { ...named, streams: ['spo2'] };
    const locked = (more: object) => this.#call<Made>('owner', 'share.locker', { ...oxygen, ...more });
    const night = { name: 'Night ward', purpose: 'breathing at night' };
    this.pinLink = (await locked({ name: 'Dr Ada Lee', purpose: 'second opinion', withPin: true })).link;
    const claimed = await locked({ ...night, claim: true });
    const withPin = await locked({ ...night, claim: true, withPin: true });
    this.claim = { link: claimed.link, pinLink: withPin.link };
  }
}
