// Making a vault, step by step: passphrase, relay, the sheet with the words, two of them given back.
import { type Signal, useSignal } from '@preact/signals';
import { asHomeError } from '../app/asking.ts';
import { ask } from '../app/home-link.ts';
import { type SessionState, session } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Fields } from '../ui/fields.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { Sheet } from './first-run.tsx';
import { isGood, PassphraseFields, useNewPassphrase } from './first-run-passphrase.tsx';
import { RecoverySheet } from './first-run-sheet.tsx';

const STEPS = ['passphrase', 'relay', 'sheet', 'check'] as const;
type Step = (typeof STEPS)[number];

interface Wish {
  relay: Signal<string>;
  invite: Signal<string>;
  words: Signal<string[]>;
  /** Two places, 1-based, that are asked for. */
  asked: Signal<number[]>;
  wrong: Signal<string>;
}

export function Create({ charactersMin, back }: { charactersMin: number; back: () => void }) {
  const step = useSignal<Step>('passphrase');
  const passphrase = useNewPassphrase();
  const wish: Wish = {
    relay: useSignal(''),
    invite: useSignal(''),
    words: useSignal<string[]>([]),
    asked: useSignal<number[]>([]),
    wrong: useSignal(''),
  };
  const to = (next: Step) => () => {
    wish.wrong.value = '';
    step.value = next;
  };
  const pastPassphrase = () => {
    if (isGood(passphrase, charactersMin)) to('relay')();
  };
  const { first } = words.value;
  const said = first.step(STEPS.indexOf(step.value) + 1, STEPS.length);
  if (step.value === 'passphrase')
    return (
      <Sheet title={first.passphraseTitle} step={said}>
        <p class="quiet">{first.passphraseText}</p>
        <Fields onEnter={pastPassphrase}>
          <PassphraseFields given={passphrase} charactersMin={charactersMin} label={first.passphrase} />
        </Fields>
        <Ways back={back} next={pastPassphrase} />
      </Sheet>
    );
  if (step.value === 'relay')
    return <RelayStep wish={wish} said={said} back={to('passphrase')} next={() => showWords(wish, to('sheet'))} />;
  if (step.value === 'sheet')
    return (
      <Sheet title={first.sheetTitle} step={said} isWide>
        <p class="quiet no-print">{first.sheetText}</p>
        <RecoverySheet words={wish.words.value} relay={wish.relay.value.trim()} />
        <div class="ways no-print">
          <Button icon="print" onPress={() => print()}>
            {first.print}
          </Button>
          <Button kind="main-action" onPress={to('check')}>
            {first.written}
          </Button>
        </div>
      </Sheet>
    );
  return <Check wish={wish} said={said} passphrase={passphrase.first} back={to('sheet')} toRelay={to('relay')} />;
}

/** Back and on, as the last thing of a step. */
export function Ways(props: { back: () => void; next: () => unknown; label?: string }) {
  const { first, frame } = words.value;
  return (
    <div class="ways no-print">
      <Button kind="bare" icon="back" onPress={props.back}>
        {frame.back}
      </Button>
      <Button kind="main-action" onPress={props.next}>
        {props.label ?? first.next}
      </Button>
    </div>
  );
}

/** Words are made once: who goes back and on again finds the sheet that may be printed already. */
async function showWords(wish: Wish, next: () => void): Promise<void> {
  if (wish.words.value.length === 0) {
    const answer = await ask<{ words: string }>('POST', '/v1/setup/words');
    wish.words.value = answer.words.split(' ');
    wish.asked.value = twoPlaces(wish.words.value.length);
  }
  next();
}

function twoPlaces(count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < 2) chosen.add((crypto.getRandomValues(new Uint32Array(1))[0] % count) + 1);
  return [...chosen].sort((a, b) => a - b);
}

function RelayStep(props: { wish: Wish; said: string; back: () => void; next: () => Promise<void> }) {
  const { relay, invite, wrong } = props.wish;
  const { first } = words.value;
  const hasRelay = relay.value.trim() !== '';
  const next = async () => {
    wrong.value = '';
    try {
      if (hasRelay) {
        const found = await ask<{ relay: string }>('POST', '/v1/setup/relay', { relay: relay.value.trim() });
        relay.value = found.relay;
      }
      await props.next();
    } catch (error) {
      wrong.value = whyNot(error);
    }
  };
  return (
    <Sheet title={first.relayTitle} step={props.said}>
      <p class="quiet">{first.relayText}</p>
      <Fields onEnter={next}>
        <TextField
          label={first.relay}
          hint={first.relayHint}
          value={relay.value}
          wrong={wrong.value || undefined}
          input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', inputMode: 'url', maxLength: 512 }}
          onValue={(value) => {
            relay.value = value;
          }}
        />
        {hasRelay && (
          <TextField
            label={first.invite}
            hint={first.inviteHint}
            value={invite.value}
            input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 512 }}
            onValue={(value) => {
              invite.value = value;
            }}
          />
        )}
      </Fields>
      <Ways back={props.back} next={next} label={hasRelay ? first.next : first.noRelayNow} />
    </Sheet>
  );
}

/** What the node says of the making, in words of this page. */
export function whyNot(error: unknown): string {
  const { first, frame } = words.value;
  const { code, message } = asHomeError(error);
  if (code === 'offline') return frame.offlineTitle;
  if (code === 'conflict') return first.madeElsewhere;
  if (code === 'not-permitted') return first.relayRefuses;
  if (code === 'unavailable' || code === 'malformed') return first.relayAway;
  return sentence(message);
}

function Check(props: { wish: Wish; said: string; passphrase: Signal<string>; back: () => void; toRelay: () => void }) {
  const { relay, invite, asked, wrong } = props.wish;
  const given = useSignal<Record<string, string>>({});
  const isMaking = useSignal(false);
  const isRelays = useSignal(false);
  const { first } = words.value;
  const make = async () => {
    wrong.value = '';
    isMaking.value = true;
    try {
      const optional = {
        ...(relay.value ? { relay: relay.value } : {}),
        ...(invite.value ? { invite: invite.value.trim() } : {}),
      };
      const wish = { passphrase: props.passphrase.value, asked: given.value, ...optional };
      const state = await ask<SessionState>('POST', '/v1/setup/create', wish);
      props.wish.words.value = [];
      history.replaceState(null, '', '/#/today');
      session.value = state;
    } catch (error) {
      const { code } = asHomeError(error);
      isRelays.value = code === 'not-permitted' || code === 'unavailable';
      wrong.value = code === 'usage' ? first.wrongWords : whyNot(error);
      isMaking.value = false;
    }
  };
  return (
    <Sheet title={first.checkTitle} step={props.said}>
      <p class="quiet">{first.checkText}</p>
      <Fields onEnter={make}>
        {asked.value.map((place) => (
          <TextField
            key={place}
            label={first.word(place)}
            value={given.value[place] ?? ''}
            input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 32 }}
            onValue={(value) => {
              given.value = { ...given.value, [place]: value };
            }}
          />
        ))}
      </Fields>
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      {isMaking.value && <Notice icon="clock">{first.making}</Notice>}
      <div class="ways">
        <Button kind="bare" icon="back" onPress={isRelays.value ? props.toRelay : props.back} disabled={isMaking.value}>
          {isRelays.value ? words.value.frame.back : first.lookAgain}
        </Button>
        <Button kind="main-action" onPress={make} disabled={isMaking.value}>
          {first.make}
        </Button>
      </div>
    </Sheet>
  );
}
