// The simulated network: people with homes, relays honest and not, readers, one true time, and the oracle beside it all.
import type { Scope } from '@hale/consent';
import { type Samples, schnorrPublic, toHex, type VerifiedEvent } from '@hale/kernel';
import { encodeSamples, type MasterKeys, masterKeys } from '@hale/kernel/seal';
import { type IssuedGrant, type NewStream, type OpenStream, rawSamples } from '@hale/vault';
import { Adversary, type SimGrant } from './adversary.ts';
import { MachineClock, TrueTime } from './clock.ts';
import type { SimFaults } from './faults.ts';
import { SimHome } from './home.ts';
import { PersonModel } from './model.ts';
import { Markers } from './plaintext.ts';
import { Prng } from './prng.ts';
import { SimReader } from './reader.ts';
import { SimRelay } from './relay.ts';
import { Violation } from './violation.ts';

export interface Person {
  name: string;
  keys: MasterKeys;
  model: PersonModel;
  homes: SimHome[];
  relays: SimRelay[];
  /** Two homes wrote at one time: what one of them still hands over may come late, so of values for one time any may stand. */
  contested: boolean;
}

/** A grant that somebody reads, with what its owner said at each head: times that were there, by stream. */
export interface ReadGrant {
  grant: SimGrant;
  reader: SimReader;
  heads: Map<number, Map<number, number[]>>;
}

const KINDS_OF_STREAMS: { key: string; period: number; edges: number[] }[] = [
  { key: 'heartQ7', period: 1, edges: [40, 60, 100, 150] },
  { key: 'glucoseQ7', period: 300, edges: [70, 180] },
  { key: 'ecgQ7', period: 0.04, edges: [] },
  { key: 'weightQ7', period: 0, edges: [] },
];

const PEOPLE = ['Quillfeather', 'Brambleworth'];

export class World {
  readonly time = new TrueTime();
  readonly prng: Prng;
  readonly faults: Partial<SimFaults>;
  readonly relays: SimRelay[];
  readonly people: Person[];
  readonly adversary = new Adversary();
  readonly markers = new Markers();
  readonly grants = new Map<string, ReadGrant>();
  /** Ids of events that each honest relay said OK to. */
  readonly delivered = new Map<SimRelay, Map<string, VerifiedEvent>>();
  /** What happened, for the hash by which two runs are compared. */
  readonly counts = new Map<string, number>();
  #homes = 0;

  constructor(seed: string, faults: Partial<SimFaults>) {
    this.prng = new Prng(`world ${seed}`);
    this.faults = faults;
    const make = (name: string, honest: boolean) =>
      new SimRelay({
        url: `wss://${name}.example`,
        honest,
        time: this.time,
        prng: this.prng,
        faults: honest ? faults : {},
      });
    this.relays = [make('one', true), make('two', true), make('liar', false)];
    for (const relay of this.relays) {
      this.delivered.set(relay, new Map());
      relay.onFrame = (frame) => this.#overhear(frame);
    }
    this.people = PEOPLE.map((name, i) => this.#person(name, i));
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  #overhear(frame: string): void {
    const found = this.markers.inFrame(frame);
    if (found) throw new Violation('no-plaintext', `on the wire stands ${found}`);
  }

  #person(name: string, i: number): Person {
    const keys = masterKeys(this.prng.bytes(64));
    const relays = i === 0 ? this.relays : [this.relays[0], this.relays[2]];
    for (const relay of this.relays) relay.events.addMember(toHex(schnorrPublic(keys.member)), 0);
    this.markers.addText(name);
    this.markers.addPerson(schnorrPublic(keys.identity));
    const person: Person = { name, keys, model: new PersonModel(), homes: [], relays, contested: false };
    const home = this.newHome(person);
    home.vault.takePen(0);
    const { id } = home.vault.addSubject(name);
    for (const kind of KINDS_OF_STREAMS.slice(i, i + 3)) home.vault.addStream(streamOf(id, kind));
    return person;
  }

  newHome(person: Person): SimHome {
    const name = `${person.name} ${this.#homes++}`;
    const { keys, relays } = person;
    const home = new SimHome({ name, keys, relays, time: this.time, prng: this.prng, faults: this.faults });
    // What is written together with the end of a grant was not written after it.
    let knewEnds: ReadonlySet<string> = new Set();
    home.disk.onBegin = () => {
      knewEnds = new Set(home.vault.state.ends.keys());
    };
    home.disk.onPublished = (event) => this.adversary.published(home.name, event, knewEnds);
    home.onDelivered = (relay, event) => {
      this.count('delivered');
      if (relay.honest) this.delivered.get(relay)?.set(event.id, event);
    };
    person.homes.push(home);
    return home;
  }

