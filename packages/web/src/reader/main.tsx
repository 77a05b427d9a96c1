// The link reader: one file that opens a share in a browser. Order matters: the secret leaves the address bar, the policy is narrowed to the link's
// relays, the worker takes the secret, and only then is anything drawn.

import './fragment.ts';
import { render } from 'preact';
import { browserLanguage, useLanguage } from '../words/index.ts';
import { takeLink } from './fragment.ts';
import { Page } from './page.tsx';
import { allowOnly, relaysOfPage, startWorker } from './policy.ts';
import { begin, phase, putAway } from './state.ts';
import { workerCode } from './worker-code.ts';
import '../styles/index.css';
import './reader.css';

/** What decrypting needs and browsers before 2024 lack. */
const isTooOld = (): boolean => typeof Worker !== 'function' || typeof Map.groupBy !== 'function';

function open(): void {
  const link = takeLink();
  let relays: string[] = [];
  try {
    relays = relaysOfPage();
  } catch {
    // The address is no link's: it reaches nobody and says so.
  }
  allowOnly(relays);
  if (isTooOld()) phase.value = { phase: 'failed', why: 'old-browser' };
  else if (link === null || relays.length === 0) phase.value = { phase: 'failed', why: 'broken' };
  else begin(startWorker(workerCode), { ask: 'open', link });
}

open();
addEventListener('pagehide', putAway);
void useLanguage(browserLanguage()).then(() => {
  const root = document.getElementById('app');
  root?.replaceChildren();
  if (root) render(<Page />, root);
});
