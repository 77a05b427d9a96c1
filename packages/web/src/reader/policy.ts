// What this page may reach. The policy in its head lets it reach relays at large, because one file serves every link; a second one, written before
// anything is asked for, narrows that to the relays of this link. Policies add up: what one forbids, none allows again.
import { parseLinkAddress, relaysOfLink } from '@hale/consent';
import { parseEmergencyLink, relaysOfEmergency } from '@hale/consent/emergency';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** Lets the page reach these relays and nobody else, for good. @param relays ws:// or wss:// */
export function allowOnly(relays: readonly string[]): void {
  const origins = relays.flatMap((relay) => {
    const { host, protocol } = new URL(relay);
    return [`${protocol}//${host}`, `${protocol.replace('ws', 'http')}//${host}`];
  });
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = `connect-src ${origins.length > 0 ? origins.join(' ') : "'none'"}`;
  document.head.append(policy);
}

/** The relays that the address of this page names in clear. @throws HaleError 'malformed' where it is not the address of a link */
export function relaysOfPage(): string[] {
  if (isCardPage())
    return relaysOfEmergency(parseEmergencyLink(`${location.origin}/e${location.search}#${'A'.repeat(43)}`));
  return relaysOfLink(parseLinkAddress(location.origin + location.pathname + location.search));
}

/** The address on an emergency card, and not that of a link. */
export const isCardPage = (): boolean => location.pathname === '/e';

let scripts: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** A worker of that code: no file is fetched for it, and its policy is this page's. */
export function startWorker(code: string): Worker {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  // A name can be taken once.
  scripts ??= trustedTypes?.createPolicy('hale-reader', { createScriptURL: (given) => given });
  return new Worker(scripts ? scripts.createScriptURL(url) : url);
}
