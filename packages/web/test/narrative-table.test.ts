// Which tables of a record's text can stand row by row on a phone: those whose every cell has one head.
import { expect, test } from 'vitest';
import { headsOf } from '../src/screens/records/narrative-table.ts';
import { readXhtml, type TextElement, type TextNode } from '../src/screens/records/xhtml.ts';

function tableIn(nodes: readonly TextNode[]): TextElement | null {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    const found = node.name === 'table' ? node : tableIn(node.children);
    if (found) return found;
  }
  return null;
}
const heads = (rows: string) => headsOf(tableIn(readXhtml(`<div><table>${rows}</table></div>`) ?? []) as TextElement);

const HEADS = '<tr><th>Problem</th><th><b>On</b>set</th></tr>';

test.each([
  ['heads in the first row', `${HEADS}<tr><td>Gout</td><td/></tr>`, ['Problem', 'Onset']],
  [
    'heads of their own part',
    `<thead>${HEADS}</thead><tbody><tr><th>Gout</th><td>2016</td></tr></tbody>`,
    ['Problem', 'Onset'],
  ],
  ['a row that is shorter', `${HEADS}<tr><td>Gout</td></tr>`, ['Problem', 'Onset']],
  ['no heads', '<tr><td>Gout</td><td>2016</td></tr><tr><td>Flu</td><td>2017</td></tr>', null],
  ['nothing but heads', HEADS, null],
  ['a cell over two columns', `${HEADS}<tr><td colspan="2">None</td></tr>`, null],
  ['more cells than heads', `${HEADS}<tr><td>a</td><td>b</td><td>c</td></tr>`, null],
  ['heads again further below', `${HEADS}<tr><td>a</td><td>b</td></tr><tr><th>Allergy</th><th>Since</th></tr>`, null],
  ['a table within', `${HEADS}<tr><td><table><tr><td>x</td></tr></table></td><td/></tr>`, null],
])('%s', (_, rows, expected) => expect(heads(rows)).toEqual(expected));
