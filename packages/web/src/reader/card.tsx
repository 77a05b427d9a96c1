// The page of an emergency card. Who scans it stands beside somebody who cannot answer: few fields, large, and the facts at once. It says before anything
// else that the person is told.
import type { OpeningReason } from '@hale/consent/emergency';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Empty, Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { moment } from '../words/numbers.ts';
import type { CardAsks, CardFailure, SheetShown } from './protocol.ts';
import { openCard, stated, tryAgain } from './state.ts';

const REASONS: readonly OpeningReason[] = [
  'unconscious',
  'cannot-speak',
  'confused',
  'life-threat',
  'child-alone',
  'other',
];
/** As many characters as a reason in own words needs (specs/emergency.md §3). */
const WHY_MIN = 10;

export function Stating({ asks }: { asks: CardAsks }) {
  const { emergency: said } = words.value;
  const { factor, hours, told, wrong } = asks;
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { reason, why, name, institution, pin, code } = stated.value;
  const lacks = {
    reason: reason === null ? said.needsReason : undefined,
    name: name.trim().length < 2 ? said.needsName : undefined,
    why: reason === 'other' && why.trim().length < WHY_MIN ? said.needsWhy : undefined,
    factor: factor !== 'none' && pin.trim() === '' && code.trim() === '' ? said.needsFactor[factor] : undefined,
  };
  useEffect(() => {
    // After a wrong PIN the focus belongs there.
    if (wrong !== null) form.current?.querySelector<HTMLInputElement>('.card-factor input')?.focus();
  }, [wrong]);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(lacks).every((each) => each === undefined)) openCard();
    else form.current?.querySelector<HTMLInputElement>('[aria-invalid]')?.focus();
  };
  return (
    <form ref={form} class="card reader-state stack card-stating" noValidate onSubmit={onSubmit}>
      <header class="stack tight">
        <h1>{said.title}</h1>
        <Notice icon="eye" tone="caution">
          <strong>{said.isTold}</strong> {told > 0 ? said.othersTold(told) : ''} {said.onlyIfNeeded}
        </Notice>
      </header>
      <Reasons wrong={isTried ? lacks.reason : undefined} />
      <TextField
        label={reason === 'other' ? said.whyWords : said.whyMore}
        wrong={isTried ? lacks.why : undefined}
        value={why}
        onValue={(value) => set({ why: value })}
        input={{ maxLength: 1000, autocomplete: 'off', required: reason === 'other' }}
      />
      <TextField
        label={said.name}
        hint={said.nameHint}
        wrong={isTried ? lacks.name : undefined}
        value={name}
        onValue={(value) => set({ name: value })}
        input={{ maxLength: 120, autocomplete: 'name', required: true }}
      />
      <TextField
        label={said.institution}
        value={institution}
        onValue={(value) => set({ institution: value })}
        input={{ maxLength: 120, autocomplete: 'organization' }}
      />
      {factor !== 'none' && <SecondFactor factor={factor} wrong={wrong} lacks={isTried ? lacks.factor : undefined} />}
      <div class="actions">
        <Button type="submit" kind="main-action" onPress={() => {}}>
          {said.open}
        </Button>
      </div>
      <p class="small quiet">{said.lasts(hours)}</p>
    </form>
  );
}

/** What is typed stays while a wrong PIN is asked for again. */
const set = (changed: Partial<typeof stated.value>) => {
  stated.value = { ...stated.value, ...changed };
};

