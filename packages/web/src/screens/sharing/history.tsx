// What happened: given, downloaded, filed, ended; newest first.
import type { GrantInfo } from '@hale/home';
import { useSignal } from '@preact/signals';
import { query, setQuery } from '../../app/state.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/field.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { words } from '../../words/index.ts';
import { moment, number } from '../../words/numbers.ts';
import { Consents } from './consents.tsx';
import { capital, servedWhen, type Titles, titleOf, whatOf, whoOf } from './words.ts';

interface Event {
  atMicros: number;
  /** Where the moment is not known: when it was at the earliest and latest. */
  when?: string;
  icon: IconName;
  text: string;
  grant: string;
}

/** Shown at once. */
const EVENTS = 50;

/** Downloads of one hour are one event. */
function servedEvents(grant: GrantInfo, titles: Titles): Event[] {
  const { events } = words.value.sharing;
  const hours = new Map<number, Set<string>>();
  for (const { hourMicros, stream } of grant.served)
    hours.set(hourMicros, (hours.get(hourMicros) ?? new Set()).add(titleOf(titles, grant, stream)));
  return [...hours].map(([hourMicros, what]) => ({
    atMicros: Math.max(hourMicros, grant.issuedMicros),
    when: servedWhen(hourMicros, grant, Date.now() * 1000),
    icon: 'download',
    text: events.served(whoOf(grant), [...what].join(', ')),
    grant: grant.id,
  }));
}

export function eventsOf(grants: readonly GrantInfo[], titles: Titles): Event[] {
  const { events } = words.value.sharing;
  const { idle } = words.value.consent;
  const all = grants.flatMap((grant): Event[] => {
    const who = whoOf(grant);
    const given: Event = {
      atMicros: grant.issuedMicros,
      icon: 'sharing',
      text: events.given(who, whatOf(grant, titles)),
      grant: grant.id,
    };
    const isOver = grant.untilMicros !== null && grant.endedMicros !== null && grant.endedMicros >= grant.untilMicros;
    const ended: Event[] =
      grant.endedMicros === null
        ? []
        : [
            {
              atMicros: grant.endedMicros,
              icon: 'stop',
              text: grant.idle?.lapsed
                ? idle.event(who, idle.months(grant.idle.months))
                : isOver
                  ? events.expired(who)
                  : events.ended(who),
              grant: grant.id,
            },
          ];
    const filed = grant.filed.map(
      ({ atMicros }): Event => ({ atMicros, icon: 'file', text: events.filed(capital(who)), grant: grant.id }),
    );
    return [given, ...ended, ...filed, ...servedEvents(grant, titles)];
  });
  return all.sort((a, b) => b.atMicros - a.atMicros);
}

const VIEWS = ['events', 'words'] as const;
type View = (typeof VIEWS)[number];

/** What happened, or each consent in the words in which it was given. */
export function History({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  const { history } = words.value.consent;
  const view: View = query.value.get('view') === 'words' ? 'words' : 'events';
  const names: Record<View, string> = { events: history.events, words: history.wordsView };
  return (
    <>
      <div class="no-print">
        <Segments
          label={history.viewLabel}
          value={view}
          onValue={(chosen) => setQuery({ view: chosen === 'words' ? chosen : null })}
          options={VIEWS.map((each): [string, string] => [each, names[each]])}
        />
      </div>
      {view === 'words' ? <Consents grants={grants} titles={titles} /> : <Events grants={grants} titles={titles} />}
    </>
  );
}

function Events({ grants, titles }: { grants: readonly GrantInfo[]; titles: Titles }) {
  const { sharing, share } = words.value;
  const count = useSignal(EVENTS);
  const events = eventsOf(grants, titles);
  if (events.length === 0) return <p class="quiet">{sharing.historyNone}</p>;
  return (
    <div class="card stack">
      <ol class="list">
        {events.slice(0, count.value).map(({ atMicros, when, icon, text, grant }) => (
          <li key={`${grant}/${icon}/${atMicros}`}>
            <a class="row event" href={`#/sharing/${grant}`}>
              <Icon name={icon} />
              <span>{text}</span>
            </a>
            <span class="caption">{when ?? moment(atMicros)}</span>
          </li>
        ))}
      </ol>
      {events.length > count.value && (
        <div>
          <Button
            onPress={() => {
              count.value += EVENTS;
            }}
          >
            {share.moreSeries(number(Math.min(EVENTS, events.length - count.value)))}
          </Button>
        </div>
      )}
    </div>
  );
}
