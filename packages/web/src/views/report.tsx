// The sheet on which every clinical view stands: whose, what time, and the three things one does with it: print, save as PDF, copy as text. On a
// phone the sheet comes first: title, time and the one figure that matters, then what can be chosen, folded into one row.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Segments } from '../ui/field.tsx';
import { isNarrow } from '../ui/narrow.ts';
import { words } from '../words/index.ts';
import { day, moment, zone } from '../words/numbers.ts';
import { givenName } from '../words/people.ts';
import type { Subject } from './port.ts';

export interface ReportProps {
  title: string;
  person: Subject;
  /** '1 – 14 Jan 2026'. */
  period: string;
  /** What can be chosen, above the sheet; not printed. */
  controls?: ComponentChildren;
  /** The figure that one looks for first, or two; on a phone they stand above everything else. */
  lead?: Lead | readonly Lead[] | null;
  /** The same as plain text, line by line. */
  text: () => string[];
  /** For paper that lies on its side. */
  isWide?: boolean;
  children: ComponentChildren;
}

export interface Lead {
  title: string;
  text: ComponentChildren;
}

/** What a home calls its owner until she gives a name says nothing on paper. */
const nameOf = ({ name }: Subject): string => givenName(name);

/** The head of every report as text. */
export function headLines(title: string, person: Subject, period: string): string[] {
  return [title, [nameOf(person), person.born].filter(Boolean).join(', '), `${period} (${zone.value})`, ''];
}

export function Report(props: ReportProps) {
  const { report } = words.value;
  const { title, person, period } = props;
  const leads = [props.lead ?? []].flat();
  const tools = (
    <Tools text={() => [...headLines(title, person, period), ...props.text(), '', report.madeBy].join('\n')} />
  );
  return (
    <article class={`report ${props.isWide ? 'wide' : ''}`} aria-label={title}>
      {!isNarrow.value && (
        <div class="row apart no-print report-tools">
          <div class="row">{props.controls}</div>
          {tools}
        </div>
      )}
      <div class="sheet-paper">
        <header class="report-head">
          <div>
            <h2>{title}</h2>
            <p class="small">
              <strong>{nameOf(person)}</strong>
              {person.born && <span> · {report.born(person.born)}</span>}
            </p>
          </div>
          <p class="small report-period">
            {period}
            <br />
            <span class="quiet">{report.zone(zone.value)}</span>
          </p>
        </header>
        {isNarrow.value && (
          <>
            {leads.length > 0 && (
              <div class="report-leads no-print">
                {leads.map(({ title: of, text }) => (
                  <p class="report-lead" key={of}>
                    <span class="small quiet">{of}</span>
                    <strong>{text}</strong>
                  </p>
                ))}
              </div>
            )}
            <div class="report-folds no-print">
              <details>
                <summary>{report.choose}</summary>
                <div class="row">{props.controls}</div>
              </details>
              <details>
                <summary>{report.keep}</summary>
                {tools}
              </details>
            </div>
          </>
        )}
        {props.children}
        <footer class="report-foot caption">
          <span>{report.madeBy}</span>
          <span class="only-print">{report.printedOn(moment(Date.now() * 1000))}</span>
        </footer>
      </div>
    </article>
  );
}

function Tools({ text }: { text: () => string }) {
  const { report, frame } = words.value;
  const [shown, setShown] = useState<string | null>(null);
  const [isCopied, setCopied] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 4000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  useEffect(() => box.current?.select(), [shown]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
      setShown(null);
    } catch {
      // Some browsers do not let a page copy: the text is shown, to be copied by hand.
      setShown(text());
    }
  };
  return (
    <div class="stack tight">
      <div class="actions">
        <Button icon={isCopied ? 'check' : 'copy'} onPress={copy}>
          {isCopied ? frame.copied : report.copyText}
        </Button>
        <span class="print-report">
          <Button icon="print" onPress={() => print()}>
            {report.print}
          </Button>
        </span>
      </div>
      {shown !== null && (
        <textarea class="input mono" ref={box} readOnly rows={12} value={shown} aria-label={report.textToCopy} />
      )}
    </div>
  );
}

/** Days to look at, and steps earlier and later. `last` is a civil day. */
export function PeriodChooser(props: {
  days: number;
  choices: readonly number[];
  onDays: (days: number) => void;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
}) {
  const { report, series, frame } = words.value;
  return (
    <>
      <Segments
        label={report.period}
        value={String(props.days)}
        onValue={(days) => props.onDays(Number(days))}
        options={props.choices.map((days) => [String(days), frame.days(days)] as const)}
      />
      <div class="row tight">
        <Button
          kind="bare"
          icon="left"
          label={series.earlier}
          disabled={props.isFirst}
          onPress={() => props.onMove(-1)}
        />
        <Button kind="bare" icon="right" label={series.later} disabled={props.isLast} onPress={() => props.onMove(1)} />
      </div>
    </>
  );
}

export const between = (fromMicros: number, toMicros: number): string => {
  const [first, last] = [day(fromMicros), day(toMicros - 1)];
  return first === last ? first : `${first} – ${last}`;
};
