// One share on the desk: its series as charts side by side, live, with its state in words, notes of one's own, asking for more, filing.
import type { InboxItem, LookedInto } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked, useTicks } from '../../app/asking.ts';
import type { HomeError } from '../../app/home-link.ts';
import { openedSources } from '../../app/opened-readings.ts';
import { call } from '../../app/state.ts';
import { GivenRecords } from '../../given/given-records.tsx';
import { useLooked } from '../../given/looked.ts';
import { recordsTime } from '../../given/time.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Fault } from '../../ui/fault.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Empty, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, zoneLine } from '../../words/numbers.ts';
import { answerBy } from '../sharing/words.ts';
import { AskDialog } from './ask-dialog.tsx';
import { FileDialog } from './file-dialog.tsx';
import { Notes } from './notes.tsx';
import { StreamCard, useFollowed } from './stream-card.tsx';
import { endsOf, nameOf, originOf, titlesOf } from './words.ts';

const REFRESH_MILLIS = 10_000;
const RECORDS_MILLIS = 3_000;

/** What is shown: the share as it opens now, or why it does not with what was known before. */
type Looked = { looked: LookedInto } | { known: InboxItem; error: HomeError };

async function lookAt(of: string, signal: AbortSignal): Promise<Looked> {
  try {
    return { looked: await call('open.look', { grant: of }, { signal, isIdle: true }) };
  } catch (error) {
    const failure = asHomeError(error);
    if (!['expired', 'not-permitted', 'unavailable'].includes(failure.code)) throw error;
    const known = (await call('inbox', { known: true }, { signal, isIdle: true })).find(({ grant }) => grant === of);
    if (!known) throw error;
    return { known, error: failure };
  }
}

export function DeskPage({ of }: { of: string }) {
  const asked = useAsked((signal) => lookAt(of, signal));
  useTicks(REFRESH_MILLIS, asked.again);
  const { desk } = words.value;
  return (
    <>
      <a class="small" href="#/desk">
        ← {desk.title}
      </a>
      <Answer asked={asked.value} again={asked.again}>
        {(found) => ('looked' in found ? <Opened looked={found.looked} /> : <Away {...found} again={asked.again} />)}
      </Answer>
    </>
  );
}

type DialogName = 'ask' | 'file' | 'remove';

function Head({ looked, onDialog }: { looked: LookedInto; onDialog: (name: DialogName) => void }) {
  const { desk, facts } = words.value;
  const isOver = isOverNow(looked);
  return (
    <header class="page-head">
      <div>
        <h1>{nameOf(looked)}</h1>
        <p class="quiet">
          {measuredOf(looked)}
          {looked.purpose !== '' && ` · ${looked.purpose}`}
        </p>
        {!isOver && (
          <p class="row">
            <span class="chip sharing">
              <Icon name="clock" />
              {endsOf(looked)}
            </span>
          </p>
        )}
        <p class="caption">
          {looked.sentByLink ? facts.opensFor(facts.anyoneLink) : `${originOf(looked)} · ${desk.onlyYouRead}`} ·{' '}
          {zoneLine()}
        </p>
      </div>
      <div class="actions">
        {looked.visit && (
          <a class="button" href={`#/visit/${looked.grant}`}>
            <Icon name="file" />
            {words.value.room.visitPage}
          </a>
        )}
        {looked.asked === null && (
          <Button
            kind="sharing"
            icon="question"
            onPress={() => {
              onDialog('ask');
            }}
          >
            {isOver ? desk.askAgain : desk.ask}
          </Button>
        )}
        {looked.mayFile && !isOver && (
          <Button
            icon="file"
            onPress={() => {
              onDialog('file');
            }}
          >
            {desk.file}
          </Button>
        )}
        <Button
          kind="bare"
          icon="trash"
          label={desk.remove}
          onPress={() => {
            onDialog('remove');
          }}
        />
      </div>
    </header>
  );
}

/** Which time it opens. */
export function measuredOf(item: Pick<InboxItem, 'fromMicros' | 'toMicros' | 'streams' | 'records'>): string {
  const { desk, consent } = words.value;
  const { fromMicros, toMicros, streams, records } = item;
  if (records && streams.length === 0)
    return `${consent.given.title}, ${recordsTime(records.fromMicros, records.toMicros)}`;
  return toMicros === null ? desk.periodOpen(day(fromMicros)) : desk.period(day(fromMicros), day(toMicros - 1));
}

const isOverNow = ({ state }: LookedInto): boolean => state === 'ended' || state === 'expired';

