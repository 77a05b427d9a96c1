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
  /** Bytes of a FIT file looked at on opening for what it is (sessions, persons, clock); real ones have some hundred kB, the longest rides 20 MB. */
  fitSurveyBytes: 64 * 1024 * 1024,
  /** Bytes of a FIT file read on opening to name its series; those that begin further on appear while reading. What is shorter is read but once. */
  fitPreviewBytes: 4 * 1024 * 1024,
  /** Different definitions of one FIT file whose reading is kept at hand; more are made anew each time. */
  fitDefinitionsKept: 256,
  /** Series of one FIT file: developer fields and batteries of every sensor stay far below. */
  fitSeriesMax: 512,
  /** Workouts and laps of one FIT file. */
  fitSessionsMax: 10_000,
  /** Bytes of a JSON summary of Garmin's export, which is parsed whole: real ones hold 100 days in some 300 kB. */
  garminJsonBytesMax: 16 * 1024 * 1024,
  /** Bytes of an archive inside an archive that are held while it is read; what lies further back is unpacked anew. */
  zipInnerWindowBytes: 64 * 1024 * 1024,
  /** Bytes of an archive inside an archive: Garmin's largest have some GB. */
  zipInnerBytesMax: 8 * 1024 ** 3,
  /** Times that one entry is unpacked from its start: detection, opening and reading take three; an archive inside needs some more. */
  zipRestartsMax: 256,
  /** Entries of one archive that are kept unpacking at once: a recording of several files reads them side by side. */
  zipEntriesOpenMax: 8,
  /** Segments of a WFDB record: a stay of weeks on a ward has some thousand. */
  wfdbSegmentsMax: 20_000,
  /** Bytes of a WFDB annotation file: a day of beats takes some 250 kB; it is held in memory. */
  wfdbAnnotationBytesMax: 16 * 1024 * 1024,
  /** Signals of an EDF file: high-density EEG has 256 and some more. */
  edfSignalsMax: 1024,
  /** Bytes of one EDF record: it is held in memory. 256 channels at 2 kHz in 24 bits make 1.5 MB a second; the standard recommends 61,440. */
  edfRecordBytesMax: 16 * 1024 * 1024,
  /** Bytes of one note: a page. It stands in the catalogue, which every home of the person holds in memory. */
  noteBytesMax: 4096,
  /** Different notes of one stream: a night's technician writes some hundred. */
  notesPerStreamMax: 20_000,
  /** Entries of a zip archive: a Google or Garmin account of ten years has some ten thousand. */
  zipEntriesMax: 200_000,
  /** Bytes of a zip's directory. */
  zipDirectoryBytesMax: 64 * 1024 * 1024,
  /** Bytes of one entry unpacked: the largest Apple Health export seen had 3.2 GB. What says more, or turns out to be more, is refused. */
  zipEntryBytesMax: 32 * 1024 ** 3,
  /** Bytes of one XML tag with its attributes: the longest real ones (a device and its software) have some hundred. */
  xmlTagBytesMax: 128 * 1024,
  /** Bytes between two tags that are kept as text; longer text is passed over. */
  xmlTextBytesMax: 64 * 1024,
  /** Attributes of one tag. */
  xmlAttributesMax: 64,
  /** Names, units and devices of an XML file kept ready; with more all are read anew. */
  xmlTextsRemembered: 4096,
  /** Series of one Apple Health export: a hundred kinds from a dozen sources each; what is beyond is rejected. */
  appleSeriesMax: 4000,
  /** Entries of sleep, symptoms and the like that wait for their neighbours: who gathers more in one go than fifty years of nights has? */
  appleCodedEntriesMax: 250_000,
  /** Samples that wait for their neighbours of the same second. */
  appleSamplesWaitingMax: 100_000,
  /** Bytes of an Apple Health export read on opening, to name its series. */
  appleScanBytes: 4 * 1024 * 1024,
  /** Lines before the first sample of an Apple ECG; real ones have 12. */
  appleEcgHeaderLines: 40,
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
