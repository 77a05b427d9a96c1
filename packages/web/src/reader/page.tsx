// The page that a link opens: who shared what, until when, whether it is all there, and each series; or why there is nothing to see.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { GivenRecords } from '../given/given-records.tsx';
import { recordsTime } from '../given/time.ts';
import { Button } from '../ui/button.tsx';
import { Segments, TextField } from '../ui/field.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { Empty, Loading, Notice } from '../ui/states.tsx';
import { LANGUAGES, type Language, language, useLanguage, words } from '../words/index.ts';
import { day, endWhen, moment, zone, zoneLine } from '../words/numbers.ts';
import { givenName } from '../words/people.ts';
import { preferred } from '../words/units.ts';
import { AwayCard, NoCard, SheetOf, Stating } from './card.tsx';
import { isCardPage } from './policy.ts';
import type { SharedFacts } from './protocol.ts';
import {
  claimed,
  clockWrong,
  completeness,
  givenRecords,
  line,
  nowMicros,
  type Phase,
  phase,
  streams,
  tryAgain,
  type Wrong,
  withPin,
} from './state.ts';
import { StreamOf } from './stream.tsx';

/** Later than this a statement of what there is says little about a stream that goes on. */
const STATEMENT_OLD_MICROS = 2 * 86_400e6;

export function Page() {
  const now = phase.value;
  const pageTitle = isCardPage() ? words.value.emergency.pageTitle : words.value.reader.pageTitle;
  // The history of the browser keeps it: it names nobody, and says nothing of what is shared.
  useEffect(() => {
    document.title = pageTitle;
  }, [pageTitle]);
  return (
    <div class="reader">
      <header class="reader-top no-print">
        <Mark />
        <Choices />
      </header>
      <main id="content">
        {now.phase === 'opening' && <Opening />}
        {now.phase === 'open' && <Opened facts={now.facts} />}
        {now.phase === 'asking' && <Ask asking={now} key={now.for} />}
        {now.phase === 'claiming' && <Claiming claim={now.claim} />}
        {now.phase === 'taken' && <Taken atMicros={now.atMicros} />}
        {now.phase === 'stating' && <Stating asks={now.asks} />}
        {now.phase === 'sheet' && <SheetOf shown={now.shown} />}
        {now.phase === 'no-card' && <NoCard why={now.why} />}
        {now.phase === 'ended' && <Ended ended={now} />}
        {now.phase === 'failed' && <Failed why={now.why} />}
      </main>
    </div>
  );
}

/** What a reader may choose; nothing of it is kept. */
function Choices() {
  const { reader } = words.value;
  const hasGlucose = streams.value.some(({ kind }) => kind.startsWith('glucose'));
  return (
    <div class="row">
      {hasGlucose && (
        <Segments
          label={reader.units}
          value={preferred.value.glucose ?? streams.value.find(({ kind }) => kind.startsWith('glucose'))?.unit ?? ''}
          onValue={(unit) => {
            preferred.value = { ...preferred.value, glucose: unit as 'mg/dL' | 'mmol/L' };
          }}
          options={[
            ['mg/dL', 'mg/dL'],
            ['mmol/L', 'mmol/L'],
          ]}
        />
      )}
      <Segments
        label={reader.language}
        value={language.value}
        onValue={(chosen) => void useLanguage(chosen as Language)}
        options={(Object.keys(LANGUAGES) as Language[]).map((each) => [
          each,
          <abbr title={LANGUAGES[each]}>{each}</abbr>,
        ])}
      />
    </div>
  );
}

function Opening() {
  const { reader } = words.value;
  return (
    <div class="page" aria-busy="true">
      <header>
        <h1>{reader.opening}</h1>
        <p class="quiet">{reader.openingText}</p>
      </header>
      <Loading rows={3} />
    </div>
  );
}

