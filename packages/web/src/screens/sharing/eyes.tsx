// Through the recipient's eyes: the readings and health records that a share gives at this moment, by the components that the recipient has, and in
// words what it does not give.
import type { GrantInfo, GrantSeen } from '@hale/home';
import { binSeconds } from '@hale/kernel';
import { useSignal } from '@preact/signals';
import { useAsked } from '../../app/asking.ts';
import { call } from '../../app/state.ts';
import { OpenedChart } from '../../chart/opened-chart.tsx';
import { GivenRecords } from '../../given/given-records.tsx';
import { useLooked } from '../../given/looked.ts';
import { Button } from '../../ui/button.tsx';
import { Answer } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { moment } from '../../words/numbers.ts';
import { type Titles, titleOf } from './words.ts';

const REFRESH_MILLIS = 5_000;
/** Series that are drawn at once, and that are named one by one where they are not in the share. */
const DRAWN = 3;
const NAMED = 8;

interface Looked {
  grant: GrantInfo;
  titles: Titles;
}

export function Eyes({ grant, titles }: Looked) {
  const isOpen = useSignal(false);
  const { grant: said } = words.value.consent;
  return (
    <section class="card stack" aria-label={said.eyes}>
      <div>
        <h2>{said.eyes}</h2>
        <p class="small quiet">{said.eyesText}</p>
      </div>
      {isOpen.value && <Seen grant={grant} titles={titles} />}
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

function Seen({ grant, titles }: Looked) {
  const asked = useAsked((signal) => call('grants.look', { grant: grant.id }, { signal }));
  return (
    <Answer asked={asked.value} again={asked.again}>
      {(seen) => (
        <>
          {seen.streams.length > 0 && <SeriesSeen grant={grant} titles={titles} streams={seen.streams} />}
          {grant.records && <RecordsSeen grant={grant.id} />}
          <Unseen grant={grant} titles={titles} seen={seen} />
        </>
      )}
    </Answer>
  );
}

function SeriesSeen({ grant, titles, streams }: Looked & Pick<GrantSeen, 'streams'>) {
  const isAll = useSignal(streams.length <= DRAWN);
  const { share } = words.value;
  const shown = isAll.value ? streams : streams.slice(0, DRAWN);
  return (
    <>
      {shown.map((stream) => (
        <figure class="preview" key={stream.key}>
          <OpenedChart
            id={`${grant.id}/${stream.key}`}
            ask={(range, signal) =>
              call('grants.series', { grant: grant.id, stream: stream.key, ...range }, { signal })
            }
            height={180}
            hasTable
            head={() => (
              <figcaption>
                <strong>{share.as(titleOf(titles, grant, stream.key), share.levelWords[stream.levels[0]])}</strong>
              </figcaption>
            )}
            nothing={() => <p class="quiet">{words.value.consent.grant.nothingOpens}</p>}
            notes={() => <Newest stream={stream} toMicros={grant.toMicros} />}
          />
        </figure>
      ))}
      {!isAll.value && (
        <div>
          <Button
            icon="plus"
            onPress={() => {
              isAll.value = true;
            }}
          >
            {share.moreSeries(String(streams.length - DRAWN))}
          </Button>
        </div>
      )}
    </>
  );
}

/** What was measured since the newest piece that opens. */
function Newest(props: { stream: GrantSeen['streams'][number]; toMicros: number | null }) {
  const { held, here, levels } = props.stream;
  if (!held || !here) return null;
  const covered = Math.min(here.lastMicros, (props.toMicros ?? Number.POSITIVE_INFINITY) - 1);
  const [finest] = levels;
  const piece = finest === 'raw' ? 1 : binSeconds(finest) * 1e6;
  if (covered < held.lastMicros + piece) return null;
  return <p class="small quiet">{words.value.consent.grant.yourNewest(moment(covered))}</p>;
}

function RecordsSeen({ grant }: { grant: string }) {
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

function Unseen({ grant, titles, seen }: Looked & { seen: GrantSeen }) {
  const { grant: said } = words.value.consent;
  return (
    <section class="stack tight" aria-label={said.unseen}>
      <h3>{said.unseen}</h3>
      <ul class="notes">
        {unseenLines(grant, titles, seen).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function unseenLines(grant: GrantInfo, titles: Titles, seen: GrantSeen): string[] {
  const { grant: said } = words.value.consent;
  const { streams, unseen, opensFromMicros: from, opensToMicros: to } = seen;
  const title = ({ key }: { key: string }) => titleOf(titles, grant, key);
  const coarse = streams.filter(({ levels }) => levels[0] !== 'raw');
  const isBefore = streams.some(({ here }) => here !== null && here.firstMicros < from);
  const isAfter = to !== null && streams.some(({ here }) => here !== null && here.lastMicros >= to);
  const named = unseen.streams.slice(0, NAMED).map(title).join(', ');
  const others = unseen.streams.length > NAMED ? `${named} …` : named;
  const records = words.value.records.counted(unseen.records);
  return [
    ...(coarse.length > 0 ? [said.unseenSingle(coarse.map(title).join(', '))] : []),
    ...(isBefore ? [said.unseenBefore(moment(from))] : []),
    ...(isAfter ? [said.unseenAfter(moment(to))] : []),
    ...(others === '' ? [] : [said.unseenSeries(said.unseenCount(unseen.streams.length), others)]),
    ...(unseen.records === 0 ? [] : [grant.records ? said.unseenKept(records) : said.unseenRecords(records)]),
    said.unseenEver,
  ];
}
