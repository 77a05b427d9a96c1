// What every operation is given: the open home, where to say what it is doing, and how it may be stopped.
import { HaleError } from '@hale/kernel';
import type { OpenStream } from '@hale/vault';
import type { Emitted, OperationName, Parameters, Result, StreamInfo, StreamOrigin } from '../api.ts';
import type { Home } from '../home.ts';
import { assuranceOf, liveSamples, liveSource, sourceText } from '../sources.ts';
import type { LiveSession } from '../web/sessions.ts';

export interface Context {
  home: Home;
  emit: (said: Emitted) => void;
  signal: AbortSignal;
  /** Of the browser that asks; none where the command on this machine or a phone does. */
  session?: LiveSession;
  /** Id of the phone that asks from away. */
  phone?: string;
  /** Then too: done once the answer was handed to the relay, whether it took it or not. */
  afterAnswer?: (act: () => void) => void;
}

export type Operation<N extends OperationName> = (
  context: Context,
  parameters: Parameters<N>,
) => Promise<Result<N>> | Result<N>;

export function streamInfo(home: Home, stream: OpenStream): StreamInfo {
  const { entry } = stream;
  const { samples, firstMicros, lastMicros } = home.vault.store.sampleCount(stream.number);
  const device = entry.device === null ? null : (home.vault.state.devices.get(entry.device)?.name ?? null);
  return {
    key: entry.key,
    subject: home.vault.state.subjects.get(entry.subject)?.name ?? entry.subject,
    title: entry.title,
    kind: entry.kind,
    unit: entry.ucum,
    loinc: entry.loinc,
    device,
    source: entry.source,
    levels: [...stream.grid.levels],
    samples,
    firstMicros,
    lastMicros,
    periodMicros: stream.nominalPeriodMicros,
    epoch: stream.epoch,
    origins: originsOf(home, stream),
  };
}

/** What a device delivers changes each second: of it the catalogue says who, and how much is what nobody else brought. */
function originsOf(home: Home, stream: OpenStream): StreamOrigin[] {
  const { entry } = stream;
  const recorded = [...home.vault.state.origins.values()]
    .filter(({ subject, n }) => subject === entry.subject && n === entry.n)
    .map(({ source, assurance, samples, elsewhere, firstMicros, lastMicros }) => ({
      source: sourceText(home, source),
      assurance,
      samples,
      elsewhere,
      firstMicros,
      lastMicros,
    }));
  const { firstMicros, lastMicros } = home.vault.store.sampleCount(stream.number);
  const own = liveSamples(home, stream);
  if (entry.device !== null && own > 0 && firstMicros !== null && lastMicros !== null) {
    const assurance = assuranceOf(entry);
    const source = sourceText(home, liveSource({ id: entry.device, assurance }, entry.source).name);
    recorded.push({ source, assurance, samples: own, elsewhere: 0, firstMicros, lastMicros });
  }
  return recorded.sort((a, b) => a.firstMicros - b.firstMicros || b.samples - a.samples);
}

/** The stream a person means: its key, or a beginning of it that fits only one. */
export function findStream(home: Home, subjectName: string | undefined, key: string): OpenStream {
  const subject = home.vault.subject(subjectName);
  const exact = home.vault.findStream(subject.id, key);
  if (exact) return exact;
  // Nothing at all is the beginning of everything.
  const similar = home.vault.streams(subject.id).filter((stream) => key !== '' && stream.entry.key.startsWith(key));
  if (similar.length === 1) return similar[0];
  if (similar.length > 1) throw new HaleError('usage', `several streams begin like that; \`hale streams\` shows them`);
  throw new HaleError('not-found', 'no such stream; `hale streams` shows them');
}
