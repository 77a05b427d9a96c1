// A saved copy: the link reader with a grant's sealed data inside, opened from a disk without any relay. The key is in it only if the owner wants it
// so; else a code opens it, which goes another way than the file.
import { encodeFileCode, FILE_CODE_BYTES, fileGrantKey, type StreamPreview } from '@hale/consent';
import {
  base64Decode,
  base64Encode,
  decodeBatch,
  fromHex,
  HaleError,
  KINDS,
  slotRange,
  toHex,
  type VerifiedEvent,
} from '@hale/kernel';
import { levelLabel } from '@hale/kernel/seal';
import type { NewGrant } from '@hale/vault';
import type { SharePreview } from '../api.ts';
import type { Home } from '../home.ts';
import { HOME_LIMITS } from '../limits.ts';
import { readerPage } from '../web/files.ts';
import type { Operation } from './context.ts';
import { agreedWords, grantInfo, previewOf, wishOf } from './share.ts';

export const shareFile: Operation<'share.file'> = ({ home }, { keyInside, ...given }) => {
  if (given.claim)
    throw new HaleError('usage', 'a saved copy asks nobody, so it cannot belong to one browser; share a link');
  const page = readerPage();
  const parameters = { ...given, with: 'link', asCopy: true };
  const code = home.vault.random.bytes(FILE_CODE_BYTES);
  const wish = { ...wishOf(home, parameters, null), key: fileGrantKey(code) };
  const preview = previewOf(home, parameters, wish);
  home.vault.flush((stream) =>
    wish.scope.streams.some(({ streamKey }) => streamKey === stream.entry.key && stream.entry.subject === wish.subject),
  );
  home.vault.publishAll();
  const made = home.vault.change(() => home.grants.issue({ ...wish, ...agreedWords(parameters, preview) }));
  home.writeHeads();
  const html = fill(page, sealedOf(home, made, keyInside === true), preview, keyInside === true);
  // What is in the file stays open; no relay has to serve a reader for it.
  home.grants.end(made.grant.record.id, 'revoked', true);
  home.useRelays();
  home.announce();
  return { grant: grantInfo(home, made.grant), preview, html, code: keyInside ? null : encodeFileCode(code) };
};

/** What the page finds in the file: the grant's own stream, the copies of records and the tiles that it opens, as relays hold them. */
function sealedOf(home: Home, { grant, preview }: NewGrant, keyInside: boolean): string {
  const { grantAuthor, grantKey, copiesAuthor } = grant.owner;
  const authors = [grantAuthor, ...(copiesAuthor === null ? [] : [copiesAuthor])];
  const events = home.events.query({ kinds: [KINDS.tileBatch], authors });
  for (const stream of preview) events.push(...tilesOf(home, grant.record.subject, stream));
  const sealed = JSON.stringify({
    v: 1,
    author: grantAuthor,
    made: home.nowMicros(),
    key: keyInside ? base64Encode(grantKey) : null,
    events,
  });
  if (sealed.length > HOME_LIMITS.savedCopyUnitsMax)
    throw new HaleError(
      'too-large',
      'this is too much for one file; share a shorter time, summaries, or fewer records',
      {
        max: HOME_LIMITS.savedCopyUnitsMax,
      },
    );
  // Inside a script element nothing may look like a tag.
  return sealed.replaceAll('<', '\\u003c');
}

function tilesOf(home: Home, subject: string, { streamKey, levels }: StreamPreview): VerifiedEvent[] {
  const stream = home.vault.stream(subject, streamKey);
  const author = toHex(stream.author);
  return levels.flatMap(({ level, from, to }) => {
    const label = toHex(levelLabel(stream.secret, level));
    const range = slotRange(stream.grid, level, from, to ?? home.nowMicros());
    const batches = home.events.query({ kinds: [KINDS.tileBatch], authors: [author], '#l': [label] });
    return batches.filter(({ content }) =>
      decodeBatch(fromHex(author, 32), base64Decode(content)).tiles.some(
        ({ slot }) => slot >= range.first && slot < range.end,
      ),
    );
  });
}

/** Without its program the page still says what it is. A sealed copy says nothing of what is in it. */
function fill(page: string, sealed: string, preview: SharePreview, keyInside: boolean): string {
  const summary = keyInside
    ? [`<p><strong>Anyone with this file can read it.</strong></p>`, `<p>${escaped(preview.sentence)}</p>`]
    : ['<p>The data in this file is sealed. It opens with the code that the owner gives you.</p>'];
  const copy = ['<p>This is a saved copy. Open this file in Chrome, Firefox or Safari.</p>', ...summary].join('\n');
  return page
    .replace('connect-src http: https: ws: wss:', "connect-src 'none'")
    .replace('<!--hale:summary-->', () => copy)
    .replace('<!--hale:sealed-->', () => `<script type="application/json" id="hale-sealed">${sealed}</script>`);
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
