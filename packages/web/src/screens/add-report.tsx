// One import: how far it is, and what became of each file, in plain words.
import type { ImportJob, ImportReport } from '@hale/home';
import { useSignal } from '@preact/signals';
import { changed } from '../app/asking.ts';
import { call, go, loadSubjects, subject } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { kindTitle } from '../words/kinds.ts';
import { moment, number, percent } from '../words/numbers.ts';
import { PersonQuestions, RecordCounts, RecordsTaken } from './add-records.tsx';

const TONES: Record<ImportJob['state'], string> = {
  waiting: '',
  running: 'info',
  done: 'good',
  failed: 'alert',
  cancelled: 'caution',
};
const FILES_SHOWN = 100;
const SERIES_SHOWN = 12;
const FAILED_ABOVE_MAX = 4;
const sum = (reports: readonly ImportReport[], pick: (report: ImportReport) => number): number =>
  reports.reduce((total, report) => total + pick(report), 0);

export function ImportCard({ job }: { job: ImportJob }) {
  const { add } = words.value;
  const [first = ''] = job.files;
  const isOpen = job.state === 'waiting' || job.state === 'running';
  const settle = async (name: 'import.cancel' | 'import.forget') => {
    await call(name, { job: job.id });
    changed();
  };
  return (
    <article class="card stack">
      <div class="row apart">
        <div>
          <h3 class="file-name">
            {first}
            {job.fileCount > 1 && <span class="quiet small"> {add.andMore(job.fileCount - 1)}</span>}
          </h3>
          <p class="caption">
            {add.forWhom(job.subject)} · {moment(job.startedMicros)}
          </p>
        </div>
        <State job={job} />
      </div>
      {isOpen && <Progress job={job} />}
      {!isOpen && <PersonQuestions job={job} />}
      {job.reports.length > 0 && <Outcome job={job} />}
      {job.problem && (
        <Notice tone="alert">
          {add.notImported}: {sentence(job.problem.text)}
        </Notice>
      )}
      {job.state === 'cancelled' && <p class="small quiet">{add.stoppedText}</p>}
      <div class="row">
        {isOpen ? (
          <Button onPress={() => settle('import.cancel')}>{add.stop}</Button>
        ) : (
          <Button kind="bare" onPress={() => settle('import.forget')}>
            {add.dismiss}
          </Button>
        )}
      </div>
    </article>
  );
}

/** What waits for an answer has not come in, although its work is done. */
function State({ job: { state, reports } }: { job: ImportJob }) {
  const { add } = words.value;
  const isAsking = state === 'done' && reports.length > 0 && reports.every(({ records }) => records?.question);
  return (
    <span class={`chip ${isAsking ? 'caution' : TONES[state]}`}>
      {isAsking ? add.records.notTaken : add.states[state]}
    </span>
  );
}

function Progress({ job: { progress } }: { job: ImportJob }) {
  const { add } = words.value;
  if (!progress) return <progress class="progress" aria-label={add.states.running} />;
  const share = Math.min(1, progress.done / Math.max(1, progress.total));
  return (
    <div class="stack tight">
      <progress class="progress" aria-label={add.states.running} max={1} value={share} />
      <p class="caption">
        {progress.what}: {add.percent(percent(share))}
      </p>
    </div>
  );
}

function Outcome({ job }: { job: ImportJob }) {
  const { add, frame } = words.value;
  const { reports } = job;
  const counts = {
    duplicate: sum(reports, (report) => report.duplicate),
    corrected: sum(reports, (report) => report.corrected),
    rejected: sum(reports, (report) => report.rejected),
  };
  const parts = [
    add.fresh(sum(reports, (report) => report.accepted)),
    ...(counts.duplicate > 0 ? [add.already(number(counts.duplicate))] : []),
    ...(counts.corrected > 0 ? [add.corrected(number(counts.corrected))] : []),
    ...(counts.rejected > 0 ? [add.rejected(number(counts.rejected))] : []),
  ];
  const failed = reports.filter((report) => report.failed);
  const taken = reports.filter((report) => !report.failed);
  return (
    <>
      {reports.some(({ read, streams }) => read > 0 || streams.length > 0) && <p>{parts.join(' · ')}</p>}
      <RecordsTaken reports={reports} whose={job.subject} />
      <Into job={job} />
      {failed.length < FAILED_ABOVE_MAX ? (
        failed.map((report) => <FailedFile key={report.file} report={report} />)
      ) : (
        <FailedByReason reports={failed} />
      )}
      {taken.length > 0 && <Taken reports={taken} />}
      <span class="only-heard" role="status">
        {job.state === 'done' ? `${add.states.done}: ${frame.readings(sum(reports, (report) => report.accepted))}` : ''}
      </span>
    </>
  );
}

