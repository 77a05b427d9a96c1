// The link reader: one file that opens a share in a browser. Order matters: the secret leaves the address bar, the policy is narrowed to the link's
// relays, the worker takes the secret, and only then is anything drawn.

import './fragment.ts';
import { render } from 'preact';
import { browserLanguage, useLanguage } from '../words/index.ts';
import { onLinkAgain, takeLink } from './fragment.ts';
import { Page } from './page.tsx';
import { allowOnly, relaysOfPage, startWorker } from './policy.ts';
import { askForCode, begin, phase, putAway } from './state.ts';
import { workerCode } from './worker-code.ts';
import '../styles/index.css';
import '../styles/report.css';
import '../styles/ecg.css';
import './reader.css';

/** What decrypting needs and browsers before 2024 lack. */
const isTooOld = (): boolean => typeof Worker !== 'function' || typeof Map.groupBy !== 'function';

function open(): void {
  const link = takeLink();
  const sealed = document.getElementById('hale-sealed')?.textContent ?? null;
  const relays = sealed === null ? relaysOrNone() : [];
  allowOnly(relays);
  if (isTooOld()) phase.value = { phase: 'failed', why: 'old-browser' };
  else if (sealed !== null) openCopy(sealed);
  else if (link === null || relays.length === 0) phase.value = { phase: 'failed', why: 'broken' };
  else begin(startWorker(workerCode), { ask: 'open', link });
}

/** None where the address is no link's: the page then reaches nobody, and says so. */
function relaysOrNone(): string[] {
  try {
    return relaysOfPage();
  } catch {
    return [];
  }
}

/** Whether the key is inside is read here; the rest is the worker's. */
function openCopy(sealed: string): void {
  const hasKey = /^\{"v":1,"author":"[0-9a-f]{64}","made":\d+,"key":"/.test(sealed);
  begin(startWorker(workerCode), hasKey ? { ask: 'open-file', sealed, code: '' } : null);
  if (!hasKey) askForCode(sealed);
}

/** The relays are those of before: the address in front of the secret part is the same. */
function openAgain(): void {
  const link = takeLink();
  if (link === null || isTooOld() || document.getElementById('hale-sealed') || relaysOrNone().length === 0) return;
  begin(startWorker(workerCode), { ask: 'open', link });
}

open();
onLinkAgain(openAgain);
addEventListener('pagehide', putAway);
void useLanguage(browserLanguage()).then(() => {
  const root = document.getElementById('app');
  root?.replaceChildren();
  if (root) render(<Page />, root);
});
