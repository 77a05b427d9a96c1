// Every limit of C-CDA documents, with unit and reason.

/** Bytes of a document: those of hospitals have 0.1 to 10 MB; a scanned chart inside of one comes to some hundred, and is not held in memory. */
export const CDA_BYTES_MAX = 512 * 1024 * 1024;
/** Characters of a document that are held, its long attachments cut out: a hospital stay of months has some ten million. */
export const CDA_TEXT_UNITS_MAX = 64 * 1024 * 1024;
/** Elements: the same stay. */
export const CDA_ELEMENTS_MAX = 1_000_000;
/** Depth of elements: the deepest of HL7's own examples has 27. */
export const CDA_DEPTH_MAX = 100;
/** Attributes of one element: the schema names at most some dozen. */
export const CDA_ATTRIBUTES_MAX = 64;
/** Bytes of a file's beginning in which a document must show that it is one; comments of pages may stand before. */
export const CDA_HEAD_BYTES = 64 * 1024;
/** Characters of a tag that are looked at for whether base64 follows. */
export const CDA_TAG_UNITS_MAX = 4_096;
/** Characters of the text of all sections in one Composition: with all else it stays below RECORD_BYTES_MAX. */
export const CDA_NARRATIVE_UNITS_MAX = 4 * 1024 * 1024;
/** Statements within statements that are followed for the sake of one entry. */
export const CDA_STATEMENTS_MAX = 20_000;
