// The bytes that leave in one write, read by `ws` as any client would.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrames } from '../src/relay/wire.ts';

test('each message is a frame of its own, of every form of length, between those of ws itself', async () => {
  const long = ['x'.repeat(125), 'y'.repeat(126), 'ż'.repeat(40_000), 'z'.repeat(65_535), 'w'.repeat(65_536)];
  const messages = ['', 'a', ...long, '🫀'];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    socket.send('before');
    request.socket.write(textFrames(messages));
    socket.send('after');
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const heard: string[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (data, isBinary) => {
      heard.push(`${isBinary}${data}`);
      if (`${data}` === 'after') resolve();
    });
  });
  client.terminate();
  server.close();
  expect(heard).toEqual(['before', ...messages, 'after'].map((message) => `false${message}`));
});
