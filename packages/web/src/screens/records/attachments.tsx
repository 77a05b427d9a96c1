// Files that hang on a record: pictures are shown, text is shown as text, everything else is saved. Their bytes stand in the record, in the file that
// it came in, or in a record of their own.
import type { Parameters, RecordShown } from '@hale/home';
import { useEffect, useState } from 'preact/hooks';
import { useAsked } from '../../app/asking.ts';
import { bytesOf, save } from '../../app/saving.ts';
import { call, ofSubject } from '../../app/state.ts';
import { saveFile } from '../../chart/table.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Answer, Notice } from '../../ui/states.tsx';
import { words } from '../../words/index.ts';
import { bytes as bytesText } from '../../words/numbers.ts';
import { type Fields, isFields, listOf } from './fields.ts';
import { writtenDate } from './said.ts';

interface Attachment {
  name: string;
  type: string;
  made: string;
  size: number | null;
  /** Base64, or where its bytes lie (`hale-blob:…`, `hale-file:…`); '' where it is only named. */
  data: string;
  /** Record of its own that holds the bytes. */
  binary: string | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
/** What a browser draws and cannot run. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp']);
const TEXTS = new Set(['text/plain']);
const PICTURE_BYTES_MAX = 50_000_000;
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'text/html': 'html',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/dicom': 'dcm',
};

/** As `attachmentsOf` of the vault finds them. */
function rawOf({ resource }: RecordShown): Fields[] {
  const { content, photo, presentedForm, payload, resourceType } = resource as Fields;
  if (resourceType === 'Binary') return [resource as Fields];
  if (resourceType === 'Media') return isFields(content) ? [content] : [];
  return [
    ...listOf(content).map((each) => (isFields(each) ? each.attachment : undefined)),
    ...listOf(payload).map((each) => (isFields(each) ? each.contentAttachment : undefined)),
    ...listOf(presentedForm),
    ...listOf(photo),
  ].filter(isFields);
}

export function attachmentsOf(record: RecordShown): Attachment[] {
  return rawOf(record).map((raw) => {
    const type = text(raw.contentType).split(';')[0].trim().toLowerCase();
    return {
      name: text(raw.title) || record.title || words.value.records.untitled,
      type,
      made: text(raw.creation),
      size: typeof raw.size === 'number' ? raw.size : null,
      data: text(raw.data) || (text(raw.url).startsWith('hale-file:') ? text(raw.url) : ''),
      binary: record.references[text(raw.url)]?.id ?? null,
    };
  });
}

const fileName = ({ name, type }: Attachment): string => {
  const plain = name.replace(/[^\p{L}\p{N} ._-]/gu, '-').slice(0, 120);
  const ending = Object.hasOwn(ENDINGS, type) ? `.${ENDINGS[type]}` : '';
  return plain.toLowerCase().endsWith(ending) ? plain : `${plain}${ending}`;
};

interface Place {
  n: number;
  at: number;
  length: number;
  /** The bytes themselves; else a base64 text of them. */
  isFile: boolean;
}

/** The range of a kept file that a text names (specs/records.md §3). */
function placeOf(data: string): Place | null {
  const parts = /^hale-(blob|file):(\d{1,10})\/(\d{1,13})\/(\d{1,13})$/.exec(data);
  return parts && { n: Number(parts[2]), at: Number(parts[3]), length: Number(parts[4]), isFile: parts[1] === 'file' };
}

const wishOf = (place: Place, name: string): Parameters<'download.begin'> => ({
  what: 'record-file',
  ...ofSubject(),
  ...place,
  name,
});

function fromBase64(data: string): Uint8Array<ArrayBuffer> {
  const binary = atob(data.replace(/\s+/g, ''));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** One that lies in a record of its own, with the bytes of that. */
async function whole(attachment: Attachment): Promise<Attachment> {
  if (attachment.data !== '' || attachment.binary === null) return attachment;
  const { resource } = await call('record', { ...ofSubject(), record: attachment.binary });
  const { data, contentType } = resource as Fields;
  return { ...attachment, data: text(data), type: attachment.type || text(contentType) };
}

async function blobOf(attachment: Attachment, signal: AbortSignal): Promise<Blob> {
  const { data, type, name } = await whole(attachment);
  const place = placeOf(data);
  if (place === null) return new Blob([fromBase64(data)], { type });
  return new Blob([await bytesOf(wishOf(place, name), signal)], { type });
}

async function saveIt(attachment: Attachment): Promise<void> {
  const { data } = await whole(attachment);
  const place = placeOf(data);
  // A type that a browser would run is none that it is told.
  if (place === null) saveFile(fileName(attachment), fromBase64(data), 'application/octet-stream');
  else await save(wishOf(place, fileName(attachment)));
}

export function Attachments({ record }: { record: RecordShown }) {
  const all = attachmentsOf(record);
  const { records } = words.value;
  if (all.length === 0) return null;
  return (
    <section class="card stack" aria-label={records.attachments}>
      <h2 class="h3">{records.attachments}</h2>
      {all.map((each, i) => (
        <One attachment={each} key={`${each.name}-${i}`} />
      ))}
    </section>
  );
}

function One({ attachment }: { attachment: Attachment }) {
  const { records } = words.value;
  const { name, type, made, size, data, binary } = attachment;
  const isHere = data !== '' || binary !== null;
  const [failed, setFailed] = useState('');
  const isSmall = size === null || size <= PICTURE_BYTES_MAX;
  return (
    <div class="stack tight">
      <div class="row apart">
        <span>
          <Icon name={PICTURES.has(type) ? 'image' : 'file'} /> <strong class="file-name">{name}</strong>{' '}
          <span class="caption">
            {[type, made !== '' && writtenDate(made), size !== null && bytesText(size)].filter(Boolean).join(' · ')}
          </span>
        </span>
        {isHere && (
          <div class="actions">
            <Button
              icon="download"
              onPress={() =>
                saveIt(attachment).then(
                  () => setFailed(''),
                  (error: Error) => setFailed(error.message),
                )
              }
            >
              {records.save}
            </Button>
          </div>
        )}
      </div>
      {failed !== '' && (
        <Notice tone="caution" isUrgent>
          {failed}
        </Notice>
      )}
      {!isHere && <p class="small quiet">{records.elsewhere}</p>}
      {isHere && isSmall && PICTURES.has(type) && <Picture attachment={attachment} />}
      {isHere && isSmall && TEXTS.has(type) && <PlainText attachment={attachment} />}
    </div>
  );
}

function Picture({ attachment }: { attachment: Attachment }) {
  const asked = useAsked((signal) => blobOf(attachment, signal));
  const [url, setUrl] = useState('');
  const [isBroken, setBroken] = useState(false);
  const { records } = words.value;
  const blob = asked.value.value;
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (isBroken) return <p class="small quiet">{records.pictureFailed}</p>;
  return (
    <Answer asked={asked.value} again={asked.again} rows={1}>
      {() =>
        url !== '' && <img class="record-picture" src={url} alt={attachment.name} onError={() => setBroken(true)} />
      }
    </Answer>
  );
}

const TEXT_UNITS_SHOWN = 100_000;

function PlainText({ attachment }: { attachment: Attachment }) {
  const asked = useAsked(async (signal) => (await blobOf(attachment, signal)).text());
  return (
    <Answer asked={asked.value} again={asked.again} rows={1}>
      {(said) => <pre class="record-text">{said.slice(0, TEXT_UNITS_SHOWN)}</pre>}
    </Answer>
  );
}