function Reasons({ wrong }: { wrong: string | undefined }) {
  const { emergency: said } = words.value;
  const { reason } = stated.value;
  return (
    <fieldset class="card-reasons">
      <legend>{said.why}</legend>
      {wrong !== undefined && (
        <span class="wrong" role="alert">
          {wrong}
        </span>
      )}
      {REASONS.map((each) => (
        <label key={each} class="card-reason">
          <input
            type="radio"
            name="reason"
            value={each}
            checked={reason === each}
            aria-invalid={wrong === undefined ? undefined : true}
            onChange={() => set({ reason: each })}
          />
          <span>{said.reasons[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function SecondFactor({ factor, wrong, lacks }: Pick<CardAsks, 'factor' | 'wrong'> & { lacks: string | undefined }) {
  const { emergency: said } = words.value;
  const { pin, code } = stated.value;
  return (
    <div class="stack tight card-factor">
      {factor !== 'code' && (
        <TextField
          label={said.pin}
          hint={said.pinHint}
          wrong={wrongOf(wrong, said.wrongPin) ?? (factor === 'pin' ? lacks : undefined)}
          value={pin}
          onValue={(value) => set({ pin: value.replace(/\D/g, '') })}
          input={{ inputMode: 'numeric', maxLength: 12, autocomplete: 'off' }}
        />
      )}
      {factor !== 'pin' && (
        <TextField
          label={said.code}
          hint={said.codeHint}
          wrong={wrongOf(factor === 'code' ? wrong : null, said.wrongCode) ?? lacks}
          value={code}
          onValue={(value) => set({ code: value.trim() })}
          input={{ maxLength: 200, autocomplete: 'off', spellcheck: false }}
        />
      )}
    </div>
  );
}

function wrongOf(wrong: CardAsks['wrong'], plain: string): string | undefined {
  const { emergency: said } = words.value;
  if (wrong === null) return undefined;
  if (wrong.is === 'early') return said.early(wrong.seconds);
  return wrong.left === null ? plain : `${plain} ${said.left(wrong.left)}`;
}

export function SheetOf({ shown }: { shown: SheetShown }) {
  const { emergency: said } = words.value;
  const { sheet, untilMicros, atMicros, told, bundle } = shown;
  return (
    <article class="page card-sheet">
      <header class="page-head">
        <div class="stack tight">
          <h1>{sheet.name}</h1>
          {sheet.born !== '' && <p class="card-born">{said.born(sheet.born)}</p>}
          <p class="row">
            <span class="chip info">
              <Icon name="clock" />
              {said.until(moment(untilMicros))}
            </span>
          </p>
        </div>
      </header>
      <Notice icon="eye">
        {said.told} {told > 0 ? said.othersTold(told) : ''}
      </Notice>
      {sheet.sections.length === 0 && <Notice tone="caution">{said.nothing}</Notice>}
      <div class="card-sections">
        {sheet.sections.map(({ section, lines }) => (
          <section key={section} class={`card card-section ${section === 'allergies' ? 'card-grave' : ''}`}>
            <h2>{said.sections[section]}</h2>
            <ul lang={sheet.language}>
              {lines.map((line) => (
                <li key={line}>
                  {line.startsWith('! ') ? (
                    <>
                      <strong>{line.slice(2)}</strong> <span class="chip caution">{said.grave}</span>
                    </>
                  ) : section === 'contacts' ? (
                    <Contact line={line} />
                  ) : (
                    line
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div class="actions no-print">
        <Button icon="print" onPress={() => print()}>
          {words.value.report.print}
        </Button>
        {bundle !== null && (
          <Button icon="download" onPress={() => save(bundle)}>
            {said.bundle}
          </Button>
        )}
      </div>
      <footer class="reader-foot small quiet">
        <p>
          {said.asOf(moment(sheet.time))} {said.notAll}
        </p>
        <p class="no-print">{said.stays}</p>
        <p class="only-print">{said.printed(moment(atMicros))}</p>
      </footer>
    </article>
  );
}

/** A number in it can be called. */
function Contact({ line }: { line: string }) {
  const number = /\+?\d[\d\s()/-]{4,}\d/.exec(line)?.[0];
  if (number === undefined) return <>{line}</>;
  const [before, after] = line.split(number);
  return (
    <>
      {before}
      <a href={`tel:${number.replace(/[^\d+]/g, '')}`}>{number}</a>
      {after}
    </>
  );
}

/** The summary for the hospital's own records. */
function save(bundle: string): void {
  const url = URL.createObjectURL(new Blob([bundle], { type: 'application/fhir+json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'emergency-summary.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function NoCard({ why }: { why: CardFailure }) {
  const { emergency: said } = words.value;
  const [title, text] = said.failed[why];
  return (
    <div class="card reader-state" role="alert">
      <Empty icon={why === 'over' ? 'clock' : why === 'shut' ? 'lock' : 'stop'} title={title} text={text}>
        <p class="small quiet">{said.cardItself}</p>
      </Empty>
    </div>
  );
}

/** No network, or no relay: what is printed on the card is there all the same. */
export function AwayCard() {
  const { emergency: said, frame } = words.value;
  return (
    <div class="card reader-state" role="alert">
      <Empty icon="relay" title={said.awayTitle} text={said.awayText}>
        <p class="small quiet">{said.cardItself}</p>
        <Button kind="main-action" onPress={tryAgain}>
          {frame.tryAgain}
        </Button>
      </Empty>
    </div>
  );
}
