// A device's side of POST /v1/ingest on one kept-alive socket. Plain sockets, so that the client takes little of the machine it shares
// with what is measured.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export class Delivery {
  readonly #socket: Socket;
  readonly #head: string;
  #answer = '';
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor(socket: Socket, credential: string) {
    this.#socket = socket;
    this.#head = `POST /v1/ingest HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${credential}\r\ncontent-type: text/csv\r\ncontent-length: `;
    socket.on('data', (data) => this.#heard(data.toString('latin1')));
    socket.on('close', () => this.#settle?.reject(new Error('the node closed the connection')));
  }

  static async open(port: number, credential: string): Promise<Delivery> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Delivery(socket, credential);
  }

  /** Resolves when the node has acknowledged the batch. */
  post(body: Buffer): Promise<void> {
    this.#answer = '';
    this.#socket.cork();
    this.#socket.write(`${this.#head}${body.length}\r\n\r\n`);
    this.#socket.write(body);
    this.#socket.uncork();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  #heard(text: string): void {
    this.#answer += text;
    const bodyAt = this.#answer.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const length = /content-length: (\d+)/i.exec(this.#answer)?.[1];
    const isWhole = length ? this.#answer.length >= bodyAt + Number(length) : this.#answer.endsWith('0\r\n\r\n');
    if (!isWhole) return;
    const settle = this.#settle;
    this.#settle = null;
    if (this.#answer.startsWith('HTTP/1.1 200')) settle?.resolve();
    else settle?.reject(new Error(`refused: ${this.#answer}`));
  }

  close(): void {
    this.#socket.destroy();
  }
}
