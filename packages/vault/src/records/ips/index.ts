// Patient summaries (IPS), read and written.
export { isSummary, readSummary, type Summary, type SummaryRecord, type SummarySection } from './read.ts';
export { IPS_SECTIONS, type SectionName, type SectionRules, sectionByCode, sectionOf } from './sections.ts';
export { type SummaryInput, type SummaryWish, writeSummary } from './write.ts';
