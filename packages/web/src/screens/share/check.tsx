// Step 4: the sentence that says it all, what the recipient will see, and the button.
import type { GrantInfo, OpenedSeries, Result, ShareParameters, SharePreview, StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked } from '../../app/asking.ts';
import type { HomeError } from '../../app/home-link.ts';
import { call, country, ofSubject } from '../../app/state.ts';
import { OpenedChart } from '../../chart/opened-chart.tsx';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { Answer, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, moment, number, zone, zoneLine } from '../../words/numbers.ts';
import { personOfKey } from '../../words/people.ts';
import { Hidden, hiddenWords, RecordsPreviewed, Warned, WarnedOnce } from './check-records.tsx';
import { type Draft, isOutside, type Period, parametersOf, periodOf } from './draft.ts';
import { firstOf } from './period.ts';
import { shownAfterAll } from './records-draft.ts';
import { shareSentence } from './sentence.ts';
import { BackButton, type StepProps } from './steps.tsx';
import { KeyNotice } from './who.tsx';

export interface Shared {
  grant: GrantInfo;
  /** To be handed over; null where it was sent. */
  link: string | null;
  isPickup: boolean;
  to: string;
  /** Six digits that go another way than the link; null: it opens without. */
  pin: string | null;
  /** What was agreed to, as it was read. */
  sentence: string;
}

/** Series whose preview is drawn at once. */
const PREVIEWS = 3;

export function CheckStep(props: StepProps & { onShared: (shared: Shared) => void }) {
  const { draft, streams } = props;
  // The moment of looking decides what "now" is: sentence, preview and share mean the same time.
  const now = useSignal(Date.now());
  const period = periodOf(draft, firstOf(draft, streams), now.value, zone.value);
  const { share } = words.value;
  if (typeof period === 'string') return <p class="wrong">{share[period]}</p>;
  // With other records it is another question.
  return <Checked key={JSON.stringify(draft.records)} {...props} period={period} />;
}

function Checked(props: StepProps & { period: Period; onShared: (shared: Shared) => void }) {
  const { draft, change, streams, period, back } = props;
  const { share, consent } = words.value;
  const parameters = parametersOf(draft, period, ofSubject(), country.value);
  const said = shareSentence(draft, streams, period);
  const asked = useAsked(() => call('share.preview', parameters));
  const failed = useSignal<HomeError | null>(null);
  const postQuantum = draft.who?.kind === 'person' ? draft.who.postQuantum : 'found';
  const name = draft.name.trim();
  const hasLocker = parameters.withPin || parameters.claim;
  const to = name || (draft.who?.kind === 'person' ? personOfKey('', draft.who.address) : '');
  const give = async () => {
    failed.value = null;
    try {
      const given = hasLocker
        ? { ...(await call('share.locker', { ...parameters, words: said })), to, isPickup: false }
        : { ...sharedOf(await call('share', { ...parameters, words: said }), to), pin: null };
      props.onShared({ ...given, sentence: said });
      changed();
    } catch (error) {
      failed.value = asHomeError(error);
    }
  };
  const warnings = asked.value.value?.records?.warnings ?? [];
  // What hiding may do is known before the button can be pressed.
  const isUnseen = parameters.records !== undefined && asked.value.value === null;
  const isBlocked = postQuantum === 'changed' || (postQuantum === 'none' && !draft.allowClassic);
  return (
    <>
      <div class="stack">
        <h2>{share.checkQuestion}</h2>
        <p class="share-sentence">{said}</p>
        <p class="small">{draft.as.trim() === '' ? share.givesNoName : share.givesName(draft.as.trim())}</p>
        <p class="small quiet">
          {zoneLine()}. {share.copiesStay} {draft.mayFile && draft.who?.kind === 'person' && `${share.mayFile}.`}
        </p>
      </div>
      <WhatTheySee asked={asked} draft={draft} parameters={parameters} streams={streams} change={change} />
      <KeyNotice postQuantum={postQuantum} />
      {postQuantum === 'none' && (
        <Check
          title={share.weakerAllow}
          value={draft.allowClassic}
          onValue={(allowClassic) => change({ allowClassic })}
        />
      )}
      {failed.value && (
        <Notice tone="alert" isUrgent>
          {sentence(failed.value.message)} {share.failedNothing}
        </Notice>
      )}
      <WarnedOnce warnings={warnings} />
      <div class="actions">
        <Button kind="sharing" icon="sharing" disabled={isBlocked || isUnseen} onPress={give}>
          {warnings.length > 0
            ? consent.check.shareWithout(hiddenWords(warnings))
            : draft.who?.kind === 'person'
              ? share.shareWith(to)
              : share.shareLink}
        </Button>
        <BackButton back={back} />
      </div>
    </>
  );
}

