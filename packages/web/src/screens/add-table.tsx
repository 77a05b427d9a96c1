// A table whose columns are not sure: shown as they are taken, corrected by the person, tried out, and then taken in.
import type { ColumnKind, ImportColumn, ImportReport, Parameters } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { asHomeError, changed, useAsked } from '../app/asking.ts';
import { settled } from '../app/bringing.ts';
import { HomeError } from '../app/home-link.ts';
import { call } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { number } from '../words/numbers.ts';
import { printedUnit } from '../words/units.ts';
import { GROUPS, groupOf } from './share/draft.ts';

type Corrections = NonNullable<Parameters<'import.start'>['corrections']>;
/** What the person says of a column: a kind with its unit, 'time' with a form, or 'nothing'. */
type Said = ReadonlyMap<string, { means: string; unit: string }>;

const LOOK_MILLIS = 400;

/** Tables of the same titles are asked about once. */
export function TableCard(props: { upload: string; subject: { subject?: string }; tables: readonly ImportReport[] }) {
  const { upload, subject, tables } = props;
  const [first] = tables;
  const files = tables.map(({ file }) => file);
  const said = useSignal<Said>(new Map());
  const reports = useSignal(tables);
  const wrong = useSignal('');
  const isTried = useSignal(false);
  const kinds = useAsked(() => call('import.kinds', {}));
  const { add } = words.value;
  const wish = () => ({ upload, only: files, ...subject, ...corrections(said.value) });
  const attempt = async () => {
    wrong.value = '';
    try {
      reports.value = await rehearse(wish());
      isTried.value = true;
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  const sum = (of: 'accepted' | 'rejected') => reports.value.reduce((all, report) => all + report[of], 0);
  useEffect(() => void attempt(), []);
  const takeIn = async () => {
    wrong.value = '';
    try {
      await call('import.start', wish());
      settled(files);
      changed();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <article class="card stack" aria-label={add.tableTitle(first.file)}>
      <h2 class="file-name">
        {add.tableTitle(first.file)}
        {files.length > 1 && <span class="quiet small"> {add.sameTitles(files.length - 1)}</span>}
      </h2>
      <p class="quiet small">{add.tableText}</p>
      <Columns
        columns={reports.value[0]?.columns ?? first.columns ?? []}
        kinds={kinds.value.value ?? []}
        said={said.value}
        say={(title, what) => {
          said.value = new Map(said.value).set(title, what);
          isTried.value = false;
        }}
      />
      {wrong.value !== '' && (
        <Notice tone="alert" isUrgent>
          {wrong.value}
        </Notice>
      )}
      {isTried.value && <p role="status">{add.tried(add.fresh(sum('accepted')), number(sum('rejected')))}</p>}
      <div class="row">
        <Button kind="main-action" onPress={takeIn}>
          {add.takeIn}
        </Button>
        <Button onPress={attempt}>{add.tryIt}</Button>
        <Button kind="bare" onPress={() => settled(files)}>
          {add.leaveOut}
        </Button>
      </div>
    </article>
  );
}

/** Reads it all and keeps nothing. @throws HomeError */
async function rehearse(wish: Parameters<'import.start'>): Promise<ImportReport[]> {
  let job = await call('import.start', { ...wish, dryRun: true });
  while (job.state === 'waiting' || job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
    job = (await call('import.jobs', {}, { isIdle: true })).find(({ id }) => id === job.id) ?? job;
  }
  void call('import.forget', { job: job.id });
  const text = job.problem?.text ?? job.reports.find(({ failed }) => failed)?.failed?.text;
  if (text !== undefined || job.reports.length === 0) throw new HomeError('unsupported', text ?? '');
  return job.reports;
}

function corrections(said: Said): { corrections?: Corrections } {
  if (said.size === 0) return {};
  const entries = [...said];
  const time = entries.find(([, { means }]) => means === 'time');
  return {
    corrections: {
      columns: entries
        .filter(([, { means }]) => means !== 'time' && means !== 'nothing')
        .map(([title, { means, unit }]) => ({ title, kind: means, unit })),
      ignore: entries.filter(([, { means }]) => means === 'nothing').map(([title]) => title),
      ...(time ? { time: { title: time[0], ...(time[1].unit === '' ? {} : { form: time[1].unit }) } } : {}),
    },
  };
}

function Columns(props: {
  columns: readonly ImportColumn[];
  kinds: readonly ColumnKind[];
  said: Said;
  say: (title: string, what: { means: string; unit: string }) => void;
}) {
  const { add } = words.value;
  return (
    <TableScroll label={add.title}>
      <table class="columns-table">
        <thead>
          <tr>
            <th scope="col">{add.column}</th>
            <th scope="col">{add.means}</th>
            <th scope="col">{add.unit}</th>
          </tr>
        </thead>
        <tbody>
          {props.columns.map((column) => (
            <ColumnRow key={`${column.section}-${column.title}`} column={column} {...props} />
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function ColumnRow(props: ColumnTable & { column: ImportColumn }) {
  const { column, kinds, said, say } = props;
  const { add, share } = words.value;
  const own = said.get(column.title) ?? { means: meaningOf(column), unit: column.form ?? column.ucum ?? '' };
  const kind = kinds.find((each) => each.kind === own.means);
  const isFixed = ['clock', 'zone', 'person'].includes(column.as);
  return (
    <tr>
      <th scope="row">{column.title}</th>
      <td>
        {isFixed ? (
          add.roles[column.as as 'clock']
        ) : (
          <select
            class="input"
            aria-label={`${column.title}: ${add.means}`}
            value={own.means}
            onChange={(event) => {
              const means = event.currentTarget.value;
              say(column.title, { means, unit: kinds.find((each) => each.kind === means)?.units[0] ?? '' });
            }}
          >
            <option value="nothing">{add.roles.nothing}</option>
            <option value="time">{add.roles.time}</option>
            {!kind && !['time', 'nothing'].includes(own.means) && (
              <option value={own.means}>{add.unknownKind(column.title)}</option>
            )}
            {GROUPS.map((group) => (
              <optgroup label={share.groups[group]} key={group}>
                {kinds
                  .filter((each) => groupOf(each.kind) === group)
                  .map((each) => (
                    <option value={each.kind} key={each.kind}>
                      {kindTitle(each)}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        )}
      </td>
      <td>
        <UnitChoice
          label={`${column.title}: ${add.unit}`}
          own={own}
          units={kind?.units ?? []}
          choose={(unit) => say(column.title, { ...own, unit })}
        />
      </td>
    </tr>
  );
}

type ColumnTable = {
  kinds: readonly ColumnKind[];
  said: Said;
  say: (title: string, what: { means: string; unit: string }) => void;
};

const meaningOf = ({ as, kind }: ImportColumn): string => (as === 'value' ? (kind ?? 'nothing') : as);

function UnitChoice(props: {
  label: string;
  own: { means: string; unit: string };
  units: readonly string[];
  choose: (unit: string) => void;
}) {
  const { own, units } = props;
  const { add } = words.value;
  const isTime = own.means === 'time';
  const options = isTime ? Object.keys(add.forms) : units;
  if (options.length === 0) return <span class="quiet">{own.unit === '' ? '' : printedUnit(own.unit)}</span>;
  return (
    <select
      class="input"
      aria-label={props.label}
      value={own.unit}
      onChange={(event) => props.choose(event.currentTarget.value)}
    >
      {!options.includes(own.unit) && <option value={own.unit}>{printedUnit(own.unit) || add.noUnit}</option>}
      {options.map((option) => (
        <option value={option} key={option}>
          {isTime ? add.forms[option] : printedUnit(option) || add.noUnit}
        </option>
      ))}
    </select>
  );
}
