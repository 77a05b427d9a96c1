// The phones that see this vault from anywhere: the list, removing one, and pairing another on this screen.
import type { PairingSaid, PhoneInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asHomeError, changed, useAsked, useTicks } from '../app/asking.ts';
import { ownNode } from '../app/home-link.ts';
import { call, link } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Qr } from '../ui/qr.tsx';
import { Answer, Empty, Loading, Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { age, day } from '../words/numbers.ts';
import { Digits, spaced } from './pair-this.tsx';

const REFRESH_MILLIS = 15_000;

export function Phones() {
  const asked = useAsked(() => call('phones.list', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const isPairing = useSignal(false);
  const said = useSignal('');
  const { phones, settings } = words.value;
  const isHome = link.value === ownNode;
  const pair = (
    <Button
      kind="main-action"
      icon="phone"
      onPress={() => {
        isPairing.value = true;
      }}
    >
      {phones.pair}
    </Button>
  );
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <a class="back-link" href="#/settings">
            <Icon name="back" />
            {settings.title}
          </a>
          <h1>{phones.title}</h1>
          <p class="quiet">{phones.lead}</p>
        </div>
        {isHome && asked.value.value !== null && asked.value.value.length > 0 && <div class="actions">{pair}</div>}
      </header>
      {!isHome && <Notice>{phones.atHomeOnly}</Notice>}
      <div class="card">
        <div role="status">{said.value !== '' && <Notice tone="good">{said.value}</Notice>}</div>
        <Answer asked={asked.value} again={asked.again}>
          {(list) =>
            list.length === 0 ? (
              <Empty icon="phone" title={phones.emptyTitle} text={phones.emptyText}>
                {isHome && pair}
              </Empty>
            ) : (
              <ul class="list">
                {list.map((phone) => (
                  <PhoneRow
                    key={phone.id}
                    phone={phone}
                    onRemoved={() => {
                      said.value = phones.removed(phone.name);
                    }}
                  />
                ))}
              </ul>
            )
          }
        </Answer>
      </div>
      {isPairing.value && (
        <PairDialog
          onEnd={() => {
            isPairing.value = false;
            changed();
          }}
        />
      )}
    </div>
  );
}

function PhoneRow({ phone, onRemoved }: { phone: PhoneInfo; onRemoved: () => void }) {
  const isAsked = useSignal(false);
  const wrong = useSignal('');
  const { phones } = words.value;
  const remove = async () => {
    try {
      await call('phones.remove', { phone: phone.id });
      onRemoved();
      changed();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  const seen = phone.lastContactMicros;
  return (
    <li>
      <div class="phone-facts">
        <strong>{phone.name}</strong>
        <span class="caption quiet">
          {phone.isHere ? phones.here : seen === null ? phones.notSeen : phones.lastSeen(age(seen, Date.now() * 1000))}
        </span>
        <span class="caption quiet">
          {phones.added(day(phone.addedMicros))} · {phones.through(phone.relay.replace(/^wss?:\/\//, ''))}
        </span>
      </div>
      {isAsked.value ? (
        <div class="stack tight">
          <strong>{phones.removeTitle(phone.name)}</strong>
          <p class="quiet">{phones.removeText}</p>
          {wrong.value !== '' && (
            <Notice tone="alert" isUrgent>
              {wrong.value}
            </Notice>
          )}
          <div class="row">
            <Button kind="stop" icon="trash" onPress={remove}>
              {phones.removeNow}
            </Button>
            <Button
              onPress={() => {
                isAsked.value = false;
              }}
            >
              {phones.keep}
            </Button>
          </div>
        </div>
      ) : (
        <Button
          kind="stop"
          label={phones.removeTitle(phone.name)}
          onPress={() => {
            isAsked.value = true;
          }}
        >
          {phones.remove}
        </Button>
      )}
    </li>
  );
}

type Step =
  | { step: 'preparing' }
  | { step: 'waiting'; said: Extract<PairingSaid, { state: 'waiting' }> }
  | { step: 'check'; said: Extract<PairingSaid, { state: 'check' }> }
  | { step: 'done'; phone: PhoneInfo }
  | { step: 'failed'; code: string; text: string };

/** On the screen at home. Closing it breaks the pairing off. */
function PairDialog({ onEnd }: { onEnd: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const step = useSignal<Step>({ step: 'preparing' });
  const round = useSignal(0);
  const { phones, frame } = words.value;
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const of = round.value;
  useEffect(() => {
    const abort = new AbortController();
    step.value = { step: 'preparing' };
    const emit = (said: object) => {
      if (!('pairing' in said)) return;
      const pairing = said.pairing as PairingSaid;
      step.value = pairing.state === 'waiting' ? { step: 'waiting', said: pairing } : { step: 'check', said: pairing };
    };
    call('phones.pair', {}, { emit, signal: abort.signal }).then(
      (phone) => {
        step.value = { step: 'done', phone };
      },
      (error: unknown) => {
        const { code, message } = asHomeError(error);
        if (!abort.signal.aborted) step.value = { step: 'failed', code, text: message };
      },
    );
    return () => abort.abort();
  }, [of]);
  return (
    <dialog ref={dialog} class="pairing" onClose={onEnd} aria-label={phones.pair}>
      <div class="stack">
        <StepShown
          step={step.value}
          again={() => {
            round.value += 1;
          }}
        />
        {step.value.step !== 'check' && (
          <Button onPress={() => dialog.current?.close()}>
            {step.value.step === 'done' ? phones.done : step.value.step === 'failed' ? frame.close : frame.cancel}
          </Button>
        )}
      </div>
    </dialog>
  );
}

function StepShown({ step, again }: { step: Step; again: () => void }) {
  const { phones } = words.value;
  switch (step.step) {
    case 'preparing':
      return (
        <>
          <h2>{phones.preparing}</h2>
          <Loading rows={2} />
        </>
      );
    case 'waiting':
      return <Code said={step.said} />;
    case 'check':
      return <Check said={step.said} />;
    case 'done':
      return (
        <div class="stack" role="status">
          <h2>{phones.doneTitle}</h2>
          <Notice tone="good">{phones.doneText(step.phone.name)}</Notice>
        </div>
      );
    case 'failed':
      return <Failure code={step.code} text={step.text} again={again} />;
  }
}

function Failure({ code, text, again }: { code: string; text: string; again: () => void }) {
  const { phones, frame } = words.value;
  const told: Record<string, [string, string]> = {
    expired: [phones.expiredTitle, phones.expiredText],
    'not-permitted': [phones.refusedTitle, phones.refusedText],
  };
  const [title, explained] = told[code] ?? [frame.failedTitle, sentence(text)];
  return (
    <div class="stack" role="alert">
      <h2>{title}</h2>
      <p class="quiet">{explained}</p>
      <Button kind="main-action" onPress={again}>
        {phones.again}
      </Button>
    </div>
  );
}

function Code({ said }: { said: Extract<PairingSaid, { state: 'waiting' }> }) {
  const { phones } = words.value;
  return (
    <>
      <h2>{phones.scanTitle}</h2>
      <p class="quiet">{phones.scanText}</p>
      <div class="scan">
        <Qr text={said.link} label={phones.qrLabel} />
        <Countdown untilMicros={said.untilMicros} />
      </div>
      <p class="quiet">{phones.codeText}</p>
      <dl class="facts">
        <dt>{phones.address}</dt>
        <dd class="typed">{said.link.replace(/=.*$/, '')}</dd>
        <dt>{phones.code}</dt>
        <dd class="typed">{spaced(said.code, 4)}</dd>
      </dl>
    </>
  );
}

function Check({ said }: { said: Extract<PairingSaid, { state: 'check' }> }) {
  const { phones } = words.value;
  const name = useSignal(said.phone);
  const wrong = useSignal('');
  const answer = async (accept: boolean) => {
    try {
      await call('phones.confirm', { pairing: said.id, accept, name: name.value });
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <div class="stack">
      <div class="stack tight" role="status">
        <h2>{phones.checkTitle}</h2>
        <p class="quiet">{phones.checkText(said.phone)}</p>
        <Digits digits={said.digits} />
      </div>
      <TextField
        label={phones.nameLabel}
        value={name.value}
        input={{ maxLength: 60 }}
        onValue={(value) => {
          name.value = value;
        }}
      />
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      <div class="row">
        <Button kind="main-action" icon="check" onPress={() => answer(true)}>
          {phones.same}
        </Button>
        <Button kind="stop" onPress={() => answer(false)}>
          {phones.different}
        </Button>
      </div>
    </div>
  );
}
