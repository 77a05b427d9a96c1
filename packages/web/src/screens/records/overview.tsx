// The records at a glance: what is new since one last looked, and each part with how much there is and its newest entry.
import type { RecordsOverview } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject, subject, subjects } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, number } from '../../words/numbers.ts';
import { FindBox, FoundHere, wanted } from './find.tsx';
import { CATEGORIES, CATEGORY_ICONS, nameOf, writtenDate } from './said.ts';
import { markSeen, seenMicros } from './seen.ts';

/** Id of the person who is looked at. */
export const subjectId = (): string =>
  subjects.value.find(({ name, isDefault }) => (subject.value === undefined ? isDefault : name === subject.value))
    ?.id ?? '';

export function Overview() {
  const since = useSignal(0);
  const asked = useAsked(() => {
    since.value = seenMicros(subjectId());
    return call('records.overview', { ...ofSubject(), sinceMicros: since.value });
  });
  const { records } = words.value;
  const hasAny = (asked.value.value?.categories.length ?? 0) > 0;
  const seen = (overview: RecordsOverview) => {
    markSeen(subjectId(), overview.nowMicros);
    asked.again();
  };
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{records.title}</h1>
          <p class="quiet">{records.lead}</p>
        </div>
        {hasAny && <Ways />}
      </header>
      <Answer asked={asked.value} again={asked.again}>
        {(overview) =>
          overview.categories.length === 0 ? (
            <div class="card">
              <Empty icon="records" title={records.emptyTitle} text={records.emptyText}>
                <a class="button main-action" href="#/add">
                  <Icon name="add" />
                  {records.toAdd}
                </a>
              </Empty>
            </div>
          ) : (
            <>
              <FindBox />
              {wanted() === '' ? (
                <>
                  <Fresh overview={overview} seen={() => seen(overview)} />
                  <Tiles overview={overview} />
                </>
              ) : (
                <FoundHere />
              )}
            </>
          )
        }
      </Answer>
    </div>
  );
}

/** To everything that is not a part of the record. */
function Ways() {
  const { records, consent, corrections } = words.value;
  return (
    <div class="actions">
      <a class="button" href="#/records/timeline">
        <Icon name="clock" />
        {records.toTimeline}
      </a>
      <a class="button" href="#/records/sources">
        <Icon name="file" />
        {records.toSources}
      </a>
      <a class="button" href="#/records/sensitive">
        <Icon name="shield" />
        {consent.record.listTitle}
      </a>
      <a class="button" href="#/records/corrections">
        <Icon name="check" />
        {corrections.title}
      </a>
      <a class="button" href="#/add">
        <Icon name="add" />
        {records.toAdd}
      </a>
    </div>
  );
}

function Fresh({ overview, seen }: { overview: RecordsOverview; seen: () => void }) {
  const { records } = words.value;
  if (overview.fresh.length === 0) return <p class="quiet small">{records.freshNothing}</p>;
  return (
    <section class="card stack tight" aria-label={records.fresh}>
      <h2 class="h3">{records.fresh}</h2>
      <ul class="fresh-list">
        {overview.fresh.map(({ source, name, importedAt, count }) => (
          <li key={source}>
            <span class="file-name">
              {importedAt === null ? records.freshOwn : records.freshFrom(name, day(importedAt))}
            </span>
            <strong>{records.counted(count)}</strong>
          </li>
        ))}
      </ul>
      <div class="row">
        <a class="button main-action" href="#/records/new">
          {records.showNew}
        </a>
        <Button icon="check" onPress={seen}>
          {records.markSeen}
        </Button>
        <span class="caption">{records.seenHere}</span>
      </div>
    </section>
  );
}

type Part = RecordsOverview['categories'][number];

function Tiles({ overview }: { overview: RecordsOverview }) {
  const shown = CATEGORIES.flatMap((name) => overview.categories.find(({ category }) => category === name) ?? []);
  const hasAllergies = shown.some(({ category }) => category === 'allergies');
  return (
    <ul class="grid-cards record-tiles">
      {!hasAllergies && <NoAllergies />}
      {shown.map((part) => (
        <li key={part.category}>
          <Tile part={part} />
        </li>
      ))}
    </ul>
  );
}

/** What nobody wrote down is not what is not there. */
function NoAllergies() {
  const { records } = words.value;
  return (
    <li>
      <a class="card-link" href="#/records/allergies">
        <span class="record-tile-head">
          <Icon name={CATEGORY_ICONS.allergies} />
          <strong>{records.categories.allergies}</strong>
        </span>
        <span class="quiet small">{records.noAllergies}</span>
      </a>
    </li>
  );
}

function Tile({ part: { category, count, fresh, newest } }: { part: Part }) {
  const { records } = words.value;
  const { noneKnown } = newest.brief;
  return (
    <a class="card-link" href={`#/records/${category}`}>
      <span class="record-tile-head">
        <Icon name={CATEGORY_ICONS[category]} />
        <strong>{records.categories[category]}</strong>
        {fresh > 0 && fresh < count && <span class="chip good">{records.freshCount(number(fresh))}</span>}
        {noneKnown === undefined && <span class="record-count">{number(count)}</span>}
      </span>
      {noneKnown === undefined ? (
        <span class="quiet small record-newest" hidden={newest.at === null}>
          {records.newest(nameOf(newest), writtenDate(newest.written, true))}
        </span>
      ) : (
        <span class="small">
          {noneKnown === 'none-known'
            ? records.saidNone(nameOf(newest), writtenDate(newest.written, true))
            : category === 'allergies'
              ? records.noAllergies
              : nameOf(newest)}
        </span>
      )}
    </a>
  );
}
