// Backup: everything of this vault as one sealed file. Inside are the same signed, sealed events that a relay holds; outside they are
// sealed once more, because the list of one person's authors is nobody's business.

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import {
  chachaOpen,
  chachaSeal,
  concatBytes,
  HaleError,
  parseEvent,
  schnorrPublic,
  toHex,
  utf8Decode,
  utf8Encode,
  type VerifiedEvent,
  verifyEvent,
} from '@hale/kernel';
import { deriveKey, type MasterKeys } from '@hale/kernel/seal';
import type { Home } from './home.ts';

const MAGIC = utf8Encode('hale-backup-1\n');
const EVENTS_PER_FRAME = 64;

const frameNonce = (index: number, last: boolean): Uint8Array => {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, index);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** Each backup has its own key, so that frame numbers can be nonces. */
function fileKey(keys: Pick<MasterKeys, 'storageKey'>, salt: Uint8Array): Uint8Array {
  return deriveKey(keys.storageKey, `backup/${toHex(salt)}`);
}

/** Magic ‖ salt 16 ‖ frames (u32 length ‖ sealed JSON lines), piece by piece; the last frame is marked, so that a cut file is noticed. */
export function* backupFrames(home: Home): Generator<Uint8Array, number> {
  const ids = home.events.find({ authors: [...home.allAuthors()] });
  const salt = home.vault.random.bytes(16);
  const key = fileKey(home.keys, salt);
  yield concatBytes(MAGIC, salt);
  let index = 0;
  for (let at = 0; at < ids.length || at === 0; at += EVENTS_PER_FRAME) {
    const events = ids.slice(at, at + EVENTS_PER_FRAME).flatMap(({ id }) => home.events.get(id) ?? []);
    const last = at + EVENTS_PER_FRAME >= ids.length;
    const lines = utf8Encode(events.map((event) => JSON.stringify(event)).join('\n'));
    const sealed = chachaSeal(key, frameNonce(index++, last), MAGIC, lines);
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, sealed.length);
    yield concatBytes(head, sealed);
  }
  return ids.length;
}

/** A backup as a file; it bears its name once it is whole. */
export function writeBackup(
  home: Home,
  path: string,
  progress: (done: number, total: number) => void,
): { file: string; bytes: number; events: number } {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new HaleError('usage', 'a backup is one file, and this is a folder; add the name of the file');
  const total = home.events.find({ authors: [...home.allAuthors()] }).length;
  const part = `${path}.part`;
  const handle = openSync(part, 'w', 0o600);
  let events = 0;
  try {
    const frames = backupFrames(home);
    let frame = frames.next();
    for (let n = 0; !frame.done; n++, frame = frames.next()) {
      writeSync(handle, frame.value);
      progress(Math.min(total, n * EVENTS_PER_FRAME), total);
    }
    events = frame.value;
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, path);
  home.noteBackup();
  return { file: path, bytes: statSync(path).size, events };
}

/** The events of a backup. @throws HaleError 'corrupt' for a cut or altered file, 'not-permitted' for another person's words */
export function* readBackup(path: string, keys: Pick<MasterKeys, 'storageKey'>): Generator<VerifiedEvent> {
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes.length < MAGIC.length + 16 || utf8Decode(bytes.slice(0, MAGIC.length)) !== utf8Decode(MAGIC))
    throw new HaleError('corrupt', 'this is no Hale backup');
  const key = fileKey(keys, bytes.slice(MAGIC.length, MAGIC.length + 16));
  let at = MAGIC.length + 16;
  for (let index = 0, last = false; !last; index++) {
    if (at + 4 > bytes.length) throw new HaleError('corrupt', 'the backup is cut off', { frame: index });
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
    const sealed = bytes.slice(at + 4, at + 4 + length);
    at += 4 + length;
    last = at >= bytes.length;
    const plain = chachaOpen(key, frameNonce(index, last), MAGIC, sealed);
    if (!plain)
      throw index === 0
        ? new HaleError('not-permitted', 'these words do not open this backup, or it was altered')
        : new HaleError('corrupt', 'the backup is cut off or was altered', { frame: index });
    for (const line of utf8Decode(plain).split('\n')) {
      if (line === '') continue;
      const event = verifyEvent(parseEvent(JSON.parse(line)));
      if (!event) throw new HaleError('corrupt', 'the backup holds an event with a bad signature', { frame: index });
      yield event;
    }
  }
}

export const authorOf = (secret: Uint8Array): string => toHex(schnorrPublic(secret));
