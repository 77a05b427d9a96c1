// Every limit of records, with unit and reason.

/** Bytes of one chunk of a blob, before it is deflated: sealed and in base64 it fits one event. */
export const BLOB_CHUNK_BYTES = 40_000;
/** Bytes of one blob: a CT of a whole body is below; beyond, one log has more events than a relay gives in an hour. */
export const BLOB_BYTES_MAX = 2 * 1024 ** 3;
/** Chunks written in one commit: 4 MB, some tenths of a second on a small machine. */
export const BLOB_COMMIT_CHUNKS = 100;
/** Bytes of a record's deflated JSON in one entry of its log; more is cut into parts. */
export const RECORD_PART_BYTES = 40_000;
/** Bytes of one record's JSON: the longest texts are cut out of it before (BLOB_TEXT_UNITS_MIN). */
export const RECORD_BYTES_MAX = 8 * 1024 * 1024;
/** Characters of a base64 text inside a resource from which on it becomes a blob: a thumbnail stays. */
export const BLOB_TEXT_UNITS_MIN = 65_536;
/** Depth of objects and lists in a resource: FHIR's own recursive types (questionnaires) stay below 40. */
export const RECORD_DEPTH_MAX = 64;
/** Resources planned and kept in one transaction, so that a usual file is in whole or not at all. */
export const INTAKE_RECORDS_MAX = 1_000;
/** Bytes of their JSON. */
export const INTAKE_BYTES_MAX = 16 * 1024 * 1024;
/** Identity keys of one record: a patient with the numbers of twenty hospitals. */
export const RECORD_KEYS_MAX = 64;
/** Things that could not be used which a report names one by one. */
export const UNUSABLE_NAMED_MAX = 200;
/** Milliseconds that nobody asks for records until what is remembered of them is let go. */
export const RECORDS_IDLE_MILLIS = 10 * 60_000;
/** Bytes of records, deflated, that a home keeps open while somebody asks for them: fifty thousand usual ones; of more, each is opened when it is read. */
export const RECORDS_OPEN_BYTES_MAX = 32 * 1024 * 1024;
/** Characters of each of the words that are said about a PDF or a picture: a title, a kind, an author. */
export const PAPER_TEXT_UNITS_MAX = 300;
/** Bytes of what is attached to one record, as it is copied for a recipient: a scan of fifty pages; more is told to the owner and left out. */
export const ATTACHED_BYTES_MAX = 20 * 1024 * 1024;
/** Characters of one record that are looked through for its labels: a discharge letter of a hundred pages; what is longer counts as not looked into. */
export const LABEL_TEXT_UNITS_MAX = 500_000;
/** Characters of a plain text, in base64, that stands in a record and is looked into: longer ones become blobs when they come in. */
export const LABEL_ATTACHMENT_UNITS_MAX = 100_000;
