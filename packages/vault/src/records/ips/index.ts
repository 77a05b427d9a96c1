// Patient summaries (IPS), read and written.
export { isSummary, readSummary, type Summary, type SummaryRecord, type SummarySection } from './read.ts';
export { type SectionName, type SectionRules, SUMMARY_SECTIONS, sectionByCode, sectionOf } from './sections.ts';
export { type SummaryInput, type SummaryWish, writeSummary } from './write.ts';
