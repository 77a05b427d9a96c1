// What goes to and from a browser as bytes: uploads in pieces, and downloads under a one-use address.
import { Readable } from 'node:stream';
import { HaleError } from '@hale/kernel';
import type { Hono } from 'hono';
import type { Download } from '../downloads.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import type { Upload } from '../uploads.ts';
import { isOwnPage } from './doors.ts';
import type { LiveSession } from './sessions.ts';

/** A type of its own, which no form of another site can send. */
const PIECE_TYPE = 'application/octet-stream';

function opened(home: Home | null): Home {
  if (!home) throw new HaleError('locked', 'this home is locked; unlock it with the passphrase');
  return home;
}

/** PUT /v1/upload/ID?at=BYTES appends a piece; who goes on after a break learns from the problem's detail where. Behind the session. */
export function addUploads(app: Hono<never>, home: () => Home | null): void {
  const routes = app as unknown as Hono;
  routes.put('/v1/upload/:id', async (context) => {
    if (context.req.header('content-type') !== PIECE_TYPE)
      throw new HaleError('unsupported', `a piece of an upload comes as ${PIECE_TYPE}`);
    const upload = opened(home()).uploads.get(context.req.param('id'));
    const at = Number(context.req.query('at'));
    if (at !== upload.receivedBytes)
      throw new HaleError('conflict', 'this piece does not follow the one before', { received: upload.receivedBytes });
    upload.readers++;
    try {
      await appendPiece(upload, at, context.req.raw.body ?? []);
    } finally {
      upload.readers--;
    }
    return context.json({ received: upload.receivedBytes, of: upload.sizeBytes });
  });
}

async function appendPiece(upload: Upload, at: number, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > HOME_LIMITS.uploadPieceBytesMax)
      throw new HaleError('too-large', 'a piece of an upload is too large', { max: HOME_LIMITS.uploadPieceBytesMax });
    // Two at once would mix: the second finds that another went on.
    if (upload.receivedBytes !== at + bytes - chunk.length)
      throw new HaleError('conflict', 'another piece came at the same time', { received: upload.receivedBytes });
    upload.append(chunk);
  }
}

/** GET /v1/download/TICKET. Before the session: a browser that saves a file shows no more than that it is an own page which asks. */
export function addDownloads(app: Hono<never>, home: () => Home | null, hosts: ReadonlySet<string>): void {
  const routes = app as unknown as Hono;
  routes.get('/v1/download/:ticket', (context) => {
    if (!isOwnPage(context.req.raw.headers, hosts))
      throw new HaleError('not-permitted', "only this node's own pages may ask this");
    const { download, session } = opened(home()).downloads.take(context.req.param('ticket'));
    const { name, type } = download;
    return context.body(Readable.toWeb(whileOpen(download, session)) as ReadableStream, 200, {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
}

/** The bytes of a download; with its session it breaks off, so that the browser keeps no file that looks whole. */
function whileOpen({ chunks }: Download, session: LiveSession | undefined): Readable {
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks()) {
      // Also where a session runs out by itself while nobody asks anything else.
      if (session?.isOpen() === false) throw new HaleError('not-permitted', 'the session of this download has ended');
      yield chunk;
    }
  }
  const sent = Readable.from(checked(), { objectMode: false });
  const forget = session?.whenEnded(() =>
    sent.destroy(new HaleError('not-permitted', 'the session of this download has ended')),
  );
  sent.once('close', () => forget?.());
  return sent;
}
