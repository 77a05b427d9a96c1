// Limits of a check, so that no record, however made, keeps a node busy.

/** Depth of objects and lists in a record that is looked into; what lies deeper is said to, and left. */
export const CHECK_DEPTH_MAX = 100;
/** Fields looked at in one check: a bundle of 100 MB stays below. */
export const CHECK_FIELDS_MAX = 10_000_000;
/** Findings of one check; a file that is wrong throughout is wrong in one way. */
export const FINDINGS_MAX = 500;
/** Characters of what a finding is about that it quotes. */
export const QUOTED_UNITS_MAX = 120;
/** Characters of one narrative: the text of a whole hospital stay is below. */
export const NARRATIVE_UNITS_MAX = 5_000_000;
/** Tags within one another in a narrative. */
export const NARRATIVE_DEPTH_MAX = 200;
/** Bytes of an attachment whose hash is computed; hashing more in a page would be felt. */
export const HASHED_BYTES_MAX = 32 * 1024 * 1024;
/** Characters of one text, FHIR's own bound (1 MB); data in base64 has none. */
export const STRING_UNITS_MAX = 1_048_576;
