// Radiology: DICOM files, the directory of a CD, and the frames in them as pictures. Pure.
export { DIRECTORY_CLASS, type DirectoryEntry, filesIn, readDirectory } from './directory.ts';
export { decodeFrame, type Frame, type FrameFacts, frameFacts } from './frame.ts';
export { Header, isDicom, readHeader } from './header.ts';
export { FILE_EXTENSION, type ImageFile, nameOf, PATH_EXTENSION, studyResources } from './study.ts';
