// What a relay connection needs of a browser: a ticket for the door, then a WebSocket (specs/relay.md §7.2); timers; chance.
import { normalizeRelayUrl } from '@hale/kernel';
import type { ConnectionPorts, Line, LineEvents, LineFailure } from '@hale/relay/client';

const TICKET_MILLIS = 20_000;

export const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
export const httpUrl = (url: string, path: string): string => normalizeRelayUrl(url).replace(/^ws/, 'http') + path;

export function dateSeconds(response: Response): number | null {
  const millis = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(millis) ? null : Math.floor(millis / 1000);
}

/** Strangers' answers are taken up to a limit of time, and no redirect is followed: a proof is for one address. */
export function post(
  url: string,
  authorization: string | null,
  body: Uint8Array<ArrayBuffer> | null,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: authorization === null ? {} : { authorization },
    body,
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(TICKET_MILLIS),
  });
}

/** Whether the relay's door gave a ticket: if no socket opens after that, it is the network that lets none through. */
export interface Door {
  hasOpened: boolean;
}

export function browserPorts(door: Door = { hasOpened: false }): ConnectionPorts {
  return {
    nowMillis: () => Date.now(),
    random,
    after: (millis, work) => {
      const timer = setTimeout(work, millis);
      return () => clearTimeout(timer);
    },
    every: (millis, work) => {
      const timer = setInterval(work, millis);
      return () => clearInterval(timer);
    },
    dial: (url, prove, on) => dial(url, prove, on, door),
  };
}

function dial(url: string, prove: Parameters<ConnectionPorts['dial']>[1], on: LineEvents, door: Door): Line {
  const failure: LineFailure = { status: null, reason: 'ECLOSED', dateSeconds: null };
  let socket: WebSocket | null = null;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    on.ended(failure);
  };
  const enter = async () => {
    const protocols = await protocolsFor(url, prove, failure, door);
    if (isOver) return;
    if (protocols === null) {
      end();
      return;
    }
    socket = new WebSocket(url, protocols);
    socket.onopen = () => on.opened();
    socket.onmessage = ({ data }) => on.received(typeof data === 'string' ? data : '');
    socket.onclose = end;
  };
  enter().catch(end);
  return {
    send: (frame) => socket?.send(frame),
    terminate: () => {
      socket?.close();
      end();
    },
    close: async () => {
      socket?.close();
      end();
    },
  };
}

/** The subprotocols that open the door; none for a relay that knows no tickets; null where it refuses, with its reason in `failure`. */
async function protocolsFor(
  url: string,
  prove: Parameters<ConnectionPorts['dial']>[1],
  failure: LineFailure,
  door: Door,
): Promise<string[] | null> {
  const address = httpUrl(url, '/hale/ticket');
  const proof = prove({ url: address, method: 'POST' });
  if (proof === null) return [];
  let response: Response;
  try {
    response = await post(address, proof, null);
  } catch {
    // Nobody there; or an ordinary open relay, which does not answer pages of other origins.
    return [];
  }
  const { status } = response;
  if (status === 404 || status === 405) return [];
  Object.assign(failure, { status, reason: `HTTP_${status}`, dateSeconds: dateSeconds(response) });
  if (status !== 200) return null;
  const { ticket } = (await response.json()) as { ticket?: unknown };
  if (typeof ticket !== 'string' || !/^[0-9a-f]{64}$/.test(ticket)) return null;
  door.hasOpened = true;
  Object.assign(failure, { status: null, reason: 'ECLOSED' });
  return ['hale.1', `ticket.${ticket}`];
}
