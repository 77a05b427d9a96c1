// Raw packets of MQTT 3.1.1 (§3), for what a well-behaved client never sends.
import { connect as connectTcp, type Socket } from 'node:net';

const sockets: Socket[] = [];

/** Ends all connections that tests have left open. */
export function closeRaw(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

export function packet(type: number, body: Buffer): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
}

export const connectPacket = (id: string, user: string, password: string, level = 4, flags = 0xc2) =>
  packet(0x10, Buffer.concat([text('MQTT'), Buffer.from([level, flags, 0, 60]), text(id), text(user), text(password)]));
export const publishPacket = (topic: string, payload: string, id: number, flags = 2) =>
  packet(0x30 | flags, Buffer.concat([text(topic), Buffer.from([id >> 8, id & 255]), Buffer.from(payload)]));

/** A connection that speaks bytes: waits for so many bytes, or for the end. */
export class Raw {
  received = Buffer.alloc(0);
  ended = false;
  readonly #socket: Socket;
  #heard = () => {};

  constructor(url: string) {
    this.#socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    sockets.push(this.#socket);
    this.#socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#heard();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.ended = true;
      this.#heard();
    });
  }

  send(...packets: Buffer[]): this {
    this.#socket.write(Buffer.concat(packets));
    return this;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async until(length: number): Promise<number[]> {
    while (this.received.length < length && !this.ended)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    return [...this.received];
  }

  async end(): Promise<number[]> {
    return this.until(Number.MAX_SAFE_INTEGER);
  }
}
