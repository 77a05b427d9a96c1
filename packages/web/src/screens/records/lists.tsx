// One part of the records as a list, grouped as one thinks of it: what is current before what is past, vaccinations by what they protect from,
// the rest by year.
import type { Category, RecordInfo, RecordsAsked, RecordsFound } from '@hale/home';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useAsked } from '../../app/asking.ts';
import { call, go, ofSubject, query, setQuery } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Answer, Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { gravestFirst } from './about.ts';
import { Head } from './head.tsx';
import { subjectId } from './overview.tsx';
import { RecordRow } from './row.tsx';
import { CATEGORIES, CATEGORY_ICONS, nameOf, typeWord, yearOf } from './said.ts';
import { markSeen, seenMicros } from './seen.ts';

type Area = NonNullable<RecordsAsked['area']>;

/** As many as one answer of the home holds. */
const AT_ONCE = 1000;

interface Group {
  title: string;
  records: RecordInfo[];
  isPast?: boolean;
  /** Shown once it is asked for: who and where, bills. */
  isFolded?: boolean;
}

const grouped = (records: readonly RecordInfo[], of: (record: RecordInfo) => string): Group[] =>
  [...Map.groupBy(records, of)].map(([title, group]) => ({ title, records: group }));

function byState(records: readonly RecordInfo[], now: string, past: string): Group[] {
  return [
    { title: now, records: records.filter(({ brief }) => !brief.isOver) },
    { title: past, records: records.filter(({ brief }) => brief.isOver), isPast: true },
  ].filter(({ records: some }) => some.length > 0);
}

/** Under every disease that one protects from; the vaccine's own name where none is told. */
function byDisease(records: readonly RecordInfo[]): Group[] {
  const all = records.flatMap((record) => {
    const { diseases } = record.brief;
    return (diseases ?? [nameOf(record)]).map((title) => ({ title, record }));
  });
  const groups = [...Map.groupBy(all, ({ title }) => title)];
  return groups
    .map(([title, some]) => ({ title, records: some.map(({ record }) => record) }))
    .sort((a, b) => (b.records[0].at ?? 0) - (a.records[0].at ?? 0));
}

/** Told by others of her care last, and folded. */
const BESIDES_CARE: readonly Category[] = ['people', 'other'];

/** What was found and done first, each kind by itself. */
const byKind = (list: readonly RecordInfo[]): Group[] =>
  CATEGORIES.map((category) => ({
    title: words.value.records.categories[category],
    records: list.filter((record) => record.category === category),
    isFolded: BESIDES_CARE.includes(category),
  })).filter(({ records }) => records.length > 0);

function groupsOf(category: Category | null, list: readonly RecordInfo[]): Group[] {
  const { records } = words.value;
  if (category === 'medicines') {
    // A medicine that a prescription names is told there.
    return byState(
      list.filter(({ type }) => type !== 'Medication' || list.length === 1),
      records.listed,
      records.past,
    );
  }
  if (category === 'problems') return byState(list, records.active, records.resolved);
  if (category === 'allergies') return byState(gravestFirst(list), records.current, records.past);
  if (category === 'plans') return byState(list, records.current, records.past);
  if (category === 'vaccinations') return byDisease(list);
  if (category === 'people' || category === 'other') return grouped(list, ({ type }) => typeWord(type));
  return grouped(list, ({ written, at }) => (at === null ? records.undated : yearOf(written)));
}

export function CategoryPage({ category }: { category: Category }) {
  return <ListPage title={words.value.records.categories[category]} category={category} wish={() => ({ category })} />;
}

/** What is sensitive, by area. */
export function SensitivePage() {
  const { consent } = words.value;
  const areas = Object.keys(consent.areas) as Area[];
  const chosen = areas.find((area) => area === query.value.get('area')) ?? areas[0];
  const filter = (
    <div class="record-filters no-print">
      <SelectField
        label={consent.record.filter}
        value={chosen}
        options={areas.map((area): [string, string] => [area, consent.areas[area]])}
        onValue={(area) => setQuery({ area })}
      />
    </div>
  );
  return (
    <ListPage
      key={chosen}
      title={consent.record.listTitle}
      category={null}
      wish={() => ({ area: chosen })}
      above={filter}
    />
  );
}

