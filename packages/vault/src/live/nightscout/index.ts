export { isoDate, type ReadDate, readDate } from './dates.ts';
export * from './documents.ts';
export * from './faces.ts';
export { NIGHTSCOUT_LIMITS } from './limits.ts';
export { MGDL_PER_MMOL, type Reading, readingsAfter, readingsOf, runsOf, sensorGlucose } from './numbers.ts';
export * from './query.ts';
