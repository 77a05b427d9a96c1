// With what this home checks health cards: Node's tools, its clock, and the issuers that its owner knows.
import type { CardChecks, KnownIssuer } from '@hale/vault/records/cards';
import * as v from 'valibot';
import type { Home } from '../home.ts';
import { issuerNetwork } from './card-network.ts';
import { cardTools } from './card-tools.ts';

const SETTING = 'card-issuers';

const listShape = v.array(v.object({ iss: v.string(), name: v.string(), keys: v.exactOptional(v.array(v.unknown())) }));

/** Whom the owner knows; hers to see and to change. */
export function knownIssuers(home: Home): KnownIssuer[] {
  const parsed = v.safeParse(listShape, home.vault.state.settings.get(SETTING) ?? []);
  return parsed.success ? parsed.output : [];
}

export function keepIssuers(home: Home, issuers: readonly KnownIssuer[]): void {
  home.vault.change(() => home.vault.record([{ type: 'setting', name: SETTING, value: issuers }]));
}

export const cardChecks = (home: Home): CardChecks => ({
  tools: cardTools,
  issuers: issuerNetwork(home.cardNetwork),
  known: knownIssuers(home),
  now: () => Math.floor(home.nowMicros() / 1e6),
});
