// What a recipient takes upon herself with a copy: HL7 v3 ObligationPolicy and RefrainPolicy, the part that consents and labels here use.
// https://terminology.hl7.org/CodeSystem-v3-ActCode.html

/** To be done. */
export const OBLIGATIONS = [
  'REDACT', // leave out what may not be shown
  'MASK', // show that something is there and not what
  'PERSISTLABEL', // keep the labels with the data
  'DELAU', // delete after use
  'CPLYCD', // comply with the consent directive
  'AUDTR', // keep a trail of every use
  'PRIVMARK', // show the marks to who reads
] as const;
export type ObligationCode = (typeof OBLIGATIONS)[number];

/** Not to be done. */
export const REFRAINS = [
  'NORDSCLCD', // no further disclosure without a consent
  'NODSCLCD', // no disclosure without a consent
  'NOREUSE', // no use beyond the purpose
] as const;
export type RefrainCode = (typeof REFRAINS)[number];

/** Laws that a label may rest on: HL7 v3 ActPrivacyLaw. */
export const LAWS = ['42CFRPart2'] as const;
export type LawCode = (typeof LAWS)[number];
