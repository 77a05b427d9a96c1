// Through the recipient's eyes: the health records that a share gives at this moment, by the component that the recipient has.
import { useSignal } from '@preact/signals';
import { call } from '../../app/state.ts';
import { GivenRecords } from '../../given/given-records.tsx';
import { useLooked } from '../../given/looked.ts';
import { Button } from '../../ui/button.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';

const REFRESH_MILLIS = 5_000;

export function Eyes({ grant }: { grant: string }) {
  const isOpen = useSignal(false);
  const { grant: said } = words.value.consent;
  return (
    <section class="card stack" aria-label={said.eyes}>
      <div>
        <h2>{said.eyes}</h2>
        <p class="small quiet">{said.eyesText}</p>
      </div>
      {isOpen.value && <Seen grant={grant} />}
      <div>
        <Button
          icon="eye"
          onPress={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          {isOpen.value ? said.close : said.look}
        </Button>
      </div>
    </section>
  );
}

function Seen({ grant }: { grant: string }) {
  const asked = useLooked(
    (known, signal) => call('grants.records', { grant, ...known }, { signal, isIdle: true }),
    REFRESH_MILLIS,
  );
  return (
    <Answer asked={asked.value} again={asked.again}>
      {(looked) => looked?.records && <GivenRecords records={looked.records} heading="h3" />}
    </Answer>
  );
}
