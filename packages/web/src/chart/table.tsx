// The same numbers as the chart, as a table: for screen readers, for copying, and as a CSV file.
import { useState } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { TableScroll } from '../ui/table-scroll.tsx';
import { codeWords } from '../words/codes.ts';
import { words } from '../words/index.ts';
import { day, momentExact, number } from '../words/numbers.ts';
import type { Shown } from '../words/units.ts';
import type { ChartData } from './source.ts';
import type { View } from './view.ts';

const ROWS_PER_PAGE = 25;

interface TableProps {
  kind: string;
  data: ChartData;
  view: View;
  shown: Shown;
  name: string;
  isByDay?: boolean;
}

export function DataTable(props: TableProps) {
  const { data, view, shown } = props;
  const { columns } = data;
  const told = codeWords(props.kind, columns);
  const [page, setPage] = useState(0);
  const { series } = words.value;
  const seen = columns.at.map((_, i) => i).filter((i) => columns.at[i] >= view.from && columns.at[i] < view.to);
  const pages = Math.max(1, Math.ceil(seen.length / ROWS_PER_PAGE));
  const here = Math.min(page, pages - 1);
  const hasBand = columns.min.length > 0;
  const figure = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : number(shown.of(value), shown.decimals);
  return (
    <div class="stack">
      <TableScroll label={props.name}>
        <table>
          <thead>
            <tr>
              <th scope="col">{series.time}</th>
              <th scope="col" class="number">
                {hasBand ? series.average : series.value} {shown.unit && `(${shown.unit})`}
              </th>
              {hasBand && (
                <>
                  <th scope="col" class="number">
                    {series.lowest}
                  </th>
                  <th scope="col" class="number">
                    {series.highest}
                  </th>
                  <th scope="col" class="number">
                    {series.count}
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {seen.slice(here * ROWS_PER_PAGE, (here + 1) * ROWS_PER_PAGE).map((i) => (
              <tr key={columns.at[i]}>
                <th scope="row">{(props.isByDay ? day : momentExact)(columns.at[i])}</th>
                <td class="number">{told?.[i] ?? figure(columns.mean[i])}</td>
                {hasBand && (
                  <>
                    <td class="number">{figure(columns.min[i])}</td>
                    <td class="number">{figure(columns.max[i])}</td>
                    <td class="number">{number(columns.count[i] ?? 1)}</td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      <div class="row apart">
        <div class="row">
          <Button icon="left" label={series.earlier} disabled={here === 0} onPress={() => setPage(here - 1)} />
          <span class="small quiet">{series.page(here + 1, pages)}</span>
          <Button icon="right" label={series.later} disabled={here >= pages - 1} onPress={() => setPage(here + 1)} />
        </div>
        <Button icon="download" onPress={() => download(props.name, csvOf(data, seen, shown))}>
          {series.downloadCsv}
        </Button>
      </div>
    </div>
  );
}

/** ISO times in UTC and plain decimal points, whatever the language: a file for other programs. */
function csvOf({ columns }: ChartData, rows: readonly number[], shown: Shown): string {
  const hasBand = columns.min.length > 0;
  const head = hasBand ? 'time,mean,min,max,count' : 'time,value';
  const figure = (value: number | null | undefined) => (value === null || value === undefined ? '' : shown.of(value));
  const lines = rows.map((i) => {
    const time = new Date(columns.at[i] / 1000).toISOString();
    const value = columns.code?.[i] ?? figure(columns.mean[i]);
    const band = [figure(columns.min[i]), figure(columns.max[i]), columns.count[i] ?? 1];
    return [time, value, ...(hasBand ? band : [])].join(',');
  });
  return `${head}${shown.unit === '' ? '' : ` # ${shown.unit}`}\n${lines.join('\n')}\n`;
}

export const download = (name: string, text: string): void => saveFile(`${name}.csv`, text, 'text/csv');

export function saveFile(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}
