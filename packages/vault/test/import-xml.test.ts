// The reader of tags: what it makes of good XML however it is cut into pieces, and of everything that is meant to hurt it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMPORT_LIMITS } from '../src/import/index.ts';
import { textOf, XmlReader } from '../src/import/xml.ts';
import { source } from './import-sources.ts';

/** Tags as `+name{attribute=value}` or `-name"text before"`, damage as `!place`. */
async function read(
  content: string | Uint8Array,
  { root = 'root', partBytes = Number.POSITIVE_INFINITY, from = 0 } = {},
) {
  const xml = new XmlReader(source('x.xml', content, partBytes), root, from);
  const seen: string[] = [];
  for (let reads = 0; ; ) {
    const token = xml.next();
    if (token === 'more') {
      if (++reads > 2_000_000) throw new Error('reads for ever');
      await xml.fill();
    } else if (token === 'open') {
      const attributes = ['a', 'b', 'Cardio Use'].flatMap((name) =>
        xml.attribute(name) === null ? [] : [`${name}=${xml.attribute(name)}`],
      );
      seen.push(`+${xml.name}${attributes.length > 0 ? `{${attributes.join(',')}}` : ''}${xml.selfClosed ? '/' : ''}`);
    } else if (token === 'close') seen.push(`-${xml.name}"${xml.text.trim()}"`);
    else if (token === 'damaged') seen.push(`!${xml.tagPosition}`);
    else return { seen, cutOff: xml.cutOff };
  }
}

const GOOD = `<?xml version="1.0"?>
<!DOCTYPE root [ <!ELEMENT root (a|b)*> <!-- <no> --> ]>
<root a="1">
 <!-- <not this="one"/> --><n:one a='x &lt;&amp;&#65;&#x1F600;' b = "a>b"/>
 <two>72</two><![CDATA[ <no/> ]]>
 <Me Cardio Use="None"/>
</root>`;
const SEEN = ['+root{a=1}', '+one{a=x <&A😀,b=a>b}/', '+two', '-two"72"', '+Me{Cardio Use=None}/', '-root""'];

describe('the reader of tags', () => {
  it('gives the same however the source answers', async () => {
    for (const partBytes of [1, 2, 3, 7, 64, 1000])
      expect(await read(GOOD, { partBytes })).toEqual({ seen: SEEN, cutOff: false });
  });

  it('goes on from any tag', async () => {
    const from = GOOD.indexOf('<two>');
    expect((await read(GOOD, { from })).seen).toEqual(SEEN.slice(2));
  });

  it.each([
    [
      'a bomb of entities',
      '<!DOCTYPE root [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><root a="&b;"/>',
      '+root{a=&b;}/',
    ],
    [
      'a file of the system',
      '<!DOCTYPE root [<!ENTITY x SYSTEM "file:///etc/passwd">]><root a="&x;"/>',
      '+root{a=&x;}/',
    ],
    [
      "Apple's DTD without its end",
      '<!DOCTYPE root [\n<!ATTLIST X\n startDate CDATA #IMPLIED\n]\n<root a="1"/>',
      '+root{a=1}/',
    ],
    ['numbers that are no letter', '<root a="&#x110000;&#0;"/>', '+root{a=\ufffd\u0000}/'],
    ['control characters', '<root a="x\u000by\u0000"/>', '+root{a=x\u000by\u0000}/'],
  ])('does nothing with %s', async (_, content, first) => {
    expect((await read(content)).seen[0]).toBe(first);
  });

  it('leaves damage behind and says where it is', async () => {
    expect((await read('<root><a x="1 <b a="2"/><c></c><d e f/></root>')).seen).toEqual([
      ...['+root', '!6', '+b{a=2}/', '+c', '-c""', '!31', '-root""'],
    ]);
  });

  it('does not hold a tag, a text or a comment that never ends', async () => {
    const long = 'x'.repeat(3 * IMPORT_LIMITS.xmlTagBytesMax);
    expect((await read(`<root><a b="${long}"/><c/></root>`)).seen).toEqual(['+root', '!6', '+c/', '-root""']);
    expect((await read(`<root>${long}<c/></root>`)).seen).toEqual(['+root', '+c/', '-root""']);
    expect((await read(`<root><!-- ${long}`)).seen).toEqual(['+root']);
  });

  it('ends at every cut with a part of what the whole gives', async () => {
    const bytes = new TextEncoder().encode(GOOD);
    for (let length = 0; length < bytes.length; length++) {
      const { seen } = await read(bytes.subarray(0, length));
      expect(SEEN.slice(0, seen.length)).toEqual(seen);
    }
  });

  it('ends whatever the bytes are', async () => {
    const letters = fc.constantFrom(...'<>/!?-="\'&;[] ab\n'.split(''), '<![CDATA[', ']]>', '<root', '<!--', '-->');
    await fc.assert(
      fc.asyncProperty(
        fc.array(letters, { maxLength: 200 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, partBytes) => {
          const whole = await read(parts.join(''));
          expect((await read(parts.join(''), { partBytes })).seen).toEqual(whole.seen);
        },
      ),
      { seed: 11, numRuns: 500 },
    );
  });

  it('reads text of broken UTF-8 without falling', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62);
    expect(textOf(bytes, 0, bytes.length)).toBe('a\ufffd\ufffdb');
  });
});
