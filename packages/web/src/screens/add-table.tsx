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
import { number } from '../words/numbers.ts';
import { printedUnit } from '../words/units.ts';

type Corrections = NonNullable<Parameters<'import.start'>['corrections']>;
/** What the person says of a column: a kind with its unit, 'time' with a form, or 'nothing'. */
type Said = ReadonlyMap<string, { means: string; unit: string }>;

const LOOK_MILLIS = 400;

export function TableCard(props: { upload: string; subject: { subject?: string }; first: ImportReport }) {
  const { upload, subject, first } = props;
  const said = useSignal<Said>(new Map());
  const report = useSignal<ImportReport>(first);
  const wrong = useSignal('');
  const isTried = useSignal(false);
  const kinds = useAsked(() => call('import.kinds', {}));
  const { add } = words.value;
  const wish = () => ({ upload, only: [first.file], ...subject, ...corrections(said.value) });
  const attempt = async () => {
    wrong.value = '';
    try {
      report.value = await rehearse(wish());
      isTried.value = true;
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  useEffect(() => void attempt(), []);
  const takeIn = async () => {
    wrong.value = '';
    try {
      await call('import.start', wish());
      settled(first.file);
      changed();
    } catch (error) {
      wrong.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <article class="card stack" aria-label={add.tableTitle(first.file)}>
      <h2 class="file-name">{add.tableTitle(first.file)}</h2>
      <p class="quiet small">{add.tableText}</p>
      <Columns
        columns={report.value.columns ?? first.columns ?? []}
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
      {isTried.value && (
        <p role="status">{add.tried(add.fresh(report.value.accepted), number(report.value.rejected))}</p>
      )}
      <div class="row">
        <Button kind="main-action" onPress={takeIn}>
          {add.takeIn}
        </Button>
        <Button onPress={attempt}>{add.tryIt}</Button>
        <Button kind="bare" onPress={() => settled(first.file)}>
          {add.leaveOut}
        </Button>
      </div>
    </article>
  );
}

/** Reads it all and keeps nothing. @throws HomeError */
async function rehearse(wish: Parameters<'import.start'>): Promise<ImportReport> {
  let job = await call('import.start', { ...wish, dryRun: true });
  while (job.state === 'waiting' || job.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS));
    job = (await call('import.jobs', {}, { isIdle: true })).find(({ id }) => id === job.id) ?? job;
  }
  void call('import.forget', { job: job.id });
  const [report] = job.reports;
  const text = job.problem?.text ?? report?.failed?.text;
  if (text !== undefined || !report) throw new HomeError('unsupported', text ?? '');
  return report;
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
  const { add } = words.value;
  const own = said.get(column.title) ?? { means: meaningOf(column), unit: column.form ?? column.ucum ?? '' };
  const kind = kinds.find((each) => each.kind === own.means);
  const groups = [...new Set(kinds.map(({ group }) => group))];
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
              <option value={own.means}>{add.unknownKind(own.means)}</option>
            )}
            {groups.map((group) => (
              <optgroup label={group} key={group}>
                {kinds
                  .filter((each) => each.group === group)
                  .map((each) => (
                    <option value={each.kind} key={each.kind}>
                      {each.title}
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
