// A record that leaves the house in no emergency: said here, by whoever reads it and knows. It takes a second word, because those who treat her would
// not learn of it.
import type { RecordShown } from '@hale/home';
import { useSignal } from '@preact/signals';
import { changed, useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { words } from '../../words/index.ts';
import { nameOf } from './said.ts';

/** Without them somebody may be given what harms her. */
const isRisky = ({ category, type }: Pick<RecordShown, 'category' | 'type'>): boolean =>
  category === 'allergies' || category === 'medicines' || ['Device', 'DeviceUseStatement'].includes(type);

export function NeverTold({ record }: { record: RecordShown }) {
  const { ownCard } = words.value;
  const isAsked = useSignal(false);
  const asked = useAsked(() => call('emergency', ofSubject(), { isIdle: true }));
  const info = asked.value.value;
  if (info === null || info.state === 'forbidden') return null;
  const isNever = info.never.includes(record.id);
  const turn = async () => {
    await call('emergency.never', { ...ofSubject(), records: [record.id], undo: isNever });
    isAsked.value = false;
    changed();
  };
  const risk = [ownCard.neverAsk(nameOf(record)), isRisky(record) && ownCard.neverRisk].filter(Boolean).join(' ');
  return (
    <section class="card stack no-print" aria-label={ownCard.tab}>
      <div class="row apart">
        <p class="small">{isNever ? ownCard.neverIs : ownCard.neverHere}</p>
        {!isAsked.value && (
          <Button
            icon={isNever ? 'eye' : 'lock'}
            onPress={() => {
              if (isNever) return turn();
              isAsked.value = true;
            }}
          >
            {isNever ? ownCard.neverUndo : ownCard.neverDo}
          </Button>
        )}
      </div>
      {isAsked.value && (
        <Confirm
          question={risk}
          yes={ownCard.neverYes}
          onYes={turn}
          onNo={() => {
            isAsked.value = false;
          }}
        />
      )}
    </section>
  );
}
