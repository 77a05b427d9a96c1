// A record that leaves the house in no emergency: said here, by whoever reads it and knows.
import type { RecordShown } from '@hale/home';
import { changed, useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { words } from '../../words/index.ts';

export function NeverTold({ record: { id } }: { record: RecordShown }) {
  const { ownCard } = words.value;
  const asked = useAsked(() => call('emergency', ofSubject(), { isIdle: true }));
  const info = asked.value.value;
  if (info === null || info.state === 'forbidden') return null;
  const isNever = info.never.includes(id);
  const turn = async () => {
    await call('emergency.never', { ...ofSubject(), records: [id], undo: isNever });
    changed();
  };
  return (
    <section class="card row apart no-print" aria-label={ownCard.tab}>
      <p class="small">{isNever ? ownCard.neverIs : ownCard.neverHere}</p>
      <Button icon={isNever ? 'eye' : 'stop'} onPress={turn}>
        {isNever ? ownCard.neverUndo : ownCard.neverDo}
      </Button>
    </section>
  );
}
