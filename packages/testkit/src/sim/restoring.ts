// A new home from the same words and one relay, by the real restoreFrom; the old one is lost, or goes on writing.
import type { Filter } from '@hale/kernel';
import { base64Decode, decodeBatch, fromHex, HaleError, KINDS, toHex } from '@hale/kernel';
import { decodeSamples, openTile } from '@hale/kernel/open';
import { PagedQuery } from '@hale/relay/client';
import type { OpenStream } from '@hale/vault';
import type { Home } from '../../../home/src/home.ts';
import { type EventSource, restoreFrom } from '../../../home/src/restore.ts';
import { SimLink } from './link.ts';
import type { Prng } from './prng.ts';
import { askThrough } from './reader.ts';
import type { SimRelay } from './relay.ts';
import { Violation } from './violation.ts';
import type { Person, World } from './world.ts';

/** Pages of everything that a relay has of some authors. */
function sourceAt(link: SimLink, world: World): EventSource {
  return {
    async *fetch(authors, kinds) {
      for (const { secret } of authors) link.session.addKey(secret);
      const filter: Filter = { kinds, authors: authors.map(({ author }) => author) };
      const paged = new PagedQuery(filter);
      while (paged.next !== null) {
        const answer = askThrough(link, paged.next, () => world.pump());
        if (answer?.outcome !== 'complete') throw new HaleError('unavailable', 'the relay did not answer');
        paged.take(answer.events);
      }
      yield paged.events;
    },
  };
}

export async function restore(world: World, prng: Prng): Promise<void> {
  const person = prng.pick(world.people);
  const relay = prng.pick(person.relays.filter((each) => each.honest));
  if (!relay.reachable || person.homes.length > 4) return;
  const oldOnesDie = prng.chance(0.6);
  const home = world.newHome(person);
  const link = new SimLink({ relay, admission: person.keys.member, clock: home.clock, prng: world.prng });
  try {
    if (!link.connect()) throw new HaleError('unavailable', 'out of reach');
    await restoreFrom(home as unknown as Home, sourceAt(link, world), () => {});
  } catch (error) {
    home.destroyed = true;
    person.homes.pop();
    if (error instanceof HaleError && ['unavailable', 'not-found'].includes(error.code)) return;
    throw error;
  } finally {
    link.drop();
  }
  world.count(oldOnesDie ? 'restore after loss' : 'restore beside');
  for (const old of world.living(person)) {
    if (old === home) continue;
    if (oldOnesDie) {
      old.goOffline();
      old.destroyed = true;
    }
  }
  person.contested ||= !oldOnesDie;
  // Heads are numbered on from what the new home found: what the old one said under those numbers is not asked for any more.
  for (const read of world.grants.values()) if (read.grant.person === person.name) read.heads.clear();
  const streams = home.vault.streams();
  for (const [id, model] of person.model.streams) {
    if (!oldOnesDie) {
      model.contested();
      continue;
    }
    const stream = streams.find((each) => each.id === id);
    const delivered = stream ? samplesDelivered(world, relay, stream) : new Set<number>();
    if (!stream && !model.erased && deliveredAny(world, relay, person, id))
      throw new Violation('nothing-lost', 'a stream is gone after a restore');
    model.keepOnly(delivered);
  }
  world.noteGrants(person, home);
}

/** Streams of which the relay said OK to a tile were in the catalogue before it. */
function deliveredAny(world: World, relay: SimRelay, person: Person, id: string): boolean {
  const authors = person.homes
    .flatMap((home) => home.vault.streams().filter((stream) => stream.id === id))
    .map((stream) => toHex(stream.author));
  return [...(world.delivered.get(relay)?.values() ?? [])].some(
    (event) => event.kind === KINDS.tileBatch && authors.includes(event.pubkey),
  );
}

/** Times of samples in tiles that the relay said OK to, opened with the owner's keys. */
function samplesDelivered(world: World, relay: SimRelay, stream: OpenStream): Set<number> {
  const times = new Set<number>();
  const author = toHex(stream.author);
  const label = toHex(stream.label('raw'));
  for (const event of world.delivered.get(relay)?.values() ?? []) {
    if (event.pubkey !== author || event.kind !== KINDS.tileBatch) continue;
    if (!event.tags.some(([name, value]) => name === 'l' && value === label)) continue;
    for (const tile of decodeBatch(fromHex(author, 32), base64Decode(event.content)).tiles) {
      const leaf = stream.leaves('raw', tile.epoch).leaf(tile.slot);
      if (leaf) for (const time of decodeSamples(openTile(leaf, tile)).times) times.add(time);
    }
  }
  return times;
}
