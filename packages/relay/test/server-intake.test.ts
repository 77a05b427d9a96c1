// Events checked elsewhere: whatever the order of the verdicts, clients hear and the store holds what they would had each been checked at once.
import { KINDS, type VerifiedEvent } from '@hale/kernel';
import { type Check, checkFrame, type Effect, RELAY_LIMITS, RelayEngine, unchecked } from '@hale/relay/server';
import { MemoryRelayStore } from '@hale/testkit/memory-relay-store';
import { RELAY_TEST_SECONDS as now, person, seededRandom } from '@hale/testkit/relay-people';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPolicy, testSigner } from './server-fixture.ts';

const ann = person('ann');
const bob = person('bob');

/** One engine, its store, and all frames that each connection got. */
class Desk {
  readonly store = new MemoryRelayStore();
  readonly heard = new Map<string, string[]>();
  readonly checks: Check[] = [];
  readonly engine: RelayEngine;

  constructor(checksElsewhere: boolean, connections: number) {
    const random = seededRandom('intake');
    this.engine = new RelayEngine({
      store: this.store,
      policy: openPolicy,
      signer: testSigner(),
      now: () => now,
      random,
      checksElsewhere,
    });
    for (let n = 0; n < connections; n++) {
      this.heard.set(`c${n}`, []);
      this.carryOut(this.engine.open({ id: `c${n}`, admitted: null }));
    }
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) if ('frame' in effect) this.heard.get(effect.to)?.push(effect.frame);
  }

  receive(id: string, ...message: unknown[]): void {
    this.carryOut(this.engine.receive(id, Buffer.from(JSON.stringify(message))));
    this.checks.push(...this.engine.takeChecks());
  }

  /** Hands in the verdict of one of those that are out. */
  answer(which: number): void {
    const [check] = this.checks.splice(which % this.checks.length, 1);
    this.carryOut(this.engine.checked(check.ticket, checkFrame(check.frame)));
  }

  answerAll(): void {
    while (this.checks.length > 0) this.answer(0);
    if (this.engine.hasPending) this.carryOut(this.engine.flush());
  }

  stored(): string[] {
    return this.store
      .find({})
      .map(({ id }) => id)
      .sort();
  }
}

/** Notes, versions of one address, deletions by id and address, a request to vanish, a forgery. */
function corpus(): object[] {
  const notes = [1, 2, 3].map((n) => ann.sign({ content: `${n}`, created_at: now - n }));
  const versions = [1, 2, 2].map((age, n) =>
    ann.sign({ kind: 30_078, created_at: now - age, content: `${n}`, tags: [['d', 'x']] }),
  );
  const profile = [4, 5].map((age) => bob.sign({ kind: 0, created_at: now - age }));
  const deletion = ann.sign({ kind: KINDS.deletion, tags: [['e', notes[1].id]] });
  const byAddress = ann.sign({
    kind: KINDS.deletion,
    created_at: now - 2,
    tags: [['a', `30078:${ann.pubkey}:x`]],
  });
  const vanish = bob.sign({ kind: KINDS.vanish, created_at: now - 5, tags: [['relay', 'ALL_RELAYS']] });
  const forged = { ...ann.sign({ content: 'true' }), content: 'false' };
  return [...notes, ...versions, ...profile, deletion, byAddress, vanish, forged];
}

const events = corpus();
const anyMessage = fc.oneof(
  { weight: 5, arbitrary: fc.nat(events.length - 1).map((n): unknown[] => ['EVENT', events[n]]) },
  { weight: 1, arbitrary: fc.constant<unknown[]>(['COUNT', 'n', {}]) },
  { weight: 1, arbitrary: fc.constant<unknown[]>(['REQ', 'q', { kinds: [1, 30_078] }]) },
  { weight: 1, arbitrary: fc.constant<unknown[]>(['EVENT', { id: 'none' }]) },
);
/** A message of some connection, and how many verdicts come in after it, which of those that are out. */
const anyScript = (connections: number) =>
  fc.array(fc.tuple(fc.nat(connections - 1), anyMessage, fc.array(fc.nat(100), { maxLength: 3 })), { maxLength: 30 });

