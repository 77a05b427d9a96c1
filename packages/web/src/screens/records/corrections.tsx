// Corrections: asked on the page of a record, and all of them with their deadline, the answer and her disagreement.

import type { CorrectionInfo, CorrectionState, RecordShown } from '@hale/home';
import { base64Decode } from '@hale/kernel';
import { useSignal } from '@preact/signals';
import { useAsked } from '../../app/asking.ts';
import { saveBlob } from '../../app/saving.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Answer, Empty, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, locale } from '../../words/numbers.ts';
import { useAttempt } from '../people/attempt.ts';
import { type Fields, isFields, listOf } from './fields.ts';
import { Head } from './head.tsx';

/** Places whose time for an answer is known (45 CFR 164.526(b)(2); GDPR, Article 12(3)). */
const PLACES = 'US AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(
  ' ',
);
const TEXT_MAX = 8_000;
/** What somebody may write on paper. */
const ANSWERS: readonly CorrectionState[] = [
  ...(['queued', 'in-review', 'waiting-for-information', 'accepted', 'partial-accept'] as const),
  ...(['amendment-completed', 'denied'] as const),
];
const MAY_DISAGREE: readonly CorrectionState[] = ['denied', 'partial-accept'];
const TONES: Partial<Record<CorrectionState, string>> = {
  accepted: 'good',
  'partial-accept': 'good',
  'amendment-completed': 'good',
  denied: 'alert',
  'disagreement-logged': 'alert',
  completed: 'alert',
  'waiting-for-information': 'caution',
};

export function CorrectionsPage() {
  const { corrections } = words.value;
  const asked = useAsked(() => call('corrections', ofSubject()));
  return (
    <div class="page">
      <Head title={corrections.title} lead={corrections.lead} canPrint />
      <Answer asked={asked.value} again={asked.again}>
        {(list) =>
          list.length === 0 ? (
            <div class="card">
              <Empty icon="records" title={corrections.none} text={corrections.noneText} />
            </div>
          ) : (
            <div class="stack">
              {list
                .toSorted((a, b) => b.askedMicros - a.askedMicros)
                .map((each) => (
                  <section class="card stack" key={each.id} aria-label={each.title}>
                    <h2 class="h3">
                      <a href={`#/record/${each.of}`}>{each.title}</a>
                    </h2>
                    <Correction of={each} />
                  </section>
                ))}
            </div>
          )
        }
      </Answer>
    </div>
  );
}

/** On the page of a record that others wrote. */
export function CorrectionHere({ record }: { record: RecordShown }) {
  const { corrections } = words.value;
  const asked = useAsked(() => call('corrections', ofSubject()));
  const isAsking = useSignal(false);
  if (record.origin !== 'imported' || asked.value.value === null) return null;
  const here = asked.value.value.filter(({ of }) => of === record.id);
  const isOpen = here.some(({ isDecided }) => !isDecided);
  return (
    <section class={`card stack ${here.length === 0 ? 'no-print' : ''}`} aria-label={corrections.title}>
      <h2 class="h3">{here.length === 0 ? corrections.here : corrections.title}</h2>
      {here.map((each) => (
        <Correction key={each.id} of={each} />
      ))}
      {isAsking.value ? (
        <AskForm
          record={record}
          close={() => {
            isAsking.value = false;
          }}
        />
      ) : (
        !isOpen && (
          <div class="stack tight no-print">
            <p class="small quiet">{corrections.hereText}</p>
            <div>
              <Button
                onPress={() => {
                  isAsking.value = true;
                }}
              >
                {corrections.wrong}
              </Button>
            </div>
          </div>
        )
      )}
    </section>
  );
}

function placeOptions(): [string, string][] {
  const { corrections } = words.value;
  const names = new Intl.DisplayNames([locale.value], { type: 'region' });
  const known = PLACES.map((code): [string, string] => [code, names.of(code) ?? code]);
  known.sort(([, a], [, b]) => a.localeCompare(b, locale.value));
  return [['', corrections.placeNone], ['EU', corrections.europe], ...known];
}

/** Where a record names who answers for it, by whom such an ask is read first; a patient's own words are not asked of herself. */
const WRITERS = ['custodian', 'author', 'recorder', 'asserter', 'performer', 'requester', 'informationSource'] as const;

/** Who is asked: whoever the record itself names, else where it came from. */
export function writerOf({ resource, references, origins }: Pick<RecordShown, 'resource' | 'references' | 'origins'>) {
  const named = WRITERS.flatMap((field) => listOf((resource as Fields)[field])).flatMap((each) => {
    if (!isFields(each)) return [];
    const { reference, display } = isFields(each.actor) ? each.actor : each;
    const name = typeof reference === 'string' ? reference : '';
    if (name.startsWith('Patient/')) return [];
    return (typeof display === 'string' && display.trim()) || references[name]?.title || [];
  });
  return named[0] ?? origins[0]?.name ?? '';
}

