// The worker of the link reader: it alone holds the grant key and what it opens. Its policy, inherited from the page, lets it reach the grant's relays
// and nothing else.
import { type GrantAddress, isLockerLink, parseLink, parseLockerLink, relaysOfLink } from '@hale/consent';
import { parseEmergencyLink } from '@hale/consent/emergency';
import { HaleError } from '@hale/kernel';
import { connectToCopy, keyOf, parseCopy } from './copy.ts';
import { EmergencyDoor } from './emergency-door.ts';
import { connectAsReader } from './lines.ts';
import { LockerDoor } from './locker.ts';
import type { FailedWhy, FromWorker, LineState, ToWorker } from './protocol.ts';
import { GrantReading } from './reading.ts';

const say = (message: FromWorker): void => postMessage(message);

let link: string | null = null;
let door: LockerDoor | null = null;
let card: EmergencyDoor | null = null;
let reading: GrantReading | null = null;
let offsetSeconds = 0;
const lines = new Map<string, LineState>();

/** One relay that answers is enough. */
function sayLine(): void {
  const states = [...lines.values()];
  const line = states.includes('live') ? 'live' : states.includes('polling') ? 'polling' : 'lost';
  say({ say: 'line', line });
}

const news = {
  state: (url: string, state: LineState) => {
    lines.set(url, state);
    sayLine();
  },
  clock: (seconds: number) => {
    offsetSeconds = seconds;
    say({ say: 'clock', seconds });
  },
  turnedAway: (url: string) => {
    lines.set(url, 'lost');
    sayLine();
    if ([...lines.values()].every((state) => state === 'lost')) reading?.turnedAway();
  },
};

async function open(): Promise<void> {
  await guarded('broken', async () => {
    if (link !== null && /^[^?#]*\/e[?#]/.test(link)) {
      card = new EmergencyDoor(parseEmergencyLink(link), say);
      return card.begin();
    }
    if (link !== null && isLockerLink(link)) {
      door = new LockerDoor(parseLockerLink(link), { say, read });
      return door.begin();
    }
    const { grantKey, ...address } = parseLink(link ?? '');
    await read({ key: grantKey, author: address.author, relays: relaysOfLink(address) });
  });
}

async function read(address: GrantAddress): Promise<void> {
  await reading?.close();
  lines.clear();
  const nowMicros = () => (Date.now() + offsetSeconds * 1000) * 1000;
  reading = new GrantReading(address, { connect: connectAsReader(news), nowMicros, say });
  await reading.open();
}

/** What goes wrong before there is a reading. */
async function guarded(malformed: FailedWhy, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    const why = { unavailable: 'away', unsupported: 'keeps-nothing' } as const;
    say({ say: 'failed', why: why[error.code as keyof typeof why] ?? malformed });
  }
}

async function openCopy(sealed: string, code: string): Promise<void> {
  await reading?.close();
  try {
    const copy = parseCopy(sealed);
    let key: Uint8Array;
    try {
      key = keyOf(copy, code);
    } catch {
      return say({ say: 'failed', why: 'wrong-code' });
    }
    const address = { key, author: copy.author, relays: ['the file'] };
    const nowMicros = () => Date.now() * 1000;
    const facts = { made: copy.made, isKeyInside: copy.key !== null };
    reading = new GrantReading(address, { connect: connectToCopy(copy), nowMicros, say, copy: facts });
    say({ say: 'line', line: 'file' });
    await reading.open();
  } catch (error) {
    if (!(error instanceof HaleError)) throw error;
    say({ say: 'failed', why: 'damaged' });
  }
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.ask === 'open') link = data.link;
  if (data.ask === 'open' || data.ask === 'again') void open();
  // The PIN is stretched here, for a second; the locker learns whether it is right and nothing else.
  if (data.ask === 'pin') void guarded('broken', async () => door?.pin(data.pin));
  if (data.ask === 'claim') void guarded('broken', async () => door?.claim());
  if (data.ask === 'state') {
    const { ask: _ask, ...stated } = data;
    void guarded('broken', async () => card?.state(stated));
  }
  if (data.ask === 'open-file') void openCopy(data.sealed, data.code);
  if (data.ask === 'series') {
    const { id, question } = data;
    const answer = reading?.series(question) ?? Promise.resolve(null);
    answer.then(
      (drawn) => say({ say: 'series', id, drawn }),
      () => say({ say: 'series', id, drawn: null }),
    );
  }
});
