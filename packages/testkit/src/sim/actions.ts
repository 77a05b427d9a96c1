// What may happen in one step. Every action draws its choices from a seed of its own, so that leaving one out changes nothing of the others.
import { LEVELS, type Level, type NostrEvent, type Samples } from '@hale/kernel';
import type { OpenStream } from '@hale/vault';
import { checkVisit, probeRelays } from './checks.ts';
import type { SimHome } from './home.ts';
import { SimLink } from './link.ts';
import { Prng } from './prng.ts';
import { restore } from './restoring.ts';
import type { Person, World } from './world.ts';

const DAY = 86_400;

export interface Action {
  kind: ActionKind;
  seed: string;
}

type Act = (world: World, prng: Prng) => void | Promise<void>;

/** Somebody whose home stands and writes. */
function writing(world: World, prng: Prng): { person: Person; home: SimHome } | null {
  const person = prng.pick(world.people);
  const home = prng.pick(world.living(person));
  return home ? { person, home } : null;
}

/** Most things are done at a home that may write. */
const atHome =
  (work: (world: World, prng: Prng, person: Person, home: SimHome) => void): Act =>
  (world, prng) => {
    const found = writing(world, prng);
    if (found) work(world, prng, found.person, found.home);
  };

function stepMicros(stream: OpenStream): number {
  return stream.nominalPeriodMicros > 0 ? stream.nominalPeriodMicros : 3_600e6;
}

function run(stream: OpenStream, prng: Prng, from: number, count: number): Samples {
  const step = stepMicros(stream);
  const start = Math.floor(from / step) * step;
  const times = Float64Array.from(
    { length: count },
    (_, i) => start + i * step + (prng.chance(0.1) ? prng.int(1000) : 0),
  );
  return { times: times.sort(), values: Int32Array.from({ length: count }, () => prng.between(40, 180)) };
}

const ingestAt = (place: (world: World, prng: Prng, stream: OpenStream) => { from: number; count: number }): Act =>
  atHome((world, prng, person, home) => {
    const streams = home.vault.streams();
    if (streams.length === 0) return;
    const stream = prng.pick(streams);
    const { from, count } = place(world, prng, stream);
    world.ingest(person, home, stream, run(stream, prng, from, count));
  });

/** Samples given before, again: as they were, or with another value. */
const again = (isCorrection: boolean): Act =>
  atHome((world, prng, person, home) => {
    const streams = home.vault.streams().filter((stream) => person.model.stream(stream.id).samples.size > 0);
    if (streams.length === 0) return;
    const stream = prng.pick(streams);
    const known = [...person.model.stream(stream.id).samples];
    const from = prng.int(known.length);
    const some = known.slice(from, from + prng.between(1, 30)).sort((a, b) => a[0] - b[0]);
    const values = some.map(([, { allowed }]) => (isCorrection ? prng.between(40, 180) : [...allowed][0]));
    if (values.includes(undefined as never)) return;
    world.ingest(person, home, stream, {
      times: Float64Array.from(some, ([time]) => time),
      values: Int32Array.from(values),
    });
  });

const clockwork = (work: (home: SimHome) => void): Act =>
  atHome((world, _, person, home) => {
    world.count(`clockwork ${home.attempt(() => work(home))}`);
    world.noteGrants(person, home);
  });

const publish: Act = atHome((world, _, person, home) => {
  if (home.isRetired) return;
  const outcome = home.attempt(() => home.publishAll());
  world.noteGrants(person, home);
  if (outcome === 'done') world.noteHeads(home);
});

const share: Act = atHome((world, prng, person, home) => {
  const streams = prng.shuffle(home.vault.streams()).slice(0, prng.between(1, 2));
  if (streams.length === 0 || home.isRetired) return;
  const now = home.clock.nowMicros();
  const from = now - prng.pick([0, 900, 3600, DAY, 5 * DAY]) * 1e6 - prng.int(3600) * 1e6 - prng.int(3) * 123_457;
  const to = prng.chance(0.5) ? null : from + prng.pick([600, 3600, DAY, 3 * DAY]) * 1e6 + prng.int(1800) * 1e6;
  const until = prng.chance(0.3) ? Math.max(now, from) + prng.pick([3600, DAY, 10 * DAY]) * 1e6 : null;
  const outcome = home.attempt(() => {
    home.vault.flush();
    home.vault.publishAll();
    home.grants.issue({
      subject: streams[0].entry.subject,
      scope: {
        streams: streams.map(({ entry, grid }) => ({ streamKey: entry.key, level: levelOf(prng, grid.levels) })),
        from,
        to,
        until,
        purpose: { code: 'TREAT', text: 'purposeQ7' },
        recipient: { kind: 'link', name: 'recipientQ7' },
      },
      how: 'link',
      to: 'recipientQ7',
      recipient: null,
      recipientText: null,
      classic: false,
      names: { subject: person.name, owner: person.name },
    });
    home.publishAll();
  });
  world.count(`share ${outcome}`);
  world.noteGrants(person, home);
  if (outcome === 'done') world.noteHeads(home);
});

