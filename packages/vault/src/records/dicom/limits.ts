// Every limit of DICOM files and of the images in them, with unit and reason.

/** Bytes at the beginning of a file in which its header usually lies: that of a CT image has some 5 kB. */
export const DICOM_HEAD_BYTES = 128 * 1024;
/** Bytes of a header at most: enhanced images tell of each of their thousand frames. */
export const DICOM_HEADER_BYTES_MAX = 32 * 1024 * 1024;
/** Bytes of a CD's directory: some 2 kB for each image. */
export const DICOM_DIRECTORY_BYTES_MAX = 64 * 1024 * 1024;
/** Files of one import: a PET-CT of the whole body has some 5,000. */
export const DICOM_FILES_MAX = 20_000;
/** Entries of a CD's directory that are followed. */
export const DICOM_DIRECTORY_RECORDS_MAX = 100_000;
/** Pixels of one frame: a mammogram has 24 million. */
export const DICOM_FRAME_PIXELS_MAX = 64 * 1024 * 1024;
/** Frames of one file: an ultrasound of minutes has some thousand. */
export const DICOM_FRAMES_MAX = 100_000;
/** Characters of a text of a header that are kept. */
export const DICOM_TEXT_UNITS_MAX = 1_024;
