// What a signal of a recording (WFDB, EDF) measures, told from the words and the unit that its header gives.
import { kindFor, kindMatching } from '../kinds.ts';
import { slug } from './describe.ts';

const ECG_LEAD = /^(?:ecg|ekg)?[\s_-]*(?:lead)?[\s_-]*(i{1,3}|av[rlf]|v[1-6])$/i;
const ECG_OTHER = /^(?:(?:ecg|ekg)\b.*|m[lc].{1,4}|v|cm\d|cc\d|cs\d|d[34])$/i;

export interface SignalName {
  kind: string;
  /** A proposal for the series; several signals may want the same one. */
  key: string;
  title: string;
}

/** `ucum` is empty where the unit is not known: then only the words count, and the signal keeps its own name. */
export function nameSignal(description: string, ucum: string): SignalName {
  const electric = ['mV', 'uV', 'V'].includes(ucum);
  const lead = ECG_LEAD.exec(description);
  const short = slug(description.replace(/^(ecg|ekg)?[\s_-]*(lead)?/i, ''));
  if (electric && lead) return { kind: `ecg-lead-${lead[1].toLowerCase()}`, key: `ecg-${short}`, title: description };
  if (electric && ECG_OTHER.test(description))
    return {
      kind: 'ecg-lead-unspecified',
      key: short === '' ? 'ecg' : `ecg-${short}`,
      title: /^(ecg|ekg)/i.test(description) ? description : `ECG ${description}`,
    };
  const kind = /^(pleth|ppg)/i.test(description)
    ? kindFor('ppg')
    : ucum === ''
      ? undefined
      : kindMatching(description, ucum);
  const key = kind?.key ?? slug(description);
  return { kind: key === '' ? 'signal' : key, key: key === '' ? 'signal' : key, title: description };
}
