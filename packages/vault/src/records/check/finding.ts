// What a check finds, and the place it is at: a stack of names that becomes a path only when something is found there.
import { FINDINGS_MAX, QUOTED_UNITS_MAX } from './limits.ts';

export type Severity = 'error' | 'warning' | 'information';

export interface Finding {
  /** `error`: FHIR forbids it. `warning`: allowed, but a reader may misunderstand it. */
  readonly severity: Severity;
  /** `Bundle.entry[3].resource.code`: our own or FHIR's names and numbers, never a field that the record made up. */
  readonly path: string;
  /** FHIR's key where there is one (`dom-3`), else ours (`unknown-field`). */
  readonly rule: string;
  /** What is wrong and what to do, in plain English. Holds nothing of the record: path, rule and text may be logged. */
  readonly text: string;
  /** What it is about, from the record, cut short: for the record's own page only, never for a log. */
  readonly value?: string;
}

export class Findings {
  readonly list: Finding[] = [];
  readonly #path: (string | number)[] = [];
  #more = false;

  get depth(): number {
    return this.#path.length;
  }

  enter(name: string | number): void {
    this.#path.push(name);
  }

  leave(): void {
    this.#path.pop();
  }

  get path(): string {
    let path = '';
    for (const part of this.#path)
      path += typeof part === 'number' ? `[${part}]` : path === '' || part.startsWith('[') ? part : `.${part}`;
    return path;
  }

  add(severity: Severity, rule: string, text: string, value?: unknown): void {
    this.addAt(this.path, severity, rule, text, value);
  }

  addAt(path: string, severity: Severity, rule: string, text: string, value?: unknown): void {
    if (this.list.length >= FINDINGS_MAX) {
      if (!this.#more)
        this.list.push({
          severity: 'information',
          path: '',
          rule: 'more',
          text: `There are more findings than the ${FINDINGS_MAX} listed. Correct these first, then check again.`,
        });
      this.#more = true;
      return;
    }
    this.list.push({ severity, path, rule, text, ...(value === undefined ? {} : { value: quoted(value) }) });
  }

  error(rule: string, text: string, value?: unknown): void {
    this.add('error', rule, text, value);
  }

  warn(rule: string, text: string, value?: unknown): void {
    this.add('warning', rule, text, value);
  }
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : typeof value === 'object' ? '' : String(value);
  return text.length > QUOTED_UNITS_MAX ? `${text.slice(0, QUOTED_UNITS_MAX)}…` : text;
}