function Opened({ looked }: { looked: LookedInto }) {
  const { desk } = words.value;
  const dialog = useSignal<DialogName | null>(null);
  const close = () => {
    dialog.value = null;
  };
  const isRaw = looked.opened.some(({ levels }) => levels[0] === 'raw');
  const sources = openedSources(looked);
  const followed = useFollowed(looked.grant, isRaw && !isOverNow(looked));
  return (
    <>
      <Head
        looked={looked}
        onDialog={(wanted) => {
          dialog.value = wanted;
        }}
      />
      <StateOf looked={looked} />
      {looked.asked && (
        <Notice tone="sharing" icon="clock">
          {desk.askSent(day(answerBy(looked.asked.untilMicros, looked.untilMicros)))}
        </Notice>
      )}
      {looked.more.length > 0 && <More ids={looked.more} />}
      {looked.records && !isOverNow(looked) && <RecordsOf grant={looked.grant} />}
      <div class="desk-charts">
        {looked.opened.map((stream) => (
          <StreamCard
            key={stream.key}
            grant={looked.grant}
            stream={stream}
            live={followed.get(stream.key) ?? null}
            source={sources.find(({ key }) => key === stream.key) ?? null}
            person={{ name: nameOf(looked), species: 'human', age: null, sex: null }}
          />
        ))}
      </div>
      <Notes grant={looked.grant} />
      {dialog.value === 'ask' && <AskDialog grant={looked.grant} name={nameOf(looked)} onClose={close} />}
      {dialog.value === 'file' && <FileDialog looked={looked} onClose={close} />}
      {dialog.value === 'remove' && <RemoveDialog grant={looked.grant} onClose={close} />}
    </>
  );
}

/** As they are now; what its owner takes back disappears. */
function RecordsOf({ grant }: { grant: string }) {
  const asked = useLooked(
    (known, signal) => call('open.records', { grant, ...known }, { signal, isIdle: true }),
    RECORDS_MILLIS,
  );
  return (
    <Answer asked={asked.value} again={asked.again}>
      {(looked) => looked?.records && <GivenRecords records={looked.records} />}
    </Answer>
  );
}

const endOf = ({ untilMicros, endedMicros }: LookedInto): number =>
  Math.min(untilMicros ?? Number.POSITIVE_INFINITY, endedMicros ?? Number.POSITIVE_INFINITY);

/** It ended by itself before its time: because nobody looked. */
const isLapsed = (looked: LookedInto): boolean =>
  looked.idleMonths !== undefined && endOf(looked) < (looked.untilMicros ?? Number.POSITIVE_INFINITY);

/** What is not as one would like it: stopped, run out, or with holes. */
function StateOf({ looked }: { looked: LookedInto }) {
  const { desk } = words.value;
  const { idle } = words.value.consent;
  if (looked.state === 'ended' && looked.endReason !== 'expired')
    return (
      <Notice tone="alert" icon="stop" isUrgent>
        <strong>
          {looked.endedMicros === null
            ? desk.endedTitleNoDate(nameOf(looked))
            : desk.endedTitle(nameOf(looked), day(looked.endedMicros))}
        </strong>{' '}
        {desk.endedText}
      </Notice>
    );
  if (looked.state === 'ended' || looked.state === 'expired')
    return (
      <Notice tone="caution" icon="clock" isUrgent>
        <strong>{desk.expiredTitle(day(endOf(looked)))}</strong>{' '}
        {isLapsed(looked) && idle.readerEnded(idle.months(looked.idleMonths ?? 0))} {desk.expiredText}
      </Notice>
    );
  const isBad = looked.completeness === 'incomplete' || looked.completeness === 'older-than-known';
  // Whether all health records came is said beside them.
  if (looked.opened.length === 0 && !isBad) return null;
  return (
    <Notice tone={isBad ? 'caution' : looked.completeness === 'no-head' ? 'info' : 'good'}>
      {desk.completeness[looked.completeness]} {!isBad && desk.gapsBelow}
    </Notice>
  );
}

function More({ ids }: { ids: readonly string[] }) {
  const { desk } = words.value;
  return (
    <Notice tone="sharing" icon="check" isUrgent>
      <div class="row apart">
        <strong>{desk.moreTitle}</strong>
        <span class="row">
          {ids.map((id) => (
            <a class="button" key={id} href={`#/desk/${id}`}>
              {desk.moreOpen}
            </a>
          ))}
        </span>
      </div>
    </Notice>
  );
}

/** It does not open now: why, what was known of it, and what can be done. */
function Away({ known, error, again }: { known: InboxItem; error: HomeError; again: () => void }) {
  const { desk, frame } = words.value;
  const isOver = error.code === 'expired';
  const [title, text] =
    error.code === 'unavailable'
      ? [desk.awayTitle, desk.awayText]
      : isOver
        ? [desk.endedTitleNoDate(nameOf(known)), desk.endedText]
        : [desk.refusedTitle, desk.refusedText];
  return (
    <>
      <header class="page-head">
        <div>
          <h1>{nameOf(known)}</h1>
          <p class="quiet">{titlesOf(known).join(', ')}</p>
        </div>
      </header>
      <div class="card">
        <Empty icon={error.code === 'unavailable' ? 'relay' : 'stop'} title={title} text={text}>
          <Button onPress={again}>{frame.tryAgain}</Button>
        </Empty>
      </div>
      <Notes grant={known.grant} />
    </>
  );
}

function RemoveDialog({ grant, onClose }: { grant: string; onClose: () => void }) {
  const { desk, frame } = words.value;
  const failed = useSignal('');
  const remove = async () => {
    try {
      await call('inbox.remove', { grant });
      location.hash = '/desk';
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <Dialog title={desk.removeTitle} onClose={onClose}>
      <p>{desk.removeText}</p>
      <Fault text={failed.value} />
      <div class="actions">
        <Button kind="stop" onPress={remove}>
          <Icon name="trash" />
          {desk.remove}
        </Button>
        <Button kind="bare" onPress={onClose}>
          {frame.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
