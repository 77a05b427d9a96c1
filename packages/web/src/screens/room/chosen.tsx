// What is shown at the desk: what its page draws, unless something else is chosen; how far back, how long, under which name; said back in one sentence.
import type { Parameters, RoomDesk, StreamInfo } from '@hale/home';
import { type Signal, useSignal } from '@preact/signals';
import { ofSubject, shownSubject } from '../../app/state.ts';
import { DAY_MICROS } from '../../clinical/civil.ts';
import { isOnVisitPage, VISIT_DAYS } from '../../clinical/visit.ts';
import { Button } from '../../ui/button.tsx';
import { Check } from '../../ui/choice.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { words } from '../../words/index.ts';
import { day, number, zone } from '../../words/numbers.ts';
import { personOfKey } from '../../words/people.ts';
import { addDays, dayOf, dayStart, emptyDraft, type Period } from '../share/draft.ts';
import { shareSentence } from '../share/sentence.ts';

export interface Decided {
  parameters: Omit<Parameters<'room.show'>, 'visit'>;
  sentence: string;
}

type Back = 'since' | '14' | '90' | '365';
type Until = 'today' | 'week' | 'month';
const UNTIL_DAYS: Record<Until, number> = { today: 1, week: 7, month: 30 };

export function Chosen(props: {
  desk: RoomDesk;
  streams: readonly StreamInfo[];
  onDecided: (decided: Decided) => void;
  onDecline: () => Promise<void>;
}) {
  const { desk, streams, onDecided } = props;
  const { room, share } = words.value;
  const usual = streams.filter(({ kind }) => isOnVisitPage(kind)).map(({ key }) => key);
  const chosen = useSignal<readonly string[]>(usual.length > 0 ? usual : streams.map(({ key }) => key));
  const back = useSignal<Back>(desk.lastMicros === null ? '14' : 'since');
  const until = useSignal<Until>('today');
  const name = useSignal(ownName());
  const mayFile = useSignal(false);
  const period = periodOf(back.value, until.value, desk.lastMicros);
  const draft = {
    ...emptyDraft(chosen.value, name.value),
    who: { kind: 'person' as const, address: desk.npub, npub: desk.npub, postQuantum: 'found' as const },
    name: desk.name,
  };
  const said = shareSentence(draft, streams, period);
  const choose = (keys: readonly string[]) => {
    chosen.value = keys;
  };
  const decide = () =>
    onDecided({ parameters: parametersOf(chosen.value, period, name.value, mayFile.value), sentence: said });
  return (
    <section class="card stack">
      <div class="stack tight">
        <h2>{room.chooseTitle(personOfKey(desk.name, desk.npub))}</h2>
        <p class="small quiet">{room.chooseText}</p>
      </div>
      <p class="share-sentence">{said}</p>
      <div class="actions">
        <Button kind="sharing" icon="forward" disabled={chosen.value.length === 0} onPress={decide}>
          {room.toWords}
        </Button>
        <Button onPress={props.onDecline}>{room.decline}</Button>
      </div>
      <Times back={back} until={until} lastMicros={desk.lastMicros} />
      <details class="folded">
        <summary>{room.what(number(chosen.value.length), number(streams.length))}</summary>
        <Picks streams={streams} chosen={chosen.value} onChosen={choose} />
      </details>
      <TextField
        label={share.yourName}
        hint={share.yourNameHint}
        value={name.value}
        input={{ autocomplete: 'name', maxLength: 100 }}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <Check
        title={share.mayFile}
        hint={share.mayFileHint}
        value={mayFile.value}
        onValue={(value) => {
          mayFile.value = value;
        }}
      />
    </section>
  );
}

function Times(props: { back: Signal<Back>; until: Signal<Until>; lastMicros: number | null }) {
  const { back, until, lastMicros } = props;
  const { room } = words.value;
  const backs: [Back, string][] = [
    ...(lastMicros === null ? [] : [['since', room.sinceLast(day(lastMicros))] as [Back, string]]),
    ...(['14', '90', '365'] as const).map((days): [Back, string] => [days, room.daysBack(Number(days))]),
  ];
  return (
    <div class="fields">
      <SelectField
        label={room.howFar}
        value={back.value}
        options={backs}
        onValue={(value) => {
          back.value = value as Back;
        }}
      />
      <SelectField
        label={room.howLong}
        value={until.value}
        options={(Object.keys(UNTIL_DAYS) as Until[]).map((each) => [each, room.untils[each]])}
        onValue={(value) => {
          until.value = value as Until;
        }}
      />
    </div>
  );
}

function Picks(props: {
  streams: readonly StreamInfo[];
  chosen: readonly string[];
  onChosen: (chosen: readonly string[]) => void;
}) {
  const { streams, chosen, onChosen } = props;
  const { room, share } = words.value;
  return (
    <fieldset class="picks many">
      <legend class="only-heard">{room.what(number(chosen.length), number(streams.length))}</legend>
      {streams.map(({ key, title, lastMicros }) => (
        <Check
          key={key}
          title={title}
          hint={share.newest(day(lastMicros ?? 0))}
          value={chosen.includes(key)}
          onValue={(isChosen) =>
            onChosen(
              streams.flatMap((each) => ((each.key === key ? isChosen : chosen.includes(each.key)) ? [each.key] : [])),
            )
          }
        />
      ))}
    </fieldset>
  );
}

/** 'me' is no name to be called by. */
function ownName(): string {
  const name = shownSubject() ?? 'me';
  return name === 'me' ? '' : name;
}

/** Whole days in the person's zone; new readings are included, since the visit is now. */
function periodOf(back: Back, until: Until, lastMicros: number | null): Period {
  const today = dayOf(Date.now(), zone.value);
  const first =
    back === 'since' && lastMicros !== null
      ? dayOf((lastMicros - VISIT_DAYS * DAY_MICROS) / 1000, zone.value)
      : addDays(today, -Number(back === 'since' ? VISIT_DAYS : back));
  return {
    from: dayStart(first, zone.value),
    to: null,
    until: dayStart(addDays(today, UNTIL_DAYS[until]), zone.value),
  };
}

function parametersOf(
  streams: readonly string[],
  period: Period,
  name: string,
  mayFile: boolean,
): Decided['parameters'] {
  const iso = (millis: number) => new Date(millis).toISOString();
  return {
    streams: [...streams],
    ...ofSubject(),
    level: 'raw',
    from: iso(period.from),
    until: iso(period.until),
    as: name.trim(),
    ...(mayFile ? { mayFile } : {}),
  };
}
