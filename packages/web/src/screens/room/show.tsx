// In the room, on the patient's phone: the code of the desk, what to show and how long, the same three words as the desk, and only then it opens.
import type { GrantInfo, RoomDesk, RoomSaid, StreamInfo } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asHomeError, changed, useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { canScan, Scan } from '../../ui/scan.tsx';
import { Answer, Empty, Loading, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { named } from '../../words/kinds.ts';
import { day } from '../../words/numbers.ts';
import { Chosen, type Decided } from './chosen.tsx';
import { takeRoomCode } from './code.ts';
import { endedWords, ThreeWords } from './three-words.tsx';

export function ShowHere() {
  const asked = useAsked(async (signal) => ({
    streams: (await call('streams', ofSubject(), { signal })).filter(({ samples }) => samples > 0).map(named),
  }));
  const { room, frame, share } = words.value;
  return (
    <div class="page narrow">
      <header class="page-head">
        <div>
          <h1>{room.showTitle}</h1>
          <p class="quiet">{room.showLead}</p>
        </div>
      </header>
      <Answer asked={asked.value} again={asked.again}>
        {({ streams }) =>
          streams.length === 0 ? (
            <div class="card">
              <Empty icon="sharing" title={share.noSeries}>
                <a class="button main-action" href="#/add">
                  {frame.nav.add}
                </a>
              </Empty>
            </div>
          ) : (
            <Meeting streams={streams} />
          )
        }
      </Answer>
    </div>
  );
}

type Step =
  | { step: 'code'; wrong: 'code' | 'address' | null }
  | { step: 'connecting' }
  | { step: 'choosing'; desk: RoomDesk }
  | { step: 'comparing'; desk: RoomDesk; decided: Decided }
  | { step: 'shown'; desk: RoomDesk; grant: GrantInfo; sentence: string }
  | { step: 'ended'; why: string; text: string };

interface MeetingSteps {
  step: Signal<Step>;
  visit: (code: string, address: string) => void;
  decline: (desk: RoomDesk, why: 'words' | 'declined') => Promise<void>;
}

/** One meeting at a time; leaving the page leaves the desk. */
function useMeeting(): MeetingSteps {
  const step = useSignal<Step>({ step: 'code', wrong: null });
  const leave = useRef<AbortController | null>(null);
  useEffect(() => () => leave.current?.abort(), []);
  const visit = (code: string, address: string) => {
    leave.current?.abort();
    const abort = new AbortController();
    leave.current = abort;
    step.value = { step: 'connecting' };
    const emit = (said: object) => {
      const found = 'room' in said ? (said.room as RoomSaid) : null;
      if (found?.state === 'found') step.value = { step: 'choosing', desk: found };
    };
    call('room.visit', { code, ...(address === '' ? {} : { address }) }, { emit, signal: abort.signal }).catch(
      (error: unknown) => {
        // What was decided stays so when the line then closes.
        if (abort.signal.aborted || step.value.step === 'shown' || step.value.step === 'ended') return;
        const { code: failed, message, detail } = asHomeError(error);
        if (failed === 'malformed') step.value = { step: 'code', wrong: detail.why === 'address' ? 'address' : 'code' };
        else step.value = { step: 'ended', why: String(detail.why ?? failed), text: message };
      },
    );
  };
  const decline = async (desk: RoomDesk, why: 'words' | 'declined') => {
    await call('room.decline', { visit: desk.id, why }).catch(() => {});
    step.value = { step: 'ended', why: why === 'words' ? 'differ' : 'declined', text: '' };
  };
  return { step, visit, decline };
}

function Meeting({ streams }: { streams: readonly StreamInfo[] }) {
  const { step, visit, decline } = useMeeting();
  useEffect(() => {
    const scanned = takeRoomCode();
    if (scanned !== null) visit(scanned, '');
  }, []);
  const now = step.value;
  const to = (next: Step) => {
    step.value = next;
  };
  switch (now.step) {
    case 'code':
      return <Code wrong={now.wrong} onCode={visit} />;
    case 'connecting':
      return <Connecting />;
    case 'choosing':
      return (
        <Chosen
          desk={now.desk}
          streams={streams}
          onDecided={(decided) => to({ step: 'comparing', desk: now.desk, decided })}
          onDecline={() => decline(now.desk, 'declined')}
        />
      );
    case 'comparing':
      return (
        <Comparing
          {...now}
          onShown={(grant) => {
            to({ step: 'shown', desk: now.desk, grant, sentence: now.decided.sentence });
            changed();
          }}
          onFailed={(why, text) => to({ step: 'ended', why, text })}
          onDecline={(why) => decline(now.desk, why)}
          onBack={() => to({ step: 'choosing', desk: now.desk })}
        />
      );
    case 'shown':
      return <Shown {...now} />;
    case 'ended':
      return <Ended {...now} again={() => to({ step: 'code', wrong: null })} />;
  }
}

function Connecting() {
  return (
    <section class="card stack" role="status">
      <h2>{words.value.room.connecting}</h2>
      <Loading rows={2} />
    </section>
  );
}

function Code(props: { wrong: 'code' | 'address' | null; onCode: (code: string, address: string) => void }) {
  const code = useSignal('');
  const address = useSignal('');
  const { room } = words.value;
  // Behind a whole link nothing is missing.
  const isLink = /#room=/.test(code.value);
  return (
    <section class="card stack">
      <Scan onCode={(text) => props.onCode(text, '')} />
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          props.onCode(code.value, address.value);
        }}
      >
        <p class="quiet">{canScan() ? room.orType : room.typeIt}</p>
        {!isLink && (
          <TextField
            label={room.address}
            hint={room.addressHint}
            value={address.value}
            wrong={props.wrong === 'address' ? room.wrongAddress : undefined}
            input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', inputMode: 'url', maxLength: 200 }}
            onValue={(value) => {
              address.value = value;
            }}
          />
        )}
        <TextField
          label={room.code}
          value={code.value}
          wrong={props.wrong === 'code' ? room.wrongCode : undefined}
          input={{ autocomplete: 'off', spellcheck: false, maxLength: 300 }}
          onValue={(value) => {
            code.value = value;
          }}
        />
        <div class="actions">
          <Button
            {...(canScan() ? {} : { kind: 'main-action' as const })}
            icon="forward"
            disabled={code.value.trim() === ''}
            onPress={() => props.onCode(code.value, address.value)}
          >
            {room.goOn}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Comparing(props: {
  desk: RoomDesk;
  decided: Decided;
  onShown: (grant: GrantInfo) => void;
  onFailed: (why: string, text: string) => void;
  onDecline: (why: 'words' | 'declined') => Promise<void>;
  onBack: () => void;
}) {
  const { desk, decided } = props;
  const { room, share } = words.value;
  const show = async () => {
    try {
      const { grant } = await call('room.show', { visit: desk.id, ...decided.parameters });
      props.onShown(grant);
    } catch (error) {
      const { code, message, detail } = asHomeError(error);
      props.onFailed(String(detail.why ?? code), message);
    }
  };
  return (
    <section class="card stack">
      <div class="stack tight">
        <h2>{room.compareTitle}</h2>
        <p class="quiet">{room.compareText}</p>
      </div>
      <ThreeWords of={desk.words} />
      <p class="small">{decided.sentence}</p>
      <div class="stack tight room-answers">
        <Button kind="sharing" icon="check" onPress={show}>
          {room.same}
        </Button>
        <Button kind="stop" icon="stop" onPress={() => props.onDecline('words')}>
          {room.differ}
        </Button>
        <Button kind="bare" icon="back" onPress={props.onBack}>
          {room.change}
        </Button>
      </div>
      <p class="small quiet">{share.copiesStay}</p>
    </section>
  );
}

function Shown({ desk, grant, sentence: said }: { desk: RoomDesk; grant: GrantInfo; sentence: string }) {
  const stopped = useSignal(false);
  const failed = useSignal('');
  const { room, sharing } = words.value;
  const stop = async () => {
    try {
      await call('revoke', { grant: grant.id });
      stopped.value = true;
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <section class="card stack" role="status">
      <h2>{stopped.value ? sharing.stopped : room.shownTitle(desk.name)}</h2>
      {!stopped.value && (
        <>
          <p class="share-sentence">{said}</p>
          <p class="small quiet">{room.shownText(day((grant.untilMicros ?? 0) - 1))}</p>
        </>
      )}
      {failed.value !== '' && (
        <Notice tone="alert" isUrgent>
          {failed.value}
        </Notice>
      )}
      <div class="actions">
        {!stopped.value && (
          <Button kind="stop" icon="stop" onPress={stop}>
            {sharing.stop}
          </Button>
        )}
        <a class="button" href="#/sharing">
          <Icon name="sharing" />
          {sharing.title}
        </a>
      </div>
    </section>
  );
}

function Ended({ why, text, again }: { why: string; text: string; again: () => void }) {
  const { room } = words.value;
  const [title, explained] = endedWords('phone', why);
  return (
    <section class="card stack" role="alert">
      <h2>{title}</h2>
      <p class="quiet">{explained === '' ? sentence(text) : explained}</p>
      <p class="small quiet">{room.nothingShown}</p>
      <div class="actions">
        <Button kind="main-action" icon="eye" onPress={again}>
          {room.scanAgain}
        </Button>
      </div>
    </section>
  );
}
