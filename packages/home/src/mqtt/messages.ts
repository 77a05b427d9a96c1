// MQTT messages to samples. What arrives in one turn of the event loop goes to the disk in one commit; each message is answered after it.
// A locked home keeps them sealed in its inbox, and unlocking reads them by the same code.
import { base64Decode, base64Encode, HaleError, utf8Decode, utf8Encode } from '@hale/kernel';
import type { SampleRun } from '@hale/vault/lines';
import { isDiscoveryTopic, readMessage, readState } from '@hale/vault/live';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { type KnownDevice, refuseWrongUnits, takeKeptRuns, takeRuns, withStreams } from '../live.ts';
import type { Collector } from '../locked.ts';
import { announce, announcedBy, mayWrite } from './announced.ts';
import { type Coming, keepComings } from './redelivery.ts';
import { deviceOf, nameInTopic, type Sender, seriesInTopic } from './sender.ts';

/** How messages are marked while they wait in the inbox of a locked home: JSON lines of [topic, micros, base64]. */
export const MESSAGES_TYPE = 'application/vnd.hale.mqtt';

export interface Message {
  topic: string;
  payload: Uint8Array;
  /** Micros of the reception: the time of what tells none. */
  at: number;
  /** Where it may come again: by what it would be known. */
  coming?: Coming;
}

/** What no repetition would make better: counted, said by `hale device list`, and acknowledged, because MQTT 3.1.1 knows no other no. */
const HOPELESS = ['malformed', 'too-large', 'out-of-range', 'unsupported'];
const isHopeless = (error: unknown): boolean => error instanceof HaleError && HOPELESS.includes(error.code);

/** Takes in messages of one device. Resolves when all that could be read is on the disk. @throws HaleError 'full' | 'retired' */
async function takeMessages(home: Home, device: KnownDevice, messages: readonly Message[]): Promise<void> {
  try {
    const { runs, untimed } = readMessages(home, device, messages);
    // With the samples or not at all: what comes again after a power cut then gets the time that it got first.
    await takeRuns(home, device, runs, () => keepComings(home, untimed));
  } catch (error) {
    if (!isHopeless(error)) throw error;
    // One impossible message must not cost the others theirs.
    if (messages.length === 1) home.countNotTaken(device.id, 1);
    else for (const message of messages) await takeMessages(home, device, [message]);
  }
}

/** The same for what was kept while the home was locked. */
export function takeKeptMessages(home: Home, device: KnownDevice, body: Uint8Array): void {
  takeKeptRuns(home, device, readMessages(home, device, unpack(body)).runs);
}

function readMessages(
  home: Home,
  device: KnownDevice,
  messages: readonly Message[],
): { runs: SampleRun[]; untimed: Coming[] } {
  const gathered = new Map<string, SampleRun[]>();
  const untimed: Coming[] = [];
  let notTaken = 0;
  for (const message of messages) {
    // An empty message takes back a retained one.
    if (message.payload.length === 0 && !isDiscoveryTopic(message.topic)) continue;
    try {
      const { runs, without, isTimed } = readOne(home, device, message);
      notTaken += without;
      if (message.coming && !isTimed) untimed.push(message.coming);
      for (const run of runs) {
        const sameSeries = gathered.get(run.series);
        if (sameSeries) sameSeries.push(run);
        else gathered.set(run.series, [run]);
      }
    } catch (error) {
      if (!isHopeless(error)) throw error;
      notTaken++;
    }
  }
  const { runs, refused } = withStreams(home, device, [...gathered.values()].map(joined));
  home.countNotTaken(device.id, notTaken + refused);
  return { runs, untimed };
}

