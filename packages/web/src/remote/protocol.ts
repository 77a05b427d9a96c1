// What the page and its worker say to each other. Keys stay in the worker.
import type { Emitted } from '@hale/home';

export type ToWorker =
  | { ask: 'call'; id: number; name: string; parameters: object }
  | { ask: 'cancel'; id: number }
  /** Pairs this browser by a code; says the digits, and ends once the owner has confirmed at home and on this phone ('agree'), and the secret is kept. */
  | { ask: 'pair'; id: number; code: string; phone: string }
  /** To the 'pair' of the same id: do both show the same digits? */
  | { ask: 'agree'; id: number; isSame: boolean }
  | { ask: 'forget'; id: number }
  | { ask: 'close' };

export interface Problem {
  code: string;
  title: string;
  detail?: Record<string, string | number>;
}

export type FromWorker =
  | { id: number; said: Emitted }
  | { id: number; digits: string }
  | { id: number; result: unknown }
  | { id: number; problem: Problem };
