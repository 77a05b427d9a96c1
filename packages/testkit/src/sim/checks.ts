// The promises, as questions to the simulated network. Each throws a Violation that names the promise.
import { binSeconds, fromHex, KINDS, type Level, schnorrPublic, toHex } from '@hale/kernel';
import { conversationKey, decryptNip44, readerKey } from '@hale/kernel/open';
import { checkSummaries, fullBins, type OpenStream, rawSamples, type SummaryLevel } from '@hale/vault';
import type { SimGrant } from './adversary.ts';
import type { SimHome } from './home.ts';
import { SimLink } from './link.ts';
import type { StreamModel } from './model.ts';
import { askThrough, readAll, type Visit } from './reader.ts';
import type { SimRelay } from './relay.ts';
import { Violation } from './violation.ts';
import { type Person, type ReadGrant, rangeOf, type World } from './world.ts';

const FAR = 4_000_000_000_000_000;
const EARLY = -2_000_000_000_000_000;

/** A reader looks at some relays: what she gets is right, and where something is missing she is told. */
export function checkVisit(world: World, person: Person, read: ReadGrant, relays: readonly SimRelay[]): Visit {
  const visit = read.reader.visit(relays);
  world.count(`visit ${visit.report.verdict}`);
  const { consent, ended } = visit.reader.state;
  if (consent === null) return visit;
  const { from, to } = rangeOf(read.grant.scope);
  const said = read.heads.get(visit.report.headNumber);
  read.grant.streams.forEach((stream, number) => {
    if (stream.level !== 'raw' || person.model.stream(stream.id).erased || !visit.reader.state.streams.has(number))
      return;
    const samples = readAll(visit, number, 'raw', from, to).samples ?? {
      times: new Float64Array(0),
      values: new Int32Array(0),
    };
    const stale = foreignIn(samples, person.model.stream(stream.id));
    if (stale) throw new Violation('nothing-invented', stale);
    if (ended !== null || visit.report.verdict !== 'complete' || !said) return;
    const seen = new Set(samples.times);
    const missing = (said.get(number) ?? []).find((time) => !seen.has(time));
    if (missing !== undefined)
      throw new Violation(
        'absence-noticed',
        `the reader was told "complete", but the sample at ${missing}, there at head ${visit.report.headNumber}, is missing`,
      );
  });
  return visit;
}

function foreignIn({ times, values }: { times: Float64Array; values: Int32Array }, model: StreamModel): string | null {
  for (let i = 0; i < times.length; i++)
    if (!model.samples.get(times[i])?.ever.has(values[i]))
      return `a reader sees ${values[i]} at ${times[i]}, which nobody gave`;
  return null;
}

// --- what relays do

/** Questions to the honest relays that must be answered as promised at any time. */
export function probeRelays(world: World): void {
  for (const relay of world.honest) {
    checkKept(world, relay);
    checkTombstones(relay);
    if (!relay.reachable) continue;
    for (const person of world.people) probeAsStranger(world, relay, person);
  }
  checkStopped(world);
  world.adversary.check();
}

/** What it said OK to is there, unless its author took it away or replaced it. */
function checkKept(world: World, relay: SimRelay): void {
  const newest = new Map<string, { id: string; created_at: number }>();
  for (const event of world.delivered.get(relay)?.values() ?? []) {
    if (event.kind === KINDS.access) {
      const known = newest.get(event.pubkey);
      const isNewer =
        !known || event.created_at > known.created_at || (event.created_at === known.created_at && event.id < known.id);
      if (isNewer) newest.set(event.pubkey, event);
      continue;
    }
    if (relay.events.get(event.id) !== null || isGone(relay, event)) continue;
    throw new Violation('ok-means-kept', `${relay.url} said OK to an event of kind ${event.kind} and does not have it`);
  }
  for (const [author, { id }] of newest) {
    const stored = relay.events.query({ kinds: [KINDS.access], authors: [author] });
    if (isVanished(relay, author)) continue;
    if (stored.length !== 1 || (stored[0].id !== id && stored[0].created_at < (newest.get(author)?.created_at ?? 0)))
      throw new Violation(
        'newest-list-only',
        `${relay.url} holds ${stored.length} access lists of one author, the newest not first`,
      );
  }
}

function isVanished(relay: SimRelay, author: string): boolean {
  return relay.events.count({ kinds: [KINDS.vanish], authors: [author] }) > 0;
}

function isGone(relay: SimRelay, event: { id: string; pubkey: string }): boolean {
  return (
    isVanished(relay, event.pubkey) ||
    relay.events.count({ kinds: [KINDS.deletion], authors: [event.pubkey], '#e': [event.id] }) > 0
  );
}