function readOne(
  home: Home,
  device: KnownDevice,
  { topic, payload, at }: Message,
): { runs: SampleRun[]; without: number; isTimed: boolean } {
  // While the home was locked, or in the same turn as another's announcement, the broker could not tell.
  if (!mayWrite(home, device.id, topic)) return { runs: [], without: 1, isTimed: true };
  if (nameInTopic(topic) !== null) {
    const readout = readMessage(seriesInTopic(topic), payload, at);
    refuseWrongUnits(readout.runs);
    return { ...readout, without: 0 };
  }
  if (isDiscoveryTopic(topic))
    return { runs: [], without: announce(home, device.id, topic, payload) ? 0 : 1, isTimed: true };
  const sensors = announcedBy(home, device.id).filter((sensor) => sensor.stateTopic === topic);
  if (sensors.length === 0) return { runs: [], without: 1, isTimed: true };
  return { ...readState(sensors, payload, at), isTimed: false };
}

/** Runs of one series as one. */
function joined(runs: SampleRun[]): SampleRun {
  if (runs.length === 1) return runs[0];
  const length = runs.reduce((sum, run) => sum + run.times.length, 0);
  const all: SampleRun = { ...runs[0], times: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const { times, values } of runs) {
    all.times.set(times, at);
    all.values.set(values, at);
    at += times.length;
  }
  return all;
}

function pack(messages: readonly Message[]): Uint8Array {
  const line = ({ topic, payload, at }: Message) => JSON.stringify([topic, at, base64Encode(payload)]);
  return utf8Encode(messages.map(line).join('\n'));
}

function unpack(body: Uint8Array): Message[] {
  return utf8Decode(body)
    .split('\n')
    .map((line) => {
      try {
        const [topic, at, payload] = JSON.parse(line) as [string, number, string];
        return { topic: String(topic), at: Number(at), payload: base64Decode(payload) };
      } catch {
        throw new HaleError('malformed', 'kept messages cannot be read');
      }
    });
}

type Done = (error: unknown) => void;

interface Pending {
  sender: Sender;
  messages: Message[];
  done: Done[];
}

export interface IntakeRooms {
  home: () => Home | null;
  locked: () => Collector;
}

export class MessageIntake {
  readonly #rooms: IntakeRooms;
  #pending = new Map<string, Pending>();
  #flushedAtMillis = 0;
  /** The session of the last commit, if it was of one alone. */
  #flushedFor: string | null = null;

  constructor(rooms: IntakeRooms) {
    this.#rooms = rooms;
  }

  /** `done(null)` when the message is on the disk; with an error when it is not, and may be sent again. */
  take(sender: Sender, message: Message, done: Done): void {
    if (this.#pending.size === 0) this.#schedule(sender);
    const waiting = this.#pending.get(sender.session);
    if (waiting) {
      waiting.messages.push(message);
      waiting.done.push(done);
    } else this.#pending.set(sender.session, { sender, messages: [message], done: [done] });
  }

  /**
   * Where many devices send at once, commits wait a little for each other: an fsync costs milliseconds, and 200 devices would keep the disk
   * busy for nothing. A device that sends alone, or one message after the other, never waits.
   */
  #schedule(sender: Sender): void {
    const sinceMillis = performance.now() - this.#flushedAtMillis;
    const isAlone = this.#flushedFor === sender.session;
    if (isAlone || sinceMillis >= HOME_LIMITS.mqttGatherMillis) setImmediate(() => this.#flush());
    else setTimeout(() => this.#flush(), HOME_LIMITS.mqttGatherMillis - sinceMillis);
  }

  #flush(): void {
    const all = this.#pending;
    this.#flushedAtMillis = performance.now();
    this.#flushedFor = all.size === 1 ? ([...all.keys()][0] ?? null) : null;
    this.#pending = new Map();
    for (const { sender, messages, done } of all.values())
      this.#store(sender, messages).then(
        () => {
          for (const each of done) each(null);
        },
        (error) => {
          for (const each of done) each(error);
        },
      );
  }

  async #store(sender: Sender, messages: readonly Message[]): Promise<void> {
    const home = this.#rooms.home();
    if (!home) {
      this.#rooms.locked().collect(sender.credential, pack(messages), MESSAGES_TYPE);
      return;
    }
    const device = deviceOf(home, sender);
    if (!device) throw new HaleError('not-permitted', 'this device is not known here, or was removed');
    await takeMessages(home, device, messages);
  }
}
