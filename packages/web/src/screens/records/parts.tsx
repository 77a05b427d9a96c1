// Small parts that several screens of the records share.
import type { Category, ResultPoint, ResultRow } from '@hale/home';
import { TableScroll } from '../../ui/table-scroll.tsx';
import { words } from '../../words/index.ts';
import { flagOf, rangeSaid, rangeText, valueText } from './measured.ts';
import { writtenDate } from './said.ts';

/** What a source says of a value, as a word; where it says nothing, whether it lies within the source's own range. */
export function Flag({ point }: { point: Pick<ResultPoint, 'flag' | 'value' | 'comparator' | 'low' | 'high'> }) {
  const { text, tone } = flagOf(point);
  return <span class="test-flag">{text !== '' && <span class={`chip ${tone}`}>{text}</span>}</span>;
}

/** Values with when or what they are of, their range and flag. */
export function ResultTable(props: {
  rows: readonly (ResultPoint & Partial<ResultRow>)[];
  label: string;
  /** Of what: a laboratory that gives no range is said so. */
  category: Category;
  linkOf: (row: ResultRow) => string;
}) {
  const { records } = words.value;
  const isOfTests = props.rows.some(({ title }) => title !== undefined);
  const rangeIn = (row: ResultPoint) => rangeText(row) || rangeSaid(row, props.category);
  const hasRange = props.rows.some((row) => rangeIn(row) !== '');
  const hasFlag = props.rows.some((row) => flagOf(row).text !== '');
  return (
    <TableScroll label={props.label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{isOfTests ? records.fields.code : records.when}</th>
            <th scope="col" class="number">
              {records.value}
            </th>
            {hasRange && (
              <th scope="col" class="number">
                {records.range}
              </th>
            )}
            {hasFlag && <th scope="col">{records.flag}</th>}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row, i) => (
            <tr key={`${row.record}-${row.test ?? ''}-${i}`}>
              <th scope="row">
                <a href={props.linkOf(row as ResultRow)}>
                  {row.title ?? (row.written === '' ? records.undated : writtenDate(row.written))}
                </a>
              </th>
              <td class="number long">{valueText(row)}</td>
              {hasRange && <td class="number">{rangeIn(row)}</td>}
              {hasFlag && (
                <td>
                  <Flag point={row} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
