// What cards and links need of the outside.

/** What a chain of certificates says, leaf first. */
export interface ChainFacts {
  /** The key of the first one as a JWK has it; null: no P-256 key. */
  key: { x: string; y: string } | null;
  /** Its addresses: uniformResourceIdentifier of the subject's alternative names. */
  addresses: string[];
  /** Each is signed by the next. */
  isChained: boolean;
  /** Unix seconds. */
  validFrom: number;
  validTo: number;
}

export interface CardTools {
  /** Raw DEFLATE (RFC 1951). @throws HaleError 'malformed' | 'too-large' (more than bytesMax would come out) */
  inflateRaw(compressed: Uint8Array, bytesMax: number): Uint8Array;
  deflateRaw(bytes: Uint8Array): Uint8Array;
  /** X.509 certificates (DER), leaf first; null where one cannot be read. */
  readChain(certificates: readonly Uint8Array[]): ChainFacts | null;
}

/** Whom the owner knows: what `signed by` says beside the address. */
export interface KnownIssuer {
  iss: string;
  name: string;
  /** Pinned keys: a card signed with one of them is checked without asking the issuer. */
  keys?: readonly unknown[];
}

/** Where keys and lists of revoked cards come from. */
export interface IssuerSource {
  /** The set of keys as the issuer publishes it, at iss + `/.well-known/jwks.json`; null: not to be had. */
  keys(iss: string): Promise<unknown>;
  /** At iss + `/.well-known/crl/<kid>.json`; null: not to be had. */
  revocations(iss: string, kid: string): Promise<unknown>;
}

/** What the import of cards has to be given. */
export interface CardChecks {
  tools: CardTools;
  issuers: IssuerSource;
  known: readonly KnownIssuer[];
  /** She wants a card too that cannot be checked, or whose content is not as it should be: as records that nobody signed. */
  takesUnsigned?: boolean;
  /** Unix seconds. */
  now(): number;
}
