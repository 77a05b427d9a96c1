// NIP-50 over what people wrote for all who are admitted. Nothing sealed is looked into, and nothing gated: of Hale's own events none has
// clear text, so in a private relay this finds profiles (kind 0) and whatever members say to each other in the open.
import { type Filter, matchFilter, type NostrEvent } from '@hale/kernel';
import type { Sight } from './gate.ts';
import { RELAY_LIMITS } from './limits.ts';
import type { Row } from './merge.ts';
import type { RelayStore } from './store.ts';

/** Profiles, notes, channels (NIP-28), comments (NIP-22), articles (NIP-23). */
export const SEARCHED_KINDS: readonly number[] = [0, 1, 40, 41, 42, 1_111, 30_023];

/** Fields of a profile that are words. */
const PROFILE_FIELDS = ['name', 'display_name', 'about', 'nip05'];

/** Words, lower case. `key:value` is an extension; we have none, and ignore them as NIP-50 says. */
function wordsOf(search: string): string[] {
  return fold(search.slice(0, RELAY_LIMITS.searchUnitsMax))
    .split(/\s+/)
    .filter((word) => word !== '' && !/^[a-z]+:\S/.test(word));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function textOf(event: NostrEvent): string {
  if (event.kind !== 0) return event.content;
  try {
    const profile = JSON.parse(event.content) as Record<string, unknown> | null;
    return PROFILE_FIELDS.map((field) => profile?.[field])
      .filter((value) => typeof value === 'string')
      .join('\n');
  } catch {
    return '';
  }
}

/** How well it fits; 0 = a word is missing. */
function score(words: readonly string[], phrase: string, event: NostrEvent): number {
  const text = fold(textOf(event));
  if (!words.every((word) => text.includes(word))) return 0;
  const tokens = new Set(text.split(/[^\p{L}\p{N}]+/u));
  return (
    1 + words.filter((word) => tokens.has(word)).length + (words.length > 1 && text.includes(phrase) ? words.length : 0)
  );
}

/** For live delivery: the filter's words are in the event. Filters without `search` are as NIP-01 has them. */
export function matchesFilter(filter: Filter, event: NostrEvent): boolean {
  if (!matchFilter(filter, event)) return false;
  if (filter.search === undefined) return true;
  const words = wordsOf(filter.search);
  return SEARCHED_KINDS.includes(event.kind) && score(words, words.join(' '), event) > 0;
}

/** What is found among the newest that could fit, the best first (NIP-50), equals in the order of NIP-01; not cut to `limit`. */
export function search(store: RelayStore, filter: Filter, sight: Sight, now: number): Row[] {
  const { search: asked = '', limit: _, ...rest } = filter;
  const kinds = (filter.kinds ?? SEARCHED_KINDS).filter((kind) => SEARCHED_KINDS.includes(kind));
  if (!sight.open || kinds.length === 0) return [];
  const words = wordsOf(asked);
  const phrase = words.join(' ');
  const rows = store.scan({ ...rest, kinds, limit: RELAY_LIMITS.searchedMax }, { gate: 'open', now });
  const found: { row: Row; score: number }[] = [];
  for (let looked = 0; looked < RELAY_LIMITS.searchedMax; looked++) {
    const row = rows.head({ left: Number.POSITIVE_INFINITY });
    if (row === null || row === 'later') break;
    rows.take();
    const event = store.eventAt(row.row, now);
    const fits = event ? score(words, phrase, event) : 0;
    if (fits > 0) found.push({ row, score: fits });
  }
  return found.sort((a, b) => b.score - a.score).map(({ row }) => row);
}
