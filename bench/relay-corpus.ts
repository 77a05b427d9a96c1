// What is published in bench/relay.ts: 40,000 signed events of 200 authors, kinds 1/1/4/1059/30078, one p and one t tag each (30078 with a d tag of
// its own), a content of 150 to 600 characters. The same in every run; signed once and kept outside of this repository.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nativePrimitives } from '@hale/home';
import { installPrimitives, type NostrEvent, schnorrPublic, toHex } from '@hale/kernel';
import { signEvent } from '@hale/kernel/seal';

export const EVENTS = 40_000;
export const AUTHORS = 200;
const KINDS = [1, 1, 4, 1059, 30_078];
const TOPICS = 50;
/** 2026-10-01: older than any clock that runs this. */
const FIRST_SECONDS = 1_790_812_800;

export interface Corpus {
  readonly path: string;
  readonly events: readonly NostrEvent[];
  /** Bytes of the events' JSON. */
  readonly jsonBytes: number;
}

/** Bytes that look random and are the same in every run. */
const drawn = (name: string): Buffer => createHash('sha512').update(`hale bench relay 1 ${name}`).digest();

export const authorSecret = (n: number): Uint8Array => new Uint8Array(drawn(`author ${n}`).subarray(0, 32));

function text(n: number): string {
  const length = 150 + (drawn(`length ${n}`).readUInt16BE() % 451);
  const blocks = Array.from({ length: Math.ceil(length / 86) }, (_, at) =>
    drawn(`content ${n} ${at}`).toString('base64'),
  );
  return blocks
    .map((block) => block.slice(0, 86))
    .join('')
    .slice(0, length);
}

function make(): NostrEvent[] {
  const secrets = Array.from({ length: AUTHORS }, (_, n) => authorSecret(n));
  const keys = secrets.map((secret) => toHex(schnorrPublic(secret)));
  return Array.from({ length: EVENTS }, (_, n) => {
    const draw = drawn(`event ${n}`);
    const kind = KINDS[n % KINDS.length];
    const tags = [
      ['p', keys[draw.readUInt16BE(2) % AUTHORS]],
      ['t', `topic${draw.readUInt16BE(4) % TOPICS}`],
    ];
    const template = {
      kind,
      created_at: FIRST_SECONDS + n * 30 + (draw[6] % 60),
      tags: kind === 30_078 ? [...tags, ['d', `d${n}`]] : tags,
      content: text(n),
    };
    return signEvent(template, secrets[draw.readUInt16BE(0) % AUTHORS], new Uint8Array(draw.subarray(8, 40)));
  });
}

/** Reads it, or signs it first: about ten seconds, once. */
export function corpus(): Corpus {
  installPrimitives(nativePrimitives());
  const dir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hale-bench');
  const path = join(dir, 'relay-corpus-1.jsonl');
  if (!existsSync(path)) {
    mkdirSync(dir, { recursive: true });
    const lines = make().map((event) => JSON.stringify(event));
    writeFileSync(`${path}.part`, lines.join('\n'));
    renameSync(`${path}.part`, path);
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  return {
    path,
    events: lines.map((line) => JSON.parse(line) as NostrEvent),
    jsonBytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
  };
}
