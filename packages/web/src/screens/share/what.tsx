// Step 2: for which visit, which parts of the health record; which series, by group, and how exactly.
import type { LevelText, StreamInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { TextField } from '../../ui/field.tsx';
import { words } from '../../words/index.ts';
import { day, zone } from '../../words/numbers.ts';
import { GROUPS, type Group, groupOf, isOutside, LEVELS, levelsFor, type Period, periodOf } from './draft.ts';
import { firstOf } from './period.ts';
import { hasRecords } from './records-draft.ts';
import { levelWords } from './sentence.ts';
import { BackButton, type StepProps } from './steps.tsx';
import { PartsChoice, VisitChoice } from './what-records.tsx';

const only = (levels: Readonly<Record<string, LevelText>>, keys: readonly string[]): Record<string, LevelText> =>
  Object.fromEntries(Object.entries(levels).filter(([key]) => keys.includes(key)));

/** Fewer need no search. */
const SEARCH_FROM = 8;

export function WhatStep(props: StepProps) {
  const { draft, next, back, overview, streams } = props;
  const { share } = words.value;
  const isChosen = draft.streams.length > 0 || hasRecords(draft);
  return (
    <>
      {overview.length > 0 && (
        <>
          <h2>{share.whatQuestion}</h2>
          <VisitChoice {...props} />
          <PartsChoice {...props} />
        </>
      )}
      {streams.length > 0 && <SeriesChoice {...props} />}
      <div class="actions">
        <Button kind="sharing" disabled={!isChosen} onPress={next}>
          {share.next}
        </Button>
        <BackButton back={back} />
      </div>
    </>
  );
}

function SeriesChoice({ draft, change, streams, overview }: StepProps) {
  const search = useSignal('');
  const { share, consent } = words.value;
  const period = periodOf(draft, firstOf(draft, streams), Date.now(), zone.value);
  const wanted = search.value.trim().toLowerCase();
  const seen = streams.filter(({ title, key }) => `${title} ${key}`.toLowerCase().includes(wanted));
  const chosen = streams.filter(({ key }) => draft.streams.includes(key));
  const levels = chosen.length === 0 ? [] : levelsFor(chosen);
  const isOfVisit = Object.keys(draft.levels).length > 0;
  const set = (keys: readonly string[], isChosen: boolean) => {
    const others = draft.streams.filter((key) => !keys.includes(key));
    const next = isChosen ? [...others, ...keys] : others;
    const offered = levelsFor(streams.filter(({ key }) => next.includes(key)));
    // What was chosen stays, or becomes the next coarser that there is.
    const level =
      offered.find((each) => LEVELS.indexOf(each) >= LEVELS.indexOf(draft.level)) ?? offered.at(-1) ?? 'raw';
    change({ streams: next, level, levels: only(draft.levels, next) });
  };
  return (
    <>
      <div class="stack">
        <h2>{overview.length > 0 ? consent.what.series : share.whatQuestion}</h2>
        {streams.length >= SEARCH_FROM && (
          <TextField
            label={share.search}
            type="search"
            value={search.value}
            input={{ autocomplete: 'off', maxLength: 60 }}
            onValue={(value) => {
              search.value = value;
            }}
          />
        )}
        {seen.length === 0 && <p class="quiet">{share.noneFound}</p>}
        {GROUPS.map((group) => (
          <GroupOf
            key={group}
            group={group}
            streams={seen.filter(({ kind }) => groupOf(kind) === group)}
            chosen={draft.streams}
            period={typeof period === 'string' ? null : period}
            onSet={set}
          />
        ))}
      </div>
      {levels.length > 0 && (
        <Choices<LevelText | 'visit'>
          label={share.resolution}
          value={isOfVisit ? 'visit' : draft.level}
          onValue={(level) => level !== 'visit' && change({ level, levels: {} })}
          options={[
            ...(isOfVisit ? [{ value: 'visit' as const, title: consent.what.fromVisit, hint: levelWords(draft) }] : []),
            ...levels.map((level) => ({ value: level, title: share.levels[level], hint: share.levelHint[level] })),
          ]}
        />
      )}
    </>
  );
}

function GroupOf(props: {
  group: Group;
  streams: readonly StreamInfo[];
  chosen: readonly string[];
  period: Period | null;
  onSet: (keys: readonly string[], isChosen: boolean) => void;
}) {
  const { group, streams, chosen, period, onSet } = props;
  const { share, frame } = words.value;
  if (streams.length === 0) return null;
  const keys = streams.map(({ key }) => key);
  const isAll = keys.every((key) => chosen.includes(key));
  return (
    <fieldset class="picks many">
      <legend>{share.groups[group]}</legend>
      {streams.length > 1 && group !== 'intimate' && (
        <Check title={share.allOf(share.groups[group])} value={isAll} onValue={(value) => onSet(keys, value)} />
      )}
      {streams.map((stream) => {
        const { key, title, samples, lastMicros } = stream;
        const isChosen = chosen.includes(key);
        const newest = day(lastMicros ?? 0);
        return (
          <Check
            key={key}
            title={title}
            hint={
              isChosen && period !== null && isOutside(stream, period)
                ? share.datesLeaveOut(newest)
                : `${frame.readings(samples)} · ${share.newest(newest)}`
            }
            value={isChosen}
            onValue={(value) => onSet([key], value)}
          />
        );
      })}
    </fieldset>
  );
}
