// What browsers may ask this node: only under its own names, only from its own pages, only with a session.
import type { IncomingMessage } from 'node:http';
import type { Shown } from './sessions.ts';

const COOKIE = '__hale';
/** The page's half of a session. */
const KEY_HEADER = 'x-hale-key';

/** Under which names a browser reaches this node: this machine, and the addresses that were given for others. */
export function ownHosts(host: string, port: number, addresses: readonly string[] = []): ReadonlySet<string> {
  const names = ['localhost', '127.0.0.1', '[::1]', ...(['0.0.0.0', '::'].includes(host) ? [] : [bracketed(host)])];
  const given = addresses.flatMap((address) => (URL.canParse(address) ? [new URL(address).host] : []));
  return new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : []), ...given]);
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Against DNS rebinding: a page of another name that resolves to this machine is not answered. */
export function isOwnHost(request: IncomingMessage, hosts: ReadonlySet<string>): boolean {
  return hosts.has((request.headers.host ?? '').toLowerCase());
}

/**
 * Against requests that another site makes in this browser: browsers say where a request comes from, and send the cookie with requests of
 * this site only (SameSite=Strict). Both have to hold; another port of this machine is the same *site* but another origin.
 */
export function isOwnPage(headers: Headers, hosts: ReadonlySet<string>): boolean {
  const host = (headers.get('host') ?? '').toLowerCase();
  const origin = headers.get('origin');
  const fetchSite = headers.get('sec-fetch-site');
  if (!hosts.has(host)) return false;
  if (fetchSite !== null && fetchSite !== 'same-origin') return false;
  if (origin === null) return fetchSite === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Both halves of a session, as far as they are shown. */
export function shownBy(headers: Headers): Shown {
  const found = (headers.get('cookie') ?? '').split(';').find((each) => each.trim().startsWith(`${COOKIE}=`));
  return {
    cookie: found === undefined ? null : found.trim().slice(COOKIE.length + 1),
    key: headers.get(KEY_HEADER),
  };
}

/** Not readable by scripts, sent to this node only and only by its own pages; gone with the browser. */
export function cookieHeader(value: string | null, isSecure: boolean): string {
  const end = value === null ? '; Max-Age=0' : '';
  return `${COOKIE}=${value ?? ''}; Path=/v1; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${end}`;
}
