// A lean WebSocket client for the benchmarks: frames masked ahead of time, answers recognized by their first bytes. It measures the relay and not
// itself.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** One text message of a client as bytes on the wire, masked as RFC 6455 §5.3 asks. */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10;
  const frame = Buffer.alloc(head + 4 + payload.length);
  frame[0] = 0x81;
  if (head === 2) frame[1] = 0x80 | payload.length;
  else if (head === 4) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  const mask = randomBytes(4);
  mask.copy(frame, head);
  for (let at = 0; at < payload.length; at++) frame[head + 4 + at] = payload[at] ^ mask[at & 3];
  return frame;
}

export class WireSocket {
  readonly #socket: Socket;
  /** Called with each text message: a view that is valid during the call only. */
  onMessage: (message: Buffer) => void = () => {};
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, first: Buffer) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    if (first.length > 0) setImmediate(() => this.#take(first));
  }

  static async open(url: string): Promise<WireSocket> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const key = randomBytes(16).toString('base64');
    const head = ['GET / HTTP/1.1', `Host: ${hostname}:${port}`, 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write([...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`, '', ''].join('\r\n'));
    let answer = Buffer.alloc(0);
    for (;;) {
      const chunk = await new Promise<Buffer>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('close', () => reject(new Error('the relay closed the connection')));
        socket.once('data', resolve);
      });
      socket.removeAllListeners();
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) continue;
      if (!answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) throw new Error('the relay opened no socket');
      socket.on('error', () => {});
      return new WireSocket(socket, answer.subarray(end + 4));
    }
  }

  /** Bytes that `clientFrame` made, one or several frames. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  onClose(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (;;) {
      const short = bytes.length >= 2 ? bytes[1] & 127 : 0;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < head) break;
      const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      if (bytes.length < head + length) break;
      // A ping is answered by nobody here: no run lasts as long as a relay waits for it.
      if ((bytes[0] & 15) === 1) this.onMessage(bytes.subarray(head, head + length));
      bytes = bytes.subarray(head + length);
    }
    this.#rest = bytes;
  }
}
