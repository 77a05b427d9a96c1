// A lean MQTT 3.1.1 device for the benchmarks: packets of QoS 1 written ahead of time, acknowledgements counted. It measures the broker and not itself.
import { connect, type Socket } from 'node:net';
import { mqttPacket, mqttText } from '@hale/testkit/mqtt-packets';

export interface MqttDevice {
  name: string;
  user: string;
  password: string;
}

const ACK_BYTES = 4;

export class WireDevice {
  readonly #socket: Socket;
  readonly #topic: Buffer;
  #bytes = 0;
  #number = 0;
  /** Called at each acknowledgement. They come in the order of the messages. */
  #acknowledged: () => void = () => {};

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#topic = mqttText(`hale/${name}/heart-rate`);
  }

  /** Connects, and waits for the broker to say yes. */
  static async open(port: number, { name, user, password }: MqttDevice): Promise<WireDevice> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const device = new WireDevice(socket, name);
    const hello = [mqttText('MQTT'), Buffer.from([4, 0xc2, 0, 0]), mqttText(name), mqttText(user), mqttText(password)];
    socket.write(mqttPacket(0x10, Buffer.concat(hello)));
    const answer = await new Promise<Buffer>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', resolve);
    });
    if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error('the broker did not let a device in');
    socket.on('data', (chunk: Buffer) => {
      device.#bytes += chunk.length;
      for (; device.#bytes >= ACK_BYTES; device.#bytes -= ACK_BYTES) device.#acknowledged();
    });
    return device;
  }

  #publish(payload: string): Buffer {
    this.#number = (this.#number % 65_535) + 1;
    return mqttPacket(
      0x32,
      Buffer.concat([this.#topic, Buffer.from([this.#number >> 8, this.#number & 255]), Buffer.from(payload)]),
    );
  }

  /** Milliseconds until one message is acknowledged. */
  send(payload: string): Promise<number> {
    const from = performance.now();
    return new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(new Error('the broker closed')));
      this.#acknowledged = () => {
        this.#socket.removeAllListeners('close');
        resolve(performance.now() - from);
      };
      this.#socket.write(this.#publish(payload));
    });
  }

  /** Sends them with at most `window` unacknowledged. Resolves when all are acknowledged. */
  sendAll(payloads: readonly string[], window: number): Promise<void> {
    const packets = payloads.map((payload) => this.#publish(payload));
    return new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(new Error('the broker closed')));
      let sent = 0;
      let acknowledged = 0;
      const fill = () => {
        const end = Math.min(packets.length, acknowledged + window);
        if (end > sent) this.#socket.write(Buffer.concat(packets.slice(sent, end)));
        sent = Math.max(sent, end);
      };
      this.#acknowledged = () => {
        acknowledged++;
        if (acknowledged === packets.length) {
          this.#socket.removeAllListeners('close');
          resolve();
        } else if (sent - acknowledged <= window / 2) fill();
      };
      fill();
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
