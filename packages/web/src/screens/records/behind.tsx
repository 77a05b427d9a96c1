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

type File = RecordSourceInfo['files'][number];

export function SourceFile({ file, sourceName }: { file: File; sourceName: string }) {
  return (
    <div class="stack tight">
      <SaveFile file={file} sourceName={sourceName} />
      <FileFacts file={file} />
    </div>
  );
}

/** The file as it came. */
function SaveFile({ file, sourceName }: { file: File; sourceName: string }) {
  const [failed, setFailed] = useState('');
  const { records } = words.value;
  const { n, name, isWhole } = file;
  const saved = () =>
    save({ what: 'record-file', ...ofSubject(), n, name }).then(
      () => setFailed(''),
      (error: Error) => setFailed(sentence(error.message)),
    );
  return (
    <>
      <div class="row apart">
        <span class="small">{name !== sourceName && <strong class="file-name">{name}</strong>}</span>
        {isWhole && (
          <div class="actions">
            <Button icon="download" onPress={saved}>
              {records.original}
            </Button>
          </div>
        )}
      </div>
      {!isWhole && <p class="small quiet">{records.notWhole}</p>}
      {failed !== '' && (
        <Notice tone="caution" isUrgent>
          {failed}
        </Notice>
      )}
    </>
  );
}

function FileFacts({ file: { mediaType, sizeBytes, sha256 } }: { file: File }) {
  const { records } = words.value;
  return (
    <p class="caption">
      {[mediaType, bytes(sizeBytes)].join(' · ')}
      <br />
      {records.hash}: <span class="hash">{inGroups(sha256)}</span>
    </p>
  );
}

const useSources = () => useAsked(() => call('records.sources', ofSubject()));

/** Imports of a record, each once, with all that it says of them. */
function sourcesIn({ origins }: RecordShown, known: readonly RecordSourceInfo[]) {
  return [...Map.groupBy(origins, ({ source }) => source)].map(([id, all]) => ({
    id,
    all,
    first: all[0],
    source: known.find((each) => each.id === id),
  }));
}

/** `practice.example`: of an address under which a system keeps its records; '' of anything else. */
const hostOf = (system: string): string => (URL.canParse(system) ? new URL(system).hostname : '');

export function Origin({ record }: { record: RecordShown }) {
  const asked = useSources();
  const { records } = words.value;
  const sources = sourcesIn(record, asked.value.value ?? []);
  const { place, by } = record.brief;
  // Of several sources nobody knows which of them names the place.
  const named = sources.length === 1 ? (place ?? by ?? '') : '';
  return (
    <section class="card stack" aria-label={records.origin}>
      <h2 class="h3">{records.origin}</h2>
      {sources.length === 0 && <p>{records.originOwn}</p>}
      {sources.length > 1 && <p class="quiet small">{records.mergedText(records.sourcesCount(sources.length))}</p>}
      {sources.map(({ id, first, source }) => (
        <article class="record-source stack tight" key={id}>
          <p>
            <strong class="file-name">{named || hostOf(source?.system ?? '') || first.name}</strong>
            <br />
            <span class="small">
              {records.received(day(first.at))} · <span class="file-name">{first.name}</span> (
              {records.kinds[first.kind]})
            </span>
          </p>
          {source?.files.slice(0, FILES_SHOWN).map((file) => (
            <SaveFile file={file} sourceName={source.name} key={file.n} />
          ))}
        </article>
      ))}
    </section>
  );
}

/** For those who check: form and fingerprint of the files, the rules of FHIR, the data. */
export function Details({ record }: { record: RecordShown }) {
  const asked = useSources();
  const isOpen = useSignal(false);
  const { records } = words.value;
  return (
    <details
      class="card fold no-print"
      onToggle={(event) => {
        if (event.target === event.currentTarget) isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{records.details}</summary>
      {isOpen.value && (
        <div class="stack">
          {sourcesIn(record, asked.value.value ?? []).map(({ id, all, first, source }) => (
            <div class="stack tight record-source" key={id}>
              <p class="small">
                {[records.kinds[first.kind], first.name, ...all.map(({ localId }) => localId)]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              {source?.files.slice(0, FILES_SHOWN).map((file) => (
                <FileFacts file={file} key={file.n} />
              ))}
            </div>
          ))}
          <Check record={record} />
          <Json record={record} />
        </div>
      )}
    </details>
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

/** Asked for once it is looked at: nobody waits for it. */
function Check({ record }: { record: RecordShown }) {
  const asked = useAsked(() => call('record.findings', { ...ofSubject(), record: record.id }));
  const { records } = words.value;
  return (
    <section class="stack tight" aria-label={records.check}>
      <h3 class="small-head">{records.check}</h3>
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

function Json({ record }: { record: RecordShown }) {
  const isOpen = useSignal(false);
  const { records } = words.value;
  return (
    <details
      class="fold"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary class="small">{records.json}</summary>
      {isOpen.value && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys have to reach it
        <pre class="record-text" tabIndex={0} translate={false}>
          {JSON.stringify(record.resource, null, 2)}
        </pre>
      )}
    </details>
  );
}
