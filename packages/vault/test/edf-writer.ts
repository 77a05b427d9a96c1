// Writes EDF, EDF+ and BDF files for the tests, from the specification and beside the reader.

export interface WrittenSignal {
  label: string;
  dimension?: string;
  physical?: [string, string];
  digital?: [string, string];
  samplesPerRecord: number;
}

export interface WrittenEdf {
  recording?: string;
  date?: string;
  time?: string;
  reserved?: string;
  recordsTold?: number;
  seconds?: string;
  bytesPerSample?: 2 | 3;
  signals: WrittenSignal[];
  /** Per record and signal: digital numbers, or the text of an annotation signal. */
  records: (number[] | string)[][];
}

const padded = (text: string, width: number): string => text.padEnd(width).slice(0, width);

export function writeEdf(file: WrittenEdf): Uint8Array {
  const { signals, bytesPerSample = 2 } = file;
  const column = (width: number, of: (signal: WrittenSignal) => string): string =>
    signals.map((signal) => padded(of(signal), width)).join('');
  const header =
    (bytesPerSample === 3 ? '\xffBIOSEMI' : padded('0', 8)) +
    padded('MCH-0234567 F 16-SEP-1987 Haagse_Harry', 80) +
    padded(file.recording ?? '', 80) +
    padded(file.date ?? '29.08.17', 8) +
    padded(file.time ?? '22.15.30', 8) +
    padded(String(256 * (signals.length + 1)), 8) +
    padded(file.reserved ?? '', 44) +
    padded(String(file.recordsTold ?? file.records.length), 8) +
    padded(file.seconds ?? '1', 8) +
    padded(String(signals.length), 4) +
    column(16, ({ label }) => label) +
    column(80, () => 'AgAgCl cup electrode') +
    column(8, ({ dimension = '' }) => dimension) +
    column(8, ({ physical = ['-32768', '32767'] }) => physical[0]) +
    column(8, ({ physical = ['-32768', '32767'] }) => physical[1]) +
    column(8, ({ digital = ['-32768', '32767'] }) => digital[0]) +
    column(8, ({ digital = ['-32768', '32767'] }) => digital[1]) +
    column(80, () => 'HP:0.1Hz LP:75Hz') +
    column(8, ({ samplesPerRecord }) => String(samplesPerRecord)) +
    column(32, () => '');
  const bytes = [...header].map((char) => char.charCodeAt(0));
  for (const record of file.records)
    record.forEach((content, i) => {
      const room = signals[i].samplesPerRecord * bytesPerSample;
      const written =
        typeof content === 'string' ? [...new TextEncoder().encode(content)] : numbers(content, bytesPerSample);
      bytes.push(...written, ...new Array(room - written.length).fill(0));
    });
  return Uint8Array.from(bytes);
}

function numbers(values: number[], width: number): number[] {
  return values.flatMap((value) => Array.from({ length: width }, (_, i) => (value >> (8 * i)) & 0xff));
}

/** A list of annotations: onset, duration, texts (EDF+ 2.2.2). */
export const tal = (onset: string, duration: string | null, ...texts: string[]): string =>
  `${onset}${duration === null ? '' : `\x15${duration}`}\x14${texts.map((text) => `${text}\x14`).join('')}\0`;
