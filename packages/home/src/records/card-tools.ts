// What cards need of Node: inflating with a bound, and certificates.
import { X509Certificate } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HaleError } from '@hale/kernel';
import type { CardTools, ChainFacts } from '@hale/vault/records/cards';

export const cardTools: CardTools = {
  inflateRaw(compressed, bytesMax) {
    try {
      return inflateRawSync(compressed, { maxOutputLength: bytesMax });
    } catch (error) {
      const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw isLong
        ? new HaleError('too-large', 'what was deflated is too large', { max: bytesMax })
        : new HaleError('malformed', 'what was deflated is damaged');
    }
  },
  deflateRaw: (bytes) => deflateRawSync(bytes, { level: 9 }),
  readChain(certificates) {
    try {
      return chainFacts(certificates.map((der) => new X509Certificate(der)));
    } catch {
      // OpenSSL has many words for "not a certificate".
      return null;
    }
  },
};

function chainFacts(chain: readonly X509Certificate[]): ChainFacts {
  const [leaf] = chain;
  const { crv, x, y } = leaf.publicKey.export({ format: 'jwk' });
  return {
    key: crv === 'P-256' && x !== undefined && y !== undefined ? { x, y } : null,
    addresses: [...(leaf.subjectAltName ?? '').matchAll(/(?:^|, )URI:([^,\s]+)/g)].map(([, address]) => address),
    isChained: chain.every((each, at) => {
      const issuer = chain[at + 1] ?? (each.checkIssued(each) ? each : null);
      // The last one may be signed by a root that the issuer does not send.
      return issuer === null || (each.checkIssued(issuer) && each.verify(issuer.publicKey));
    }),
    validFrom: leaf.validFromDate.getTime() / 1000,
    validTo: leaf.validToDate.getTime() / 1000,
  };
}
