// GPX 1.0 and 1.1: the way that was gone, with what devices add to its points: heart rate, cadence, power, temperature (Garmin's TrackPointExtension
// 1 and 2, Cluetrust), speed and accuracy (Apple's workout routes). Points without a time are no measurement and only counted.
import { fail } from '@hale/kernel';
import type { ImportFormat } from './format.ts';
import { readFully } from './source.ts';
import { TRACK_HAND_OVER_BYTES, TrackBook, type TrackField } from './tracks.ts';
import type { ByteSource, ImportItem, ImportOptions, OpenedImport } from './types.ts';
import { textOf, XmlReader } from './xml.ts';

const DETECT_BYTES = 4096;

/** Tag inside of a point → what it says. Prefixes are gone; letters as devices write them. */
const TAGS: ReadonlyMap<string, TrackField> = new Map([
  ['ele', 'altitude'],
  ['hr', 'heartRate'],
  ['heartrate', 'heartRate'],
  ['cad', 'cadence'],
  ['cadence', 'cadence'],
  ['power', 'power'],
  ['PowerInWatts', 'power'],
  ['speed', 'speed'],
  ['course', 'course'],
  ['atemp', 'airTemperature'],
  ['temp', 'airTemperature'],
  ['wtemp', 'waterTemperature'],
  ['hAcc', 'accuracyHorizontal'],
  ['vAcc', 'accuracyVertical'],
]);

async function isGpx(source: ByteSource): Promise<boolean> {
  if (!/\.(gpx|xml)$/i.test(source.name)) return false;
  const head = await readFully(source, 0, Math.min(DETECT_BYTES, source.sizeBytes));
  return /<gpx[\s>]/.test(textOf(head, 0, head.length)) || /\.gpx$/i.test(source.name);
}

interface Head {
  creator: string;
  start: number;
}

/** Who wrote the file. @throws HaleError 'malformed' */
async function readHead(source: ByteSource): Promise<Head> {
  const xml = new XmlReader(source, 'gpx');
  for (;;) {
    const token = xml.next();
    if (token === 'more') await xml.fill();
    else if (token === 'open' && xml.name === 'gpx')
      return { creator: xml.attribute('creator') ?? '', start: xml.position };
    else if (token === 'end')
      return fail('malformed', 'this is no GPX file: it has no tag gpx', { bytes: source.sizeBytes });
  }
}

async function openGpx(source: ByteSource, options: ImportOptions): Promise<OpenedImport> {
  const { creator, start } = await readHead(source);
  const zoneMinutes = options.zoneMinutes ?? 0;
  const chunks = (from: number): AsyncGenerator<ImportItem, void, void> =>
    readPoints(source, new TrackBook(creator, zoneMinutes), Math.max(from, start));
  return { format: 'gpx', what: 'A track (GPX)', series: [], notes: [], endPosition: source.sizeBytes, chunks };
}

async function* readPoints(source: ByteSource, book: TrackBook, from: number): AsyncGenerator<ImportItem, void, void> {
  const xml = new XmlReader(source, 'gpx', from);
  let handedOver = from;
  let point = '';
  let ended = false;
  for (;;) {
    const token = xml.next();
    if (token === 'end') break;
    if (token === 'more') await xml.fill();
    else if (token === 'damaged') book.log.add(xml.tagPosition, 'tag not closed');
    else if (token === 'open' && (xml.name === 'trkpt' || xml.name === 'rtept' || xml.name === 'wpt')) {
      if (point === '' && xml.tagPosition - handedOver >= TRACK_HAND_OVER_BYTES) {
        yield* book.handOver(handedOver, xml.tagPosition);
        handedOver = xml.tagPosition;
      }
      // A point that was never closed ends where the next begins.
      if (point !== '') book.endPoint(xml.tagPosition);
      point = beginPoint(xml, book);
    } else if (token === 'close' && xml.name === point) {
      book.endPoint(xml.tagPosition);
      point = '';
    } else if (token === 'close' && point !== '') inPoint(xml, book);
    else if (token === 'close' && xml.name === 'gpx') ended = true;
  }
  if (point !== '') book.endPoint(source.sizeBytes);
  yield* book.handOver(handedOver, source.sizeBytes);
  yield* book.notes();
  if (!ended) yield { type: 'note', text: 'The track has no end: the file was cut off. All that is there was taken.' };
}

/** Name of the tag that ends the point; empty where it is over already. */
function beginPoint(xml: XmlReader, book: TrackBook): string {
  book.beginPoint();
  for (const [name, field] of [
    ['lat', 'latitude'],
    ['lon', 'longitude'],
  ] as const) {
    const index = xml.find(name);
    if (index >= 0) book.value(field, xml.bytes, xml.start(index), xml.end(index), xml.tagPosition);
  }
  if (!xml.selfClosed) return xml.name;
  book.endPoint(xml.tagPosition);
  return '';
}

function inPoint(xml: XmlReader, book: TrackBook): void {
  if (xml.name === 'time') book.time(xml.bytes, xml.textStart, xml.textEnd);
  const field = TAGS.get(xml.name);
  if (field) book.value(field, xml.bytes, xml.textStart, xml.textEnd, xml.tagPosition);
}

export const GPX: ImportFormat = {
  name: 'gpx',
  detect: isGpx,
  open: (source, _, options) => openGpx(source, options),
};
