// What a source leaves out must show: a revocation that it withholds opens nothing of what is sealed afterwards.
import { KINDS, toHex, type VerifiedEvent } from '@hale/kernel';
import { openLogEvent } from '@hale/vault';
import { afterEach, expect, test } from 'vitest';
import type { Home } from '../src/home.ts';
import { fileSource, restoreFrom } from '../src/restore.ts';
import { addStream, HOUR, Homes, samples, wish } from './homes.ts';

const homes = new Homes();
afterEach(() => homes.close());

const allEvents = (home: Home): VerifiedEvent[] => home.events.query({ authors: [...home.allAuthors()] });

/** A grant that was revoked before more was written; what a relay held just before the revocation, and at the end. */
function revoked(addsMore: boolean): { home: Home; grant: string; before: VerifiedEvent[]; after: VerifiedEvent[] } {
  const home = homes.make();
  const stream = addStream(home, 'hr');
  const now = home.nowMicros();
  home.vault.ingest([{ stream, samples: samples(now - 2 * HOUR, 300) }]);
  home.settle();
  const { grant } = home.grants.issue(wish(home, ['hr'], now - 3 * HOUR));
  home.settle();
  const before = allEvents(home);
  home.grants.end(grant.record.id, 'revoked', false);
  home.vault.ingest([{ stream: home.vault.streams()[0], samples: samples(now - HOUR, 300) }]);
  home.settle();
  if (addsMore) home.vault.addSubject('child');
  return { home, grant: grant.record.id, before, after: allEvents(home) };
}

function types(home: Home, event: VerifiedEvent): string[] {
  if (event.pubkey !== home.catalogueAuthor() || event.kind !== KINDS.tileBatch) return [];
  return openLogEvent(event, home.vault.catalogueLog.stream).map(({ value }) => (value as { type: string }).type);
}

/** The relay forgets that the grant was ended: its catalogue entries, its own log, its access lists. */
function withoutTheEnd({ home, before, after }: ReturnType<typeof revoked>): VerifiedEvent[] {
  const own = new Set([home.catalogueAuthor(), ...home.vault.streams().map((stream) => toHex(stream.author))]);
  const kept = after.filter(
    (event) =>
      own.has(event.pubkey) &&
      event.kind !== KINDS.access &&
      !types(home, event).some((type) => type === 'epoch' || type === 'grant-end'),
  );
  return [...kept, ...before.filter((event) => !own.has(event.pubkey))];
}

const readers = (home: Home): number =>
  home.vault
    .streams()
    .flatMap((stream) => home.vault.store.accessEvent(toHex(stream.author))?.tags ?? [])
    .filter(([name]) => name === 'reader').length;

async function sealsBeyond(events: VerifiedEvent[], old: Home): Promise<{ home: Home; notices: string }> {
  const epoch = old.vault.streams()[0].epoch;
  const home = homes.open({ keys: old.keys });
  const { notices } = await restoreFrom(home, fileSource(events), () => {});
  const [stream] = home.vault.streams();
  home.vault.ingest([{ stream, samples: samples(home.nowMicros(), 5) }]);
  home.settle();
  home.grants.renew();
  expect(home.vault.store.tiles(stream.number, 0, 0, 2 ** 32).at(-1)?.epoch).toBeGreaterThan(epoch);
  expect(home.grants.active()).toEqual([]);
  expect(readers(home)).toBe(0);
  return { home, notices: notices.map(({ text }) => text).join('\n') };
}

test('a revocation left out of the catalogue shows as a hole: shares are closed and what follows opens for nobody', async () => {
  const story = revoked(true);
  const { notices } = await sealsBeyond(withoutTheEnd(story), story.home);
  expect(notices).toMatch(/catalogue has holes: \d+ of its entries/);
  expect(notices).toContain('all shares were closed (1 were open)');
  expect(notices).toContain('hale share');
});

test('a catalogue cut off at its end shows by tiles of a later epoch', async () => {
  const story = revoked(false);
  const last = story.before.filter((event) => event.pubkey === story.home.catalogueAuthor());
  const cut = withoutTheEnd(story).filter((event) => event.pubkey !== story.home.catalogueAuthor());
  const { notices } = await sealsBeyond([...cut, ...last], story.home);
  expect(notices).not.toContain('holes');
  expect(notices).toContain('1 streams hold tiles sealed after');
});

test('a whole catalogue keeps open shares open, and a log of a share with holes is told', async () => {
  const story = revoked(true);
  const second = story.home.grants.issue(wish(story.home, ['hr'], story.home.nowMicros() - 3 * HOUR)).grant;
  story.home.settle();
  const all = allEvents(story.home);
  const whole = homes.open({ keys: story.home.keys });
  const { notices } = await restoreFrom(whole, fileSource(all), () => {});
  expect(notices).toEqual([]);
  expect(whole.grants.active().map(({ record }) => record.id)).toEqual([second.record.id]);
  expect(readers(whole)).toBe(1);

  const first = all
    .filter((event) => event.pubkey === second.owner.grantAuthor && event.kind === KINDS.tileBatch)
    .find((event) => openLogEvent(event, second.log.stream).some(({ seq }) => seq === 0));
  const torn = homes.open({ keys: story.home.keys });
  const left = await restoreFrom(torn, fileSource(all.filter((event) => event !== first)), () => {});
  expect(left.notices.map(({ text }) => text).join()).toContain('1 shares are not complete');
});

test('an access list signed by somebody else is not taken in', async () => {
  const story = revoked(true);
  const stranger = homes.make();
  addStream(stranger, 'x');
  stranger.grants.issue(wish(stranger, ['x'], 0));
  const [foreign] = stranger.events.query({ kinds: [KINDS.access] });
  const home = homes.open({ keys: story.home.keys });
  const source = fileSource(story.after);
  await restoreFrom(
    home,
    {
      async *fetch(authors, kinds) {
        for await (const page of source.fetch(authors, kinds)) yield [...page, foreign];
      },
    },
    () => {},
  );
  expect(home.vault.store.hasEvent(foreign.id)).toBe(false);
});
