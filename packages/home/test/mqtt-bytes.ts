// Raw packets of MQTT 3.1.1 (§3), for what a well-behaved client never sends.
import { connect as connectTcp, type Socket } from 'node:net';
import { mqttPacket, mqttText } from '@hale/testkit/mqtt-packets';

const sockets: Socket[] = [];

/** Ends all connections that tests have left open. */
export function closeRaw(): void {
  for (const socket of sockets.splice(0)) socket.destroy();
}

export const connectPacket = (id: string, user: string, password: string, level = 4, flags = 0xc2) =>
  mqttPacket(
    0x10,
    Buffer.concat([
      mqttText('MQTT'),
      Buffer.from([level, flags, 0, 60]),
      mqttText(id),
      mqttText(user),
      mqttText(password),
    ]),
  );
export const publishPacket = (topic: string, payload: string, id: number, flags = 2) =>
  mqttPacket(0x30 | flags, Buffer.concat([mqttText(topic), Buffer.from([id >> 8, id & 255]), Buffer.from(payload)]));

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
