// Samples as devices send them, lines or JSON, without the file formats of the import: a node that only takes deliveries loads no more.
export { parseSampleJson } from './import/json-samples.ts';
export { isSeriesName, parseSampleLines, type SampleRun } from './import/lines.ts';
