// Every transcript in ./transcripts is replayed and compared character by character. After a wanted change:
//   HALE_WRITE_TRANSCRIPTS=1 npx vitest run packages/cli/test/transcripts.test.ts    and read the difference before committing it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatTranscript, parseTranscript, replay } from './transcript.ts';

const folder = new URL('transcripts/', import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const path = new URL(file, folder);
  const steps = parseTranscript(readFileSync(path, 'utf8'));
  describe(file, () => {
    if (process.env.HALE_WRITE_TRANSCRIPTS) {
      it('is written anew', async () => {
        for (const step of steps) step.expected = await replay(step);
        writeFileSync(path, formatTranscript(steps));
      });
      return;
    }
    for (const step of steps) {
      it(`${step.command}  ${step.how}`.trim(), async () => {
        expect(await replay(step)).toBe(step.expected);
      });
    }
    it('has no line wider than the screen and none with trailing spaces', () => {
      for (const step of steps) {
        const columns = Number(/columns=(\d+)/.exec(step.how)?.[1] ?? 80);
        for (const line of step.expected.split('\n')) {
          // Prompts end with a space; commands to copy stand on one line; JSON and redrawn progress are not laid out.
          if (!line.startsWith('! ')) expect(line).not.toMatch(/\S +$/);
          if (/^!? +(npx )?hale |␍|npub1|--json|--fhir/.test(`${line}${step.command}`) || /^!? *hale /.test(line))
            continue;
          expect([...line].length, line).toBeLessThanOrEqual(columns + (line.startsWith('!') ? 2 : 0));
        }
      }
    });
  });
}
