// One import: how far it is, and what became of each file, in plain words.
import type { ImportJob, ImportReport } from '@hale/home';
import { changed } from '../app/asking.ts';
import { call, go, loadSubjects, subject } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Notice, sentence } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { moment, number, percent } from '../words/numbers.ts';

const TONES: Record<ImportJob['state'], string> = {
  waiting: '',
  running: 'info',
  done: 'good',
  failed: 'alert',
  cancelled: 'caution',
};
const FILES_SHOWN = 100;
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
        <span class={`chip ${TONES[job.state]}`}>{add.states[job.state]}</span>
      </div>
      {isOpen && <Progress job={job} />}
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
  // A few that failed stand above already.
  const shown = failed.length < FAILED_ABOVE_MAX ? reports.filter((report) => !report.failed) : reports;
  return (
    <>
      {failed.length < reports.length && <p>{parts.join(' · ')}</p>}
      <Into job={job} />
      {failed.length < FAILED_ABOVE_MAX && failed.map((report) => <FailedFile key={report.file} report={report} />)}
      {shown.length > 0 && (
        <details class="fold">
          <summary class="small">
            {add.details} ({add.files(shown.length)})
          </summary>
          <div class="stack wide">
            {shown.slice(0, FILES_SHOWN).map((report) => (
              <FileReport key={`${report.file}-${report.format}`} report={report} />
            ))}
            {shown.length > FILES_SHOWN && <p class="quiet">{add.andMore(shown.length - FILES_SHOWN)}</p>}
          </div>
        </details>
      )}
      <span class="only-heard" role="status">
        {job.state === 'done' ? `${add.states.done}: ${frame.readings(sum(reports, (report) => report.accepted))}` : ''}
      </span>
    </>
  );
}

function Into({ job }: { job: ImportJob }) {
  const { add } = words.value;
  const series = [...new Set(job.reports.flatMap((report) => report.streams))];
  if (series.length === 0 || job.dryRun) return null;
  const show = async (key: string) => {
    subject.value = job.subject;
    await loadSubjects();
    go(`/series/${encodeURIComponent(key)}`);
  };
  return (
    <div class="row close">
      <span class="small quiet">{add.into}</span>
      {series.map((key) => (
        <button type="button" class="chip link" key={key} onClick={() => void show(key)}>
          {key}
        </button>
      ))}
    </div>
  );
}

function FailedFile({ report }: { report: ImportReport }) {
  const { add } = words.value;
  return (
    <Notice tone="alert">
      <strong>{report.file}</strong> {add.notImported}: {sentence(report.failed?.text ?? '')}
    </Notice>
  );
}

function FileReport({ report }: { report: ImportReport }) {
  const { add, frame } = words.value;
  if (report.failed) return <FailedFile report={report} />;
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
      {report.rejections.length > 0 && <Rejections report={report} />}
      {report.elsewhere.map(({ stream, count }) => (
        <p class="small" key={stream}>
          {add.elsewhere(frame.readings(count), stream)}
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
