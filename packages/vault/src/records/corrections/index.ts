// Asking for corrections of records, and what became of it.
export {
  CORRECTION_STATES,
  CORRECTION_SYSTEMS,
  type CorrectionState,
  type Deadline,
  deadlineOf,
  isCorrectionState,
  isDecided,
  mayDisagree,
} from './model.ts';
export { type Correction, type CorrectionRecord, correctionsIn } from './read.ts';
export { type AskWish, correctionAsk, correctionBundle, correctionDisagreement, notedAnswer } from './write.ts';
