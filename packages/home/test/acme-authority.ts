// A certificate authority for tests that speaks ACME (RFC 8555) and believes nothing: nonces once, signatures of the account, the token fetched from the
// relay's own port, names of the request. What it signs, its own root verifies.
import { createHash, createPublicKey, randomBytes, verify, type webcrypto } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(globalThis.crypto);
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface Issuer {
  /** PEM of the root. */
  readonly root: string;
  issue(names: readonly string[], publicKey: CryptoKey | x509.PublicKey, seconds?: number): Promise<string>;
}

export async function newIssuer(): Promise<Issuer> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const days = (count: number) => new Date(Date.now() + count * 86_400_000);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Test root',
    ...{ notBefore: days(-1), notAfter: days(30), signingAlgorithm: ALGORITHM, keys },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  return {
    root: root.toString('pem'),
    issue: async (names, publicKey, seconds = 7 * 86_400) => {
      const certificate = await x509.X509CertificateGenerator.create({
        ...{ subject: `CN=${names[0]}`, issuer: root.subject, signingKey: keys.privateKey, publicKey },
        ...{ notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + seconds * 1000) },
        signingAlgorithm: ALGORITHM,
        extensions: [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value })))],
      });
      return certificate.toString('pem');
    },
  };
}

/** A pair of files as an operator has them. */
export async function newPair(issuer: Issuer, names: readonly string[]): Promise<{ certificate: string; key: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`;
  return { certificate: await issuer.issue(names, keys.publicKey), key };
}

interface Jws {
  readonly protected: { nonce: string; url: string; jwk?: webcrypto.JsonWebKey; kid?: string };
  readonly payload: Record<string, unknown> | null;
}

const decode = (text: string) => Buffer.from(text, 'base64url');

export class Authority {
  readonly #issuer: Issuer;
  readonly #server: Server;
  /** Where it looks for tokens, whatever the name. */
  readonly #challengePort: number;
  readonly #nonces = new Set<string>();
  readonly #accounts = new Map<string, { jwk: webcrypto.JsonWebKey; contact: unknown; agreed: unknown }>();
  readonly #names = new Map<string, { name: string; token: string; status: string }>();
  readonly #orders = new Map<string, { names: string[]; status: string; certificate?: string }>();
  /** Seconds for which what it issues is good. */
  certificateSeconds = 7 * 86_400;
  /** Says no to every order. */
  refuses = false;
  issued = 0;

  constructor(issuer: Issuer, challengePort: number) {
    this.#issuer = issuer;
    this.#challengePort = challengePort;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => {
        response.writeHead(400, { 'content-type': 'application/problem+json', 'replay-nonce': this.#nonce() });
        response.end(JSON.stringify({ type: `urn:ietf:params:acme:error:${error.message}`, detail: error.message }));
      });
    });
  }

  get accounts(): { contact: unknown; agreed: unknown }[] {
    return [...this.#accounts.values()].map(({ contact, agreed }) => ({ contact, agreed }));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `${this.#base}/directory`;
  }

  get #base(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #nonce(): string {
    const nonce = randomBytes(16).toString('base64url');
    this.#nonces.add(nonce);
    return nonce;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('/').filter(Boolean);
    const send = (status: number, value: object | string | null, location?: string) => {
      const isText = typeof value === 'string';
      response.writeHead(status, {
        'replay-nonce': this.#nonce(),
        'content-type': isText ? 'application/pem-certificate-chain' : 'application/json',
        ...(location ? { location } : {}),
      });
      response.end(value === null ? undefined : isText ? value : JSON.stringify(value));
    };
    if (path[0] === 'directory') {
      const names = ['newNonce', 'newAccount', 'newOrder', 'revokeCert', 'keyChange'];
      return send(200, Object.fromEntries(names.map((name) => [name, `${this.#base}/${name}`])));
    }
    if (path[0] === 'newNonce') return send(request.method === 'HEAD' ? 200 : 204, null);
    const jws = await this.#read(request);
    const [what, id = ''] = path;
    if (what === 'newAccount') return this.#account(jws, send);
    if (!this.#accounts.has(jws.protected.kid ?? '')) throw new Error('accountDoesNotExist');
    if (what === 'account') return send(200, { status: 'valid' });
    if (what === 'newOrder') return this.#order(jws, send);
    if (what === 'order') return send(200, this.#orderShown(id));
    if (what === 'authz') return send(200, this.#nameShown(id));
    if (what === 'challenge') return await this.#challenge(id, jws, send);
    if (what === 'finalize') return await this.#finalize(id, jws, send);
    if (what === 'certificate') return send(200, this.#orders.get(id)?.certificate ?? '');
    throw new Error('malformed');
  }

  async #read(request: IncomingMessage): Promise<Jws> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<'protected' | 'payload' | 'signature', string>;
    const head = JSON.parse(decode(body.protected).toString()) as Jws['protected'];
    if (!this.#nonces.delete(head.nonce)) throw new Error('badNonce');
    if (head.url !== `${this.#base}${request.url}`) throw new Error('unauthorized');
    const jwk = head.jwk ?? this.#accounts.get(head.kid ?? '')?.jwk;
    if (!jwk) throw new Error('accountDoesNotExist');
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const signed = Buffer.from(`${body.protected}.${body.payload}`);
    const holds = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, decode(body.signature));
    if (!holds) throw new Error('unauthorized');
    return { protected: head, payload: body.payload === '' ? null : JSON.parse(decode(body.payload).toString()) };
  }

  #account({ protected: { jwk }, payload }: Jws, send: (status: number, value: object, at: string) => void): void {
    const kid = `${this.#base}/account/${thumbprint(jwk!).slice(0, 12)}`;
    const known = this.#accounts.has(kid);
    this.#accounts.set(kid, { jwk: jwk!, contact: payload?.contact, agreed: payload?.termsOfServiceAgreed });
    send(known ? 200 : 201, { status: 'valid' }, kid);
  }

  #order({ payload }: Jws, send: (status: number, value: object, at: string) => void): void {
    if (this.refuses) throw new Error('rateLimited');
    const id = randomBytes(6).toString('hex');
    const names = (payload as { identifiers: { value: string }[] }).identifiers.map(({ value }) => value);
    for (const [at, name] of names.entries())
      this.#names.set(`${id}-${at}`, { name, token: randomBytes(16).toString('base64url'), status: 'pending' });
    this.#orders.set(id, { names, status: 'pending' });
    send(201, this.#orderShown(id), `${this.#base}/order/${id}`);
  }

  #orderShown(id: string): object {
    const order = this.#orders.get(id)!;
    const ready = order.names.every((_, at) => this.#names.get(`${id}-${at}`)?.status === 'valid');
    return {
      status: order.certificate ? 'valid' : ready ? 'ready' : 'pending',
      identifiers: order.names.map((value) => ({ type: 'dns', value })),
      authorizations: order.names.map((_, at) => `${this.#base}/authz/${id}-${at}`),
      finalize: `${this.#base}/finalize/${id}`,
      ...(order.certificate ? { certificate: `${this.#base}/certificate/${id}` } : {}),
    };
  }

  #nameShown(id: string): object {
    const { name, status } = this.#names.get(id)!;
    return { status, identifier: { type: 'dns', value: name }, challenges: [this.#challengeShown(id)] };
  }

  #challengeShown(id: string): object {
    const { token, status } = this.#names.get(id)!;
    return { type: 'http-01', url: `${this.#base}/challenge/${id}`, token, status };
  }

  async #challenge(id: string, jws: Jws, send: (status: number, value: object) => void): Promise<void> {
    const found = this.#names.get(id)!;
    const { jwk } = this.#accounts.get(jws.protected.kid!)!;
    const place = `http://127.0.0.1:${this.#challengePort}/.well-known/acme-challenge/${found.token}`;
    const answer = await fetch(place)
      .then((got) => got.text())
      .catch(() => '');
    found.status = answer === `${found.token}.${thumbprint(jwk)}` ? 'valid' : 'invalid';
    send(200, this.#challengeShown(id));
  }

  async #finalize(id: string, { payload }: Jws, send: (status: number, value: object) => void): Promise<void> {
    const order = this.#orders.get(id)!;
    if ((this.#orderShown(id) as { status: string }).status !== 'ready') throw new Error('orderNotReady');
    const asked = new x509.Pkcs10CertificateRequest(decode(String(payload?.csr)));
    if (!(await asked.verify())) throw new Error('badCSR');
    const extension = asked.extensions.find((each) => each instanceof x509.SubjectAlternativeNameExtension);
    const names = extension?.names.toJSON() ?? [];
    if (JSON.stringify(names.map(({ value }) => value).sort()) !== JSON.stringify([...order.names].sort()))
      throw new Error('badCSR');
    order.certificate = await this.#issuer.issue(order.names, asked.publicKey, this.certificateSeconds);
    this.issued += 1;
    send(200, this.#orderShown(id));
  }
}

/** RFC 7638. */
function thumbprint({ crv, kty, x, y }: webcrypto.JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
