// Sharing in four steps, each one question; what was chosen so far stands beside it all the time.
import type { GrantInfo, InboxItem, RecordsOverview, StreamInfo, VisitOffer } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { call, country, ofSubject, query, shownSubject } from '../../app/state.ts';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { named } from '../../words/kinds.ts';
import { givenName } from '../../words/people.ts';
import { CheckStep, type Shared } from './check.tsx';
import { Done } from './done.tsx';
import { type Draft, emptyDraft } from './draft.ts';
import { type Step, type StepProps, Steps, stepName, stepsOf } from './steps.tsx';
import { Summary } from './summary.tsx';
import { WhatStep } from './what.tsx';
import { WhenStep } from './when.tsx';
import { WhoStep } from './who.tsx';
import { WithoutStep } from './without.tsx';

interface Known {
  streams: StreamInfo[];
  grants: GrantInfo[];
  inbox: InboxItem[];
  overview: RecordsOverview['categories'];
  visits: VisitOffer[];
}

export function Share() {
  const asked = useAsked(
    async (): Promise<Known> => ({
      streams: (await call('streams', ofSubject())).filter(({ samples }) => samples > 0).map(named),
      grants: await call('grants', { all: true }),
      inbox: await call('inbox', { known: true }),
      overview: (await call('records.overview', ofSubject())).categories,
      visits: (
        await call('share.templates', { ...ofSubject(), ...(country.peek() === '' ? {} : { place: country.peek() }) })
      ).filter(({ fits }) => fits),
    }),
  );
  const { share, frame } = words.value;
  return (
    <div class="page">
      <Answer asked={asked.value} again={asked.again}>
        {(known) =>
          known.streams.length === 0 && known.overview.length === 0 ? (
            <div class="card">
              <Empty icon="sharing" title={share.noSeries}>
                <a class="button main-action" href="#/add">
                  {frame.nav.add}
                </a>
              </Empty>
            </div>
          ) : (
            <Wizard {...known} />
          )
        }
      </Answer>
    </div>
  );
}

function firstStreams(streams: readonly StreamInfo[]): string[] {
  const wanted = (query.peek().get('streams') ?? '').split(',');
  return streams.filter(({ key }) => wanted.includes(key)).map(({ key }) => key);
}

/** By which name she was last seen by others; else the one by which she is kept here. */
function knownName(streams: readonly StreamInfo[], grants: readonly GrantInfo[]): string {
  const whose = streams[0]?.subject ?? shownSubject();
  const last = grants
    // One that gave the name by which she is kept here was not asked for it.
    .filter(({ subject, as }) => subject === whose && as !== whose)
    .reduce<GrantInfo | null>(
      (newest, each) => (newest && newest.issuedMicros > each.issuedMicros ? newest : each),
      null,
    );
  return givenName(last ? last.as : whose);
}

function Wizard({ streams, grants, inbox, overview, visits }: Known) {
  const draft: Signal<Draft> = useSignal(emptyDraft(firstStreams(streams), knownName(streams, grants)));
  const step = useSignal<Step>('who');
  const shared = useSignal<Shared | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const change = (changed: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changed };
  };
  const goTo = (to: Step) => {
    step.value = to;
  };
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [step.value, shared.value]);
  const { share } = words.value;
  const steps = stepsOf(draft.value);
  const at = steps.indexOf(step.value);
  const props: StepProps = {
    draft: draft.value,
    change,
    streams,
    overview,
    visits,
    // What was changed just now may have brought a step or taken one away.
    next: () => goTo(stepsOf(draft.peek())[at + 1]),
    back: () => goTo(steps[at - 1]),
  };
  if (shared.value) return <Done shared={shared.value} heading={heading} />;
  return (
    <>
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {share.title}
          </h1>
          <p class="quiet">
            {share.stepOf(at + 1, steps.length)}: {stepName(step.value)}
          </p>
        </div>
      </header>
      <Steps steps={steps} at={at} onStep={goTo} />
      <div class="wizard">
        <section class="card stack wide" aria-label={stepName(step.value)}>
          {step.value === 'who' && <WhoStep {...props} grants={grants} inbox={inbox} />}
          {step.value === 'what' && <WhatStep {...props} />}
          {step.value === 'when' && <WhenStep {...props} />}
          {step.value === 'without' && <WithoutStep {...props} />}
          {step.value === 'check' && (
            <CheckStep
              {...props}
              onShared={(done) => {
                shared.value = done;
              }}
            />
          )}
        </section>
        <Summary draft={draft.value} streams={streams} isSaid={step.value === 'check'} />
      </div>
    </>
  );
}
