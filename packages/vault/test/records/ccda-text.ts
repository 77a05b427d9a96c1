// A document made of its parts, for tests of one thing at a time.

import type { ByteSource } from '@hale/vault/import';
import type { Resource } from '@hale/vault/records';
import { type DocumentRead, parseXml, piecesOf, readDocument } from '@hale/vault/records/ccda';

const HEAD = `<realmCode code="US"/><id root="1.2.3" extension="D1"/>
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summary of episode note"/><title>Summary</title>
<effectiveTime value="20260102030405+0100"/><recordTarget><patientRole><id root="2.16.840.1.113883.4.1" extension="111"/><patient>
<name><given>Ada</given><family>Doe</family></name><administrativeGenderCode code="F"/><birthTime value="19800405"/></patient></patientRole></recordTarget>`;

export const documentOf = (body: string, before = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${HEAD}${body}</ClinicalDocument>`;

export const sectionOf = (code: string, inner: string, text = '<text>Words</text>'): string =>
  `<component><structuredBody><component><section><code code="${code}" codeSystem="2.16.840.1.113883.6.1"/><title>Part</title>${text}${inner}</section></component></structuredBody></component>`;

export function sourceOf(content: string | Uint8Array, name = 'document.xml', pieceBytes = 1 << 20): ByteSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    sizeBytes: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + Math.min(length, pieceBytes)),
  };
}

export async function readText(content: string | Uint8Array, pieceBytes?: number): Promise<DocumentRead> {
  return readDocument(await parseXml(piecesOf(sourceOf(content, 'document.xml', pieceBytes), 7)));
}

export async function readOne(type: string, content: string): Promise<Resource> {
  const found = (await readText(content)).made.filter(({ resource }) => resource.resourceType === type);
  if (found.length !== 1) throw new Error(`${found.length} of type ${type}`);
  return found[0].resource;
}
