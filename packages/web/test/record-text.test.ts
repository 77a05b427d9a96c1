// The text of a record as a tree of what may be shown: only listed elements, only their words, whatever somebody wrote into it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasWords, readXhtml, type TextNode } from '../src/screens/records/xhtml.ts';

const flat = (nodes: readonly TextNode[] | null): string =>
  (nodes ?? []).map((node) => (typeof node === 'string' ? node : flat(node.children))).join('');
const names = (nodes: readonly TextNode[] | null): string[] =>
  (nodes ?? []).flatMap((node) => (typeof node === 'string' ? [] : [node.name, ...names(node.children)]));

test('tables, lists and emphasis stay, with what their cells span', () => {
  const text =
    '<div xmlns="http://www.w3.org/1999/xhtml"><h2>Results</h2><table border="1" onclick="x()"><tr><th colspan="2">Iron</th></tr>' +
    '<tr><td>Ferritin &lt; 30</td><td><b>11</b></td></tr></table></div>';
  const nodes = readXhtml(text);
  expect(names(nodes)).toEqual(['div', 'h3', 'table', 'tr', 'th', 'tr', 'td', 'td', 'b']);
  expect(flat(nodes)).toBe('ResultsIronFerritin < 3011');
  expect(JSON.stringify(nodes)).not.toContain('onclick');
  expect(JSON.stringify(nodes)).toContain('{"columns":2,"rows":1}');
});

test.each([
  ['<div><script>alert(1)</script>seen</div>', 'seen'],
  ['<div><style>p{}</style><svg><a>x</a></svg>seen</div>', 'seen'],
  ['<div><iframe src="https://tracker.example">x</iframe>seen</div>', 'seen'],
  ['<div>see <a href="javascript:alert(1)">this</a></div>', 'see this'],
  ['<div><img src="https://tracker.example/p.gif" alt="Chest"/> seen</div>', '[Chest] seen'],
  ['<div><form><input value="x"/>y</form>seen</div>', 'seen'],
  ['<!DOCTYPE div [<!ENTITY a "b">]><div>seen &a;</div>', 'seen &a;'],
  ['<div><![CDATA[<b>]]>seen</div>', ']]>seen'],
  ['<div>1 < 2 & seen', '1 < 2 & seen'],
  ['<div></b></div></div>seen', 'seen'],
  ['<DIV><SCRIPT>x</SCRIPT>seen</DIV>', 'seen'],
  ['<div><scr<script>ipt>x</script>seen</div>', '<scrseen'],
])('%s becomes “%s”', (text, seen) => {
  const nodes = readXhtml(text);
  expect(flat(nodes)).toContain(seen);
  for (const name of names(nodes)) expect(['div', 'b']).toContain(name);
});

test('whatever is written, no element comes out that is not for reading', () => {
  const allowed = new Set(
    (
      'abbr b blockquote br caption cite code dd del dfn div dl dt em h3 h4 h5 h6 hr i ins kbd li ol p pre q s samp small span strong sub sup ' +
      'table tbody td tfoot th thead tr u ul var'
    ).split(' '),
  );
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '<script>',
      '</script>',
      '<td colspan="9999999">',
      '<p',
      '<a href="x">',
      '<object>',
      '<!--',
      '-->',
      '&#x0;',
      '&#55555555;',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      for (const name of names(readXhtml(pieces.join('')))) if (!allowed.has(name)) return false;
      return true;
    }),
  );
});

test('what is too long or too deep is not shown; blanks are no words', () => {
  expect(readXhtml('<div>'.repeat(100))).toBeNull();
  expect(readXhtml('x'.repeat(600_000))).toBeNull();
  expect(hasWords(readXhtml('<div> <p>\n</p></div>') ?? [])).toBe(false);
  const unclosed = `<div>${'<i '.repeat(50_000)}`;
  const begun = performance.now();
  readXhtml(unclosed);
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test('the texts of a published summary keep their words', () => {
  const file = fileURLToPath(
    new URL('../../../test/data/fhir/ips/Bundle-bundle-ips-all-sections.json', import.meta.url),
  );
  const { entry } = JSON.parse(readFileSync(file, 'utf8')) as {
    entry: { resource: { text?: { div: string }; section?: { text: { div: string } }[] } }[];
  };
  const texts = entry.flatMap(({ resource }) => [
    resource.text?.div,
    ...(resource.section ?? []).map(({ text }) => text.div),
  ]);
  const plain = (html: string) => html.replace(/<[^>]*>/g, '').replace(/\s+/g, '');
  const there = texts.filter((text) => text !== undefined);
  expect(there.length).toBeGreaterThan(20);
  for (const text of there) {
    const shown = flat(readXhtml(text)).replace(/\s+/g, '');
    expect(shown.replace(/[<>&\u00a0]/g, '')).toBe(
      plain(text)
        .replace(/&(lt|gt|amp|#160|nbsp);/g, '')
        .replace(/\u00a0/g, ''),
    );
  }
});