/** So many at a time, and only once it is asked for: a folder may hold thousands, and what runs is drawn anew each second. */
function Taken({ reports }: { reports: readonly ImportReport[] }) {
  const { add } = words.value;
  const isUnfolded = useSignal(false);
  const shown = useSignal(FILES_SHOWN);
  const left = reports.length - shown.value;
  return (
    <details
      class="fold"
      onToggle={(event) => {
        isUnfolded.value = event.currentTarget.open;
      }}
    >
      <summary class="small">
        {add.details} ({add.files(reports.length)})
      </summary>
      <div class="stack wide">
        {(isUnfolded.value ? reports : []).slice(0, shown.value).map((report) => (
          <FileReport key={`${report.file}-${report.format}`} report={report} />
        ))}
        {isUnfolded.value && left > 0 && (
          <Button
            onPress={() => {
              shown.value += FILES_SHOWN;
            }}
          >
            {add.showMore(Math.min(left, FILES_SHOWN), left)}
          </Button>
        )}
      </div>
    </details>
  );
}

/** What a series that a report names is called; two of one name are told apart by their keys. */
function seriesNames(reports: readonly ImportReport[]): ReadonlyMap<string, string> {
  const titles = new Map(
    reports.flatMap(({ named }) => Object.entries(named).map(([key, what]) => [key, kindTitle(what)] as const)),
  );
  const all = [...titles.values()];
  const isOnly = (title: string) => all.indexOf(title) === all.lastIndexOf(title);
  return new Map([...titles].map(([key, title]) => [key, isOnly(title) ? title : `${title} (${key})`]));
}

function Into({ job }: { job: ImportJob }) {
  const { add } = words.value;
  const isWhole = useSignal(false);
  const series = [...new Set(job.reports.flatMap((report) => report.streams))];
  if (series.length === 0 || job.dryRun) return null;
  const names = seriesNames(job.reports);
  const shown = isWhole.value || series.length <= SERIES_SHOWN + 1 ? series : series.slice(0, SERIES_SHOWN);
  const show = async (key: string) => {
    subject.value = job.subject;
    await loadSubjects();
    go(`/series/${encodeURIComponent(key)}`);
  };
  return (
    <div class="row close">
      <span class="small quiet">{add.into}</span>
      {shown.map((key) => (
        <button type="button" class="chip link" key={key} onClick={() => void show(key)}>
          {names.get(key) ?? key}
        </button>
      ))}
      {shown.length < series.length && (
        <Button
          kind="bare"
          onPress={() => {
            isWhole.value = true;
          }}
        >
          {add.andMore(series.length - shown.length)}
        </Button>
      )}
    </div>
  );
}

/** Why a file was not taken in, in the language in use where the catalogue has it. */
function whyNot({ failed }: ImportReport): string {
  const text = failed?.text ?? '';
  return words.value.add.failures[text] ?? sentence(text);
}

/** Many at once are told by what is the matter with them, each by its name. */
function FailedByReason({ reports }: { reports: readonly ImportReport[] }) {
  const { add } = words.value;
  const reasons = [...new Set(reports.map(whyNot))];
  return (
    <>
      {reasons.map((reason) => {
        const files = reports.filter((report) => whyNot(report) === reason);
        return (
          <Notice tone="caution" key={reason}>
            <p>
              <strong>{add.filesNotImported(files.length)}</strong> {reason}
            </p>
            <details>
              <summary class="small">{add.whichFiles}</summary>
              <ul class="small file-name">
                {files.map(({ file }) => (
                  <li key={file}>{file}</li>
                ))}
              </ul>
            </details>
          </Notice>
        );
      })}
    </>
  );
}

function FailedFile({ report }: { report: ImportReport }) {
  const { add } = words.value;
  return (
    <Notice tone="alert">
      <strong>{report.file}</strong> {add.notImported}: {whyNot(report)}
    </Notice>
  );
}

function FileReport({ report }: { report: ImportReport }) {
  const { add, frame } = words.value;
  const names = seriesNames([report]);
  return (
    <section class="stack tight">
      <h4 class="small-head file-name">{report.file}</h4>
      <p class="small quiet">{report.what}</p>
      <dl class="counts">
        {(
          [
            [add.read, report.read],
            [add.accepted, report.accepted],
            [add.duplicate, report.duplicate],
            [add.correctedHead, report.corrected],
            [add.rejectedHead, report.rejected],
          ] as const
        ).map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{number(count)}</dd>
          </div>
        ))}
      </dl>
      {report.records && <RecordCounts records={report.records} />}
      {report.rejections.length > 0 && <Rejections report={report} />}
      {report.elsewhere.map(({ stream, count }) => (
        <p class="small" key={stream}>
          {add.elsewhere(frame.readings(count), names.get(stream) ?? stream)}
        </p>
      ))}
      {report.notes.map((note) => (
        <p class="small" key={note}>
          <strong>{add.note}:</strong> {note}
        </p>
      ))}
      {report.remembered && <p class="small quiet">{add.remembered}</p>}
      {report.interrupted && <Notice tone="caution">{add.interrupted}</Notice>}
    </section>
  );
}

function Rejections({ report }: { report: ImportReport }) {
  const { add } = words.value;
  return (
    <TableScroll label={add.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{add.where}</th>
            <th scope="col">{add.why}</th>
            <th scope="col" class="number">
              {add.count}
            </th>
          </tr>
        </thead>
        <tbody>
          {report.rejections.map(({ place, reason, count }) => (
            <tr key={`${place}-${reason}`}>
              <td>{place}</td>
              <td>{add.reasons[reason] ?? reason}</td>
              <td class="number">{number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
