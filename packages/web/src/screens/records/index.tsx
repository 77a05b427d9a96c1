// The screens of the records by what stands in the address after `records`.
import type { Category } from '@hale/home';
import { Empty } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { CorrectionsPage } from './corrections.tsx';
import { CategoryPage, NewPage, SensitivePage } from './lists.tsx';
import { Overview } from './overview.tsx';
import { ResultsPage } from './results.tsx';
import { CATEGORIES } from './said.ts';
import { SourcesPage } from './sources.tsx';
import { TestPage } from './test.tsx';
import { Timeline } from './timeline.tsx';

export { RecordPage } from './record.tsx';

export function Records({ of }: { of: string }) {
  if (of === '') return <Overview />;
  if (of === 'timeline') return <Timeline />;
  if (of === 'new') return <NewPage />;
  if (of === 'sensitive') return <SensitivePage />;
  if (of === 'sources') return <SourcesPage />;
  if (of === 'test') return <TestPage />;
  if (of === 'corrections') return <CorrectionsPage />;
  if (of === 'results' || of === 'vitals') return <ResultsPage category={of} />;
  if (CATEGORIES.includes(of as Category)) return <CategoryPage category={of as Category} />;
  const { frame } = words.value;
  return (
    <Empty icon="question" title={frame.noPage}>
      <a class="button" href="#/records">
        {words.value.records.back}
      </a>
    </Empty>
  );
}