function WhatTheySee(
  props: Pick<StepProps, 'draft' | 'change' | 'streams'> & {
    parameters: ShareParameters;
    asked: ReturnType<typeof useAsked<SharePreview>>;
  },
) {
  const { draft, change, streams, parameters, asked } = props;
  const { share } = words.value;
  const showThem = (ids: string[]) => change({ records: shownAfterAll(draft.records, ids) });
  return (
    <section class="stack" aria-label={share.previewTitle}>
      <div>
        <h3>{share.previewTitle}</h3>
        <p class="small quiet">{share.previewText}</p>
      </div>
      <Answer asked={asked.value} again={asked.again}>
        {(preview) => (
          <>
            {preview.records && <Warned warnings={preview.records.warnings} show={showThem} />}
            <Previews draft={draft} parameters={parameters} preview={preview} streams={streams} />
            {parameters.records && <RecordsPreviewed parameters={parameters} />}
            {preview.records && <Hidden preview={preview.records} />}
          </>
        )}
      </Answer>
    </section>
  );
}

const sharedOf = ({ grant, link, pickupLink }: Result<'share'>, to: string): Omit<Shared, 'sentence' | 'pin'> => ({
  grant,
  link: link ?? pickupLink,
  isPickup: link === null && pickupLink !== null,
  to,
});

function Previews(props: {
  draft: Draft;
  parameters: ShareParameters;
  preview: SharePreview;
  streams: readonly StreamInfo[];
}) {
  const { preview, parameters } = props;
  const isAll = useSignal(preview.streams.length <= PREVIEWS);
  const { share } = words.value;
  // Called as everywhere else in these pages.
  const known = new Map(props.streams.map((stream) => [stream.key, stream]));
  const all = preview.streams.map((stream) => ({ ...stream, title: known.get(stream.key)?.title ?? stream.title }));
  const shown = isAll.value ? all : all.slice(0, PREVIEWS);
  return (
    <>
      {shown.map((stream) => (
        <PreviewOf key={stream.key} stream={stream} known={known.get(stream.key)} parameters={parameters} />
      ))}
      {!isAll.value && (
        <div>
          <Button
            icon="plus"
            onPress={() => {
              isAll.value = true;
            }}
          >
            {share.moreSeries(number(preview.streams.length - PREVIEWS))}
          </Button>
        </div>
      )}
    </>
  );
}

function PreviewOf(props: {
  stream: SharePreview['streams'][number];
  known: StreamInfo | undefined;
  parameters: ShareParameters;
}) {
  const { stream, known, parameters } = props;
  const { share } = words.value;
  const isToCome = parameters.to === undefined;
  const period = {
    from: Date.parse(parameters.from ?? ''),
    to: parameters.to === undefined ? null : Date.parse(parameters.to),
  };
  const leftOut = known && isOutside(known, period) ? share.datesLeaveOut(day(known.lastMicros ?? 0)) : '';
  // How exactly each is shown may differ; of the others this chart needs nothing.
  const { records: _records, levels: _levels, visit: _visit, ...rest } = parameters;
  const alone = { ...rest, streams: [stream.key], level: stream.level };
  return (
    <figure class="preview">
      <OpenedChart
        id={stream.key}
        ask={(range, signal) => call('share.series', { ...alone, ...range, stream: stream.key }, { signal })}
        height={180}
        head={() => (
          <figcaption class="row apart">
            <strong>{stream.title}</strong>
            {stream.samplesOrBins > 0 && (
              <span class="caption">{share.counts[stream.level](stream.samplesOrBins)}</span>
            )}
          </figcaption>
        )}
        nothing={() => (
          <p class="quiet">
            {leftOut} {isToCome ? share.nothingYet : leftOut === '' && share.nothingThere}
          </p>
        )}
        notes={(series) => <Notes series={series} stream={stream} />}
      />
    </figure>
  );
}

/** What rounding and summing up do to this series. */
function Notes({ series, stream }: { series: OpenedSeries; stream: SharePreview['streams'][number] }) {
  const { share } = words.value;
  const isSummed = stream.level !== 'raw';
  if (!isSummed || series.columns.code) return null;
  const first = series.stream.held?.firstMicros ?? 0;
  const isRounded = first > series.opens.fromMicros && first - series.opens.fromMicros < 86_400e6;
  return (
    <ul class="small quiet notes">
      {isRounded && <li>{share.rounded(moment(first))}</li>}
      {stream.containsExtremes && <li>{share.extremes}</li>}
      {series.withoutExtremes > 0 && <li>{share.thin(series.withoutExtremes)}</li>}
    </ul>
  );
}
