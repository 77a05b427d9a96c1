// The worker of the link reader: it alone holds the grant key and what it opens. Its policy, inherited from the page, lets it reach the grant's relays
// and nothing else.
import { type GrantAddress, isPinLink, parseLink, parsePinLink, pinKeys, relaysOfLink } from '@hale/consent';
import { HaleError } from '@hale/kernel';
import { connectToCopy, keyOf, parseCopy } from './copy.ts';
import { askLocker, connectAsReader } from './lines.ts';
import type { FailedWhy, FromWorker, LineState, ToWorker } from './protocol.ts';
import { GrantReading } from './reading.ts';

const say = (message: FromWorker): void => postMessage(message);

let link: string | null = null;
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
  if (link !== null && isPinLink(link)) return say({ say: 'needs-pin', left: null, waitSeconds: 0 });
  await guarded('broken', async () => {
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
    say({ say: 'failed', why: error.code === 'unavailable' ? 'away' : malformed });
  }
}

/** The PIN is stretched here, for a second; the locker learns whether it is right and nothing else. */
async function openWithPin(pin: string): Promise<void> {
  await guarded('broken', async () => {
    const { secret, ...address } = parsePinLink(link ?? '');
    const relays = relaysOfLink(address);
    const keys = pinKeys(secret, pin);
    const answer = await askLocker(relays[0], keys);
    if (answer.is === 'open') await read({ key: keys.grantKey(answer.share), author: address.author, relays });
    else if (answer.is === 'wrong') say({ say: 'needs-pin', left: answer.left, waitSeconds: 0 });
    else if (answer.is === 'early') say({ say: 'needs-pin', left: null, waitSeconds: answer.seconds });
    else say({ say: 'failed', why: answer.is === 'destroyed' ? 'destroyed' : 'refused' });
  });
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
  if (data.ask === 'pin') void openWithPin(data.pin);
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
