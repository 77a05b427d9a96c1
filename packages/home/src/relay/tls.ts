// TLS by the relay itself, with certificates that its operator has. They are read again when they change: whoever renews them need not think of us.

import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import { HaleError } from '@hale/kernel';
import { HTTP_PATIENCE } from './host.ts';
import { HOST_LIMITS } from './limits.ts';
import type { OwnTls } from './settings.ts';

/** What holds for the listening side, ACME or not. */
export const TLS_RULES = { minVersion: 'TLSv1.2' as const };

export interface SecureServer {
  readonly server: Server;
  /** Names of the certificate: under these others reach the relay. */
  readonly names: readonly string[];
  close(): Promise<void>;
}

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @throws HaleError 'not-found' | 'malformed' for files that are none, 'not-permitted' for a key that others may read */
export function readPair({ certificate, key }: OwnTls): Pair {
  const cert = readPem(certificate);
  const secret = readPem(key);
  if (process.platform !== 'win32' && (statSync(key).mode & 0o077) !== 0)
    throw new HaleError('not-permitted', 'the key of the certificate can be read by others; `chmod 600` it', {
      file: key,
    });
  try {
    createSecureContext({ cert, key: secret });
  } catch {
    // OpenSSL's words may quote the file.
    throw new HaleError('malformed', 'these two files are no certificate and its key', { certificate, key });
  }
  return { cert, key: secret };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new HaleError('not-found', 'there is no such file, or it cannot be read', { file: path });
  }
}

/** DNS names of a certificate; wildcards are none under which somebody can be reached. */
export function namesOf(cert: Buffer): string[] {
  const names = new X509Certificate(cert).subjectAltName ?? '';
  return [...names.matchAll(/DNS:([^,\s"]+)/g)].map(([, name]) => name).filter((name) => !name.startsWith('*'));
}

/** @param onFailure told when files that changed cannot be used: the old ones go on */
export function ownCertificates(
  files: OwnTls,
  onFailure: (error: HaleError) => void,
  lookMillis: number = HOST_LIMITS.certificateLookMillis,
): SecureServer {
  const pair = readPair(files);
  const server = createServer({ ...HTTP_PATIENCE, ...TLS_RULES, ...pair });
  const renew = () => {
    try {
      server.setSecureContext({ ...TLS_RULES, ...readPair(files) });
    } catch (error) {
      if (!(error instanceof HaleError)) throw error;
      onFailure(error);
    }
  };
  // By looking, not by events: these stop at links, and tools that renew move links.
  for (const path of [files.certificate, files.key])
    watchFile(path, { interval: lookMillis, persistent: false }, renew);
  return {
    server,
    names: namesOf(pair.cert),
    close: async () => {
      for (const path of [files.certificate, files.key]) unwatchFile(path, renew);
    },
  };
}
