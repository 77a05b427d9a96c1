// What an import says of health records: how many came in, and the question whose they are.
import type { ImportJob, ImportReport, RecordsReport } from '@hale/home';
import { useSignal } from '@preact/signals';
import { changed } from '../app/asking.ts';
import { call, go, loadSubjects, subject } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Notice } from '../ui/states.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { words } from '../words/index.ts';
import { number } from '../words/numbers.ts';
import { writtenDate } from './records/said.ts';

type Counts = RecordsReport['counts'];

/** What an import did, in words. */
export function parts({ added, revised, merged, same, others, unusable }: Counts): string[] {
  const { records } = words.value.add;
  const rest = [
    [records.revised, revised],
    [records.merged, merged],
    [records.same, same],
    [records.others, others],
    [records.unusable, unusable],
  ] as const;
  return [records.fresh(added), ...rest.flatMap(([say, count]) => (count > 0 ? [say(number(count))] : []))];
}

const NONE: Counts = { read: 0, added: 0, revised: 0, merged: 0, same: 0, others: 0, unusable: 0 };

/** Of all files of an import together. */
export function RecordsTaken({ reports, whose }: { reports: readonly ImportReport[]; whose: string }) {
  const taken = reports.flatMap(({ records }) => (records && !records.question ? [records.counts] : []));
  if (taken.length === 0) return null;
  const sum = { ...NONE };
  const show = async () => {
    subject.value = whose;
    await loadSubjects();
    go('/records');
  };
  for (const counts of taken) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
  return (
    <p class="row close">
      <span>
        <strong>{words.value.add.records.head}:</strong> {parts(sum).join(' · ')}
      </span>
      <button type="button" class="chip link" onClick={() => void show()}>
        {words.value.records.title}
      </button>
    </p>
  );
}

/** Of one file, with what could not be used. */
export function RecordCounts({ records }: { records: RecordsReport }) {
  const { add } = words.value;
  if (records.question) return null;
  return (
    <div class="stack tight">
      <p class="small">
        <strong>{add.records.head}:</strong>{' '}
        {records.isKnownFile ? add.records.known : parts(records.counts).join(' · ')}
      </p>
      {records.unusable.length > 0 && (
        <TableScroll label={add.records.head}>
          <table>
            <thead>
              <tr>
                <th scope="col">{add.where}</th>
                <th scope="col">{add.why}</th>
              </tr>
            </thead>
            <tbody>
              {records.unusable.map(({ place, reason }) => (
                <tr key={place}>
                  <td>{place}</td>
                  <td>{add.records.reasons[reason] ?? reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {records.notes.map((note) => (
        <p class="small" key={note}>
          <strong>{add.note}:</strong> {note}
        </p>
      ))}
    </div>
  );
}

/** Nothing of such a file was kept; the answer imports the same files once more. */
export function PersonQuestions({ job }: { job: ImportJob }) {
  const asking = job.reports.filter(({ records }) => records?.question);
  return (
    <>
      {asking.map((report) => (
        <PersonQuestion key={report.file} job={job} report={report} />
      ))}
    </>
  );
}

function PersonQuestion({ job, report }: { job: ImportJob; report: ImportReport }) {
  const { records } = words.value.add;
  const isGone = useSignal(false);
  const isSure = useSignal(false);
  const question = report.records?.question;
  if (!question) return null;
  const answer = async (said: { person?: string; anyway?: boolean }) => {
    try {
      await call('import.answer', { job: job.id, ...said });
    } catch {
      isGone.value = true;
    }
    changed();
  };
  const leave = async () => {
    await call('import.forget', { job: job.id });
    changed();
  };
  const isSeveral = question.code === 'several-persons';
  const [first = ''] = question.persons;
  return (
    <Notice tone="caution" isUrgent>
      <div class="stack tight">
        <p>
          <strong class="file-name">{report.file}</strong> {isSeveral ? records.several : records.otherPerson}
        </p>
        {!isSeveral && <BothPersons inFile={first} here={question.known} />}
        {!isSeveral && <p>{records.otherPersonText}</p>}
        {isGone.value && <p>{records.gone}</p>}
        {isSure.value ? (
          <Confirm
            question={records.sure(first, question.known)}
            yes={records.sureYes}
            onYes={() => answer({ anyway: true })}
            onNo={() => {
              isSure.value = false;
            }}
          />
        ) : (
          <div class="row">
            {isSeveral &&
              question.persons.map((person) => (
                <Button key={person} onPress={() => answer({ person })}>
                  {person}
                </Button>
              ))}
            <Button kind={isSeveral ? 'bare' : 'main-action'} onPress={leave}>
              {records.no}
            </Button>
            {!isSeveral && (
              <Button
                onPress={() => {
                  isSure.value = true;
                }}
              >
                {records.yes}
              </Button>
            )}
          </div>
        )}
      </div>
    </Notice>
  );
}

/** `Ann Kern, 1980-05-02` as name and date of birth. */
function apart(called: string): { name: string; born: string } {
  const [, name = called, born = ''] = /^(.*), (\d{4}(?:-\d\d){0,2})$/.exec(called) ?? [];
  return { name, born };
}

/** Side by side: one letter or one day may be all that tells two people apart. */
function BothPersons({ inFile, here }: { inFile: string; here: string }) {
  const { records } = words.value.add;
  const [a, b] = [inFile, here].map(apart);
  const born = (text: string) => (text === '' ? records.notTold : writtenDate(text));
  return (
    <table class="both-persons">
      <thead>
        <tr>
          <td />
          <th scope="col">{records.inFile}</th>
          <th scope="col">{records.here}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{records.name}</th>
          <td>{a.name || records.notTold}</td>
          <td>{b.name || records.notTold}</td>
        </tr>
        <tr>
          <th scope="row">{records.born}</th>
          <td>{born(a.born)}</td>
          <td>{born(b.born)}</td>
        </tr>
      </tbody>
    </table>
  );
}
