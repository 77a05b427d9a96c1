// How FHIR calls what HL7 v3 names by an object identifier. Taken from the NamingSystems and CodeSystems of HL7 Terminology 7.0.1 (CC0).

const PLAIN = `
2.16.840.1.113883.6.1 http://loinc.org
2.16.840.1.113883.6.96 http://snomed.info/sct
2.16.840.1.113883.6.88 http://www.nlm.nih.gov/research/umls/rxnorm
2.16.840.1.113883.6.8 http://unitsofmeasure.org
2.16.840.1.113883.6.90 http://hl7.org/fhir/sid/icd-10-cm
2.16.840.1.113883.6.3 http://hl7.org/fhir/sid/icd-10
2.16.840.1.113883.6.4 http://www.cms.gov/Medicare/Coding/ICD10
2.16.840.1.113883.6.103 http://hl7.org/fhir/sid/icd-9-cm
2.16.840.1.113883.6.104 http://hl7.org/fhir/sid/icd-9-cm
2.16.840.1.113883.6.42 http://terminology.hl7.org/CodeSystem/icd9
2.16.840.1.113883.6.12 http://www.ama-assn.org/go/cpt
2.16.840.1.113883.6.285 http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets
2.16.840.1.113883.6.13 http://www.ada.org/cdt
2.16.840.1.113883.6.69 http://hl7.org/fhir/sid/ndc
2.16.840.1.113883.6.73 http://www.whocc.no/atc
2.16.840.1.113883.6.345 http://va.gov/terminology/medrt
2.16.840.1.113883.6.209 http://hl7.org/fhir/ndfrt
2.16.840.1.113883.6.208 http://terminology.hl7.org/CodeSystem/nddf
2.16.840.1.113883.3.26.1.5 http://terminology.hl7.org/CodeSystem/nciVersionOfNDF-RT
2.16.840.1.113883.3.26.1.1 http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl
2.16.840.1.113883.4.9 http://fdasis.nlm.nih.gov
2.16.840.1.113883.12.292 http://hl7.org/fhir/sid/cvx
2.16.840.1.113883.12.227 http://hl7.org/fhir/sid/mvx
2.16.840.1.113883.6.254 http://hl7.org/fhir/sid/icf
2.16.840.1.113883.6.259 https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html
2.16.840.1.113883.6.101 http://nucc.org/provider-taxonomy
2.16.840.1.113883.6.301.5 https://www.nubc.org/CodeSystem/PatDischargeStatus
2.16.840.1.113883.6.6 http://terminology.hl7.org/CodeSystem/read-Codes
2.16.840.1.113883.6.24 urn:iso:std:iso:11073:10101
2.16.840.1.113883.6.121 urn:ietf:bcp:47
2.16.840.1.113883.6.92 http://terminology.hl7.org/CodeSystem/FIPS52
2.16.840.1.113883.3.221.5 https://nahdo.org/sopt
1.2.840.10008.2.16.4 http://dicom.nema.org/resources/ontology/DCM
1.0.3166.1.2.2 urn:iso:std:iso:3166
2.16.840.1.113883.4.1 http://hl7.org/fhir/sid/us-ssn
2.16.840.1.113883.4.6 http://hl7.org/fhir/sid/us-npi
2.16.840.1.113883.4.572 http://hl7.org/fhir/sid/us-medicare
`;

/** Below 2.16.840.1.113883.5: `http://terminology.hl7.org/CodeSystem/v3-NAME`. */
const V3 = `1 AdministrativeGender 2 MaritalStatus 4 ActCode 6 ActClass 7 ActPriority 8 ActReason 14 ActStatus 25 Confidentiality
43 EntityNamePartQualifier 45 EntityNameUse 50 Ethnicity 53 HealthcareProviderTaxonomyHIPAA 60 LanguageAbilityMode
61 LanguageAbilityProficiency 63 LivingArrangement 83 ObservationInterpretation 84 ObservationMethod 85 orderableDrugForm
88 ParticipationFunction 89 ParticipationSignature 90 ParticipationType 93 PersonDisabilityType 104 Race 110 RoleClass 111 RoleCode
112 RouteOfAdministration 129 SpecimenType 139 TimingEvent 1001 ActMood 1008 NullFlavor 1052 ActSite 1060 EntityCode 1063 ObservationValue
1064 ParticipationMode 1065 ProcedureMethod 1070 substanceAdminSubstitution 1075 PatientImportance 1076 ReligiousAffiliation
1077 EducationLevel 1119 AddressUse 1139 WorkClassificationODH`;

const V3_ARC = '2.16.840.1.113883.5.';

const pairs = (text: string): [string, string][] => {
  const words = text.trim().split(/\s+/);
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i], words[2 * i + 1]]);
};

const URIS: ReadonlyMap<string, string> = new Map([
  ...pairs(PLAIN),
  ...pairs(V3).map(([arc, name]): [string, string] => [V3_ARC + arc, v3(name)]),
]);

/** What hospitals write where they give no identifier. */
const NAMES: Readonly<Record<string, string>> = {
  loinc: 'http://loinc.org',
  'snomed ct': 'http://snomed.info/sct',
  'snomed-ct': 'http://snomed.info/sct',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  'icd-10-cm': 'http://hl7.org/fhir/sid/icd-10-cm',
  icd10: 'http://hl7.org/fhir/sid/icd-10',
  'icd-10': 'http://hl7.org/fhir/sid/icd-10',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  ucum: 'http://unitsofmeasure.org',
};

export function v3(name: string): string {
  return `http://terminology.hl7.org/CodeSystem/v3-${name}`;
}

const OID = /^[0-2](\.(0|[1-9]\d*))+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** URI of a v3 identifier; of one that FHIR gives no name the identifier itself as a URI. Empty for what is none. */
export function uriOf(root: string): string {
  const known = URIS.get(root);
  if (known !== undefined) return known;
  if (OID.test(root)) return `urn:oid:${root}`;
  return UUID.test(root) ? `urn:uuid:${root.toLowerCase()}` : '';
}

/** The system of a code by identifier, else by the name that is written beside it. */
export function codeSystemOf(root: string, name: string): string {
  const plain = name.trim().toLowerCase();
  return uriOf(root) || (Object.hasOwn(NAMES, plain) ? NAMES[plain] : '');
}