describe('verdicts in any order', () => {
  test('one client hears word for word what it hears when each event is checked at once', () => {
    fc.assert(
      fc.property(anyScript(1), (script) => {
        const [here, elsewhere] = [new Desk(false, 1), new Desk(true, 1)];
        for (const [, message, verdicts] of script) {
          here.receive('c0', ...message);
          elsewhere.receive('c0', ...message);
          for (const which of verdicts) if (elsewhere.checks.length > 0) elsewhere.answer(which);
        }
        here.answerAll();
        elsewhere.answerAll();
        expect(elsewhere.heard.get('c0')).toEqual(here.heard.get('c0'));
        expect(elsewhere.stored()).toEqual(here.stored());
      }),
      { numRuns: 150, seed: 20261129 },
    );
  });

  test('the store of many clients ends the same', () => {
    fc.assert(
      fc.property(anyScript(3), (script) => {
        const [here, elsewhere] = [new Desk(false, 3), new Desk(true, 3)];
        for (const [n, message, verdicts] of script) {
          here.receive(`c${n}`, ...message);
          elsewhere.receive(`c${n}`, ...message);
          for (const which of verdicts) if (elsewhere.checks.length > 0) elsewhere.answer(which);
        }
        here.answerAll();
        elsewhere.answerAll();
        expect(elsewhere.stored()).toEqual(here.stored());
        const oks = (desk: Desk) => [...desk.heard.values()].flat().filter((frame) => frame.startsWith('["OK"')).length;
        expect(oks(elsewhere)).toBe(oks(here));
      }),
      { numRuns: 150, seed: 20261130 },
    );
  });
});

describe('while a verdict is out', () => {
  const note = ann.sign({ content: 'first' });

  test('a question waits for it and sees the event; other connections go on', () => {
    const desk = new Desk(true, 2);
    desk.receive('c0', 'EVENT', note);
    desk.receive('c0', 'COUNT', 'mine', {});
    desk.receive('c1', 'COUNT', 'theirs', {});
    expect(desk.heard.get('c0')).toHaveLength(1);
    expect(desk.heard.get('c1')?.at(-1)).toBe('["COUNT","theirs",{"count":0}]');
    desk.answer(0);
    expect(desk.heard.get('c0')?.slice(1)).toEqual([
      JSON.stringify(['OK', note.id, true, '']),
      '["COUNT","mine",{"count":1}]',
    ]);
  });

  test('a client that leaves has published what it sent, and is answered nothing', () => {
    const desk = new Desk(true, 1);
    desk.receive('c0', 'EVENT', note);
    desk.receive('c0', 'REQ', 'q', {});
    desk.engine.close('c0');
    desk.answerAll();
    expect(desk.stored()).toEqual([note.id]);
    expect(desk.engine.hasMore('c0')).toBe(false);
  });

  test('a checker that failed is told as error: under the id of the event, and a late second verdict changes nothing', () => {
    const desk = new Desk(true, 1);
    desk.receive('c0', 'EVENT', note);
    const [{ ticket, frame }] = desk.checks;
    desk.carryOut(desk.engine.checked(ticket, unchecked(frame)));
    expect(JSON.parse(desk.heard.get('c0')?.at(-1) ?? '')).toEqual([
      'OK',
      note.id,
      false,
      'error: it could not be checked, publish it again',
    ]);
    desk.carryOut(desk.engine.checked(ticket, checkFrame(frame)));
    expect(desk.engine.hasPending).toBe(false);
  });

  test('a host that ends checks the rest itself', () => {
    const desk = new Desk(true, 1);
    desk.receive('c0', 'EVENT', note);
    desk.carryOut(desk.engine.checkRest());
    desk.carryOut(desk.engine.flush());
    expect(desk.stored()).toEqual([note.id]);
  });

  test('a connection with too much waiting is full until its verdicts come', () => {
    const desk = new Desk(true, 2);
    const large: VerifiedEvent = ann.sign({ content: 'x'.repeat(60_000) });
    const needed = Math.ceil(RELAY_LIMITS.waitingBytesMax / 60_000) + 1;
    for (let n = 0; n < needed; n++) desk.receive('c0', 'EVENT', large);
    expect(desk.engine.isFull('c0')).toBe(true);
    expect(desk.engine.isFull('c1')).toBe(false);
    desk.answerAll();
    expect(desk.engine.isFull('c0')).toBe(false);
  });
});

test('bytes that are not UTF-8 and verbs spelled with escapes are read as NIP-01 reads them', () => {
  const desk = new Desk(true, 1);
  const note = ann.sign({ content: 'escaped' });
  desk.carryOut(desk.engine.receive('c0', `["\\u0045VENT",${JSON.stringify(note)}]`));
  desk.carryOut(desk.engine.receive('c0', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])));
  desk.carryOut(desk.engine.receive('c0', ` [ "EVENT" , {"id":1} ]`));
  desk.checks.push(...desk.engine.takeChecks());
  desk.answerAll();
  expect(desk.stored()).toEqual([note.id]);
  const heard = (desk.heard.get('c0') ?? []).map((frame) => JSON.parse(frame) as string[]);
  expect(heard.filter(([verb]) => verb === 'NOTICE').map(([, text]) => text)).toEqual([
    'invalid: not UTF-8',
    'invalid: event id is not 64 lower-case hex characters',
  ]);
});
