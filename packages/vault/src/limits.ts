// Every limit of the vault, with unit and reason.

/** Parts a slot may gather before it is sealed into one tile although still open: bounds what a reader must fetch for "now". */
export const PARTS_PER_SLOT_MAX = 64;
/** Seconds after a slot's end until it is closed: devices that deliver a little late still land in the same tile. */
export const SLOT_GRACE_SECONDS = 120;
/** Decoded slots kept in memory per vault: 64 ECG slots are 3 MB. */
export const SLOTS_CACHED = 256;
/** Pieces of bins kept from slots that were just closed, until their summaries are written: 300 bytes each, an hour of eight ECGs. */
export const PIECES_CACHED = 20_000;
/** Tiles looked at in one flush step. */
export const FLUSH_STEP_TILES = 4096;
/** Tiles signed in one step after an import: their events stay below some ten megabytes. */
export const PUBLISH_STEP_TILES = 1024;
/** Summaries written in one commit: 64 of ECG are a second of work at most, all of which a failure would repeat. */
export const FLUSH_COMMIT_TILES = 64;
/** Bytes of tiles in one signed batch (DESIGN §4): relays commonly refuse events over 64 kB. */
export const BATCH_BYTES_MAX = 47_900;
/** Batches named by one deletion event. */
export const DELETIONS_PER_EVENT = 200;
/** Authors without any tile after which a scan for forgotten streams stops (DESIGN §3). */
export const AUTHOR_SCAN_GAP = 20;
/** Characters of a name a person gives to a subject, device or stream. */
export const NAME_CHARACTERS_MAX = 120;
/** Streams one subject may have. */
export const STREAMS_PER_SUBJECT_MAX = 10_000;
/** Bytes of one tile's payload: with header and padding it fits a batch alone. */
export const PAYLOAD_BYTES_MAX = 44_000;
/** Samples of one part: at most 11 bytes each (a wild int32 and a wild time), so that a part always fits a batch. */
export const SAMPLES_PER_PART_MAX = 4000;
/** Part numbers are u16 on the wire. */
export const PART_NUMBER_MAX = 65_535;
/** Days of heads computed in one step: hashing a day of ECG tiles takes about 20 ms. */
export const HEAD_DAYS_PER_STEP = 40;
/** Days that a new grant's heads name one after another, empty ones too: ten years. Beyond, only days with data are looked for. */
export const HEAD_DAYS_IN_A_ROW_MAX = 3_653;
/** Epochs that one generation may use up: each begins at a multiple, so that two homes never give one number to different readers. */
export const EPOCHS_PER_GENERATION = 65_536;
/** Days in one head of the catalogue: an entry of 500 rows is about 25 kB. */
export const CATALOGUE_HEAD_DAYS = 500;
/** Open slots looked at in one step of closing. */
export const OPEN_SLOTS_PER_STEP = 1024;
/** Streams that one device may bring to life: a stolen credential must not fill the catalogue. */
export const STREAMS_PER_DEVICE_MAX = 64;
/** Bytes of documents (Nightscout's) held in memory: two months of a closed loop; what is older is opened again when it is asked for. */
export const DOCUMENTS_CACHED_BYTES_MAX = 32 * 1024 * 1024;
/** Bytes of the documents in one log entry: with its frame it fits a batch alone, and the largest document fits it. */
export const DOCUMENTS_ENTRY_BYTES_MAX = 42_000;
/** Bytes of documents that wait on the disk for their hour: all of them are sealed again at each writing. */
export const DOCUMENTS_WAITING_BYTES_MAX = 64 * 1024;
/** Months that a document is looked for in when nothing tells its date: opening one takes up to a tenth of a second. */
export const DOCUMENTS_SEARCHED_MONTHS_MAX = 36;