/** What was deleted stays away. */
function checkTombstones(relay: SimRelay): void {
  for (const request of relay.events.query({ kinds: [KINDS.deletion] }))
    for (const [name, id] of request.tags)
      if (name === 'e' && relay.events.get(id ?? '')?.pubkey === request.pubkey)
        throw new Violation('deleted-stays-deleted', `${relay.url} has an event again that its author deleted`);
}

/** Another member of the same relay learns nothing of a stream, not even how much there is. */
function probeAsStranger(world: World, relay: SimRelay, person: Person): void {
  const other = world.people.find((each) => each !== person) as Person;
  const home = world.living(person)[0];
  if (!home) return;
  const link = new SimLink({ relay, admission: other.keys.member, clock: home.clock, prng: world.prng });
  if (!link.connect()) return;
  const authors = [...home.ownAuthors(), ...home.grants.all().map(({ owner }) => owner.grantAuthor)];
  if (seesAnything(link, authors))
    throw new Violation('gated', `${relay.url} shows or counts events of another member's streams`);
  link.drop();
}

function seesAnything(link: SimLink, authors: string[]): boolean {
  const filter = { kinds: [KINDS.tileBatch, KINDS.access, KINDS.deletion], authors };
  let counted = 0;
  link.session.count([filter], (result) => {
    if (result.outcome === 'counted') counted = result.count;
  });
  const answer = askThrough(link, filter, () => {});
  return counted > 0 || (answer?.outcome === 'complete' && answer.events.length > 0);
}

/** 'stopped' is said of a relay only when it refuses the reader. Asked of relays that keep what they confirm. */
export function checkStopped(world: World): void {
  for (const person of world.people) {
    const home = world.writer(person);
    if (!home) continue;
    for (const { record, owner } of home.grants.all()) {
      const read = world.grants.get(record.id);
      if (!read || owner.ended === null) continue;
      const authors = record.streams
        .flatMap(({ key }) => home.vault.findStream(record.subject, key)?.author ?? [])
        .map(toHex);
      for (const relay of person.relays) {
        if (!relay.honest || !relay.reachable || !isStopped(home, authors, relay)) continue;
        world.count('stopped');
        if (isServed(world, read.grant, authors, relay, home))
          throw new Violation(
            'stopped-means-refused',
            `${relay.url} is reported as stopped and still serves the reader`,
          );
      }
    }
  }
}

/** As operations/share.ts says it. */
export function isStopped(home: SimHome, authors: readonly string[], relay: SimRelay): boolean {
  return authors.every((author) => {
    const current = home.disk.vault.accessEvent(author);
    if (!current) return false;
    const states = home.delivery.revocation(author, home.disk.outbox.seqOf(current.id));
    return states.some((each) => each.relay === relay.url && each.state === 'stopped');
  });
}

function isServed(world: World, grant: SimGrant, authors: readonly string[], relay: SimRelay, home: SimHome): boolean {
  const secrets = authors.map((author) => readerKey(grant.key, fromHex(author, 32)));
  const doors = [readerKey(grant.key, fromHex(grant.author, 32)), ...secrets];
  for (const admission of doors) {
    const link = new SimLink({
      relay,
      admission,
      clock: home.clock,
      prng: world.prng,
    });
    if (!link.connect()) continue;
    for (const secret of secrets) link.session.addKey(secret);
    const served = seesAnything(link, [...authors]);
    link.drop();
    if (served) return true;
  }
  return false;
}

// --- when everything has come to rest

/** All that must be true once everything that could be delivered has been. */
export function checkAtRest(world: World): void {
  probeRelays(world);
  for (const person of world.people) {
    const home = world.writer(person);
    if (!home) continue;
    for (const stream of home.vault.streams()) {
      checkOwner(person, home, stream);
      checkOwnSummaries(home, stream, person.model.stream(stream.id));
    }
    for (const read of world.grants.values())
      if (read.grant.person === person.name) checkReader(world, person, home, read);
  }
  checkDisks(world);
}

function checkOwner(person: Person, home: SimHome, stream: OpenStream): void {
  const reading = rawSamples(home.vault.rooms, stream, EARLY, FAR);
  const wrong = person.model.stream(stream.id).wrongWith(reading, EARLY, FAR);
  if (wrong) throw new Violation('nothing-lost', `at ${home.name}, stream ${stream.entry.key}: ${wrong}`);
}

function checkOwnSummaries(home: SimHome, stream: OpenStream, model: StreamModel): void {
  for (const { level, slot } of checkSummaries(home.vault.rooms, stream))
    throw new Violation(
      'summaries-stand',
      `the ${level} summary of slot ${slot} of ${stream.entry.key} is not what its samples give`,
    );
  const counted = [...model.samples].filter(([, { required, allowed }]) => required || allowed.size > 0);
  for (const level of stream.grid.levels) {
    if (level === 'raw') continue;
    const certain = counted.every(([, { required }]) => required);
    const bins = fullBins(
      home.vault.rooms,
      stream,
      level as SummaryLevel,
      gridEdge(stream, EARLY),
      gridEdge(stream, FAR),
    );
    const sum = bins.reduce((all, bin) => all + bin.count, 0);
    if (certain && sum !== counted.length)
      throw new Violation(
        'summaries-stand',
        `level ${level} of ${stream.entry.key} counts ${sum} samples, there are ${counted.length}`,
      );
  }
}

