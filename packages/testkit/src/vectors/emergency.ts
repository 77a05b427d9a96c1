/** Checks specs/vectors/emergency.json. The types are the file's format, as specs/emergency.md tells it. */
import {
  emergencyGrantKey,
  emergencyLockerId,
  emergencyPin,
  emergencyVerifier,
  encodeEmergencyLink,
  openSheet,
  openStatement,
  parseEmergencyLink,
  type Sheet,
  type Statement,
} from '@hale/consent/emergency';
import {
  fromHex,
  type NostrEvent,
  type OpeningFacts,
  openingMessage,
  parseEvent,
  readDeskCode,
  toHex,
  utf8Decode,
  verifyOpening,
} from '@hale/kernel';
import type { Tally } from './tally.ts';

/** Byte strings are lower-case hex. */
export interface EmergencyVectors {
  readonly keys: readonly {
    readonly name: string;
    readonly secret: string;
    readonly share: string;
    readonly round: number;
    readonly pin: string | null;
    readonly id: string;
    readonly verifier: string;
    readonly pinVerifier: string | null;
    readonly grantKey: string;
  }[];
  readonly links: {
    readonly valid: readonly { name: string; text: string; origin: string; relays: string[]; secret: string }[];
    readonly invalid: readonly { name: string; text: string; error: string }[];
  };
  readonly codes: readonly {
    readonly name: string;
    readonly text: string;
    readonly code: { institution: string; expires: number; nonce: string } | null;
  }[];
  readonly openings: readonly {
    readonly name: string;
    readonly facts: OpeningFacts;
    readonly key: string;
    readonly signature: string;
    /** Only of the first. */
    readonly message?: string;
    readonly holds: boolean;
  }[];
  readonly statements: {
    readonly valid: readonly { name: string; secret: string; sealed: string; statement: Statement }[];
    readonly invalid: readonly { name: string; secret: string; sealed: string; error: string }[];
  };
  readonly sheets: {
    readonly valid: readonly (SheetJson & { readonly sheet: Sheet; readonly bundle: string | null })[];
    readonly invalid: readonly (SheetJson & { readonly error: string })[];
  };
}

export interface SheetJson {
  readonly name: string;
  readonly events: readonly NostrEvent[];
  readonly author: string;
  readonly grantKey: string;
}

export function checkEmergencyVectors(vectors: EmergencyVectors, tally: Tally): void {
  for (const { name, secret, share, round, pin, ...given } of vectors.keys) {
    const bytes = fromHex(secret, 32);
    tally.equal(
      `keys/${name}`,
      () => ({
        id: emergencyLockerId(bytes),
        verifier: emergencyVerifier(bytes),
        pinVerifier: pin === null ? null : emergencyPin(bytes, pin),
        grantKey: toHex(emergencyGrantKey(bytes, fromHex(share, 32), round)),
      }),
      given,
    );
  }
  for (const { name, text, origin, relays, secret } of vectors.links.valid) {
    const link = { origin, relays, secret: fromHex(secret, 32) };
    tally.equal(`links/${name}`, () => parseEmergencyLink(text), link);
    tally.equal(`links/${name}, written`, () => encodeEmergencyLink(link), text);
  }
  for (const { name, text, error } of vectors.links.invalid)
    tally.refuses(`links/${name}`, () => parseEmergencyLink(text), error);
  for (const { name, text, code } of vectors.codes) tally.equal(`codes/${name}`, () => readDeskCode(text), code);
  for (const { name, facts, key, signature, message, holds } of vectors.openings) {
    if (message !== undefined)
      tally.equal(`openings/${name}, message`, () => utf8Decode(openingMessage(facts)), message);
    tally.equal(`openings/${name}`, () => verifyOpening(facts, key, signature), holds);
  }
  for (const { name, secret, sealed, statement } of vectors.statements.valid)
    tally.equal(`statements/${name}`, () => openStatement(fromHex(secret, 32), sealed), statement);
  for (const { name, secret, sealed, error } of vectors.statements.invalid)
    tally.refuses(`statements/${name}`, () => openStatement(fromHex(secret, 32), sealed), error);
  checkSheets(vectors.sheets, tally);
}

function checkSheets({ valid, invalid }: EmergencyVectors['sheets'], tally: Tally): void {
  const open = ({ events, author, grantKey }: SheetJson) =>
    openSheet(events.map(parseEvent), author, fromHex(grantKey, 32));
  for (const vector of valid) {
    const { bundleBytes, ...sheet } = open(vector);
    tally.equal(`sheets/${vector.name}`, () => sheet, vector.sheet);
    tally.equal(
      `sheets/${vector.name}, bundle`,
      () => (bundleBytes === null ? null : utf8Decode(bundleBytes)),
      vector.bundle,
    );
  }
  for (const vector of invalid) tally.refuses(`sheets/${vector.name}`, () => open(vector), vector.error);
}