function AskForm({ record, close }: { record: RecordShown; close: () => void }) {
  const { corrections, frame } = words.value;
  const [text, to, place] = [useSignal(''), useSignal(writerOf(record)), useSignal('')];
  const { failed, attempt } = useAttempt();
  const ask = async () => {
    if (text.value.trim() === '') {
      failed.value = corrections.needsText;
      return;
    }
    const wish = { record: record.id, text: text.value, to: to.value.trim(), place: place.value };
    if (await attempt(() => call('correction.ask', { ...ofSubject(), ...wish }))) close();
  };
  return (
    <div class="stack no-print">
      <TextField
        area
        label={corrections.what}
        hint={corrections.whatHint}
        value={text.value}
        input={{ autofocus: true, maxLength: TEXT_MAX }}
        onValue={(value) => {
          text.value = value;
        }}
      />
      <div class="fields-row">
        <TextField
          label={corrections.to}
          value={to.value}
          input={{ autocomplete: 'off', maxLength: 200 }}
          onValue={(value) => {
            to.value = value;
          }}
        />
        <SelectField
          label={corrections.place}
          hint={corrections.placeHint}
          value={place.value}
          options={placeOptions()}
          onValue={(value) => {
            place.value = value;
          }}
        />
      </div>
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" onPress={ask}>
          {corrections.ask}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

function Correction({ of }: { of: CorrectionInfo }) {
  const { corrections } = words.value;
  const open = useSignal<'answer' | 'disagree' | null>(null);
  const { id, text, to, state, stateMicros, askedMicros, sentMicros, answers, disagreement, isDecided } = of;
  const { failed, attempt } = useAttempt();
  const sent = () => attempt(() => call('correction.answer', { correction: id, state: 'sent' }));
  const close = () => {
    open.value = null;
  };
  const show = (what: 'answer' | 'disagree') => () => {
    open.value = what;
  };
  const save = async (as: 'pdf' | 'json') => {
    const { pdf, bundle } = await call('correction.letter', { correction: id });
    if (as === 'pdf')
      saveBlob(new Blob([base64Decode(pdf) as BlobPart], { type: 'application/pdf' }), 'correction.pdf');
    else saveBlob(new Blob([bundle], { type: 'application/fhir+json' }), 'correction.json');
  };
  return (
    <article class="stack tight">
      <p class="row">
        <span class={`chip ${TONES[state] ?? 'info'}`}>{corrections.states[state] ?? state}</span>
        {state !== 'asked' && state !== 'sent' && <span class="caption">{day(stateMicros)}</span>}
      </p>
      <p class="caption">
        {corrections.askedOn(day(askedMicros), to)}
        {state === 'sent' && sentMicros !== null && `. ${corrections.sentOn(day(sentMicros))}`}
      </p>
      <p class="record-note">“{text}”</p>
      <Due of={of} />
      {answers
        .filter(({ text: said }) => said !== '')
        .map(({ id: answer, atMicros, text: said }) => (
          <p class="small" key={answer}>
            {corrections.answerOn(day(atMicros), said)}
          </p>
        ))}
      {disagreement && <p class="small">{corrections.disagreement(disagreement.text)}</p>}
      {state === 'asked' && <Notice>{corrections.asked}</Notice>}
      <Fault text={failed.value} />
      {open.value === 'answer' && <AnswerForm correction={id} close={close} />}
      {open.value === 'disagree' && <DisagreeForm correction={id} close={close} />}
      {open.value === null && (
        <div class="actions">
          <Button icon="print" onPress={() => save('pdf')}>
            {corrections.saveLetter}
          </Button>
          <Button icon="file" onPress={() => save('json')}>
            {corrections.saveFile}
          </Button>
          {state === 'asked' && (
            <Button icon="check" onPress={sent}>
              {corrections.sentDo}
            </Button>
          )}
          {!isDecided && <Button onPress={show('answer')}>{corrections.answered}</Button>}
          {MAY_DISAGREE.includes(state) && disagreement === null && (
            <Button onPress={show('disagree')}>{corrections.disagree}</Button>
          )}
        </div>
      )}
    </article>
  );
}

function Due({ of }: { of: CorrectionInfo }) {
  const { corrections } = words.value;
  const { isDecided, isLate, sentMicros, answerByMicros, extendedToMicros, rule } = of;
  if (isDecided || sentMicros === null) return null;
  if (answerByMicros === null) return <p class="small quiet">{corrections.noRule}</p>;
  return (
    <div class="small">
      {isLate ? (
        <Notice tone="caution">{corrections.late(day(answerByMicros))}</Notice>
      ) : (
        <p>{corrections.due(day(answerByMicros))}</p>
      )}
      <p class="quiet">
        {extendedToMicros !== null && corrections.dueLater(day(extendedToMicros))}{' '}
        {rule !== null && corrections.rules[rule]}
      </p>
    </div>
  );
}

function AnswerForm({ correction, close }: { correction: string; close: () => void }) {
  const { corrections, frame } = words.value;
  const state = useSignal<string>('accepted');
  const text = useSignal('');
  const { failed, attempt } = useAttempt();
  const save = async () => {
    const wish = { correction, state: state.value as CorrectionState, text: text.value };
    if (await attempt(() => call('correction.answer', wish))) close();
  };
  return (
    <div class="stack no-print">
      <p class="small quiet">{corrections.answerText}</p>
      <SelectField
        label={corrections.answerState}
        value={state.value}
        options={ANSWERS.map((each) => [each, corrections.states[each]])}
        onValue={(value) => {
          state.value = value;
        }}
      />
      <TextField
        area
        label={corrections.answerWords}
        value={text.value}
        input={{ maxLength: TEXT_MAX }}
        onValue={(value) => {
          text.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" onPress={save}>
          {corrections.noteAnswer}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}

function DisagreeForm({ correction, close }: { correction: string; close: () => void }) {
  const { corrections, frame } = words.value;
  const text = useSignal('');
  const { failed, attempt } = useAttempt();
  const save = async () => {
    if (await attempt(() => call('correction.disagree', { correction, text: text.value }))) close();
  };
  return (
    <div class="stack no-print">
      <TextField
        area
        label={corrections.disagreeWhat}
        hint={corrections.disagreeText}
        value={text.value}
        input={{ autofocus: true, maxLength: TEXT_MAX }}
        onValue={(value) => {
          text.value = value;
        }}
      />
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="main-action" disabled={text.value.trim() === ''} onPress={save}>
          {corrections.disagreeSave}
        </Button>
        <Button kind="bare" onPress={close}>
          {frame.cancel}
        </Button>
      </div>
    </div>
  );
}
