// Every import that brought records: what became of it, and its files as they were.
import type { RecordSourceInfo } from '@hale/home';
import { useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Answer, Empty, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { moment } from '../../words/numbers.ts';
import { parts } from '../add-records.tsx';
import { SourceFile } from './behind.tsx';
import { Head } from './head.tsx';

export function SourcesPage() {
  const asked = useAsked(() => call('records.sources', ofSubject()));
  const { records } = words.value;
  return (
    <div class="page">
      <Head title={records.sources} lead={records.sourcesLead} />
      <Answer asked={asked.value} again={asked.again}>
        {(sources) =>
          sources.length === 0 ? (
            <div class="card">
              <Empty icon="file" title={records.noneOfKind} />
            </div>
          ) : (
            sources.map((source) => <Source source={source} key={source.id} />)
          )
        }
      </Answer>
    </div>
  );
}

function Source({ source }: { source: RecordSourceInfo }) {
  const { records } = words.value;
  const { id, name, kind, importedAt, counts, state, files } = source;
  return (
    <article class="card stack tight">
      <h2 class="h3 file-name">{name}</h2>
      <p class="caption">
        {records.kinds[kind]} · {records.added(moment(importedAt))}
      </p>
      <p class="small">{parts(counts).join(' · ')}</p>
      {state === 'begun' && <Notice tone="caution">{records.broken}</Notice>}
      <p class="small no-print">
        <a href={`#/records/timeline?source=${id}`}>{records.toTimeline}</a>
      </p>
      {files.map((file) => (
        <SourceFile file={file} sourceName={name} key={file.n} />
      ))}
    </article>
  );
}
