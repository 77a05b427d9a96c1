// TLS by the relay itself, with certificates that it asks for (ACME, RFC 8555, by HTTP-01). Account, key and certificate lie in the folder `tls`, 0600.
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { HaleError } from '@hale/kernel';
import { replaceFile } from '../durable-file.ts';
import { HTTP_PATIENCE } from './host.ts';
import { HOST_LIMITS } from './limits.ts';
import type { AcmeSettings } from './settings.ts';
import { namesOf, type SecureServer, TLS_RULES } from './tls.ts';

export interface AcmeOptions extends AcmeSettings {
  /** Folder of the relay. */
  readonly dir: string;
  /** Address on which port 80 is listened at. */
  readonly host: string;
  /** Told when a renewal failed; the certificate that is there goes on. */
  readonly onFailure: (code: string) => void;
}

const TOKEN_PATH = '/.well-known/acme-challenge/';

/**
 * A server with a certificate, the one that is kept or a new one; renewed before it ends.
 * @throws HaleError 'unavailable' where none is kept and none can be had
 */
export async function acmeCertificates(options: AcmeOptions): Promise<SecureServer> {
  const keeper = new CertificateKeeper(options);
  const pair = keeper.kept() ?? (await keeper.order());
  const server = createServer({ ...HTTP_PATIENCE, ...TLS_RULES, ...pair });
  const timer = setInterval(() => {
    if (!keeper.isDue()) return;
    keeper
      .order()
      .then((fresh) => server.setSecureContext({ ...TLS_RULES, ...fresh }))
      .catch((error: unknown) => options.onFailure(error instanceof HaleError ? error.code : 'unavailable'));
  }, HOST_LIMITS.renewLookMillis);
  timer.unref();
  return {
    server,
    names: options.domains,
    close: async () => {
      clearInterval(timer);
      await keeper.close();
    },
  };
}

interface Pair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export class CertificateKeeper {
  readonly #options: AcmeOptions;
  readonly #dir: string;
  /** Token → what the authority wants to read there. */
  readonly #answers = new Map<string, string>();
  #listening: HttpServer | null = null;
  #ordering: Promise<Pair> | null = null;
  #notBefore = 0;

  constructor(options: AcmeOptions) {
    this.#options = options;
    this.#dir = join(options.dir, 'tls');
  }

  /** The one on the disk, where it is for these names and has not ended. */
  kept(): Pair | null {
    const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(this.#dir, name));
    if (!existsSync(certificate) || !existsSync(key)) return null;
    const cert = readFileSync(certificate);
    const names = namesOf(cert);
    const isOurs = this.#options.domains.every((domain) => names.includes(domain));
    return isOurs && endOf(cert) > Date.now() ? { cert, key: readFileSync(key) } : null;
  }

  /** Is a third of its time left, or less? After a failure not at once again: authorities count. */
  isDue(nowMillis = Date.now()): boolean {
    if (this.#ordering || nowMillis < this.#notBefore) return false;
    const kept = this.kept();
    if (!kept) return true;
    const { validFromDate, validToDate } = new X509Certificate(kept.cert);
    const whole = validToDate.getTime() - validFromDate.getTime();
    return validToDate.getTime() - nowMillis < whole / 3;
  }

  order(): Promise<Pair> {
    this.#ordering ??= this.#order().finally(() => {
      this.#ordering = null;
    });
    return this.#ordering;
  }

  async #order(): Promise<Pair> {
    // Loaded only here: a relay behind a proxy needs none of it.
    const { Client, crypto } = await import('acme-client');
    const { domains, contact, directory } = this.#options;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    try {
      await this.#listen();
      const client = new Client({ directoryUrl: directory, accountKey: await this.#accountKey(), backoffMin: 1_000 });
      const [key, csr] = await crypto.createCsr(
        { commonName: domains[0], altNames: [...domains] },
        await crypto.createPrivateEcdsaKey(),
      );
      const cert = await client.auto({
        csr,
        ...(contact === '' ? {} : { email: contact }),
        termsOfServiceAgreed: true,
        challengePriority: ['http-01'],
        // From here the own name may lead elsewhere than from outside; the authority looks anyhow.
        skipChallengeVerification: true,
        challengeCreateFn: async (_, { token }, answer) => void this.#answers.set(token, answer),
        challengeRemoveFn: async (_, { token }) => void this.#answers.delete(token),
      });
      // The key first: a certificate without its key would be found and not be used.
      replaceFile(join(this.#dir, 'key.pem'), key);
      replaceFile(join(this.#dir, 'certificate.pem'), Buffer.from(cert));
      return { cert: Buffer.from(cert), key };
    } catch (error) {
      this.#notBefore = Date.now() + HOST_LIMITS.renewRetryMillis;
      if (error instanceof HaleError || !(error instanceof Error)) throw error;
      throw new HaleError('unavailable', 'no certificate could be had', {
        authority: new URL(directory).host,
        names: domains.join(' '),
        reason: reasonOf(error),
      });
    } finally {
      await this.close();
    }
  }

  async #accountKey(): Promise<Buffer> {
    const path = join(this.#dir, 'account.pem');
    if (existsSync(path)) return readFileSync(path);
    const { crypto } = await import('acme-client');
    const key = await crypto.createPrivateEcdsaKey();
    replaceFile(path, key);
    return key;
  }

  /** Port 80 answers with the tokens while an order runs, and with nothing else. */
  async #listen(): Promise<void> {
    const server = createHttpServer(HTTP_PATIENCE, (request, response) => {
      const answer = (request.url ?? '').startsWith(TOKEN_PATH)
        ? this.#answers.get((request.url ?? '').slice(TOKEN_PATH.length))
        : undefined;
      if (answer === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(answer);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#options.port, this.#options.host, resolve);
    });
    this.#listening = server;
  }

  async close(): Promise<void> {
    const server = this.#listening;
    this.#listening = null;
    if (!server) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

const endOf = (cert: Buffer): number => new X509Certificate(cert).validToDate.getTime();

/** A code of the system, or what the authority says: its words, as far as they can be printed. */
function reasonOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === 'string' && /^[A-Z_]{3,30}$/.test(error.code)) return error.code;
  return error.message.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 300);
}
