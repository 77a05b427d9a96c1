/** Templates by visit, and what hiding something may cost there. Pure over records. */
export { AGENT_NAMES, type Agent, agentsIn } from './agents.ts';
export { BEARINGS, type Bearing, type BearingRule, SOURCES } from './bearings.ts';
export { fitsSubject, templateFor, type VisitFacts, type VisitTemplate } from './template.ts';
export { VISIT_IDS, VISITS, type Visit, type VisitId, visitOf } from './visits.ts';
export { type HidingWarning, medicineIdOf, type TitledHead, WarningSearch } from './warnings.ts';
