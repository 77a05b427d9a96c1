// What stands behind a record: the files that it came in, its versions, what the check finds, and the data.
import type { RecordFinding, RecordShown, RecordSourceInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { save } from '../../app/saving.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Answer, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { bytes, day, moment } from '../../words/numbers.ts';
import { Facts } from './facts.tsx';

/** A fingerprint is compared in groups. */
const inGroups = (hash: string): string => hash.replace(/(.{8})(?=.)/g, '$1 ');

export function SourceFile({ file, sourceName }: { file: RecordSourceInfo['files'][number]; sourceName: string }) {
  const [failed, setFailed] = useState('');
  const { records } = words.value;
  const { n, name, mediaType, sizeBytes, sha256, isWhole } = file;
  const saved = () =>
    save({ what: 'record-file', ...ofSubject(), n, name }).then(
      () => setFailed(''),
      (error: Error) => setFailed(sentence(error.message)),
    );
  return (
    <div class="stack tight">
      <div class="row apart">
        <span class="small">
          {name !== sourceName && <strong class="file-name">{name}</strong>} {[mediaType, bytes(sizeBytes)].join(' · ')}
        </span>
        {isWhole && (
          <div class="actions">
            <Button icon="download" onPress={saved}>
              {records.original}
            </Button>
          </div>
        )}
      </div>
      {!isWhole && <p class="small quiet">{records.notWhole}</p>}
      <p class="caption">
        {records.hash}: <span class="hash">{inGroups(sha256)}</span>
      </p>
      {failed !== '' && (
        <Notice tone="caution" isUrgent>
          {failed}
        </Notice>
      )}
    </div>
  );
}

export function Origin({ record }: { record: RecordShown }) {
  const asked = useAsked(() => call('records.sources', ofSubject()));
  const { records } = words.value;
  const { origins } = record;
  const ids = [...new Set(origins.map(({ source }) => source))];
  return (
    <section class="card stack" aria-label={records.origin}>
      <h2 class="h3">{records.origin}</h2>
      {origins.length === 0 && <p>{records.originOwn}</p>}
      {ids.length > 1 && <p class="quiet small">{records.mergedText(records.sourcesCount(ids.length))}</p>}
      {ids.map((id) => {
        const all = origins.filter(({ source }) => source === id);
        const source = asked.value.value?.find((each) => each.id === id);
        const [first] = all;
        return (
          <article class="record-source stack tight" key={id}>
            <p>
              <strong class="file-name">{first.name}</strong>
              <br />
              <span class="caption">
                {[records.kinds[first.kind], records.added(day(first.at)), ...all.map(({ localId }) => localId)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </p>
            {source?.files.slice(0, FILES_SHOWN).map((file) => (
              <SourceFile file={file} sourceName={source.name} key={file.n} />
            ))}
          </article>
        );
      })}
    </section>
  );
}

const FILES_SHOWN = 20;

export function Versions({ record }: { record: RecordShown }) {
  const { records } = words.value;
  const { history, origins } = record;
  if (history.length < 2) return null;
  const nameOf = (source: string | null) => origins.find((each) => each.source === source)?.name ?? records.freshOwn;
  return (
    <section class="card stack" aria-label={records.history}>
      <h2 class="h3">{records.history}</h2>
      {[...history].reverse().map(({ revision, at, source, isBeside, resource }) => (
        <details class="fold record-version" key={`${revision}-${at}`}>
          <summary>
            {records.version(String(revision))}
            <span class="quiet small">
              {' '}
              {records.versionFrom(nameOf(source), moment(at))}
              {revision === record.revision && ` · ${records.versionShown}`}
              {isBeside && revision !== record.revision && ` · ${records.versionBeside}`}
            </span>
          </summary>
          <Facts record={{ type: record.type, resource, references: record.references }} />
        </details>
      ))}
    </section>
  );
}

/** Asked for once the page stands: nobody waits for it. */
export function Check({ record }: { record: RecordShown }) {
  const asked = useAsked(() => call('record.findings', { ...ofSubject(), record: record.id }));
  const { records } = words.value;
  return (
    <section class="card stack tight no-print" aria-label={records.check}>
      <h2 class="h3">{records.check}</h2>
      {asked.value.state === 'loading' && asked.value.value === null ? (
        <p class="quiet small">{records.checking}</p>
      ) : (
        <Answer asked={asked.value} again={asked.again} rows={1}>
          {(findings) => <Findings findings={findings} />}
        </Answer>
      )}
    </section>
  );
}

const TONES = { error: 'caution', warning: '', information: 'info' } as const;

function Findings({ findings }: { findings: readonly RecordFinding[] }) {
  const { records } = words.value;
  if (findings.length === 0) return <p class="small">{records.checkFine}</p>;
  return (
    <>
      <p class="small">{records.checkFound(records.findings(findings.length))}</p>
      <ul class="record-findings small">
        {findings.map(({ severity, path, rule, text, value }, i) => (
          <li key={`${path}-${rule}-${i}`}>
            <span class={`chip ${TONES[severity]}`}>{records.severities[severity]}</span>
            <span lang="en">{text}</span>
            <span class="caption hash">{[path, rule, value && `“${value}”`].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function Json({ record }: { record: RecordShown }) {
  const isOpen = useSignal(false);
  const { records } = words.value;
  return (
    <details
      class="card fold no-print"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{records.json}</summary>
      {isOpen.value && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys have to reach it
        <pre class="record-text" tabIndex={0} translate={false}>
          {JSON.stringify(record.resource, null, 2)}
        </pre>
      )}
    </details>
  );
}