/** What came in since this browser last looked. */
export function NewPage() {
  const { records } = words.value;
  const seen = (micros: number) => {
    markSeen(subjectId(), micros);
    go('/records');
  };
  return (
    <ListPage
      title={records.fresh}
      category={null}
      groups={byKind}
      wish={() => ({ changedSince: seenMicros(subjectId()) })}
      actions={({ lastMicros }) =>
        lastMicros !== null && (
          <Button icon="check" kind="main-action" onPress={() => seen(lastMicros)}>
            {records.markSeen}
          </Button>
        )
      }
    />
  );
}

function ListPage(props: {
  title: string;
  category: Category | null;
  wish: () => RecordsAsked;
  /** How they are grouped; as their part is usually. */
  groups?: (list: readonly RecordInfo[]) => Group[];
  above?: ComponentChildren;
  /** What can be done with what was found. */
  actions?: (found: RecordsFound) => ComponentChildren;
}) {
  const { category } = props;
  const limit = useSignal(AT_ONCE);
  const asked = useAsked(async () => {
    const wanted = limit.value;
    const wish = { ...ofSubject(), ...props.wish() };
    const found = await call('records', { ...wish, limit: AT_ONCE });
    while (found.records.length < Math.min(wanted, found.total)) {
      const more = await call('records', { ...wish, limit: AT_ONCE, skip: found.records.length });
      if (more.records.length === 0) break;
      found.records.push(...more.records);
    }
    return found;
  });
  const { records } = words.value;
  return (
    <div class="page">
      <Head title={props.title} canPrint>
        {asked.value.value && asked.value.value.records.length > 0 && props.actions?.(asked.value.value)}
      </Head>
      {props.above}
      <Answer asked={asked.value} again={asked.again}>
        {(found) => (
          <>
            {found.records.length === 0 ? (
              <div class="card">
                <Empty
                  icon={category === null ? 'check' : CATEGORY_ICONS[category]}
                  title={category === 'allergies' ? records.noAllergies : records.noneOfKind}
                />
              </div>
            ) : (
              <Groups
                groups={props.groups?.(found.records) ?? groupsOf(category, found.records)}
                hasIcon={category === null && props.groups === undefined}
              />
            )}
            {found.total > found.records.length && (
              <Button
                onPress={() => {
                  limit.value += AT_ONCE;
                }}
              >
                {records.showMore(Math.min(AT_ONCE, found.total - found.records.length), found.total)}
              </Button>
            )}
          </>
        )}
      </Answer>
    </div>
  );
}

function Groups({ groups, hasIcon }: { groups: readonly Group[]; hasIcon: boolean }) {
  return (
    <>
      {groups.map((group) => (
        <GroupCard group={group} hasIcon={hasIcon} key={group.title} />
      ))}
    </>
  );
}

function GroupCard({ group, hasIcon }: { group: Group; hasIcon: boolean }) {
  const { title, records, isPast, isFolded } = group;
  const list = (
    <ul class="record-list">
      {records.map((record) => (
        <li key={record.id}>
          <RecordRow record={record} hasIcon={hasIcon} under={title} />
        </li>
      ))}
    </ul>
  );
  const head = (
    <>
      {title} <span class="quiet small">{records.length}</span>
    </>
  );
  const timeless = records.every(({ at }) => at === null) ? 'timeless' : '';
  if (isFolded)
    return (
      <details class={`card record-group fold ${timeless}`} aria-label={title}>
        <summary>{head}</summary>
        {list}
      </details>
    );
  return (
    <section class={`card record-group ${isPast ? 'past' : ''} ${timeless}`} aria-label={title}>
      <h2 class="h3">{head}</h2>
      {list}
    </section>
  );
}
