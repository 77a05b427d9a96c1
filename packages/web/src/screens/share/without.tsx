// Step 4, of health records: what stays hidden, by area with the reason of each, by hand, and files; and whether they may know that there is more.
import type { RecordInfo, SensitiveArea, SensitiveParts, ShareParameters } from '@hale/home';
import { tellingLaw } from '@hale/vault/records/telling';
import { useSignal } from '@preact/signals';
import { useAsked } from '../../app/asking.ts';
import { call, country, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Check, Choices } from '../../ui/choice.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { day, zone } from '../../words/numbers.ts';
import { ReasonsOf } from '../records/reasons.tsx';
import { nameOf, writtenDate } from '../records/said.ts';
import { Warned } from './check-records.tsx';
import { parametersOf, periodOf } from './draft.ts';
import { firstOf } from './period.ts';
import { placesByName } from './places.ts';
import { type RecordsDraft, shownAfterAll, toldAt, undatedFirst, waysToTell } from './records-draft.ts';
import { BackButton, type StepProps } from './steps.tsx';

/** Rows of single records at first, and more with each press. */
const ROWS = 30;
const MORE_ROWS = 120;
/** As many as one answer of the home holds. */
const RECORDS = 1000;

export function WithoutStep({ draft, change, streams, next, back }: StepProps) {
  const { consent, share } = words.value;
  const period = periodOf(draft, firstOf(draft, streams), Date.now(), zone.value);
  const asked = useAsked(async () => {
    if (typeof period === 'string') return { areas: [], documents: 0 };
    return call('share.sensitive', parametersOf(draft, period, ofSubject(), country.peek()));
  });
  const { records } = draft;
  const set = (changed: Partial<RecordsDraft>) => change({ records: { ...records, ...changed } });
  return (
    <>
      <div>
        <h2>{consent.without.question}</h2>
        <p class="small quiet">{consent.without.lead}</p>
      </div>
      <Answer asked={asked.value} again={asked.again}>
        {(parts) => (
          <>
            <Areas parts={parts} records={records} set={set} />
            <ByHand records={records} set={set} />
            {parts.documents > 0 && (
              <Check
                title={consent.without.documents}
                hint={consent.without.documentsText(words.value.records.counted(parts.documents))}
                value={records.documents}
                onValue={(documents) => set({ documents })}
              />
            )}
          </>
        )}
      </Answer>
      {typeof period !== 'string' && hidesAny(records) && (
        <Bears
          key={JSON.stringify([records.withhold, records.withholdAreas, records.show])}
          parameters={parametersOf(draft, period, ofSubject(), country.value)}
          show={(ids) => change({ records: shownAfterAll(records, ids) })}
        />
      )}
      <Telling records={records} set={set} />
      <div class="actions">
        <Button kind="sharing" onPress={next}>
          {share.next}
        </Button>
        <BackButton back={back} />
      </div>
    </>
  );
}

const hidesAny = ({ withhold, withholdAreas }: RecordsDraft): boolean => withhold.length + withholdAreas.length > 0;

/** Where what she hides may harm her, while she hides it. Nothing stands here before it is known; the next step says it again. */
function Bears({ parameters, show }: { parameters: ShareParameters; show: (ids: string[]) => void }) {
  const asked = useAsked((signal) => call('share.preview', parameters, { signal }));
  return <Warned warnings={asked.value.value?.records?.warnings ?? []} show={show} />;
}

interface Chosen {
  records: RecordsDraft;
  set: (changed: Partial<RecordsDraft>) => void;
}

const toggled = <T,>(list: readonly T[], each: T, isIn: boolean): T[] =>
  isIn ? [...list, each] : list.filter((other) => other !== each);

/** Areas that her records touch stand open. All others can be left out too, for what may come: folded, or they would hide those that matter now. */
function Areas({ parts, records, set }: Chosen & { parts: SensitiveParts }) {
  const { consent } = words.value;
  const others = (Object.keys(consent.areas) as SensitiveArea['area'][]).filter(
    (area) => !parts.areas.some((here) => here.area === area),
  );
  const out = others.filter((area) => records.withholdAreas.includes(area));
  const check = (area: SensitiveArea['area'], hint: string) => (
    <Check
      key={area}
      title={consent.areas[area]}
      hint={hint}
      value={records.withholdAreas.includes(area)}
      onValue={(value) => set({ withholdAreas: toggled(records.withholdAreas, area, value) })}
    />
  );
  return (
    <fieldset class="picks">
      <legend>{consent.without.areas}</legend>
      {parts.areas.length === 0 && <p class="small quiet">{consent.without.none}</p>}
      {parts.areas.map((here) => (
        <div class="stack tight" key={here.area}>
          {check(here.area, words.value.records.counted(here.count))}
          <AreaRecords of={here} records={records} set={set} />
        </div>
      ))}
      <details class="fold">
        <summary>{consent.without.otherAreas}</summary>
        <div class="picks many">{others.map((area) => check(area, consent.what.nothingYet))}</div>
      </details>
      {out.length > 0 && (
        <p class="caption">{consent.without.otherAreasOut(out.map((area) => consent.areas[area]).join(', '))}</p>
      )}
    </fieldset>
  );
}

