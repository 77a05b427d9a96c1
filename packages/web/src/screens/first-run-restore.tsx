// Bringing a vault back from the words and a relay: asked on one page, then how far it is.
import { useSignal } from '@preact/signals';
import { asHomeError } from '../app/asking.ts';
import { ask, type HomeError } from '../app/home-link.ts';
import { refreshSession, type SessionState, session } from '../app/state.ts';
import { TextField } from '../ui/field.tsx';
import { Fields } from '../ui/fields.tsx';
import { Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { number } from '../words/numbers.ts';
import { Sheet } from './first-run.tsx';
import { Ways } from './first-run-create.tsx';
import { isGood, PassphraseFields, useNewPassphrase } from './first-run-passphrase.tsx';

const COUNTS = [12, 24];

/** Numbers of a sheet that were typed along are left out. */
const wordsIn = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !/^\d+[.)]?$/.test(word));

/** @param props found: words that guardians gave back, or '' */
export function Restore(props: { charactersMin: number; found: string; back: () => void }) {
  const { charactersMin, found, back } = props;
  const typed = useSignal(found);
  const relay = useSignal('');
  const passphrase = useNewPassphrase();
  const wrong = useSignal('');
  const isRunning = useSignal(false);
  const { first } = words.value;
  const given = wordsIn(typed.value);
  const isCounted = COUNTS.includes(given.length);
  const bring = async () => {
    wrong.value = '';
    if (!isGood(passphrase, charactersMin) || !isCounted || relay.value.trim() === '') return;
    isRunning.value = true;
    const wish = { passphrase: passphrase.first.value, words: given.join(' '), relay: relay.value.trim() };
    const asked = ask<SessionState>('POST', '/v1/setup/restore', wish);
    void refreshSession();
    try {
      session.value = await asked;
      typed.value = '';
    } catch (error) {
      isRunning.value = false;
      wrong.value = whyNotBack(asHomeError(error));
    }
  };
  const making = (session.value as SessionState).setUp?.making;
  if (isRunning.value) return <RestoreProgress making={making ?? { done: 0, total: 0 }} />;
  return (
    <Sheet title={first.restoreTitle} isWide>
      <p class="quiet">{first.restoreLead}</p>
      {found !== '' && <Notice tone="good">{words.value.care.recoverDone}</Notice>}
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <Fields onEnter={bring}>
        <TextField
          area
          label={first.words}
          hint={first.wordsHint}
          value={typed.value}
          wrong={
            given.length > 0 && !isCounted && passphrase.isAsked.value ? first.wordsCount(given.length) : undefined
          }
          input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 1024 }}
          onValue={(value) => {
            typed.value = value;
          }}
        />
        <TextField
          label={first.restoreRelay}
          hint={first.relayHint}
          value={relay.value}
          input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', inputMode: 'url', maxLength: 512 }}
          onValue={(value) => {
            relay.value = value;
          }}
        />
        <PassphraseFields given={passphrase} charactersMin={charactersMin} label={first.newPassphrase} />
      </Fields>
      <Ways back={back} next={bring} label={first.bring} />
    </Sheet>
  );
}

function whyNotBack({ code, message }: HomeError): string {
  const { first, frame } = words.value;
  if (code === 'malformed') return first.badWords;
  if (code === 'not-found') return first.noVault;
  if (code === 'unavailable' || code === 'not-permitted') return first.relayNoAnswer;
  if (code === 'conflict') return first.madeElsewhere;
  return code === 'offline' ? frame.offlineTitle : first.failed(message);
}

export function RestoreProgress({ making }: { making: { done: number; total: number } }) {
  const { first } = words.value;
  const { done, total } = making;
  return (
    <Sheet title={first.restoreTitle}>
      <div class="stack" role="status">
        <p>{total === 0 ? first.looking : first.fetching(number(done + 1), number(total))}</p>
        <progress class="progress" max={Math.max(1, total)} {...(total === 0 ? {} : { value: done })} />
        <p class="quiet small">{first.mayLeave}</p>
      </div>
    </Sheet>
  );
}
