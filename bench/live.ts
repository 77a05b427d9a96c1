// What does watching live cost? The bytes that a day of heart rate sends to a relay second by second, and leaves there, beside the same
// day imported at once. The home's clock is set by hand, the relay and its sockets are real.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { type Home, type RelayHandle, startRelay } from '@hale/home';
import { schnorrPublic, toHex } from '@hale/kernel';
import type { OpenStream, Samples } from '@hale/vault';
import { newStream, openHome } from './home.ts';
import { remove, temporaryDirectory } from './node.ts';
import { type Bench, bytes, times } from './report.ts';
import { heartRate } from './signals.ts';

const DAY_SECONDS = 86_400;
const PUBLISH_SECONDS = 300;
/** Yesterday: the relay's clock is the real one and refuses what comes from the future. */
const START_MICROS = (Math.floor(Date.now() / 86_400_000) - 1) * 86_400e6;

interface Day {
  sentBytes: number;
  storedBytes: number;
  events: number;
}

/** Bytes that servers of this process have received since `meter()`. */
function meter(): { received: () => number; stop: () => void } {
  const sockets: Socket[] = [];
  const noteSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.server.socket', noteSocket);
  return {
    received: () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
    stop: () => unsubscribe('net.server.socket', noteSocket),
  };
}

/** One home with one stream at one private relay; `live` feeds it. */
async function measureDay(
  feed: (home: Home, stream: OpenStream, setClock: (micros: number) => void) => Promise<void>,
): Promise<Day> {
  let now = START_MICROS;
  const relayDir = temporaryDirectory();
  const counter = meter();
  const relay = await startRelay({ dir: relayDir });
  const home = await openHome(() => now);
  relay.addMember(toHex(schnorrPublic(home.keys.member)));
  home.vault.record([{ type: 'relay', url: relay.url, uses: ['store'], removed: false }]);
  home.useRelays();
  const edges = [40, 50, 60, 100, 120, 140];
  const described = { key: 'heart-rate', ucum: '/min', factor: 1, nominalPeriodSeconds: 1, edges };
  const stream = home.vault.addStream(newStream(home, described));
  home.network.listenAgain();
  await home.network.settle(5000);
  const before = { sent: counter.received(), stored: storedBytes(relay), events: eventCount(relay) };
  await feed(home, stream, (micros) => {
    now = micros;
  });
  await home.network.settle(60_000);
  const day = {
    sentBytes: counter.received() - before.sent,
    storedBytes: storedBytes(relay) - before.stored,
    events: eventCount(relay) - before.events,
  };
  counter.stop();
  await home.close();
  await relay.close();
  remove(dirname(home.dir));
  const fileBytes = statSync(join(relayDir, 'events.db')).size;
  console.log(
    `  ${bytes(day.sentBytes)} sent, ${bytes(day.storedBytes)} stored in ${day.events} events, relay file ${bytes(fileBytes)}`,
  );
  remove(relayDir);
  return day;
}

/** Bytes of the events that a relay holds: ids, keys, signatures, tags, content. */
function storedBytes({ store }: RelayHandle): number {
  const sum = 'SELECT sum(32 + 32 + 64 + length(tags) + length(content)) AS bytes FROM event';
  return Number(store.database.prepare(sum).get()?.bytes);
}

function eventCount({ store }: RelayHandle): number {
  return Number(store.database.prepare('SELECT count(*) AS events FROM event').get()?.events);
}

function daySamples(from: number, to: number): Samples {
  const { values } = heartRate();
  return {
    times: Float64Array.from({ length: to - from }, (_, i) => START_MICROS + (from + i) * 1e6),
    values: Int32Array.from({ length: to - from }, (_, i) => values[(from + i) % values.length]),
  };
}

/** Each second one sample comes in and the clockwork ticks; what is due is delivered every five minutes. */
async function live(
  home: Home,
  stream: OpenStream,
  setClock: (micros: number) => void,
  seconds: number,
  sendSeconds: number,
): Promise<void> {
  const samples = daySamples(0, seconds);
  for (let i = 0; i < seconds; i++) {
    setClock(START_MICROS + i * 1e6);
    const one = { times: samples.times.slice(i, i + 1), values: samples.values.slice(i, i + 1) };
    home.vault.ingest([{ stream, samples: one }]);
    home.tick();
    if (i % sendSeconds === 0) await home.network.settle(10_000);
  }
  setClock(START_MICROS + (seconds + 600) * 1e6);
  home.settle();
}

async function imported(home: Home, stream: OpenStream, setClock: (micros: number) => void): Promise<void> {
  setClock(START_MICROS + (DAY_SECONDS + 600) * 1e6);
  home.vault.ingest([{ stream, samples: daySamples(0, DAY_SECONDS) }]);
  home.settle();
}

/** One hour with a reader who waits for every sample, times 24: what a live reader costs. */
async function liveWithReader(home: Home, stream: OpenStream, setClock: (micros: number) => void): Promise<void> {
  home.grants.issue({
    subject: stream.entry.subject,
    scope: {
      streams: [{ streamKey: stream.entry.key, level: 'raw' }],
      from: START_MICROS,
      to: null,
      until: null,
      purpose: { code: 'TREAT', text: '' },
      recipient: { kind: 'link' },
    },
    how: 'link',
    to: 'reader',
    recipient: null,
    recipientText: null,
    classic: false,
    names: { subject: 'me', owner: 'me' },
  });
  await live(home, stream, setClock, 3600, 1);
}

export const liveDay: Bench = {
  name: 'live',
  run: async () => {
    const atOnce = await measureDay(imported);
    const bySeconds = await measureDay((home, stream, setClock) =>
      live(home, stream, setClock, DAY_SECONDS, PUBLISH_SECONDS),
    );
    const watched = await measureDay(liveWithReader);
    const ratios = [bySeconds.sentBytes / atOnce.sentBytes, bySeconds.storedBytes / atOnce.storedBytes];
    const hours = DAY_SECONDS / 3600;
    return {
      title: 'Relay bytes of a day of live heart rate, 1 Hz',
      findings: [
        {
          what: 'sent to the relay, nobody watching',
          hale: bytes(bySeconds.sentBytes),
          peer: `${bytes(atOnce.sentBytes)} imported at once`,
          ratio: times(ratios[0]),
          target: '≤ 3 ×',
          isMet: ratios[0] <= 3,
        },
        {
          what: 'stored there at the end',
          hale: `${bytes(bySeconds.storedBytes)} in ${bySeconds.events} events`,
          peer: `${bytes(atOnce.storedBytes)} in ${atOnce.events} events`,
          ratio: times(ratios[1]),
          target: '≤ 3 ×',
          isMet: ratios[1] <= 3,
        },
        {
          what: 'sent while somebody watches every second (an hour × 24)',
          hale: bytes(watched.sentBytes * hours),
          peer: bytes(atOnce.sentBytes),
          ratio: times((watched.sentBytes * hours) / atOnce.sentBytes),
          target: '',
          isMet: null,
        },
      ],
      notes: [
        'Sent: bytes that the relay’s sockets received, everything counted (frames, proofs, deletions, heads, catalogue). Stored: ids, keys, signatures, tags and content of the events that are left.',
        'One sample a second, acknowledged each second; published every five minutes, or at once where somebody watches.',
      ],
    };
  },
};
