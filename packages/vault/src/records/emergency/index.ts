// The facts for an emergency, out of records.
export {
  type CardFact,
  emergencyFacts,
  type FactRecord,
  type Facts,
  type FactsWish,
  isPsychotherapyNote,
  sheetSectionOf,
} from './facts.ts';
