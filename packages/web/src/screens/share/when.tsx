// Step 3: until when it opens, and which time it shows.
import { useSignal } from '@preact/signals';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { DateField } from '../../ui/date-field.tsx';
import { words } from '../../words/index.ts';
import { endWhen, zone, zoneLine } from '../../words/numbers.ts';
import { type History, hasDays, idleChoices, type PeriodFault, periodOf, type Until } from './draft.ts';
import { firstOf } from './period.ts';
import { hasRecords } from './records-draft.ts';
import { BackButton, type StepProps } from './steps.tsx';

const UNTILS: readonly Until[] = ['visit', 'month', 'year', 'day'];
const RECORD_TIMES = ['any', 'same'] as const;
const HISTORIES: readonly History[] = ['today', 'ninety', 'all', 'days'];

export function WhenStep({ draft, change, streams, next, back }: StepProps) {
  const { share, consent } = words.value;
  const isTried = useSignal(false);
  const now = Date.now();
  const period = periodOf(draft, firstOf(draft, streams), now, zone.value);
  const fault: PeriodFault | null = isTried.value && typeof period === 'string' ? period : null;
  const isOfUntil = fault !== null && draft.until === 'day' && (fault === 'untilWrong' || draft.untilDay === '');
  return (
    <>
      <div class="stack">
        <Choices
          label={share.whenQuestion}
          value={draft.until}
          onValue={(until) => change({ until })}
          options={UNTILS.map((value) => ({ value, title: share.untils[value] }))}
        />
        {draft.until === 'day' && (
          <DateField
            label={share.untilDay}
            value={draft.untilDay}
            wrong={isOfUntil && fault ? share[fault] : undefined}
            onValue={(untilDay) => change({ untilDay })}
          />
        )}
        {typeof period === 'object' && (
          <p class="small quiet">
            {share.endsOn(endWhen(period.until * 1000, now * 1000))} {zoneLine()}.
          </p>
        )}
      </div>
      {typeof period === 'object' && <IdleOf draft={draft} change={change} choices={idleChoices(period, now)} />}
      {hasRecords(draft) && (
        <Choices
          label={consent.when.recordsQuestion}
          value={draft.records.ofDays ? 'same' : 'any'}
          onValue={(value) => change({ records: { ...draft.records, ofDays: value === 'same' } })}
          options={RECORD_TIMES.map((value) => ({
            value,
            title: consent.when.times[value],
            hint: consent.when.timesHint[value],
          }))}
        />
      )}
      {hasDays(draft) && (
        <HistoryOf draft={draft} change={change} wrong={fault && !isOfUntil ? share[fault] : undefined} />
      )}
      {draft.who?.kind === 'person' && (
        <Check
          title={share.mayFile}
          hint={share.mayFileHint}
          value={draft.mayFile}
          onValue={(mayFile) => change({ mayFile })}
        />
      )}
      <div class="actions">
        <Button
          kind="sharing"
          onPress={() => {
            isTried.value = true;
            if (typeof period === 'object') next();
          }}
        >
          {share.next}
        </Button>
        <BackButton back={back} />
      </div>
    </>
  );
}

const NEVER = 'never';

/** Offered where it would end before its own end. */
function IdleOf(props: Pick<StepProps, 'draft' | 'change'> & { choices: readonly number[] }) {
  const { draft, change, choices } = props;
  const { idle } = words.value.consent;
  if (choices.length === 0) return null;
  return (
    <div class="stack tight">
      <Choices
        label={idle.question}
        value={choices.includes(draft.idleMonths ?? 0) ? String(draft.idleMonths) : NEVER}
        onValue={(value) => change({ idleMonths: value === NEVER ? null : Number(value) })}
        options={[
          { value: NEVER, title: idle.never },
          ...choices.map((months) => ({ value: String(months), title: idle.after(idle.months(months)) })),
        ]}
      />
      <p class="small quiet">{idle.hint}</p>
    </div>
  );
}

/** Which time it shows. */
function HistoryOf(props: Pick<StepProps, 'draft' | 'change'> & { wrong: string | undefined }) {
  const { draft, change, wrong } = props;
  const { share } = words.value;
  return (
    <div class="stack">
      <Choices
        label={share.historyQuestion}
        value={draft.history}
        onValue={(history) => change({ history })}
        options={HISTORIES.map((value) => ({ value, title: share.histories[value] }))}
      />
      {draft.history === 'days' && (
        <div class="fields">
          <DateField
            label={share.fromDay}
            value={draft.fromDay}
            wrong={wrong}
            onValue={(fromDay) => change({ fromDay })}
          />
          {!draft.withNew && (
            <DateField label={share.toDay} value={draft.toDay} onValue={(toDay) => change({ toDay })} />
          )}
        </div>
      )}
      {draft.history !== 'today' && (
        <Check title={share.withNew} value={draft.withNew} onValue={(withNew) => change({ withNew })} />
      )}
    </div>
  );
}
