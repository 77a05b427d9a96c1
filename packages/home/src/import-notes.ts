// Notes on their way into the vault: the texts of a commit go into the catalogue before its samples, so that no number is without its text.
import { noteEntry, noteNumber, notesOf, type OpenStream, type Samples, withoutHeld } from '@hale/vault';
import { IMPORT_LIMITS } from '@hale/vault/import';
import type { Home } from './home.ts';

export class ImportNotes {
  readonly #home: Home;
  /** Texts heard since the last commit, by series. */
  readonly #heard = new Map<string, Set<string>>();
  readonly #known = new Map<OpenStream, Map<number, string>>();

  constructor(home: Home) {
    this.#home = home;
  }

  hear(series: string, texts: readonly string[]): void {
    const heard = this.#heard.get(series) ?? new Set();
    this.#heard.set(series, heard);
    for (const text of texts) heard.add(text);
  }

  /**
   * Keeps the texts heard for a series in the catalogue, and gives the samples whose texts are there. The others are too many, or (one of a
   * billion) have the number of another text.
   */
  keep(series: string, stream: OpenStream, samples: Samples): { samples: Samples; refused: number } {
    const heard = this.#heard.get(series);
    if (!heard) return { samples, refused: 0 };
    const known = this.#known.get(stream) ?? notesOf(this.#home.vault.state, stream.entry);
    this.#known.set(stream, known);
    const refused = new Set<number>();
    const fresh: ReturnType<typeof noteEntry>[] = [];
    for (const text of heard) {
      const number = noteNumber(text);
      const before = known.get(number);
      if (before === text) continue;
      if (before !== undefined || known.size >= IMPORT_LIMITS.notesPerStreamMax) refused.add(number);
      else {
        known.set(number, text);
        fresh.push(noteEntry(stream.entry, number, text));
      }
    }
    if (fresh.length > 0) this.#home.vault.change(() => this.#home.vault.record(fresh));
    if (refused.size === 0) return { samples, refused: 0 };
    const held = Uint8Array.from(samples.values, (value) => (refused.has(value) ? 1 : 0));
    const left = withoutHeld(samples, held);
    return { samples: left, refused: samples.times.length - left.times.length };
  }

  /** The next commit hears anew. */
  forget(): void {
    this.#heard.clear();
  }
}
