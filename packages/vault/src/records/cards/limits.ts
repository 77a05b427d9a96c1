// Every limit of cards and links, with unit and reason.

/** Characters of what a person gives as a card: a file of some dozen cards stays below. */
export const CARD_TEXT_UNITS_MAX = 2 * 1024 * 1024;
/** Characters of one signed card: a whole patient summary with pictures left out is about 100 kB. */
export const CARD_UNITS_MAX = 512 * 1024;
/** Bytes of a card's payload once inflated. A bomb stops here. */
export const CARD_PAYLOAD_BYTES_MAX = 4 * 1024 * 1024;
/** Cards of one file. */
export const CARDS_MAX = 64;
/** Pictures of one card. */
export const CHUNKS_MAX = 99;
/** Characters of a card that one QR picture of version 22 holds. */
export const QR_CARD_UNITS_MAX = 1195;
/** The same where it is one of several. */
export const QR_CHUNK_UNITS_MAX = 1191;
/** Resources of one card. */
export const CARD_ENTRIES_MAX = 2_000;
/** Characters of a revocation identifier. */
export const RID_UNITS_MAX = 24;
/** Revoked cards in one list: the largest that were published hold some ten thousand. */
export const REVOKED_MAX = 1_000_000;
/** Keys of one issuer. */
export const ISSUER_KEYS_MAX = 256;
/** Certificates in one chain. */
export const CERTIFICATES_MAX = 8;
/** A time beyond this many seconds since 1970 (year 2286) was written in milliseconds. */
export const EPOCH_SECONDS_MAX = 10_000_000_000;

/** Characters of a link's text, viewer prefix included. */
export const HEALTH_LINK_UNITS_MAX = 4_096;
/** Characters of the address in a link. */
export const LINK_ADDRESS_UNITS_MAX = 128;
export const LINK_LABEL_UNITS_MAX = 80;
/** Characters of a manifest. */
export const MANIFEST_UNITS_MAX = 16 * 1024 * 1024;
export const MANIFEST_FILES_MAX = 256;
/** Characters of one encrypted file: a record of 2 MB with some scans. */
export const LINK_FILE_UNITS_MAX = 64 * 1024 * 1024;
/** Bytes of one file once inflated. */
export const LINK_FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of all files of one link together. */
export const LINK_BYTES_MAX = 256 * 1024 * 1024;
/** Characters of a passcode. */
export const PASSCODE_UNITS_MAX = 128;
/** Characters of an encrypted file that goes into the manifest itself where its reader names no limit. */
export const EMBEDDED_UNITS_MAX = 4 * 1024 * 1024;
