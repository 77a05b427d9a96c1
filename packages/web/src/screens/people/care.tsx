// Who cares for somebody together, asking one more, letting go; and that the person herself sees who can see.
import type { CareInfo, CustodianInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { call, go, loadSubjects } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day } from '../../words/numbers.ts';
import { shortAddress } from '../../words/people.ts';
import { Matter } from '../settings-safety.tsx';
import { useAttempt } from './attempt.ts';
import { nameIn } from './index.tsx';

const TONES = { offered: 'caution', accepted: 'good', left: '', expired: 'caution' } as const;
const ADDRESS = { autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 200 } as const;

export function CustodianList({ custodians }: { custodians: readonly CustodianInfo[] }) {
  const { care } = words.value;
  return (
    <ul class="list">
      {custodians.map(({ npub, isYou, name, level, as, untilMicros, state }) => (
        <li key={npub}>
          <div class="row">
            <Icon name="person" />
            <div>
              <strong>{isYou ? care.you : name || care.nameless}</strong>
              <p class="caption">
                {[
                  care.levels[level],
                  ...(as === '' ? [] : [care.roles[as] ?? as]),
                  ...(untilMicros === null ? [] : [care.until(day(untilMicros))]),
                  ...(isYou ? [] : [shortAddress(npub)]),
                ].join(' · ')}
              </p>
            </div>
          </div>
          <span class={`chip ${TONES[state]}`}>{care.states[state]}</span>
        </li>
      ))}
    </ul>
  );
}

export function Custodians({ info }: { info: CareInfo }) {
  const { care } = words.value;
  const open = useSignal<'ask' | 'leave' | null>(null);
  const said = useSignal('');
  const { failed, attempt } = useAttempt();
  const { subject, custodians } = info;
  const isTogether = custodians.some(({ isYou, state }) => !isYou && state === 'accepted');
  const close = (text = '') => {
    open.value = null;
    said.value = text;
  };
  const leave = () =>
    attempt(async () => {
      await call('custody.leave', { subject: subject.id });
      await loadSubjects();
      go('/settings/people');
    });
  return (
    <Matter title={care.who(nameIn(info))} text={care.whoText}>
      <CustodianList custodians={custodians} />
      {said.value !== '' && (
        <Notice tone="good" isUrgent>
          {said.value}
        </Notice>
      )}
      <Fault text={failed.value} />
      {open.value === 'ask' && <AskForm subject={subject.id} close={close} />}
      {open.value === 'leave' && (
        <Confirm question={care.leaveAsk(nameIn(info))} yes={care.leaveYes} onYes={leave} onNo={() => close()} />
      )}
      {open.value === null && (
        <div class="actions">
          <Button
            icon="plus"
            onPress={() => {
              open.value = 'ask';
            }}
          >
            {care.ask}
          </Button>
          {isTogether && (
            <Button
              kind="stop"
              onPress={() => {
                open.value = 'leave';
              }}
            >
              {care.leave}
            </Button>
          )}
        </div>
      )}
    </Matter>
  );
}

function AskForm({ subject, close }: { subject: string; close: (said?: string) => void }) {
  const { care, frame } = words.value;
  const [to, name, as, until] = [useSignal(''), useSignal(''), useSignal(''), useSignal('')];
  const { failed, attempt } = useAttempt();
  const set = (of: typeof to) => (value: string) => {
    of.value = value;
  };
  const send = async () => {
    const wish = { subject, to: to.value.trim(), name: name.value.trim(), as: as.value };
    // To the end of that day, as she sees it.
    const end = until.value === '' ? {} : { until: new Date(`${until.value}T23:59:59`).toISOString() };
    if (await attempt(() => call('custody.offer', { ...wish, ...end }))) close(care.asked);
  };
  return (
    <div class="stack">
      <p class="small quiet">{care.askText}</p>
      <TextField
        label={care.address}
        hint={care.addressHint}
        value={to.value}
        input={{ ...ADDRESS, autofocus: true }}
        onValue={set(to)}
      />
      <div class="fields-row">
        <TextField
          label={care.theirName}
          value={name.value}
          input={{ autocomplete: 'off', maxLength: 80 }}
          onValue={set(name)}
        />
        <SelectField label={care.role} value={as.value} options={Object.entries(care.roles)} onValue={set(as)} />
      </div>
      <div class="stack tight">
        <DateField label={care.askUntil} value={until.value} onValue={set(until)} />
        <p class="small quiet">{care.askUntilText}</p>
      </div>
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" disabled={to.value.trim() === ''} onPress={send}>
          {care.send}
        </Button>
        <Button kind="bare" onPress={() => close()}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

/** The person herself, who has a home of her own, sees who can see. */
export function Ward({ info }: { info: CareInfo }) {
  const { care } = words.value;
  const to = useSignal('');
  const isDone = useSignal(false);
  const { failed, attempt } = useAttempt();
  const letSee = async () => {
    isDone.value = await attempt(() => call('custody.ward', { subject: info.subject.id, to: to.value.trim() }));
  };
  return (
    <Matter title={care.ward(nameIn(info))} text={care.wardText}>
      <TextField
        label={care.address}
        hint={care.addressHint}
        value={to.value}
        input={ADDRESS}
        onValue={(value) => {
          to.value = value;
          isDone.value = false;
        }}
      />
      <Fault text={failed.value} />
      {isDone.value && (
        <Notice tone="good" isUrgent>
          {care.warded}
        </Notice>
      )}
      <div class="row">
        <Button disabled={to.value.trim() === ''} onPress={letSee}>
          {care.wardDo}
        </Button>
      </div>
    </Matter>
  );
}