function levelOf(prng: Prng, levels: readonly Level[]): Level {
  return prng.chance(0.6) ? 'raw' : prng.pick(LEVELS.filter((level) => levels.includes(level)));
}

const revoke: Act = atHome((world, prng, _, home) => {
  const active = home.grants.active();
  if (active.length === 0 || home.isRetired) return;
  const { record } = prng.pick(active);
  const vanish = prng.chance(0.3);
  world.count(`revoke ${home.attempt(() => void home.grants.end(record.id, 'revoked', vanish))}`);
});

const erase: Act = atHome((world, prng, person, home) => {
  const streams = home.vault.streams();
  if (streams.length < 2 || home.isRetired || world.living(person).length > 1) return;
  const stream = prng.pick(streams);
  if (home.attempt(() => home.erase(stream)) === 'done') person.model.stream(stream.id).erased = true;
});

const visit = (choose: (prng: Prng, person: Person) => Person['relays']): Act => {
  return (world, prng) => {
    const all = [...world.grants.values()];
    if (all.length === 0) return;
    const read = prng.pick(all);
    const person = world.people.find(({ name }) => name === read.grant.person) as Person;
    checkVisit(world, person, read, choose(prng, person));
  };
};

/** Whoever holds the keys and an old copy of an event may send it again: a home cloned from an old disk image. */
const replay: Act = (world, prng) => {
  const relay = prng.pick(world.honest);
  const events = [...(world.delivered.get(relay)?.values() ?? [])];
  if (!relay.reachable || events.length === 0) return;
  const some = prng.shuffle(events).slice(0, 3);
  const access = events.filter((event) => event.kind === 11980);
  if (access.length > 0) some.push(prng.pick(access));
  for (const event of some) sendAgain(world, relay, event);
};

function sendAgain(world: World, relay: World['relays'][number], event: NostrEvent): void {
  for (const person of world.people)
    for (const home of world.living(person)) {
      const secret = home.secretOf(event.pubkey);
      if (!secret) continue;
      const link = new SimLink({ relay, admission: person.keys.member, clock: home.clock, prng: world.prng });
      if (!link.connect()) return;
      link.session.addKey(secret);
      let answered = false;
      link.session.publish(event, () => {
        answered = true;
      });
      for (let round = 0; round < 6 && !answered && link.isOpen; round++) {
        link.carryUp();
        relay.turn();
        link.carryDown();
      }
      link.drop();
      world.count('replay');
      return;
    }
}

const cutRelay: Act = (world, prng) => prng.pick(world.relays).cutOff();
const mendRelay: Act = (world, prng) => {
  prng.pick(world.relays).reachable = true;
};

const fail: Act = (world, prng) => {
  const faults = prng.pick(world.honest).commitFaults;
  if (faults.length < 3) faults.push(prng.pick(['failed-not-stored', 'failed-but-stored'] as const));
};

/** The next operation at some home is cut off in the middle, or meets a full disk. */
const interrupted = (what: 'power-cut' | 'full'): Act => {
  const operations: Act[] = [
    ACTS_LATER.live,
    ACTS_LATER.tick,
    ACTS_LATER.publish,
    ACTS_LATER.share,
    ACTS_LATER.revoke,
    ACTS_LATER.renew,
  ];
  return (world, prng) => {
    const afterWrites = prng.int(prng.pick([4, 30, 120]));
    for (const person of world.people) for (const home of world.living(person)) home.disk.fault = { what, afterWrites };
    const done = prng.pick(operations)(world, prng);
    for (const person of world.people) for (const home of world.living(person)) home.disk.fault = null;
    return done;
  };
};

