// Adding data: what is dropped or chosen is sent, looked at, and taken in by the node; below, what became of it.
import type { ImportJob, ImportReport } from '@hale/home';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useAsked, useTicks } from '../app/asking.ts';
import { bring, bringing, type Chosen, filesIn, ofInput } from '../app/bringing.ts';
import { call, shownSubject, subjects } from '../app/state.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Answer, Notice, sentence } from '../ui/states.tsx';
import { words } from '../words/index.ts';
import { bytes } from '../words/numbers.ts';
import { PaperCard } from './add-paper.tsx';
import { ImportCard } from './add-report.tsx';
import { TableCard } from './add-table.tsx';

const LOOK_MILLIS = 1_000;

export function Add() {
  const { add } = words.value;
  const now = bringing.value;
  const whose = shownSubject();
  return (
    <div class="page">
      <header class="page-head">
        <div>
          <h1>{add.title}</h1>
          <p class="quiet">
            {add.lead}
            {subjects.value.length > 1 && whose !== undefined && <strong> {add.forWhom(whose)}</strong>}
          </p>
        </div>
        <div class="actions">
          <a class="button" href="#/devices">
            <Icon name="device" />
            {add.toDevices}
          </a>
        </div>
      </header>
      <DropZone />
      {now.state === 'failed' && <Failure />}
      {now.state === 'asking' &&
        sameTitled(now.tables).map((tables) => (
          <TableCard key={tables[0].file} upload={now.upload} subject={now.subject} tables={tables} />
        ))}
      {now.state === 'asking' &&
        now.papers.map((file) => <PaperCard key={file} upload={now.upload} subject={now.subject} file={file} />)}
      <Jobs />
      <details class="card fold">
        <summary>{add.known}</summary>
        <p class="small">{add.knownText}</p>
        <p class="small quiet">{add.limits}</p>
      </details>
    </div>
  );
}

/** Tables whose columns bear the same titles, together. */
function sameTitled(tables: readonly ImportReport[]): ImportReport[][] {
  const byTitles = new Map<string, ImportReport[]>();
  for (const table of tables) {
    const titles = JSON.stringify(table.columns?.map(({ section, title }) => [section, title]));
    byTitles.set(titles, [...(byTitles.get(titles) ?? []), table]);
  }
  return [...byTitles.values()];
}

function Failure() {
  const now = bringing.value;
  const { add, frame } = words.value;
  if (now.state !== 'failed') return null;
  const said = {
    empty: add.nothing,
    changed: add.changed,
    unreadable: add.unreadable,
    gone: add.gone,
    other: now.error?.code === 'offline' ? frame.offlineTitle : sentence(now.error?.message ?? ''),
  };
  return (
    <Notice tone="alert" isUrgent>
      {said[now.why]}
    </Notice>
  );
}

function DropZone() {
  const isOver = useSignal(false);
  const now = bringing.value;
  const take = (chosen: Promise<Chosen[]> | Chosen[]) => {
    isOver.value = false;
    void Promise.resolve(chosen).then(bring, () => {
      bringing.value = { state: 'failed', why: 'unreadable', error: null };
    });
  };
  if (now.state === 'sending' || now.state === 'looking') return <Sending />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped here can be chosen with the buttons inside
    <div
      class={`card drop ${isOver.value ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        if (event.dataTransfer) take(filesIn(event.dataTransfer));
      }}
    >
      <Icon name="file" />
      <p class="drop-title">{isOver.value ? words.value.add.dropNow : words.value.add.drop}</p>
      <Choosers take={take} />
    </div>
  );
}

function Choosers({ take }: { take: (chosen: Chosen[]) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const { add } = words.value;
  const input = (isFolder: boolean) => (
    <input
      ref={isFolder ? folder : files}
      type="file"
      multiple
      hidden
      {...(isFolder ? { webkitdirectory: true } : {})}
      aria-label={isFolder ? add.chooseFolder : add.chooseFiles}
      onChange={(event) => {
        take(ofInput(event.currentTarget.files));
        event.currentTarget.value = '';
      }}
    />
  );
  return (
    <div class="row centred">
      <Button kind="main-action" icon="file" onPress={() => files.current?.click()}>
        {add.chooseFiles}
      </Button>
      <Button onPress={() => folder.current?.click()}>{add.chooseFolder}</Button>
      {input(false)}
      {input(true)}
    </div>
  );
}

function Sending() {
  const now = bringing.value;
  const { add, frame } = words.value;
  const isSending = now.state === 'sending';
  return (
    <div class="card stack" role="status">
      <div class="row apart">
        <strong>{isSending ? add.uploading : add.looking}</strong>
        {isSending && <span class="small quiet">{add.bytes(bytes(now.done), bytes(now.total))}</span>}
      </div>
      <progress
        class="progress"
        aria-label={isSending ? add.uploading : add.looking}
        {...(isSending ? { value: now.done, max: Math.max(1, now.total) } : {})}
      />
      <div class="row apart">
        <p class="small quiet">{isSending ? add.uploadingText : ''}</p>
        {isSending && <Button onPress={() => now.abort.abort()}>{frame.cancel}</Button>}
      </div>
    </div>
  );
}

const isOpen = ({ state }: ImportJob): boolean => state === 'waiting' || state === 'running';

function Jobs() {
  const asked = useAsked(() => call('import.jobs', {}, { isIdle: true }));
  const { add } = words.value;
  useTicks(LOOK_MILLIS, () => {
    if (asked.peek().value?.some(isOpen)) asked.again();
  });
  return (
    <Answer asked={asked.value} again={asked.again} rows={1}>
      {(jobs) => {
        const real = jobs.filter(({ dryRun }) => !dryRun).reverse();
        if (real.length === 0) return null;
        return (
          <section class="stack" aria-label={add.imports}>
            <h2>{add.imports}</h2>
            {real.map((job) => (
              <ImportCard key={job.id} job={job} />
            ))}
          </section>
        );
      }}
    </Answer>
  );
}