/** A bin border of every level near a time. */
function gridEdge(stream: OpenStream, micros: number): number {
  const day = 86_400e6;
  return Math.floor(micros / day) * day + stream.grid.dayOffsetMinutes * 60e6;
}

function checkReader(world: World, person: Person, home: SimHome, read: ReadGrant): void {
  const owner = home.grants.all().find(({ record }) => record.id === read.grant.id)?.owner;
  const active = home.grants.active().some(({ record }) => record.id === read.grant.id);
  if (!owner || !active) return;
  const honest = person.relays.filter((relay) => relay.honest);
  const before = receipts(home, read.grant, honest[0]);
  const visit = checkVisit(world, person, read, honest);
  if (visit.answered.length !== honest.length)
    throw new Violation('readers-served', 'an honest relay does not let the reader of a standing grant in');
  checkReceipts(home, read.grant, honest[0], visit, before);
  const { from, to } = rangeOf(read.grant.scope);
  read.grant.streams.forEach((stream, number) => {
    const model = person.model.stream(stream.id);
    if (model.erased) return;
    if (stream.level === 'raw') {
      const { samples } = readAll(visit, number, 'raw', from, to);
      const wrong = model.wrongWith(samples ?? { times: new Float64Array(0), values: new Int32Array(0) }, from, to);
      if (wrong) throw new Violation('nothing-lost', `at the reader of ${stream.id}: ${wrong}`);
    }
    for (const level of Object.keys(visit.reader.state.streams.get(number)?.labels ?? {}) as Level[])
      if (level !== 'raw') checkReadBins(visit, number, level, model, { from, to, now: home.clock.nowMicros() });
  });
  if (visit.report.verdict !== 'complete')
    throw new Violation(
      'complete-is-said',
      `everything is there, and the reader is told "${visit.report.verdict}" (${JSON.stringify(visit.report.days[0] ?? visit.report.missing)})`,
    );
}

/** Bins that a reader sees count what the model has, where the model is certain and the bin is over. */
function checkReadBins(
  visit: Visit,
  number: number,
  level: Level,
  model: StreamModel,
  range: { from: number; to: number; now: number },
): void {
  const { bins } = readAll(visit, number, level, range.from, range.to);
  const length = binSeconds(level) * 1e6;
  for (const bin of bins ?? []) {
    const inside = [...model.samples].filter(([time]) => time >= bin.start && time < bin.start + length);
    if (inside.some(([, { required, allowed }]) => !required && allowed.size > 0)) continue;
    const certain = inside.filter(([, { required }]) => required).length;
    if (bin.start + length < range.now && bin.count !== certain)
      throw new Violation(
        'summaries-stand',
        `a reader's ${level} bin at ${bin.start} counts ${bin.count}, there are ${certain}`,
      );
  }
}

/** Batches that receipts at a relay say were served to this reader, by author. */
function receipts(home: SimHome, grant: SimGrant, relay: SimRelay): Map<string, number> {
  relay.turn();
  const served = new Map<string, number>();
  for (const author of [grant.author, ...grant.streams.map((stream) => stream.author)]) {
    const secret = home.secretOf(author);
    if (!secret) continue;
    const reader = toHex(schnorrPublic(readerKey(grant.key, fromHex(author, 32))));
    let events = 0;
    for (const event of relay.events.query({ kinds: [KINDS.receipt], '#p': [author] })) {
      const content = JSON.parse(decryptNip44(event.content, conversationKey(secret, fromHex(event.pubkey, 32))));
      if (content.reader === reader) events += content.events;
    }
    served.set(author, events);
  }
  return served;
}

function checkReceipts(
  home: SimHome,
  grant: SimGrant,
  relay: SimRelay,
  visit: Visit,
  before: Map<string, number>,
): void {
  const after = receipts(home, grant, relay);
  for (const [author, count] of after) {
    const served = visit.served.get(`${relay.url} ${author}`) ?? 0;
    if (count - (before.get(author) ?? 0) < served)
      throw new Violation(
        'served-means-receipt',
        `${relay.url} served ${served} batches and wrote receipts for ${count - (before.get(author) ?? 0)}`,
      );
  }
}

/** Nothing in clear on any disk. */
function checkDisks(world: World): void {
  const stores = [
    ...world.relays.map((relay) => relay.events),
    ...world.people.flatMap((person) => person.homes.map((home) => home.events)),
  ];
  for (const store of stores) {
    const found = world.markers.inStore(store);
    if (found) throw new Violation('no-plaintext', `on a disk stands ${found}`);
  }
}
