// At the desk: a code for the phone of whoever is in the room, three words to compare, and then the page of the visit.
import type { RoomSaid } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError, useAsked } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Qr } from '../../ui/qr.tsx';
import { Answer, Loading, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { spaced } from '../pair-this.tsx';
import { endedWords, ThreeWords } from './three-words.tsx';

export function RoomDesk() {
  const { room, desk } = words.value;
  const asked = useAsked((signal) => call('room.name', {}, { signal }));
  const isNaming = useSignal(false);
  return (
    <div class="page narrow">
      <header class="page-head">
        <div>
          <a class="back-link" href="#/desk">
            <Icon name="back" />
            {desk.title}
          </a>
          <h1>{room.title}</h1>
          <p class="quiet">{room.lead}</p>
        </div>
      </header>
      <Answer asked={asked.value} again={asked.again}>
        {({ name }) =>
          name === '' || isNaming.value ? (
            <Naming
              name={name}
              onNamed={() => {
                isNaming.value = false;
                asked.again();
              }}
            />
          ) : (
            <Room
              name={name}
              onRename={() => {
                isNaming.value = true;
              }}
            />
          )
        }
      </Answer>
    </div>
  );
}

function Naming({ name, onNamed }: { name: string; onNamed: () => void }) {
  const typed = useSignal(name);
  const failed = useSignal('');
  const { room } = words.value;
  const keep = async () => {
    try {
      await call('room.name', { name: typed.value });
      onNamed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <TextField
        label={room.deskName}
        hint={room.deskNameHint}
        value={typed.value}
        input={{ autocomplete: 'organization', maxLength: 60, required: true }}
        onValue={(value) => {
          typed.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" icon="people" disabled={typed.value.trim() === ''} onPress={keep}>
          {room.showCode}
        </Button>
      </div>
    </form>
  );
}

type Step =
  | { step: 'preparing' }
  | Extract<RoomSaid, { state: 'waiting' | 'words' }>
  | { step: 'ended'; why: string; text: string };

function Room({ name, onRename }: { name: string; onRename: () => void }) {
  const step = useSignal<Step>({ step: 'preparing' });
  const round = useSignal(0);
  const of = round.value;
  useEffect(() => {
    const abort = new AbortController();
    step.value = { step: 'preparing' };
    const emit = (said: object) => {
      if ('room' in said) step.value = said.room as Extract<RoomSaid, { state: 'waiting' | 'words' }>;
    };
    call('room.open', {}, { emit, signal: abort.signal }).then(
      ({ grant }) => {
        location.replace(`#/visit/${grant}`);
      },
      (error: unknown) => {
        const { code, message, detail } = asHomeError(error);
        if (!abort.signal.aborted) step.value = { step: 'ended', why: String(detail.why ?? code), text: message };
      },
    );
    return () => abort.abort();
  }, [of]);
  const again = () => {
    round.value += 1;
  };
  const now = step.value;
  return (
    <section class="card stack room-card" aria-live="polite">
      {'step' in now && now.step === 'preparing' && <Preparing />}
      {'step' in now && now.step === 'ended' && <Ended why={now.why} text={now.text} again={again} />}
      {'state' in now && now.state === 'waiting' && <Code said={now} name={name} onRename={onRename} />}
      {'state' in now && now.state === 'words' && <Words said={now} />}
    </section>
  );
}

function Preparing() {
  return (
    <>
      <h2>{words.value.room.preparing}</h2>
      <Loading rows={2} />
    </>
  );
}

function Code(props: { said: Extract<RoomSaid, { state: 'waiting' }>; name: string; onRename: () => void }) {
  const { said } = props;
  const { room } = words.value;
  return (
    <>
      <div class="stack tight">
        <h2>{room.scanTitle}</h2>
        <p class="quiet">{room.scanText}</p>
      </div>
      <div class="room-code">
        <Qr text={said.link} label={room.qrLabel} />
        <Countdown untilMicros={said.untilMicros} />
      </div>
      <div class="stack tight">
        <p class="quiet">{room.typeText}</p>
        <dl class="facts">
          <dt>{room.address}</dt>
          <dd class="typed">{addressOf(said.address)}</dd>
          <dt>{room.code}</dt>
          <dd class="typed">{spaced(said.code, 4)}</dd>
        </dl>
      </div>
      <p class="small quiet">
        {room.seenAs(props.name)}{' '}
        <Button kind="bare" onPress={props.onRename}>
          {room.rename}
        </Button>
      </p>
    </>
  );
}

/** What is typed: without the scheme where it is the usual one. */
const addressOf = (relay: string): string => relay.replace(/^wss:\/\//, '').replace(/^ws:/, 'http:');

function Words({ said }: { said: Extract<RoomSaid, { state: 'words' }> }) {
  const failed = useSignal('');
  const { room } = words.value;
  // While she compares, the page that comes next is fetched.
  useEffect(() => void import('./visit.tsx'), []);
  const refuse = async () => {
    try {
      await call('room.refuse', { room: said.id });
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <>
      <div class="stack tight">
        <h2>{room.deskWordsTitle}</h2>
        <p class="quiet">{room.deskWordsText}</p>
      </div>
      <ThreeWords of={said.words} />
      <p class="quiet">{room.deskWait}</p>
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="stop" icon="stop" onPress={refuse}>
          {room.differ}
        </Button>
      </div>
    </>
  );
}

function Ended({ why, text, again }: { why: string; text: string; again: () => void }) {
  const { room } = words.value;
  const [title, explained] = endedWords('desk', why);
  return (
    <div class="stack" role="alert">
      <h2>{title}</h2>
      <p class="quiet">{explained === '' ? sentence(text) : explained}</p>
      <div class="actions">
        <Button kind="main-action" icon="people" onPress={again}>
          {room.again}
        </Button>
      </div>
    </div>
  );
}
