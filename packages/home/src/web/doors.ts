// What browsers may ask this node: only under its own names, only from its own pages, only with a session.
import type { IncomingMessage } from 'node:http';

const COOKIE = '__hale';

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
  const origin = headers.get('origin');
  const fetchSite = headers.get('sec-fetch-site');
  if (fetchSite !== null && fetchSite !== 'same-origin') return false;
  if (origin === null) return fetchSite === 'same-origin';
  return URL.canParse(origin) && hosts.has(new URL(origin).host) && new URL(origin).host === headers.get('host');
}

export function cookieOf(headers: Headers): string | null {
  const found = (headers.get('cookie') ?? '').split(';').find((each) => each.trim().startsWith(`${COOKIE}=`));
  return found === undefined ? null : found.trim().slice(COOKIE.length + 1);
}

/** Not readable by scripts, sent to this node only and only by its own pages; gone with the browser. */
export function cookieHeader(value: string | null, isSecure: boolean): string {
  const end = value === null ? '; Max-Age=0' : '';
  return `${COOKIE}=${value ?? ''}; Path=/v1; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${end}`;
}
