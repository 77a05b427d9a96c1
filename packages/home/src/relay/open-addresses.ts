import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { nearest } from '../nightscout/admission.ts';

/** Who asks; only a proxy that the operator named is believed when he says that it is somebody else. */
export function addressOf(request: IncomingMessage, proxies: readonly string[]): string {
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return proxies.includes(peer) ? (nearest(request.headers['x-forwarded-for']) ?? peer) : peer;
}

/** Sockets by the network address they came from, in memory and only while they are open: what an operator needs to shut one out (NIP-86). */
export class OpenAddresses {
  readonly #sockets = new Map<WebSocket, string>();

  add(address: string, socket: WebSocket): void {
    this.#sockets.set(socket, address);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  closeWhere(isBlocked: (address: string) => boolean): void {
    for (const [socket, address] of this.#sockets) if (isBlocked(address)) socket.close(4403, 'blocked: this address');
  }
}
