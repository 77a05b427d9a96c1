// C-CDA and other clinical documents of HL7 (CDA R2), brought to FHIR R4. Pure.
export { type DocumentRead, readDocument, type SectionRead } from './document.ts';
export { piecesOf } from './pieces.ts';
export { parseXml, type XmlElement } from './xml.ts';
