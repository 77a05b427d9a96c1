// The feature files of nostream (test/data/nostr/nostream-features, MIT) for what our relay serves, against `hale relay` itself.
import { readdirSync, readFileSync } from 'node:fs';
import { AstBuilder, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator } from '@cucumber/messages';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type RelayUnderTest, startHaleRelay } from './harness.ts';
import { STEPS, World } from './nostream-steps.ts';

const folder = new URL('../data/nostr/nostream-features/', import.meta.url);
const features = readdirSync(folder)
  .filter((name) => name.endsWith('.feature'))
  .map((name) => {
    const parser = new Parser(new AstBuilder(IdGenerator.incrementing()), new GherkinClassicTokenMatcher());
    const { feature } = parser.parse(readFileSync(new URL(name, folder), 'utf8'));
    return { name, scenarios: feature?.children.flatMap(({ scenario }) => scenario ?? []) ?? [] };
  });

/** Where our answer is another than nostream's, and why. The scenario runs all the same, and has to end in ours. */
const OUR_ANSWER: Readonly<Record<string, string>> = {
  'Alice sends a delete before deleted text_note': 'a deletion holds for what comes after it too',
  'Alice sends a delete before deleted set_metadata': 'a deletion holds for what comes after it too',
  'Alice cannot publish after requesting to vanish': 'what is newer than the request begins anew, as NIP-62 says',
  'Alice cannot publish a gift wrap with malformed NIP-44 payload': 'a relay judges no content that it cannot open',
  'Alice deletes before sending parameterized replaceable event': 'a deletion holds for what comes after it too',
};

let relay: RelayUnderTest;
beforeAll(async () => {
  relay = await startHaleRelay();
});
afterAll(() => relay?.stop());

for (const { name, scenarios } of features) {
  describe(name, () => {
    for (const scenario of scenarios) {
      test(scenario.name, async () => {
        const world = new World(relay, OUR_ANSWER[scenario.name] ?? null);
        try {
          for (const { text } of scenario.steps) await take(world, text);
        } finally {
          await world.close();
        }
      });
    }
  });
}

async function take(world: World, text: string): Promise<void> {
  for (const [pattern, step] of STEPS) {
    const parts = pattern.exec(text);
    if (!parts) continue;
    await step(world, ...parts.slice(1));
    return;
  }
  throw new Error(`no such step: ${text}`);
}
