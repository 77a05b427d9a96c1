// Health records as a recipient sees them: in the reader of a link, on the desk, and where their owner looks before she shares and afterwards. One
// component for all, so that what she was shown is what they get.
import type { CopyListed, OpenedRecords, Resource } from '@hale/home';
import { useMemo, useState } from 'preact/hooks';
import { saveFile } from '../chart/table.tsx';
import { gravestFirst } from '../screens/records/about.ts';
import { Facts, Text, type Told } from '../screens/records/facts.tsx';
import { RowFace } from '../screens/records/row.tsx';
import { CATEGORIES, CATEGORY_ICONS } from '../screens/records/said.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { filesIn, type GivenFile } from './files.ts';
import { type Marks, marksOf, PART2_NOTICE, restsOnPart2 } from './marks.ts';

/** Rows of a part that stand on the page at once. */
const AT_ONCE = 50;

interface Copy {
  listed: CopyListed;
  resource: Resource;
  marks: Marks;
}

export function GivenRecords({ records, heading = 'h2' }: { records: OpenedRecords; heading?: 'h2' | 'h3' }) {
  const { consent } = words.value;
  const copies = useMemo(() => copiesOf(records), [records]);
  const references = useMemo(() => referencesOf(records.listed), [records]);
  const Heading = heading;
  return (
    <section class="stack given-records" aria-label={consent.given.title}>
      <div class="row apart">
        <Heading>{consent.given.title}</Heading>
        <span class="caption">{words.value.records.counted(records.count)}</span>
      </div>
      {/* The same in every share, so that it says nothing of what is kept back (specs/copies.md §5). */}
      <Notice>{consent.given.selection}</Notice>
      <StateOf state={records.state} />
      <ToldOf told={records.told} />
      {copies.some(({ resource }) => restsOnPart2(resource)) && <Part2 />}
      {records.count === 0 && records.state === 'complete' && <p class="quiet">{consent.given.nothing}</p>}
      {CATEGORIES.map((category) => {
        const here = copiesIn(category, copies);
        return here.length > 0 && <Part key={category} category={category} copies={here} references={references} />;
      })}
    </section>
  );
}

function copiesIn(category: CopyListed['category'], copies: readonly Copy[]): Copy[] {
  const here = copies.filter(({ listed }) => listed.category === category && isTold(listed));
  if (category !== 'allergies') return here;
  const order = new Map(gravestFirst(here.map(({ listed }) => listed)).map((listed, i) => [listed, i]));
  return here.sort((a, b) => (order.get(a.listed) ?? 0) - (order.get(b.listed) ?? 0));
}

/** A medicine that an order names is told there. */
const isTold = ({ type, title }: CopyListed): boolean => type !== 'Medication' || title === '';

function copiesOf({ listed, resources }: OpenedRecords): Copy[] {
  const byId = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  return listed.flatMap((each): Copy[] => {
    const resource = byId.get(`${each.type}/${each.id}`);
    if (!resource) return [];
    // Files that did not come along are none to whoever looks.
    const brief = { ...each.brief, attachments: filesIn(resource).length };
    return [{ listed: { ...each, brief }, resource, marks: marksOf(resource) }];
  });
}

const referencesOf = (listed: readonly CopyListed[]): Told['references'] =>
  Object.fromEntries(listed.map(({ type, id, title }) => [`${type}/${id}`, { id, title }]));

function StateOf({ state }: Pick<OpenedRecords, 'state'>) {
  const { given } = words.value.consent;
  if (state === 'complete') return null;
  return (
    <Notice tone={state === 'none' ? 'info' : 'caution'} icon={state === 'none' ? 'clock' : 'alert'}>
      {given.states[state]}
    </Notice>
  );
}

/** What the owner lets them know of what she keeps back. Where she says nothing, nothing stands here. */
function ToldOf({ told }: Pick<OpenedRecords, 'told'>) {
  const { records, consent } = words.value;
  if (told === null) return null;
  const named = (category: string) =>
    Object.hasOwn(records.categories, category)
      ? records.categories[category as keyof typeof records.categories]
      : category;
  return (
    <Notice icon="shield">
      {'count' in told
        ? consent.given.toldCount(records.counted(told.count))
        : 'categories' in told
          ? consent.given.toldParts(told.categories.map(named).join(', '))
          : consent.given.toldExists}
    </Notice>
  );
}

function Part2() {
  const { given } = words.value.consent;
  return (
    <details class="notice caution fold">
      <summary>{given.part2}</summary>
      <p class="small" lang="en">
        {PART2_NOTICE}
      </p>
    </details>
  );
}

function Part(props: { category: CopyListed['category']; copies: readonly Copy[]; references: Told['references'] }) {
  const { category, copies, references } = props;
  const [count, setCount] = useState(AT_ONCE);
  const { records } = words.value;
  const left = copies.length - count;
  return (
    <section class="card record-group" aria-label={records.categories[category]}>
      <h3 class="row">
        <Icon name={CATEGORY_ICONS[category]} />
        {records.categories[category]} <span class="quiet small">{copies.length}</span>
      </h3>
      <ul class="record-list">
        {copies.slice(0, count).map((copy) => (
          <li key={copy.listed.id}>
            <CopyRow copy={copy} references={references} />
          </li>
        ))}
      </ul>
      {left > 0 && (
        <div class="no-print">
          <Button onPress={() => setCount(count + AT_ONCE)}>
            {records.showMore(Math.min(AT_ONCE, left), copies.length)}
          </Button>
        </div>
      )}
    </section>
  );
}

function CopyRow({ copy, references }: { copy: Copy; references: Told['references'] }) {
  const [isOpen, setOpen] = useState(false);
  const { listed, resource, marks } = copy;
  return (
    <details class="given-record" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="record-row">
        <RowFace record={listed}>
          <MarkLine marks={marks} />
        </RowFace>
      </summary>
      {isOpen && <Whole copy={copy} references={references} files={filesIn(resource)} />}
    </details>
  );
}

function MarkLine({ marks }: { marks: Marks }) {
  const { consent } = words.value;
  const { areas, isRestricted } = marks;
  if (areas.length === 0 && !isRestricted) return null;
  const named = areas.map((area) => consent.areas[area]).join(', ');
  return (
    <span class="row small given-marks">
      <Icon name="shield" />
      {named === '' ? consent.given.restricted : consent.given.sensitive(named)}
    </span>
  );
}

function Whole(props: { copy: Copy; references: Told['references']; files: readonly GivenFile[] }) {
  const { copy, references, files } = props;
  const { records } = words.value;
  const { brief, written } = copy.listed;
  const told: Told = { type: copy.listed.type, resource: copy.resource, references, brief, written, isCopy: true };
  return (
    <div class="stack given-whole">
      <Facts record={told} />
      <Text record={told} />
      {files.length > 0 && (
        <div class="row no-print">
          {files.map(({ name, type, bytes }, i) => (
            <Button key={i} icon="download" onPress={() => saveFile(name, bytes, type)}>
              {records.save}: {name}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