/** The code of a saved copy, or the PIN of a link. */
function Ask({ asking }: { asking: Extract<Phase, { phase: 'asking' }> }) {
  const { reader } = words.value;
  const said = reader[asking.for];
  const [typed, setTyped] = useState('');
  const { wrong } = asking;
  const isPin = asking.for === 'pin';
  const form = useRef<HTMLFormElement>(null);
  // Also after a wrong one: `autofocus` works but once in a page.
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const pattern = isPin ? { inputMode: 'numeric' as const, maxLength: 12 } : { maxLength: 64 };
  return (
    <form
      ref={form}
      class="card reader-state stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPin || /^\s*(\d\s*){4,12}$/.test(typed)) asking.ask(typed);
      }}
    >
      <div class="stack tight">
        <h1>{said.title}</h1>
        <p class="quiet">{said.text}</p>
        {isPin && <p class="small quiet">{reader.pin.namesNobody}</p>}
      </div>
      {asking.belongsToFirst && (
        <Notice icon="lock">
          {reader.claim.withPin} {reader.claim.text}
        </Notice>
      )}
      <TextField
        label={said.label}
        hint={said.hint}
        wrong={wrong === null ? undefined : wordsOf(wrong, said.wrong)}
        value={typed}
        onValue={setTyped}
        input={{ autocomplete: 'off', spellcheck: false, required: true, ...pattern }}
      />
      <div class="actions">
        <Button type="submit" kind="main-action" onPress={() => {}}>
          {said.open}
        </Button>
      </div>
    </form>
  );
}

/** Before the link is taken for this browser: a program that only looks into links presses no button. */
function Claiming({ claim }: { claim: () => void }) {
  const { claim: said } = words.value.reader;
  return (
    <div class="card reader-state">
      <Empty icon="lock" title={said.title} text={said.text}>
        <p class="small quiet">{said.elsewhere}</p>
        <Button kind="main-action" onPress={claim}>
          {said.open}
        </Button>
      </Empty>
    </div>
  );
}

function Taken({ atMicros }: { atMicros: number }) {
  const { claim: said } = words.value.reader;
  return <State icon="lock" title={said.takenTitle(moment(atMicros))} text={said.takenText} />;
}

function wordsOf(wrong: Wrong, plain: string): string {
  const { pin } = words.value.reader;
  if (wrong.is === 'early') return pin.early(wrong.seconds);
  return wrong.left === null ? plain : `${plain} ${pin.left(wrong.left)}`;
}

function Opened({ facts }: { facts: SharedFacts }) {
  const { reader } = words.value;
  return (
    <div class="page">
      <Head facts={facts} />
      <Remarks facts={facts} />
      {facts.records && (givenRecords.value ? <GivenRecords records={givenRecords.value} /> : <Loading rows={3} />)}
      {facts.hasStreams && streams.value.length === 0 && <Loading rows={3} />}
      {streams.value.map((stream) => (
        <StreamOf stream={stream} facts={facts} key={stream.number} />
      ))}
      <footer class="reader-foot small quiet">
        <p class="no-print">
          {facts.copy ? '' : claimed.value ? reader.claim.kept : reader.kept} {reader.duty}
        </p>
        <p class="only-print">{reader.printedOn(moment(nowMicros.value), zone.value)}</p>
      </footer>
    </div>
  );
}

/** Nothing comes into a saved copy after it was made. */
const copiedMicros = ({ copy }: SharedFacts): number | null => (copy === null ? null : copy.made + 1);

