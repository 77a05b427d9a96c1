// Handing somebody over: why, what goes along, to whom; said back in a sentence and confirmed by the name.
import type { CareInfo, HandOverInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked, useTicks } from '../../app/asking.ts';
import { call, loadSubjects, subjects } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { Fault } from '../../ui/fault.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { shortAddress } from '../../words/people.ts';
import { Matter } from '../settings-safety.tsx';
import { useAttempt } from './attempt.ts';
import { factsOf, isAnimal, nameIn } from './index.tsx';

const REFRESH_MILLIS = 5_000;
const WHYS = ['grown', 'moves'] as const;
export const TONES = {
  packing: 'caution',
  offered: 'caution',
  done: 'good',
  declined: '',
  'taken-back': '',
} as const satisfies Record<HandOverInfo['state'], string>;

const isGoingOn = ({ state }: HandOverInfo): boolean => state === 'packing' || state === 'offered';

export function HandOver({ info }: { info: CareInfo }) {
  const { care } = words.value;
  const asked = useAsked(() => call('subject.hand-overs', {}, { isIdle: true }));
  useTicks(REFRESH_MILLIS, asked.again);
  const isOpen = useSignal(false);
  const now = asked.value.value?.find((each) => each.name === info.subject.name && isGoingOn(each));
  const { failed, attempt } = useAttempt();
  return (
    <Matter title={care.handOver(nameIn(info))} text={care.handOverText}>
      <Fault text={failed.value} />
      {now ? (
        <>
          <Notice tone="caution">
            <strong>{care.handStates[now.state]}</strong> · {shortAddress(now.to)} ·{' '}
            {care.lapses(day(now.lapsesMicros))}
          </Notice>
          <div class="row">
            <Button onPress={() => attempt(() => call('subject.keep', { subject: info.subject.id }))}>
              {care.takeBack}
            </Button>
          </div>
        </>
      ) : isOpen.value ? (
        <Wizard
          info={info}
          close={() => {
            isOpen.value = false;
          }}
        />
      ) : (
        <div class="row">
          <Button
            onPress={() => {
              isOpen.value = true;
            }}
          >
            {care.begin}
          </Button>
        </div>
      )}
    </Matter>
  );
}

function Wizard({ info, close }: { info: CareInfo; close: () => void }) {
  const { care, frame } = words.value;
  const { subject } = info;
  const why = useSignal<(typeof WHYS)[number]>(isAnimal(info) ? 'moves' : 'grown');
  const [to, typed, keepNotes] = [useSignal(''), useSignal(''), useSignal(false)];
  const { failed, attempt } = useAttempt();
  const isMissing = isAnimal(info) && (subject.chip === null || subject.vet === null);
  const name = nameIn(info);
  const hand = async () => {
    const wish = { subject: subject.id, to: to.value.trim(), keepNotes: keepNotes.value };
    if (await attempt(() => call('subject.hand-over', wish))) close();
  };
  return (
    <div class="stack">
      <Choices
        label={care.why}
        value={why.value}
        options={WHYS.map((value) => ({ value, title: care.reasons[value][0], hint: care.reasons[value][1] }))}
        onValue={(value) => {
          why.value = value;
        }}
      />
      <div class="stack tight">
        <h3 class="small-head">{care.goesAlong}</h3>
        <p class="small">{factsOf(info)}</p>
        <p class="small quiet">{care.goesAll}</p>
        {isMissing && (
          <Notice tone="caution">
            {care.fill} <a href="#/settings/people">{care.back}</a>
          </Notice>
        )}
      </div>
      <Check
        title={care.keepNotes}
        hint={care.keepNotesHint}
        value={keepNotes.value}
        onValue={(value) => {
          keepNotes.value = value;
        }}
      />
      <TextField
        label={care.handTo}
        hint={care.addressHint}
        value={to.value}
        input={{ autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 200 }}
        onValue={(value) => {
          to.value = value;
        }}
      />
      {to.value.trim() !== '' && <p>{care.summary(name, shortAddress(to.value.trim()))}</p>}
      <TextField
        label={care.typeName(name)}
        value={typed.value}
        input={{ autocomplete: 'off', spellcheck: false, maxLength: 80 }}
        onValue={(value) => {
          typed.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="stop" disabled={to.value.trim() === '' || typed.value.trim() !== name} onPress={hand}>
          {care.handDo}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

/** What was handed over, and what is on its way. */
export function HandOvers() {
  const { care } = words.value;
  const asked = useAsked(async () => {
    const all = await call('subject.hand-overs', {}, { isIdle: true });
    // Whoever has gone since stands in no list any more.
    if (all.some(({ state, name }) => state === 'done' && subjects.peek().some((each) => each.name === name)))
      await loadSubjects();
    return all;
  });
  useTicks(REFRESH_MILLIS, asked.again);
  const all = asked.value.value ?? [];
  if (all.length === 0) return null;
  return (
    <section class="card stack" aria-label={care.handOvers}>
      <h2 class="matter">{care.handOvers}</h2>
      <ul class="list">
        {all.map(({ id, name, to, state, atMicros, endedMicros }) => (
          <li key={id}>
            <div>
              <strong>{care.handRow(name, shortAddress(to))}</strong>
              <p class="caption">{day(endedMicros ?? atMicros)}</p>
            </div>
            <span class={`chip ${TONES[state]}`}>{care.handStates[state]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