  /** The home that may write for a person: the newest that stands and was not retired. */
  writer(person: Person): SimHome | undefined {
    return person.homes.filter((home) => !home.destroyed && !home.isRetired).at(-1);
  }

  living(person: Person): SimHome[] {
    return person.homes.filter((home) => !home.destroyed);
  }

  // --- samples

  /** Gives samples to a home as a device does, and remembers what it was told. */
  ingest(person: Person, home: SimHome, stream: OpenStream, samples: Samples): void {
    const model = person.model.stream(stream.id);
    const before = model.allowedAt(samples.times);
    model.tried(samples);
    if (samples.times.length > 8) this.markers.addBytes(encodeSamples(inOrder(samples)).slice(0, 48));
    const outcome = home.attempt(() => {
      home.vault.ingest([{ stream, samples }]);
    });
    this.count(`ingest ${outcome}`);
    if (outcome === 'done') model.acknowledged(samples, !person.contested);
    else if (outcome !== 'power-cut') model.refused(samples, before);
  }

  // --- grants

  /** Takes up grants that a home has made, also those whose making was cut off after the commit. */
  noteGrants(person: Person, home: SimHome): void {
    for (const issued of home.grants.all()) if (!this.grants.has(issued.record.id)) this.#note(person, issued, home);
  }

  #note(person: Person, { record, owner }: IssuedGrant, home: SimHome): void {
    const streams = owner.scope.streams.flatMap(({ streamKey, level }) => {
      const stream = home.vault.findStream(record.subject, streamKey);
      if (!stream) return [];
      const levels = new Map(stream.grid.levels.map((each) => [toHex(stream.label(each)), each]));
      return [{ id: stream.id, author: toHex(stream.author), level, levels }];
    });
    const scope = owner.scope as Scope;
    const grant: SimGrant = {
      id: record.id,
      key: record.key,
      author: owner.grantAuthor,
      scope,
      streams,
      person: person.name,
    };
    if (streams.length !== scope.streams.length) return;
    const reader = new SimReader({
      grantKey: grant.key,
      grantAuthor: grant.author,
      clock: new MachineClock(this.time),
      prng: this.prng,
      headNotChecked: this.faults.headNotChecked === true,
      pump: () => this.pump(),
    });
    this.grants.set(grant.id, { grant, reader, heads: new Map() });
    this.adversary.watch(grant);
  }

  /** After heads were written and nothing is left unpublished: what each head stands for. */
  noteHeads(home: SimHome): void {
    for (const { owner, record } of home.grants.active()) {
      const known = this.grants.get(record.id);
      if (!known || known.heads.has(owner.headNumber)) continue;
      const byStream = new Map<number, number[]>();
      const { from, to } = rangeOf(owner.scope);
      record.streams.forEach(({ key, level }, number) => {
        const stream = home.vault.findStream(record.subject, key);
        if (stream && level === 'raw') byStream.set(number, [...rawSamples(home.vault.rooms, stream, from, to).times]);
      });
      known.heads.set(owner.headNumber, byStream);
    }
  }

  // --- the network

  /** Lets everything that is under way arrive, until nothing moves. */
  pump(roundsMax = 60): void {
    const homes = this.people.flatMap((person) => this.living(person));
    for (let round = 0; round < roundsMax; round++) {
      for (const home of homes) home.work();
      const links = homes.flatMap((home) => home.peers.map(({ link }) => link)).filter((link) => link.isOpen);
      const shuffled = this.prng.shuffle(links);
      let moved = false;
      for (const link of shuffled) moved = link.carryUp() || moved;
      for (const relay of this.relays) relay.turn();
      for (const link of shuffled) moved = link.carryDown() || moved;
      if (!moved) return;
    }
  }

  get honest(): SimRelay[] {
    return this.relays.filter((relay) => relay.honest);
  }
}

/** The time that a scope covers, within what the grid can say. */
export function rangeOf(scope: Scope): { from: number; to: number } {
  const far = 4_000_000_000_000_000;
  return { from: scope.from, to: Math.min(scope.to ?? far, scope.until ?? far) };
}

function streamOf(subject: string, { key, period, edges }: (typeof KINDS_OF_STREAMS)[number]): NewStream {
  return {
    subject,
    key,
    kind: `kind-of-${key}`,
    title: `Title of ${key}`,
    ucum: '/min',
    factor: 1,
    origin: 0,
    loinc: null,
    nominalPeriodSeconds: period,
    dayOffsetMinutes: period === 300 ? -345 : 0,
    edges,
    device: null,
    source: 'simulation',
  };
}

function inOrder({ times, values }: Samples): Samples {
  const byTime = new Map([...times].map((time, i) => [time, values[i]]));
  const sorted = [...byTime].sort((a, b) => a[0] - b[0]);
  return { times: Float64Array.from(sorted, ([time]) => time), values: Int32Array.from(sorted, ([, value]) => value) };
}
