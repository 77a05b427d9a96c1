// How sensitive a record is and why, as its owner's home sees it; her own word over that; and who has a copy of it now.

import { areasOfLabel } from '@hale/consent';
import type { LabelAsked, RecordShown } from '@hale/home';
import { useSignal } from '@preact/signals';
import { asHomeError, changed, useAsked } from '../../app/asking.ts';
import { call, ofSubject } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Notice, sentence } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { endWhen } from '../../words/numbers.ts';
import { capital, whoOf } from '../sharing/words.ts';
import { ReasonsOf } from './reasons.tsx';

type Labels = RecordShown['labels'];
type Area = Labels['areas'][number];

export function Sensitive({ record }: { record: RecordShown }) {
  const { consent } = words.value;
  const { labels } = record;
  const failed = useSignal('');
  const isRaised = useSignal(false);
  const say = async (word: Pick<LabelAsked, 'add' | 'drop' | 'reset'>) => {
    failed.value = '';
    try {
      await call('record.label', { ...ofSubject(), record: record.id, ...word });
      isRaised.value = word.add !== undefined;
      changed();
    } catch (error) {
      failed.value = sentence(asHomeError(error).message);
    }
  };
  return (
    <section class="card stack no-print" aria-label={consent.record.title}>
      <div>
        <h2 class="h3">{consent.record.title}</h2>
        <p class="small quiet">{consent.record.text}</p>
      </div>
      {labels.areas.length === 0 && <p class="small">{consent.record.none}</p>}
      {labels.opaque && <p class="small">{consent.record.opaque}</p>}
      {labels.areas.map((area) => (
        <AreaOf key={area} area={area} labels={labels} drop={() => say({ drop: [area] })} />
      ))}
      {isRaised.value && <Notice tone="good">{consent.record.raised}</Notice>}
      <Fault text={failed.value} />
      <Raise labels={labels} say={say} />
      <Readers record={record.id} />
    </section>
  );
}

function AreaOf({ area, labels, drop }: { area: Area; labels: Labels; drop: () => void }) {
  const { consent } = words.value;
  const reasons = labels.labels.filter((label) => areasOfLabel(label).includes(area)).map(({ why }) => why);
  return (
    <div class="row apart">
      <div>
        <span class="chip caution">
          <Icon name="shield" />
          {consent.areas[area]}
        </span>
        <ReasonsOf reasons={reasons} />
      </div>
      <Button kind="bare" label={consent.record.dropArea(consent.areas[area])} onPress={drop}>
        {consent.record.drop}
      </Button>
    </div>
  );
}

function Raise({ labels, say }: { labels: Labels; say: (word: Pick<LabelAsked, 'add' | 'reset'>) => void }) {
  const { consent } = words.value;
  const others = (Object.keys(consent.areas) as Area[]).filter((area) => !labels.areas.includes(area));
  return (
    <div class="fields">
      <SelectField
        label={consent.record.apart}
        value=""
        options={[
          ['', consent.record.apartNone],
          ...others.map((area): [string, string] => [area, consent.areas[area]]),
        ]}
        onValue={(area) => area !== '' && say({ add: [area] })}
      />
      {labels.said !== null && (
        <div>
          <Button onPress={() => say({ reset: true })}>{consent.record.reset}</Button>
        </div>
      )}
    </div>
  );
}

function Readers({ record }: { record: string }) {
  const asked = useAsked(() => call('record.readers', { ...ofSubject(), record }));
  const { consent } = words.value;
  return (
    <div class="stack tight">
      <h3 class="small-head">{consent.record.readers}</h3>
      <Answer asked={asked.value} again={asked.again} rows={1}>
        {(readers) =>
          readers.length === 0 ? (
            <p class="small">{consent.record.readersNone}</p>
          ) : (
            <ul class="notes small">
              {readers.map((reader) => (
                <li key={reader.grant}>
                  <a href={`#/sharing/${reader.grant}`}>{capital(whoOf(reader))}</a>
                  {reader.untilMicros !== null && (
                    <span class="quiet"> {consent.record.until(endWhen(reader.untilMicros, Date.now() * 1000))}</span>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </div>
  );
}