function Head({ facts }: { facts: SharedFacts }) {
  const { reader, facts: said } = words.value;
  const { idle } = words.value.consent;
  const { recipient, purpose, from, to, until } = facts;
  const subject = givenName(facts.subject);
  const who = facts.copy ? said.anyoneFile : withPin.value ? said.anyonePin : said.anyoneLink;
  return (
    <header class="page-head">
      <div class="stack tight">
        <h1>{reader.title(subject)}</h1>
        {subject === '' && <p class="small quiet">{reader.nameless}</p>}
        <p class="row">
          <LineChip />
          {facts.copy === null && (
            <span class="chip sharing">
              <Icon name="clock" />
              {until === null ? reader.opensUntilStopped : said.endsAt(endWhen(until, nowMicros.value))}
            </span>
          )}
        </p>
        {facts.copy === null && until !== null && <p class="small quiet">{reader.mayStopEarlier}</p>}
        {facts.copy === null && facts.idleMonths !== null && (
          <p class="small quiet">{idle.reader(idle.months(facts.idleMonths))}</p>
        )}
        <dl class="facts">
          {facts.hasStreams && (
            <>
              <dt>{reader.readings}</dt>
              <dd>{to === null ? reader.rangeOpen(moment(from)) : reader.rangeClosed(moment(from), moment(to))}</dd>
            </>
          )}
          {facts.records && (
            <>
              <dt>{words.value.consent.given.title}</dt>
              <dd>{capital(recordsTime(facts.records.from, facts.records.to ?? copiedMicros(facts)))}</dd>
            </>
          )}
          {facts.hasStreams && (
            <>
              <dt>{reader.what}</dt>
              <dd>{streams.value.map(({ title }) => title).join(', ') || '…'}</dd>
            </>
          )}
          {purpose !== '' && (
            <>
              <dt>{reader.purpose}</dt>
              <dd>{purpose}</dd>
            </>
          )}
        </dl>
        <p class="small quiet">{zoneLine()}</p>
        <p class="small quiet">
          {[
            claimed.value ? recipient : recipient === '' ? reader.whoCan(who) : reader.sharedWith(recipient, who),
            claimed.value ? reader.claim.ours(day(claimed.value.atMicros)) : '',
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
      </div>
      <div class="actions">
        <Button icon="print" onPress={() => print()}>
          {words.value.report.print}
        </Button>
      </div>
    </header>
  );
}

function LineChip() {
  const { reader } = words.value;
  const state = line.value;
  // Of the line and not of a reading: what is live is said beside it.
  if (state === 'live')
    return (
      <span class="chip">
        <Icon name="relay" />
        {reader.live}
      </span>
    );
  if (state === 'file')
    return (
      <span class="chip">
        <Icon name="file" />
        {reader.file}
      </span>
    );
  return (
    <span class={`chip ${state === 'lost' ? 'caution' : 'info'}`}>
      <Icon name="relay" />
      {state === 'lost' ? reader.lost : reader.polling}
    </span>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What the reader has to know before she trusts a chart: completeness first, then line and clock. */
function Remarks({ facts }: { facts: SharedFacts }) {
  const { reader } = words.value;
  const off = clockWrong.value;
  return (
    <div class="stack tight" aria-live="polite">
      {claimed.value?.isFirst && (
        <Notice icon="lock">
          <strong>{reader.claim.first}</strong> {reader.claim.firstText}
        </Notice>
      )}
      <Complete isOpenEnded={facts.to === null} hasStreams={facts.hasStreams} />
      {completeness.value?.isDamaged && <Notice tone="caution">{reader.damaged}</Notice>}
      {facts.copy && (
        <Notice icon="file" tone={facts.copy.isKeyInside ? 'caution' : 'info'}>
          {reader.fileText(moment(facts.copy.made))} {facts.copy.isKeyInside && reader.keyInside}
        </Notice>
      )}
      {line.value === 'lost' && <Notice tone="caution">{reader.lostText}</Notice>}
      {line.value === 'polling' && <Notice>{reader.pollingText}</Notice>}
      {off !== 0 && (
        <Notice tone="caution" icon="clock">
          {reader.clockWrong(lengthOf(Math.abs(off)))}
        </Notice>
      )}
    </div>
  );
}

function Complete({ isOpenEnded, hasStreams }: { isOpenEnded: boolean; hasStreams: boolean }) {
  const { reader } = words.value;
  const known = completeness.value;
  if (known === null) return null;
  const { verdict, headTime } = known;
  const when = headTime === null ? '' : moment(headTime);
  const isOld = isOpenEnded && headTime !== null && nowMicros.value - headTime > STATEMENT_OLD_MICROS;
  const said = {
    complete: ['good', reader.complete, reader.completeText(when)],
    'changed-since-head': ['good', reader.changed, reader.changedText(when)],
    'no-head': ['info', reader.noHead, reader.noHeadText],
    incomplete: ['caution', reader.incomplete, reader.incompleteText],
    'older-than-known': ['caution', reader.older, reader.olderText],
  } as const;
  const [tone, title, text] = said[verdict];
  // Whether all health records came is said beside them.
  if (!hasStreams && tone !== 'caution') return null;
  return (
    <Notice tone={isOld && tone === 'good' ? 'caution' : tone}>
      <p>
        <strong>{title}.</strong> {text} {isOld && tone === 'good' && reader.noHeadSince(when)}
      </p>
      {tone === 'good' && <p>{reader.gapsOwn}</p>}
    </Notice>
  );
}

/** A state in which there is nothing to read: what is the matter, and what can be done. */
function State(props: { icon: IconName; title: string; text: string; children?: ComponentChildren }) {
  return (
    <div class="card reader-state" role="alert">
      <Empty icon={props.icon} title={props.title} text={props.text}>
        {props.children}
      </Empty>
    </div>
  );
}

function Ended({ ended }: { ended: Extract<Phase, { phase: 'ended' }> }) {
  const { ended: said } = words.value.reader;
  const { idle } = words.value.consent;
  const { reason, atMicros } = ended;
  const subject = givenName(ended.subject);
  if (reason === 'expired')
    return (
      <State
        icon="clock"
        title={atMicros === null ? said.expiredTitleUnknown : said.expiredTitle(day(atMicros))}
        text={ended.idleMonths === null ? said.expiredText : idle.readerEnded(idle.months(ended.idleMonths))}
      >
        <p class="small quiet">{ended.was === '' ? said.wasUnknown : said.was(ended.was)}</p>
      </State>
    );
  return (
    <State
      icon="stop"
      title={subject === '' ? said.stoppedTitleUnknown : said.stoppedTitle(subject)}
      text={said.stoppedText}
    >
      <p class="small quiet">{ended.was === '' ? said.wasUnknown : said.was(ended.was)}</p>
      {atMicros !== null && <p class="small quiet">{said.at(moment(atMicros))}</p>}
    </State>
  );
}

function Failed({ why }: { why: Extract<Phase, { phase: 'failed' }>['why'] }) {
  const { failed } = words.value.reader;
  const { frame } = words.value;
  if (why === 'broken') return <State icon="link" title={failed.brokenTitle} text={failed.brokenText} />;
  if (why === 'refused') return <State icon="stop" title={failed.refusedTitle} text={failed.refusedText} />;
  if (why === 'destroyed') return <State icon="lock" title={failed.destroyedTitle} text={failed.destroyedText} />;
  if (why === 'keeps-nothing')
    return <State icon="lock" title={failed.keepsNothingTitle} text={failed.keepsNothingText} />;
  if (why === 'closed') return <State icon="close" title={failed.closedTitle} text={failed.closedText} />;
  if (why === 'old-browser') return <State icon="info" title={failed.oldBrowserTitle} text={failed.oldBrowserText} />;
  const isAway = why === 'away';
  if (isAway && isCardPage()) return <AwayCard />;
  return (
    <State
      icon={isAway ? 'relay' : 'alert'}
      title={isAway ? failed.awayTitle : failed.damagedTitle}
      text={isAway ? failed.awayText : failed.damagedText}
    >
      <Button onPress={tryAgain}>{frame.tryAgain}</Button>
    </State>
  );
}

/** '1 day', '3 hours', in the language in use. */
function lengthOf(seconds: number): string {
  const [unit, size] =
    seconds >= 86_400
      ? (['day', 86_400] as const)
      : seconds >= 3600
        ? (['hour', 3600] as const)
        : (['minute', 60] as const);
  return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'long' }).format(
    Math.max(1, Math.round(seconds / size)),
  );
}