function AreaRecords({ of, records, set }: Chosen & { of: SensitiveArea }) {
  const { consent } = words.value;
  const isOut = records.withholdAreas.includes(of.area);
  return (
    <details class="fold area-records">
      <summary class="small">{consent.without.whyShow(words.value.records.counted(of.count))}</summary>
      <ul class="record-list small">
        {of.records.map((record) => (
          <li key={record.id} class="stack tight">
            <span>
              <strong>{nameOf(record)}</strong>{' '}
              {record.atMicros !== null && <span class="caption">{day(record.atMicros)}</span>}
            </span>
            <ReasonsOf reasons={record.why} />
            {isOut && (
              <Check
                title={consent.without.showOne}
                value={records.show.includes(record.id)}
                onValue={(value) => set({ show: toggled(records.show, record.id, value) })}
              />
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

function ByHand({ records, set }: Chosen) {
  const { consent } = words.value;
  const isOpen = useSignal(false);
  const { withhold } = records;
  return (
    <details
      class="fold card"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        {consent.without.byHand}
        {withhold.length > 0 && (
          <span class="caption"> · {consent.without.byHandSome(words.value.records.counted(withhold.length))}</span>
        )}
      </summary>
      {isOpen.value && <Singles records={records} set={set} />}
    </details>
  );
}

function Singles({ records, set }: Chosen) {
  const { consent, records: said } = words.value;
  const search = useSignal('');
  const rows = useSignal(ROWS);
  const asked = useAsked(async () => {
    const pages = records.categories.map((category) => call('records', { ...ofSubject(), category, limit: RECORDS }));
    return (await Promise.all(pages)).flatMap((page) => page.records).sort(undatedFirst);
  });
  const isFound = ({ title, type }: RecordInfo) =>
    nameOf({ title, type }).toLowerCase().includes(search.value.trim().toLowerCase());
  return (
    <div class="stack">
      <TextField
        label={consent.without.byHandFind}
        type="search"
        value={search.value}
        input={{ autocomplete: 'off', maxLength: 60 }}
        onValue={(value) => {
          search.value = value;
          rows.value = ROWS;
        }}
      />
      <Answer asked={asked.value} again={asked.again} rows={2}>
        {(all) => {
          const found = all.filter(isFound);
          const left = found.length - rows.value;
          return (
            <div class="picks many">
              {found.length === 0 && <p class="quiet">{said.noneFound}</p>}
              {found.slice(0, rows.value).map((record) => (
                <Check
                  key={record.id}
                  title={nameOf(record)}
                  hint={[
                    record.written === '' ? '' : writtenDate(record.written, true),
                    said.categories[record.category],
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                  value={records.withhold.includes(record.id)}
                  onValue={(value) => set({ withhold: toggled(records.withhold, record.id, value) })}
                />
              ))}
              {left > 0 && (
                <div>
                  <Button
                    icon="plus"
                    onPress={() => {
                      rows.value += MORE_ROWS;
                    }}
                  >
                    {consent.without.byHandMore(left)}
                  </Button>
                </div>
              )}
            </div>
          );
        }}
      </Answer>
    </div>
  );
}

/** The choice stands only where the law of the place leaves one. */
function Telling({ records, set }: Chosen) {
  const { without } = words.value.consent;
  const law = tellingLaw(country.value);
  const ways = waysToTell(country.value);
  return (
    <div class="stack">
      {ways.length === 1 && <h3>{without.told}</h3>}
      <SelectField
        label={without.place}
        hint={without.placeHint}
        value={country.value}
        options={[['', without.placeNone], ...placesByName()]}
        onValue={(value) => {
          country.value = value;
        }}
      />
      {ways.length === 1 ? (
        <Notice icon="shield">{law === null ? without.lawUnknown : without.lawForbids(law.source)}</Notice>
      ) : (
        <Choices
          label={without.told}
          value={toldAt(records, country.value)}
          onValue={(told) => set({ told })}
          options={ways.map((value) => ({ value, title: without.toldWays[value], hint: without.toldHint[value] }))}
        />
      )}
    </div>
  );
}