const liar: Act = (world, prng) => {
  const relay = world.relays[2];
  const hidden = prng.int(16).toString(16);
  const also = prng.int(16).toString(16);
  relay.withholds = prng.chance(0.5) ? () => false : ({ id }) => id.startsWith(hidden) || id.startsWith(also);
  relay.repeats = prng.chance(0.5);
  relay.reorders = prng.chance(0.5);
  relay.swallows = prng.chance(0.2);
};

const live: Act = ingestAt((world, prng) => ({
  from: world.time.micros - prng.int(60) * 1e6,
  count: prng.between(1, 40),
}));
const ACTS_LATER = {
  live,
  tick: clockwork((home) => home.tick()),
  publish,
  share,
  revoke,
  renew: clockwork((home) => home.renew()),
};

export const ACTS = {
  live,
  burst: ingestAt((world, prng) => ({
    from: world.time.micros - prng.int(2 * DAY) * 1e6,
    count: prng.between(50, 600),
  })),
  late: ingestAt((world, prng) => ({ from: world.time.micros - prng.int(12 * DAY) * 1e6, count: prng.between(1, 60) })),
  wrongDeviceClock: ingestAt((_, prng) => ({ from: prng.between(-2e9, 4e9) * 1e6, count: prng.between(1, 10) })),
  correct: again(true),
  duplicate: again(false),
  tick: ACTS_LATER.tick,
  publish,
  renew: ACTS_LATER.renew,
  share,
  revoke,
  erase,
  carry: (world) => world.pump(),
  seconds: (world, prng) => world.time.advance(prng.between(1, 400)),
  hours: (world, prng) => world.time.advance(prng.between(1, 20) * 3600),
  days: (world, prng) => world.time.advance(prng.between(1, 12) * DAY),
  jump: atHome((_, prng, __, home) => {
    home.clock.offsetSeconds = prng.pick([0, 0, prng.between(-50, 50), prng.between(-800, 800), -prng.int(40 * DAY)]);
  }),
  restart: atHome((world, _, __, home) => {
    home.boot();
    world.count('restart');
  }),
  powerCut: (world, prng) => interrupted('power-cut')(world, prng),
  fullDisk: (world, prng) => interrupted('full')(world, prng),
  restore,
  offline: atHome((_, __, ___, home) => home.goOffline()),
  online: atHome((_, __, ___, home) => {
    home.offline = false;
  }),
  visit: visit((prng, person) => prng.shuffle(person.relays).slice(0, prng.between(1, person.relays.length))),
  visitLiar: visit((_, { relays }) => relays.slice(-1)),
  probe: (world) => probeRelays(world),
  cutRelay,
  mendRelay,
  commitFault: fail,
  restartRelay: (world, prng) => prng.pick(world.relays).restart(),
  tickRelay: (world, prng) => prng.pick(world.relays).tick(),
  liar,
  backUp: (world) => world.relays[2].backUp(),
  rollBack: (world) => world.relays[2].rollBack(),
  replay,
} satisfies Record<string, Act>;

export type ActionKind = keyof typeof ACTS;

/** How often each happens, of all. */
export const WEIGHTS: Record<ActionKind, number> = {
  live: 22,
  burst: 6,
  late: 9,
  wrongDeviceClock: 1,
  correct: 5,
  duplicate: 3,
  tick: 8,
  publish: 10,
  renew: 2,
  share: 6,
  revoke: 4,
  erase: 1,
  carry: 14,
  seconds: 8,
  hours: 4,
  days: 1,
  jump: 2,
  restart: 2,
  powerCut: 5,
  fullDisk: 2,
  restore: 1,
  offline: 1,
  online: 2,
  visit: 6,
  visitLiar: 3,
  probe: 3,
  cutRelay: 2,
  mendRelay: 4,
  commitFault: 3,
  restartRelay: 2,
  tickRelay: 2,
  liar: 2,
  backUp: 1,
  rollBack: 1,
  replay: 3,
};

/** @param oftener kinds that shall come up more than usual, with their weights */
export function actionAt(seed: string, place: number, oftener: Partial<Record<ActionKind, number>> = {}): Action {
  const prng = new Prng(`${seed}/${place}`);
  return { kind: prng.weighted({ ...WEIGHTS, ...oftener }), seed: `${seed}/${place}` };
}

export async function carryOut(world: World, action: Action): Promise<void> {
  const prng = new Prng(`do ${action.seed}`);
  await (ACTS[action.kind] as Act)(world, prng);
}
