/** Every limit of the import, with unit and reason. */
export const IMPORT_LIMITS = {
  /** Bytes asked of a source in one read: large enough that reads cost little, small beside a Raspberry Pi's memory. */
  readBytes: 256 * 1024,
  /** Longest line of a table, bytes. Wide exports have some thousand columns; more is not a table. */
  lineBytesMax: 1024 * 1024,
  /** Columns of a table. */
  columnsMax: 4096,
  /** Sections of one file. */
  tablesMax: 32,
  /** Rows looked at before a mapping is proposed. */
  proposalRows: 200,
  /** Bytes looked at to tell encoding and delimiter. */
  sniffBytes: 64 * 1024,
  /** Bytes looked at on opening to name the persons of a file; persons further down appear while reading. */
  personScanBytes: 64 * 1024 * 1024,
  /** Persons in one file: each becomes a series per column. */
  personsMax: 1000,
  /** Characters of a person's label or a column's title that are kept. */
  labelCharsMax: 120,
  /** Decimals kept: a millionth; the int32 behind leaves 4 digits before them. */
  decimalsMax: 6,
  /** Rejections told one by one; after that they are told per block of lines. */
  rejectionsSingly: 200,
  /** Bytes of a WFDB header; real ones have a line per signal. */
  wfdbHeaderBytes: 256 * 1024,
  /** Signals of a WFDB record: 12-lead ECG with a bedside monitor stays below 64. */
  wfdbSignalsMax: 256,
  /** Samples per second: above audio there is no body signal, and a header that says so lies. */
  wfdbFrequencyMax: 200_000,
  /** Samples of a signal per frame. */
  wfdbSamplesPerFrameMax: 1024,
  /** Entries of a zip archive: a Google or Garmin account of ten years has some ten thousand. */
  zipEntriesMax: 200_000,
  /** Bytes of a zip's directory. */
  zipDirectoryBytesMax: 64 * 1024 * 1024,
  /** Bytes of one entry unpacked: the largest Apple Health export seen had 3.2 GB. What says more, or turns out to be more, is refused. */
  zipEntryBytesMax: 32 * 1024 ** 3,
  /** Body of one HTTP request with samples, bytes. */
  linesBytesMax: 64 * 1024 * 1024,
  /** The same as JSON, bytes: parsed it takes some ten times as much memory. */
  jsonBytesMax: 16 * 1024 * 1024,
  /** One record of a JSON file, bytes: an ECG of ten minutes as FHIR SampledData has some 2 MB. Longer ones are passed over and told. */
  jsonItemBytesMax: 8 * 1024 * 1024,
  /** Bytes of a JSON file looked at on opening, to name its series and find their scale. */
  jsonScanBytes: 1024 * 1024,
  /** Characters of the path of a field in a JSON record. */
  fieldPathCharsMax: 240,
  /** Objects inside each other in a JSON record of which fields are read. */
  fieldDepthMax: 8,
  /** Series of one file: kinds times devices. What is more is told and not taken. */
  seriesPerFileMax: 2000,
  /** Series name in the lines form, bytes. */
  seriesNameBytesMax: 128,
  /** Different series in one request. */
  seriesPerRequestMax: 10_000,
} as const;
