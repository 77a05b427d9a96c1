// Writes WFDB data and annotation files for the tests, from signal(5) and annot(5) and beside the reader.

const low = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 0xff);

/** Samples in a storage format. `widths` are the samples per frame of each signal: format 8 needs them. */
export function packSignal(format: number, samples: number[], widths: number[] = [1]): Uint8Array {
  const bytes: number[] = [];
  const groups = (size: number): number[][] =>
    Array.from({ length: Math.ceil(samples.length / size) }, (_, i) =>
      Array.from({ length: size }, (_, k) => (samples[i * size + k] ?? 0) & 0x3ff),
    );
  if (format === 8) {
    const last = widths.map(() => 0);
    for (let at = 0; at < samples.length; )
      widths.forEach((width, signal) => {
        for (let k = 0; k < width && at < samples.length; k++, at++) {
          bytes.push((samples[at] - last[signal]) & 0xff);
          last[signal] = samples[at];
        }
      });
  } else if (format === 310)
    for (const [a, b, c] of groups(3))
      bytes.push(...low((a << 1) | ((c & 31) << 11), 2), ...low((b << 1) | ((c >> 5) << 11), 2));
  else if (format === 311) for (const [a, b, c] of groups(3)) bytes.push(...low(a + b * 1024 + c * 1_048_576, 4));
  else if (format === 212)
    for (let i = 0; i < samples.length; i += 2) {
      const [a, b] = [samples[i] & 0xfff, (samples[i + 1] ?? 0) & 0xfff];
      bytes.push(a & 0xff, (a >> 8) | ((b >> 8) << 4), b & 0xff);
    }
  else
    for (const sample of samples) {
      if (format === 61) bytes.push(...low(sample & 0xffff, 2).reverse());
      else if (format === 80) bytes.push(sample + 128);
      else if (format === 160) bytes.push(...low(sample + 32768, 2));
      else bytes.push(...low(sample < 0 ? sample + 2 ** format : sample, format / 8));
    }
  return Uint8Array.from(bytes);
}

export interface WrittenMark {
  tick: number;
  code: number;
  subtype?: number;
  channel?: number;
  aux?: string;
}

/** An annotation file; intervals beyond ten bits go by SKIP. */
export function packMarks(marks: WrittenMark[]): Uint8Array {
  const bytes: number[] = [];
  const word = (code: number, value: number): void => void bytes.push(...low((code << 10) | (value & 0x3ff), 2));
  let last = 0;
  for (const { tick, code, subtype, channel, aux } of marks) {
    const interval = tick - last;
    const skips = interval > 1023 || interval < 0;
    if (skips) {
      word(59, 0);
      const unsigned = interval < 0 ? interval + 2 ** 32 : interval;
      bytes.push(...low(Math.floor(unsigned / 65536), 2), ...low(unsigned % 65536, 2));
    }
    word(code, skips ? 0 : interval);
    if (subtype !== undefined) word(61, subtype);
    if (channel !== undefined) word(62, channel);
    if (aux !== undefined) {
      const text = [...new TextEncoder().encode(aux)];
      word(63, text.length);
      bytes.push(...text, ...(text.length % 2 === 1 ? [0] : []));
    }
    last = tick;
  }
  return Uint8Array.from([...bytes, 0, 0]);
}
