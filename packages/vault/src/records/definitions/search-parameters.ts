// Search parameters of R4. Made by docs/make-fhir-definitions.ts of hl7.fhir.r4.examples@4.0.1 (CC0): never edited by hand.
export const SEARCH_PARAMETERS = `
_id;token;Resource;;Resource.id
_lastUpdated;date;Resource;;Resource.meta.lastUpdated
_profile;uri;Resource;;Resource.meta.profile
_security;token;Resource;;Resource.meta.security
_source;uri;Resource;;Resource.meta.source
_tag;token;Resource;;Resource.meta.tag
abatement-age;quantity;Condition;;Condition.abatement.as(Age) | Condition.abatement.as(Range)
abatement-date;date;Condition;;Condition.abatement.as(dateTime) | Condition.abatement.as(Period)
abatement-string;string;Condition;;Condition.abatement.as(string)
abstract;token;StructureDefinition;;StructureDefinition.abstract
accession;token;Specimen;;Specimen.accessionIdentifier
account;reference;ChargeItem;Account;ChargeItem.account
account;reference;Encounter;Account;Encounter.account
account;reference;Invoice;Account;Invoice.account
achievement-status;token;Goal;;Goal.achievementStatus
action;token;AuditEvent;;AuditEvent.action
action;token;Consent;;Consent.provision.action
active;token;HealthcareService;;HealthcareService.active
active;token;Organization;;Organization.active
active;token;OrganizationAffiliation;;OrganizationAffiliation.active
active;token;Patient;;Patient.active
active;token;Practitioner;;Practitioner.active
active;token;PractitionerRole;;PractitionerRole.active
active;token;RelatedPerson;;RelatedPerson.active
active;token;Schedule;;Schedule.active
activity-code;token;CarePlan;;CarePlan.activity.detail.code
activity-date;date;CarePlan;;CarePlan.activity.detail.scheduled
activity-reference;reference;CarePlan;Appointment MedicationRequest Task NutritionOrder RequestGroup VisionPrescription DeviceRequest ServiceRequest CommunicationRequest;CarePlan.activity.reference
actor;reference;Appointment;Practitioner Device Patient HealthcareService PractitionerRole RelatedPerson Location;Appointment.participant.actor
actor;reference;AppointmentResponse;Practitioner Device Patient HealthcareService PractitionerRole RelatedPerson Location;AppointmentResponse.actor
actor;reference;Consent;Practitioner Group Organization CareTeam Device Patient PractitionerRole RelatedPerson;Consent.provision.actor.reference
actor;reference;Schedule;Practitioner Device Patient HealthcareService PractitionerRole RelatedPerson Location;Schedule.actor
actual;token;Group;;Group.actual
actuality;token;AdverseEvent;;AdverseEvent.actuality
additive;token;NutritionOrder;;NutritionOrder.enteralFormula.additiveType
address-city;string;InsurancePlan;;InsurancePlan.contact.address.city
address-city;string;Location;;Location.address.city
address-city;string;Organization;;Organization.address.city
address-city;string;Patient Person Practitioner RelatedPerson;;Patient.address.city | Person.address.city | Practitioner.address.city | RelatedPerson.address.city
address-country;string;InsurancePlan;;InsurancePlan.contact.address.country
address-country;string;Location;;Location.address.country
address-country;string;Organization;;Organization.address.country
address-country;string;Patient Person Practitioner RelatedPerson;;Patient.address.country | Person.address.country | Practitioner.address.country | RelatedPerson.address.country
address-postalcode;string;InsurancePlan;;InsurancePlan.contact.address.postalCode
address-postalcode;string;Location;;Location.address.postalCode
address-postalcode;string;Organization;;Organization.address.postalCode
address-postalcode;string;Patient Person Practitioner RelatedPerson;;Patient.address.postalCode | Person.address.postalCode | Practitioner.address.postalCode | RelatedPerson.address.postalCode
address-state;string;InsurancePlan;;InsurancePlan.contact.address.state
address-state;string;Location;;Location.address.state
address-state;string;Organization;;Organization.address.state
address-state;string;Patient Person Practitioner RelatedPerson;;Patient.address.state | Person.address.state | Practitioner.address.state | RelatedPerson.address.state
address-use;token;InsurancePlan;;InsurancePlan.contact.address.use
address-use;token;Location;;Location.address.use
address-use;token;Organization;;Organization.address.use
address-use;token;Patient Person Practitioner RelatedPerson;;Patient.address.use | Person.address.use | Practitioner.address.use | RelatedPerson.address.use
address;string;AuditEvent;;AuditEvent.agent.network.address
address;string;InsurancePlan;;InsurancePlan.contact.address
address;string;Location;;Location.address
address;string;Organization;;Organization.address
address;string;Patient Person Practitioner RelatedPerson;;Patient.address | Person.address | Practitioner.address | RelatedPerson.address
administered-by;reference;InsurancePlan;Organization;InsurancePlan.administeredBy
agent-name;string;AuditEvent;;AuditEvent.agent.name
agent-role;token;AuditEvent;;AuditEvent.agent.role
agent-role;token;Provenance;;Provenance.agent.role
agent-type;token;Provenance;;Provenance.agent.type
agent;reference;AuditEvent;Practitioner Organization Device Patient PractitionerRole RelatedPerson;AuditEvent.agent.who
agent;reference;Provenance;Practitioner Organization Device Patient PractitionerRole RelatedPerson;Provenance.agent.who
altid;token;AuditEvent;;AuditEvent.agent.altId
amino-acid-change;string;Observation;;Observation.extension('http://hl7.org/fhir/StructureDefinition/observation-geneticsAminoAcidChangeName')
appointment-type;token;Appointment;;Appointment.appointmentType
appointment-type;token;Slot;;Slot.appointmentType
appointment;reference;AppointmentResponse;Appointment;AppointmentResponse.appointment
appointment;reference;Encounter;Appointment;Encounter.appointment
asserter;reference;AllergyIntolerance;Practitioner Patient PractitionerRole RelatedPerson;AllergyIntolerance.asserter
asserter;reference;Condition;Practitioner Patient PractitionerRole RelatedPerson;Condition.asserter
assessed-condition;reference;DiagnosticReport;;DiagnosticReport.extension('http://hl7.org/fhir/StructureDefinition/DiagnosticReport-geneticsAssessedCondition')
assessor;reference;ClinicalImpression;Practitioner PractitionerRole;ClinicalImpression.assessor
attester;reference;Composition;Practitioner Organization Patient PractitionerRole RelatedPerson;Composition.attester.party
authenticator;reference;DocumentReference;Practitioner Organization PractitionerRole;DocumentReference.authenticator
author;reference;Basic;Practitioner Organization Patient PractitionerRole RelatedPerson;Basic.author
author;reference;Composition;Practitioner Organization Device Patient PractitionerRole RelatedPerson;Composition.author
author;reference;DetectedIssue;Practitioner Device PractitionerRole;DetectedIssue.author
author;reference;DocumentManifest;Practitioner Organization Device Patient PractitionerRole RelatedPerson;DocumentManifest.author
author;reference;DocumentReference;Practitioner Organization Device Patient PractitionerRole RelatedPerson;DocumentReference.author
author;reference;Flag;Practitioner Organization Device Patient PractitionerRole;Flag.author
author;reference;Linkage;Practitioner Organization PractitionerRole;Linkage.author
author;reference;MessageHeader;Practitioner PractitionerRole;MessageHeader.author
author;reference;QuestionnaireResponse;Practitioner Organization Device Patient PractitionerRole RelatedPerson;QuestionnaireResponse.author
author;reference;RequestGroup;Practitioner Device PractitionerRole;RequestGroup.author
authored-on;date;DeviceRequest;;DeviceRequest.authoredOn
authored-on;date;Task;;Task.authoredOn
authored;date;CommunicationRequest;;CommunicationRequest.authoredOn
authored;date;QuestionnaireResponse;;QuestionnaireResponse.authored
authored;date;RequestGroup;;RequestGroup.authoredOn
authored;date;ServiceRequest;;ServiceRequest.authoredOn
authoredon;date;MedicationRequest;;MedicationRequest.authoredOn
authority;reference;Contract;Organization;Contract.authority
base-path;token;StructureDefinition;;StructureDefinition.snapshot.element.base.path | StructureDefinition.differential.element.base.path
base;reference;OperationDefinition;OperationDefinition;OperationDefinition.base
base;reference;StructureDefinition;StructureDefinition;StructureDefinition.baseDefinition
base;token;SearchParameter;;SearchParameter.base
based-on;reference;Appointment;ServiceRequest;Appointment.basedOn
based-on;reference;CarePlan;CarePlan;CarePlan.basedOn
based-on;reference;Communication;*;Communication.basedOn
based-on;reference;CommunicationRequest;*;CommunicationRequest.basedOn
based-on;reference;DeviceRequest;*;DeviceRequest.basedOn
based-on;reference;DiagnosticReport;CarePlan MedicationRequest NutritionOrder ServiceRequest ImmunizationRecommendation;DiagnosticReport.basedOn
based-on;reference;Encounter;ServiceRequest;Encounter.basedOn
based-on;reference;Media;CarePlan ServiceRequest;Media.basedOn
based-on;reference;Observation;CarePlan MedicationRequest NutritionOrder DeviceRequest ServiceRequest ImmunizationRecommendation;Observation.basedOn
based-on;reference;Procedure;CarePlan ServiceRequest;Procedure.basedOn
based-on;reference;QuestionnaireResponse;CarePlan ServiceRequest;QuestionnaireResponse.basedOn
based-on;reference;ServiceRequest;CarePlan MedicationRequest ServiceRequest;ServiceRequest.basedOn
based-on;reference;Task;*;Task.basedOn
basedon;reference;ImagingStudy;Appointment AppointmentResponse CarePlan Task ServiceRequest;ImagingStudy.basedOn
beneficiary;reference;Coverage;Patient;Coverage.beneficiary
birthdate;date;Patient Person RelatedPerson;;Patient.birthDate | Person.birthDate | RelatedPerson.birthDate
body-site;token;Condition;;Condition.bodySite
body-site;token;ServiceRequest;;ServiceRequest.bodySite
bodysite;token;ImagingStudy;;ImagingStudy.series.bodySite
bodysite;token;Specimen;;Specimen.collection.bodySite
business-status;token;Task;;Task.businessStatus
care-manager;reference;EpisodeOfCare;Practitioner;EpisodeOfCare.careManager.where(resolve() is Practitioner)
care-team;reference;CarePlan;CareTeam;CarePlan.careTeam
care-team;reference;Claim;Practitioner Organization PractitionerRole;Claim.careTeam.provider
care-team;reference;ExplanationOfBenefit;Practitioner Organization PractitionerRole;ExplanationOfBenefit.careTeam.provider
category;token;AdverseEvent;;AdverseEvent.category
category;token;AllergyIntolerance;;AllergyIntolerance.category
category;token;CarePlan;;CarePlan.category
category;token;CareTeam;;CareTeam.category
category;token;Communication;;Communication.category
category;token;CommunicationRequest;;CommunicationRequest.category
category;token;Composition;;Composition.category
category;token;Condition;;Condition.category
category;token;Consent;;Consent.category
category;token;DeviceMetric;;DeviceMetric.category
category;token;DiagnosticReport;;DiagnosticReport.category
category;token;DocumentReference;;DocumentReference.category
category;token;Goal;;Goal.category
category;token;MedicationRequest;;MedicationRequest.category
category;token;MedicationStatement;;MedicationStatement.category
category;token;MessageDefinition;;MessageDefinition.category
category;token;Observation;;Observation.category
category;token;Procedure;;Procedure.category
category;token;ResearchStudy;;ResearchStudy.category
category;token;ServiceRequest;;ServiceRequest.category
category;token;Substance;;Substance.category
category;token;SupplyRequest;;SupplyRequest.category
characteristic-value;composite;Group;;Group.characteristic;characteristic~code;value~value
characteristic;token;Group;;Group.characteristic.code
characteristic;token;HealthcareService;;HealthcareService.characteristic
chromosome-variant-coordinate;composite;MolecularSequence;;MolecularSequence.variant;chromosome~%resource.referenceSeq.chromosome;variant-start~start;variant-end~end
chromosome-window-coordinate;composite;MolecularSequence;;MolecularSequence.referenceSeq;chromosome~chromosome;window-start~windowStart;window-end~windowEnd
chromosome;token;MolecularSequence;;MolecularSequence.referenceSeq.chromosome
claim;reference;ExplanationOfBenefit;Claim;ExplanationOfBenefit.claim
class-type;token;Coverage;;Coverage.class.type
class-value;string;Coverage;;Coverage.class.value
class;token;Encounter;;Encounter.class
classification-type;token;MedicationKnowledge;;MedicationKnowledge.medicineClassification.type
classification;token;MedicationKnowledge;;MedicationKnowledge.medicineClassification.classification
clinical-status;token;AllergyIntolerance;;AllergyIntolerance.clinicalStatus
clinical-status;token;Condition;;Condition.clinicalStatus
code-value-concept;composite;Observation;;Observation;code~code;value-concept~value.as(CodeableConcept)
code-value-date;composite;Observation;;Observation;code~code;value-date~value.as(DateTime) | value.as(Period)
code-value-quantity;composite;Observation;;Observation;code~code;value-quantity~value.as(Quantity)
code-value-string;composite;Observation;;Observation;code~code;value-string~value.as(string)
code;token;AllergyIntolerance Condition DeviceRequest DiagnosticReport FamilyMemberHistory List Medication MedicationAdministration MedicationDispense MedicationRequest MedicationStatement Observation Procedure ServiceRequest;;AllergyIntolerance.code | AllergyIntolerance.reaction.substance | Condition.code | (DeviceRequest.code as CodeableConcept) | DiagnosticReport.code | FamilyMemberHistory.condition.code | List.code | Medication.code | (MedicationAdministration.medication as CodeableConcept) | (MedicationDispense.medication as CodeableConcept) | (MedicationRequest.medication as CodeableConcept) | (MedicationStatement.medication as CodeableConcept) | Observation.code | Procedure.code | ServiceRequest.code
code;token;Basic;;Basic.code
code;token;ChargeItem;;ChargeItem.code
code;token;CodeSystem;;CodeSystem.concept.code
code;token;CompartmentDefinition;;CompartmentDefinition.code
code;token;DetectedIssue;;DetectedIssue.code
code;token;Group;;Group.code
code;token;MedicationKnowledge;;MedicationKnowledge.code
code;token;MessageHeader;;MessageHeader.response.code
code;token;OperationDefinition;;OperationDefinition.code
code;token;Questionnaire;;Questionnaire.item.code
code;token;RequestGroup;;RequestGroup.code
code;token;SearchParameter;;SearchParameter.code
code;token;Substance;;Substance.code | (Substance.ingredient.substance as CodeableConcept)
code;token;SubstanceSpecification;;SubstanceSpecification.code.code
code;token;Task;;Task.code
code;token;ValueSet;;ValueSet.expansion.contains.code | ValueSet.compose.include.concept.code
collected;date;Specimen;;Specimen.collection.collected
collector;reference;Specimen;Practitioner PractitionerRole;Specimen.collection.collector
combo-code-value-concept;composite;Observation;;Observation | Observation.component;combo-code~code;combo-value-concept~value.as(CodeableConcept)
combo-code-value-quantity;composite;Observation;;Observation | Observation.component;combo-code~code;combo-value-quantity~value.as(Quantity)
combo-code;token;Observation;;Observation.code | Observation.component.code
combo-data-absent-reason;token;Observation;;Observation.dataAbsentReason | Observation.component.dataAbsentReason
combo-value-concept;token;Observation;;(Observation.value as CodeableConcept) | (Observation.component.value as CodeableConcept)
combo-value-quantity;quantity;Observation;;(Observation.value as Quantity) | (Observation.value as SampledData) | (Observation.component.value as Quantity) | (Observation.component.value as SampledData)
communication;token;Practitioner;;Practitioner.communication
component-code-value-concept;composite;Observation;;Observation.component;component-code~code;component-value-concept~value.as(CodeableConcept)
component-code-value-quantity;composite;Observation;;Observation.component;component-code~code;component-value-quantity~value.as(Quantity)
component-code;token;Observation;;Observation.component.code
component-data-absent-reason;token;Observation;;Observation.component.dataAbsentReason
component-value-concept;token;Observation;;(Observation.component.value as CodeableConcept)
component-value-quantity;quantity;Observation;;(Observation.component.value as Quantity) | (Observation.component.value as SampledData)
component;reference;SearchParameter;SearchParameter;SearchParameter.component.definition
composed-of;reference;ActivityDefinition;*;ActivityDefinition.relatedArtifact.where(type='composed-of').resource
composed-of;reference;EventDefinition;*;EventDefinition.relatedArtifact.where(type='composed-of').resource
composed-of;reference;Evidence;*;Evidence.relatedArtifact.where(type='composed-of').resource
composed-of;reference;EvidenceVariable;*;EvidenceVariable.relatedArtifact.where(type='composed-of').resource
composed-of;reference;Library;*;Library.relatedArtifact.where(type='composed-of').resource
composed-of;reference;Measure;*;Measure.relatedArtifact.where(type='composed-of').resource
composed-of;reference;PlanDefinition;*;PlanDefinition.relatedArtifact.where(type='composed-of').resource
composed-of;reference;ResearchDefinition;*;ResearchDefinition.relatedArtifact.where(type='composed-of').resource
composed-of;reference;ResearchElementDefinition;*;ResearchElementDefinition.relatedArtifact.where(type='composed-of').resource
composition;reference;Bundle;Composition;Bundle.entry[0].resource
conclusion;token;DiagnosticReport;;DiagnosticReport.conclusionCode
condition;reference;CarePlan;Condition;CarePlan.addresses
condition;reference;EpisodeOfCare;Condition;EpisodeOfCare.diagnosis.condition
condition;reference;RiskAssessment;Condition;RiskAssessment.condition
confidentiality;token;Composition;;Composition.confidentiality
connection-type;token;Endpoint;;Endpoint.connectionType
consentor;reference;Consent;Practitioner Organization Patient PractitionerRole RelatedPerson;Consent.performer
contact;string;NamingSystem;;NamingSystem.contact.name
contact;token;Subscription;;Subscription.contact
container-id;token;Specimen;;Specimen.container.identifier
container-identifier;token;Substance;;Substance.instance.identifier
container;token;Specimen;;Specimen.container.type
container;token;SpecimenDefinition;;SpecimenDefinition.typeTested.container.type
content-mode;token;CodeSystem;;CodeSystem.content
content-type;token;Library;;Library.content.contentType
contenttype;token;DocumentReference;;DocumentReference.content.attachment.contentType
context-quantity;quantity;ActivityDefinition;;(ActivityDefinition.useContext.value as Quantity) | (ActivityDefinition.useContext.value as Range)
context-quantity;quantity;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;(CapabilityStatement.useContext.value as Quantity) | (CapabilityStatement.useContext.value as Range) | (CodeSystem.useContext.value as Quantity) | (CodeSystem.useContext.value as Range) | (CompartmentDefinition.useContext.value as Quantity) | (CompartmentDefinition.useContext.value as Range) | (ConceptMap.useContext.value as Quantity) | (ConceptMap.useContext.value as Range) | (GraphDefinition.useContext.value as Quantity) | (GraphDefinition.useContext.value as Range) | (ImplementationGuide.useContext.value as Quantity) | (ImplementationGuide.useContext.value as Range) | (MessageDefinition.useContext.value as Quantity) | (MessageDefinition.useContext.value as Range) | (NamingSystem.useContext.value as Quantity) | (NamingSystem.useContext.value as Range) | (OperationDefinition.useContext.value as Quantity) | (OperationDefinition.useContext.value as Range) | (SearchParameter.useContext.value as Quantity) | (SearchParameter.useContext.value as Range) | (StructureDefinition.useContext.value as Quantity) | (StructureDefinition.useContext.value as Range) | (StructureMap.useContext.value as Quantity) | (StructureMap.useContext.value as Range) | (TerminologyCapabilities.useContext.value as Quantity) | (TerminologyCapabilities.useContext.value as Range) | (ValueSet.useContext.value as Quantity) | (ValueSet.useContext.value as Range)
context-quantity;quantity;ChargeItemDefinition;;(ChargeItemDefinition.useContext.value as Quantity) | (ChargeItemDefinition.useContext.value as Range)
context-quantity;quantity;EffectEvidenceSynthesis;;(EffectEvidenceSynthesis.useContext.value as Quantity) | (EffectEvidenceSynthesis.useContext.value as Range)
context-quantity;quantity;EventDefinition;;(EventDefinition.useContext.value as Quantity) | (EventDefinition.useContext.value as Range)
context-quantity;quantity;Evidence;;(Evidence.useContext.value as Quantity) | (Evidence.useContext.value as Range)
context-quantity;quantity;EvidenceVariable;;(EvidenceVariable.useContext.value as Quantity) | (EvidenceVariable.useContext.value as Range)
context-quantity;quantity;ExampleScenario;;(ExampleScenario.useContext.value as Quantity) | (ExampleScenario.useContext.value as Range)
context-quantity;quantity;Library;;(Library.useContext.value as Quantity) | (Library.useContext.value as Range)
context-quantity;quantity;Measure;;(Measure.useContext.value as Quantity) | (Measure.useContext.value as Range)
context-quantity;quantity;PlanDefinition;;(PlanDefinition.useContext.value as Quantity) | (PlanDefinition.useContext.value as Range)
context-quantity;quantity;Questionnaire;;(Questionnaire.useContext.value as Quantity) | (Questionnaire.useContext.value as Range)
context-quantity;quantity;ResearchDefinition;;(ResearchDefinition.useContext.value as Quantity) | (ResearchDefinition.useContext.value as Range)
context-quantity;quantity;ResearchElementDefinition;;(ResearchElementDefinition.useContext.value as Quantity) | (ResearchElementDefinition.useContext.value as Range)
context-quantity;quantity;RiskEvidenceSynthesis;;(RiskEvidenceSynthesis.useContext.value as Quantity) | (RiskEvidenceSynthesis.useContext.value as Range)
context-quantity;quantity;TestScript;;(TestScript.useContext.value as Quantity) | (TestScript.useContext.value as Range)
context-type-quantity;composite;ActivityDefinition;;ActivityDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.useContext | CodeSystem.useContext | CompartmentDefinition.useContext | ConceptMap.useContext | GraphDefinition.useContext | ImplementationGuide.useContext | MessageDefinition.useContext | NamingSystem.useContext | OperationDefinition.useContext | SearchParameter.useContext | StructureDefinition.useContext | StructureMap.useContext | TerminologyCapabilities.useContext | ValueSet.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;ChargeItemDefinition;;ChargeItemDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;EventDefinition;;EventDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;Evidence;;Evidence.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;EvidenceVariable;;EvidenceVariable.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;ExampleScenario;;ExampleScenario.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;Library;;Library.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;Measure;;Measure.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;PlanDefinition;;PlanDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;Questionnaire;;Questionnaire.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;ResearchDefinition;;ResearchDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;ResearchElementDefinition;;ResearchElementDefinition.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-quantity;composite;TestScript;;TestScript.useContext;context-type~code;context-quantity~value.as(Quantity) | value.as(Range)
context-type-value;composite;ActivityDefinition;;ActivityDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.useContext | CodeSystem.useContext | CompartmentDefinition.useContext | ConceptMap.useContext | GraphDefinition.useContext | ImplementationGuide.useContext | MessageDefinition.useContext | NamingSystem.useContext | OperationDefinition.useContext | SearchParameter.useContext | StructureDefinition.useContext | StructureMap.useContext | TerminologyCapabilities.useContext | ValueSet.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;ChargeItemDefinition;;ChargeItemDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;EventDefinition;;EventDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;Evidence;;Evidence.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;EvidenceVariable;;EvidenceVariable.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;ExampleScenario;;ExampleScenario.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;Library;;Library.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;Measure;;Measure.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;PlanDefinition;;PlanDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;Questionnaire;;Questionnaire.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;ResearchDefinition;;ResearchDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;ResearchElementDefinition;;ResearchElementDefinition.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.useContext;context-type~code;context~value.as(CodeableConcept)
context-type-value;composite;TestScript;;TestScript.useContext;context-type~code;context~value.as(CodeableConcept)
context-type;token;ActivityDefinition;;ActivityDefinition.useContext.code
context-type;token;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.useContext.code | CodeSystem.useContext.code | CompartmentDefinition.useContext.code | ConceptMap.useContext.code | GraphDefinition.useContext.code | ImplementationGuide.useContext.code | MessageDefinition.useContext.code | NamingSystem.useContext.code | OperationDefinition.useContext.code | SearchParameter.useContext.code | StructureDefinition.useContext.code | StructureMap.useContext.code | TerminologyCapabilities.useContext.code | ValueSet.useContext.code
context-type;token;ChargeItemDefinition;;ChargeItemDefinition.useContext.code
context-type;token;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.useContext.code
context-type;token;EventDefinition;;EventDefinition.useContext.code
context-type;token;Evidence;;Evidence.useContext.code
context-type;token;EvidenceVariable;;EvidenceVariable.useContext.code
context-type;token;ExampleScenario;;ExampleScenario.useContext.code
context-type;token;Library;;Library.useContext.code
context-type;token;Measure;;Measure.useContext.code
context-type;token;PlanDefinition;;PlanDefinition.useContext.code
context-type;token;Questionnaire;;Questionnaire.useContext.code
context-type;token;ResearchDefinition;;ResearchDefinition.useContext.code
context-type;token;ResearchElementDefinition;;ResearchElementDefinition.useContext.code
context-type;token;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.useContext.code
context-type;token;TestScript;;TestScript.useContext.code
context;reference;ChargeItem;EpisodeOfCare Encounter;ChargeItem.context
context;reference;MedicationAdministration;EpisodeOfCare Encounter;MedicationAdministration.context
context;reference;MedicationDispense;EpisodeOfCare Encounter;MedicationDispense.context
context;reference;MedicationStatement;EpisodeOfCare Encounter;MedicationStatement.context
context;token;ActivityDefinition;;(ActivityDefinition.useContext.value as CodeableConcept)
context;token;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;(CapabilityStatement.useContext.value as CodeableConcept) | (CodeSystem.useContext.value as CodeableConcept) | (CompartmentDefinition.useContext.value as CodeableConcept) | (ConceptMap.useContext.value as CodeableConcept) | (GraphDefinition.useContext.value as CodeableConcept) | (ImplementationGuide.useContext.value as CodeableConcept) | (MessageDefinition.useContext.value as CodeableConcept) | (NamingSystem.useContext.value as CodeableConcept) | (OperationDefinition.useContext.value as CodeableConcept) | (SearchParameter.useContext.value as CodeableConcept) | (StructureDefinition.useContext.value as CodeableConcept) | (StructureMap.useContext.value as CodeableConcept) | (TerminologyCapabilities.useContext.value as CodeableConcept) | (ValueSet.useContext.value as CodeableConcept)
context;token;ChargeItemDefinition;;(ChargeItemDefinition.useContext.value as CodeableConcept)
context;token;Composition;;Composition.event.code
context;token;EffectEvidenceSynthesis;;(EffectEvidenceSynthesis.useContext.value as CodeableConcept)
context;token;EventDefinition;;(EventDefinition.useContext.value as CodeableConcept)
context;token;Evidence;;(Evidence.useContext.value as CodeableConcept)
context;token;EvidenceVariable;;(EvidenceVariable.useContext.value as CodeableConcept)
context;token;ExampleScenario;;(ExampleScenario.useContext.value as CodeableConcept)
context;token;Library;;(Library.useContext.value as CodeableConcept)
context;token;Measure;;(Measure.useContext.value as CodeableConcept)
context;token;PlanDefinition;;(PlanDefinition.useContext.value as CodeableConcept)
context;token;Questionnaire;;(Questionnaire.useContext.value as CodeableConcept)
context;token;ResearchDefinition;;(ResearchDefinition.useContext.value as CodeableConcept)
context;token;ResearchElementDefinition;;(ResearchElementDefinition.useContext.value as CodeableConcept)
context;token;RiskEvidenceSynthesis;;(RiskEvidenceSynthesis.useContext.value as CodeableConcept)
context;token;TestScript;;(TestScript.useContext.value as CodeableConcept)
country;token;MedicinalProductAuthorization;;MedicinalProductAuthorization.country
coverage-area;reference;HealthcareService;Location;HealthcareService.coverageArea
coverage;reference;ExplanationOfBenefit;Coverage;ExplanationOfBenefit.insurance.coverage
created;date;Basic;;Basic.created
created;date;Claim;;Claim.created
created;date;ClaimResponse;;ClaimResponse.created
created;date;CoverageEligibilityRequest;;CoverageEligibilityRequest.created
created;date;CoverageEligibilityResponse;;CoverageEligibilityResponse.created
created;date;DocumentManifest;;DocumentManifest.created
created;date;ExplanationOfBenefit;;ExplanationOfBenefit.created
created;date;Media;;Media.created
created;date;PaymentNotice;;PaymentNotice.created
created;date;PaymentReconciliation;;PaymentReconciliation.created
criteria;string;Subscription;;Subscription.criteria
criticality;token;AllergyIntolerance;;AllergyIntolerance.criticality
custodian;reference;DocumentReference;Organization;DocumentReference.custodian
data-absent-reason;token;Observation;;Observation.dataAbsentReason
data;reference;Consent;*;Consent.provision.data.reference
date;date;ActivityDefinition;;ActivityDefinition.date
date;date;AdverseEvent;;AdverseEvent.date
date;date;AllergyIntolerance CarePlan CareTeam ClinicalImpression Composition Consent DiagnosticReport Encounter EpisodeOfCare FamilyMemberHistory Flag Immunization List Observation Procedure RiskAssessment SupplyRequest;;AllergyIntolerance.recordedDate | CarePlan.period | CareTeam.period | ClinicalImpression.date | Composition.date | Consent.dateTime | DiagnosticReport.effective | Encounter.period | EpisodeOfCare.period | FamilyMemberHistory.date | Flag.period | Immunization.occurrence | List.date | Observation.effective | Procedure.performed | (RiskAssessment.occurrence as dateTime) | SupplyRequest.authoredOn
date;date;Appointment;;Appointment.start
date;date;AuditEvent;;AuditEvent.recorded
date;date;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.date | CodeSystem.date | CompartmentDefinition.date | ConceptMap.date | GraphDefinition.date | ImplementationGuide.date | MessageDefinition.date | NamingSystem.date | OperationDefinition.date | SearchParameter.date | StructureDefinition.date | StructureMap.date | TerminologyCapabilities.date | ValueSet.date
date;date;ChargeItemDefinition;;ChargeItemDefinition.date
date;date;DocumentReference;;DocumentReference.date
date;date;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.date
date;date;EventDefinition;;EventDefinition.date
date;date;Evidence;;Evidence.date
date;date;EvidenceVariable;;EvidenceVariable.date
date;date;ExampleScenario;;ExampleScenario.date
date;date;ImmunizationEvaluation;;ImmunizationEvaluation.date
date;date;ImmunizationRecommendation;;ImmunizationRecommendation.date
date;date;Invoice;;Invoice.date
date;date;Library;;Library.date
date;date;Measure;;Measure.date
date;date;MeasureReport;;MeasureReport.date
date;date;MedicationRequest;;MedicationRequest.dosageInstruction.timing.event
date;date;OrganizationAffiliation;;OrganizationAffiliation.period
date;date;PlanDefinition;;PlanDefinition.date
date;date;PractitionerRole;;PractitionerRole.period
date;date;Questionnaire;;Questionnaire.date
date;date;ResearchDefinition;;ResearchDefinition.date
date;date;ResearchElementDefinition;;ResearchElementDefinition.date
date;date;ResearchStudy;;ResearchStudy.period
date;date;ResearchSubject;;ResearchSubject.period
date;date;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.date
date;date;Schedule;;Schedule.planningHorizon
date;date;TestScript;;TestScript.date
datetime;date;NutritionOrder;;NutritionOrder.dateTime
datewritten;date;VisionPrescription;;VisionPrescription.dateWritten
death-date;date;Patient;;(Patient.deceased as dateTime)
deceased;token;Patient;;Patient.deceased.exists() and Patient.deceased != false
definition;reference;PlanDefinition;Questionnaire PlanDefinition ActivityDefinition;PlanDefinition.action.definition
definition;uri;Questionnaire;;Questionnaire.item.definition
dependent;string;Coverage;;Coverage.dependent
depends-on;reference;ActivityDefinition;*;ActivityDefinition.relatedArtifact.where(type='depends-on').resource | ActivityDefinition.library
depends-on;reference;EventDefinition;*;EventDefinition.relatedArtifact.where(type='depends-on').resource
depends-on;reference;Evidence;*;Evidence.relatedArtifact.where(type='depends-on').resource
depends-on;reference;EvidenceVariable;*;EvidenceVariable.relatedArtifact.where(type='depends-on').resource
depends-on;reference;ImplementationGuide;ImplementationGuide;ImplementationGuide.dependsOn.uri
depends-on;reference;Library;*;Library.relatedArtifact.where(type='depends-on').resource
depends-on;reference;Measure;*;Measure.relatedArtifact.where(type='depends-on').resource | Measure.library
depends-on;reference;PlanDefinition;*;PlanDefinition.relatedArtifact.where(type='depends-on').resource | PlanDefinition.library
depends-on;reference;ResearchDefinition;*;ResearchDefinition.relatedArtifact.where(type='depends-on').resource | ResearchDefinition.library
depends-on;reference;ResearchElementDefinition;*;ResearchElementDefinition.relatedArtifact.where(type='depends-on').resource | ResearchElementDefinition.library
dependson;uri;ConceptMap;;ConceptMap.group.element.target.dependsOn.property
derivation;token;StructureDefinition;;StructureDefinition.derivation
derived-from;reference;ActivityDefinition;*;ActivityDefinition.relatedArtifact.where(type='derived-from').resource
derived-from;reference;EventDefinition;*;EventDefinition.relatedArtifact.where(type='derived-from').resource
derived-from;reference;Evidence;*;Evidence.relatedArtifact.where(type='derived-from').resource
derived-from;reference;EvidenceVariable;*;EvidenceVariable.relatedArtifact.where(type='derived-from').resource
derived-from;reference;Library;*;Library.relatedArtifact.where(type='derived-from').resource
derived-from;reference;Measure;*;Measure.relatedArtifact.where(type='derived-from').resource
derived-from;reference;Observation;Media Observation ImagingStudy MolecularSequence QuestionnaireResponse DocumentReference;Observation.derivedFrom
derived-from;reference;PlanDefinition;*;PlanDefinition.relatedArtifact.where(type='derived-from').resource
derived-from;reference;ResearchDefinition;*;ResearchDefinition.relatedArtifact.where(type='derived-from').resource
derived-from;reference;ResearchElementDefinition;*;ResearchElementDefinition.relatedArtifact.where(type='derived-from').resource
derived-from;reference;SearchParameter;SearchParameter;SearchParameter.derivedFrom
description;string;ActivityDefinition;;ActivityDefinition.description
description;string;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.description | CodeSystem.description | CompartmentDefinition.description | ConceptMap.description | GraphDefinition.description | ImplementationGuide.description | MessageDefinition.description | NamingSystem.description | OperationDefinition.description | SearchParameter.description | StructureDefinition.description | StructureMap.description | TerminologyCapabilities.description | ValueSet.description
description;string;ChargeItemDefinition;;ChargeItemDefinition.description
description;string;DocumentManifest;;DocumentManifest.description
description;string;DocumentReference;;DocumentReference.description
description;string;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.description
description;string;EventDefinition;;EventDefinition.description
description;string;Evidence;;Evidence.description
description;string;EvidenceVariable;;EvidenceVariable.description
description;string;Library;;Library.description
description;string;Measure;;Measure.description
description;string;PlanDefinition;;PlanDefinition.description
description;string;Questionnaire;;Questionnaire.description
description;string;ResearchDefinition;;ResearchDefinition.description
description;string;ResearchElementDefinition;;ResearchElementDefinition.description
description;string;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.description
description;string;TestScript;;TestScript.description
destination-uri;uri;MessageHeader;;MessageHeader.destination.endpoint
destination;reference;MedicationDispense;Location;MedicationDispense.destination
destination;string;MessageHeader;;MessageHeader.destination.name
detail-udi;reference;Claim;Device;Claim.item.detail.udi
detail-udi;reference;ExplanationOfBenefit;Device;ExplanationOfBenefit.item.detail.udi
device-name;string;Device;;Device.deviceName.name | Device.type.coding.display | Device.type.text
device;reference;DeviceRequest;Device;(DeviceRequest.code as Reference)
device;reference;DeviceUseStatement;Device;DeviceUseStatement.device
device;reference;Media;Device DeviceMetric;Media.device
device;reference;MedicationAdministration;Device;MedicationAdministration.device
device;reference;Observation;Device DeviceMetric;Observation.device
diagnosis;reference;Encounter;Condition Procedure;Encounter.diagnosis.condition
dicom-class;token;ImagingStudy;;ImagingStudy.series.instance.sopClass
din;token;Device;;Device.extension('http://hl7.org/fhir/SearchParameter/device-extensions-Device-din')
disposition;string;ClaimResponse;;ClaimResponse.disposition
disposition;string;CoverageEligibilityResponse;;CoverageEligibilityResponse.disposition
disposition;string;ExplanationOfBenefit;;ExplanationOfBenefit.disposition
disposition;string;PaymentReconciliation;;PaymentReconciliation.disposition
dna-variant;string;Observation;;Observation.extension('http://hl7.org/fhir/StructureDefinition/observation-geneticsDnaVariant')
domain;reference;Contract;Location;Contract.domain
dose-status;token;ImmunizationEvaluation;;ImmunizationEvaluation.doseStatus
doseform;token;MedicationKnowledge;;MedicationKnowledge.doseForm
effective-time;date;MedicationAdministration;;MedicationAdministration.effective
effective;date;ActivityDefinition;;ActivityDefinition.effectivePeriod
effective;date;ChargeItemDefinition;;ChargeItemDefinition.effectivePeriod
effective;date;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.effectivePeriod
effective;date;EventDefinition;;EventDefinition.effectivePeriod
effective;date;Evidence;;Evidence.effectivePeriod
effective;date;EvidenceVariable;;EvidenceVariable.effectivePeriod
effective;date;Library;;Library.effectivePeriod
effective;date;Measure;;Measure.effectivePeriod
effective;date;MedicationStatement;;MedicationStatement.effective
effective;date;PlanDefinition;;PlanDefinition.effectivePeriod
effective;date;Questionnaire;;Questionnaire.effectivePeriod
effective;date;ResearchDefinition;;ResearchDefinition.effectivePeriod
effective;date;ResearchElementDefinition;;ResearchElementDefinition.effectivePeriod
effective;date;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.effectivePeriod
email;token;OrganizationAffiliation;;OrganizationAffiliation.telecom.where(system='email')
email;token;Patient Person Practitioner PractitionerRole RelatedPerson;;Patient.telecom.where(system='email') | Person.telecom.where(system='email') | Practitioner.telecom.where(system='email') | PractitionerRole.telecom.where(system='email') | RelatedPerson.telecom.where(system='email')
empty-reason;token;List;;List.emptyReason
encounter;reference;CarePlan;Encounter;CarePlan.encounter
encounter;reference;CareTeam;Encounter;CareTeam.encounter
encounter;reference;Claim;Encounter;Claim.item.encounter
encounter;reference;ClinicalImpression;Encounter;ClinicalImpression.encounter
encounter;reference;Communication;Encounter;Communication.encounter
encounter;reference;CommunicationRequest;Encounter;CommunicationRequest.encounter
encounter;reference;Composition DeviceRequest DiagnosticReport DocumentReference Flag List NutritionOrder Observation Procedure RiskAssessment ServiceRequest VisionPrescription;Encounter EpisodeOfCare;Composition.encounter | DeviceRequest.encounter | DiagnosticReport.encounter | DocumentReference.context.encounter | Flag.encounter | List.encounter | NutritionOrder.encounter | Observation.encounter | Procedure.encounter | RiskAssessment.encounter | ServiceRequest.encounter | VisionPrescription.encounter
encounter;reference;Condition;Encounter;Condition.encounter
encounter;reference;ExplanationOfBenefit;Encounter;ExplanationOfBenefit.item.encounter
encounter;reference;ImagingStudy;Encounter;ImagingStudy.encounter
encounter;reference;Media;Encounter;Media.encounter
encounter;reference;MedicationRequest;Encounter;MedicationRequest.encounter
encounter;reference;QuestionnaireResponse;Encounter;QuestionnaireResponse.encounter
encounter;reference;RequestGroup;Encounter;RequestGroup.encounter
encounter;reference;Task;Encounter;Task.encounter
endpoint;reference;HealthcareService;Endpoint;HealthcareService.endpoint
endpoint;reference;ImagingStudy;Endpoint;ImagingStudy.endpoint | ImagingStudy.series.endpoint
endpoint;reference;InsurancePlan;Endpoint;InsurancePlan.endpoint
endpoint;reference;Location;Endpoint;Location.endpoint
endpoint;reference;Organization;Endpoint;Organization.endpoint
endpoint;reference;OrganizationAffiliation;Endpoint;OrganizationAffiliation.endpoint
endpoint;reference;PractitionerRole;Endpoint;PractitionerRole.endpoint
entered-date;date;ChargeItem;;ChargeItem.enteredDate
enterer;reference;ChargeItem;Practitioner Organization Device Patient PractitionerRole RelatedPerson;ChargeItem.enterer
enterer;reference;Claim;Practitioner PractitionerRole;Claim.enterer
enterer;reference;CoverageEligibilityRequest;Practitioner PractitionerRole;CoverageEligibilityRequest.enterer
enterer;reference;ExplanationOfBenefit;Practitioner PractitionerRole;ExplanationOfBenefit.enterer
enterer;reference;MessageHeader;Practitioner PractitionerRole;MessageHeader.enterer
entity-name;string;AuditEvent;;AuditEvent.entity.name
entity-role;token;AuditEvent;;AuditEvent.entity.role
entity-type;token;AuditEvent;;AuditEvent.entity.type
entity;reference;AuditEvent;*;AuditEvent.entity.what
entity;reference;Provenance;*;Provenance.entity.what
entry;reference;Composition;*;Composition.section.entry
episode-of-care;reference;Encounter;EpisodeOfCare;Encounter.episodeOfCare
evaluated-resource;reference;MeasureReport;*;MeasureReport.evaluatedResource
event-date;date;DeviceRequest;;(DeviceRequest.occurrence as dateTime) | (DeviceRequest.occurrence as Period)
event;token;AdverseEvent;;AdverseEvent.event
event;token;DocumentReference;;DocumentReference.context.event
event;token;MessageDefinition;;MessageDefinition.event
event;token;MessageHeader;;MessageHeader.event
evidence-detail;reference;Condition;*;Condition.evidence.detail
evidence;token;Condition;;Condition.evidence.code
exclude;token;Group;;Group.characteristic.exclude
expansion;uri;ValueSet;;ValueSet.expansion.identifier
experimental;token;ImplementationGuide;;ImplementationGuide.experimental
experimental;token;StructureDefinition;;StructureDefinition.experimental
expiration-date;date;Medication;;Medication.batch.expirationDate
expiry;date;Substance;;Substance.instance.expiry
ext-context;token;StructureDefinition;;StructureDefinition.context.type
facility;reference;Claim;Location;Claim.facility
facility;reference;CoverageEligibilityRequest;Location;CoverageEligibilityRequest.facility
facility;reference;ExplanationOfBenefit;Location;ExplanationOfBenefit.facility
facility;token;DocumentReference;;DocumentReference.context.facilityType
factor-override;number;ChargeItem;;ChargeItem.factorOverride
family;string;Patient Practitioner;;Patient.name.family | Practitioner.name.family
fhirversion;token;CapabilityStatement;;CapabilityStatement.version
finding-code;token;ClinicalImpression;;ClinicalImpression.finding.itemCodeableConcept
finding-ref;reference;ClinicalImpression;Condition Observation Media;ClinicalImpression.finding.itemReference
focus;reference;MessageHeader;*;MessageHeader.focus
focus;reference;Observation;*;Observation.focus
focus;reference;Task;*;Task.focus
focus;token;MessageDefinition;;MessageDefinition.focus.code
focus;token;ResearchStudy;;ResearchStudy.focus
form;token;Medication;;Medication.form
format;token;CapabilityStatement;;CapabilityStatement.format
format;token;DocumentReference;;DocumentReference.content.format
formula;token;NutritionOrder;;NutritionOrder.enteralFormula.baseFormulaType
gender;token;Patient Person Practitioner RelatedPerson;;Patient.gender | Person.gender | Practitioner.gender | RelatedPerson.gender
gene-amino-acid-change;string;Observation;;Observation.extension('http://hl7.org/fhir/StructureDefinition/observation-geneticsAminoAcidChangeName')
gene-dnavariant;string;Observation;;Observation.extension('http://hl7.org/fhir/StructureDefinition/observation-geneticsDnaVariant')
gene-identifier;token;Observation;;Observation.extension('http://hl7.org/fhir/StructureDefinition/observation-geneticsGene')
general-practitioner;reference;Patient;Practitioner Organization PractitionerRole;Patient.generalPractitioner
given;string;Patient Practitioner;;Patient.name.given | Practitioner.name.given
global;reference;ImplementationGuide;StructureDefinition;ImplementationGuide.global.profile
goal;reference;CarePlan;Goal;CarePlan.goal
group-identifier;token;CommunicationRequest;;CommunicationRequest.groupIdentifier
group-identifier;token;DeviceRequest;;DeviceRequest.groupIdentifier
group-identifier;token;RequestGroup;;RequestGroup.groupIdentifier
group-identifier;token;Task;;Task.groupIdentifier
guide;reference;CapabilityStatement;ImplementationGuide;CapabilityStatement.implementationGuide
has-member;reference;Observation;Observation MolecularSequence QuestionnaireResponse;Observation.hasMember
holder;reference;MedicinalProductAuthorization;Organization;MedicinalProductAuthorization.holder
id-type;token;NamingSystem;;NamingSystem.uniqueId.type
identified;date;DetectedIssue;;DetectedIssue.identified
identifier;token;Account;;Account.identifier
identifier;token;ActivityDefinition;;ActivityDefinition.identifier
identifier;token;AllergyIntolerance CarePlan CareTeam Composition Condition Consent DetectedIssue DeviceRequest DiagnosticReport DocumentManifest DocumentReference Encounter EpisodeOfCare FamilyMemberHistory Goal ImagingStudy Immunization List MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation Procedure RiskAssessment ServiceRequest SupplyDelivery SupplyRequest VisionPrescription;;AllergyIntolerance.identifier | CarePlan.identifier | CareTeam.identifier | Composition.identifier | Condition.identifier | Consent.identifier | DetectedIssue.identifier | DeviceRequest.identifier | DiagnosticReport.identifier | DocumentManifest.masterIdentifier | DocumentManifest.identifier | DocumentReference.masterIdentifier | DocumentReference.identifier | Encounter.identifier | EpisodeOfCare.identifier | FamilyMemberHistory.identifier | Goal.identifier | ImagingStudy.identifier | Immunization.identifier | List.identifier | MedicationAdministration.identifier | MedicationDispense.identifier | MedicationRequest.identifier | MedicationStatement.identifier | NutritionOrder.identifier | Observation.identifier | Procedure.identifier | RiskAssessment.identifier | ServiceRequest.identifier | SupplyDelivery.identifier | SupplyRequest.identifier | VisionPrescription.identifier
identifier;token;Appointment;;Appointment.identifier
identifier;token;AppointmentResponse;;AppointmentResponse.identifier
identifier;token;Basic;;Basic.identifier
identifier;token;BodyStructure;;BodyStructure.identifier
identifier;token;Bundle;;Bundle.identifier
identifier;token;ChargeItem;;ChargeItem.identifier
identifier;token;ChargeItemDefinition;;ChargeItemDefinition.identifier
identifier;token;Claim;;Claim.identifier
identifier;token;ClaimResponse;;ClaimResponse.identifier
identifier;token;ClinicalImpression;;ClinicalImpression.identifier
identifier;token;CodeSystem ConceptMap MessageDefinition StructureDefinition StructureMap ValueSet;;CodeSystem.identifier | ConceptMap.identifier | MessageDefinition.identifier | StructureDefinition.identifier | StructureMap.identifier | ValueSet.identifier
identifier;token;Communication;;Communication.identifier
identifier;token;CommunicationRequest;;CommunicationRequest.identifier
identifier;token;Contract;;Contract.identifier
identifier;token;Coverage;;Coverage.identifier
identifier;token;CoverageEligibilityRequest;;CoverageEligibilityRequest.identifier
identifier;token;CoverageEligibilityResponse;;CoverageEligibilityResponse.identifier
identifier;token;Device;;Device.identifier
identifier;token;DeviceDefinition;;DeviceDefinition.identifier
identifier;token;DeviceMetric;;DeviceMetric.identifier
identifier;token;DeviceUseStatement;;DeviceUseStatement.identifier
identifier;token;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.identifier
identifier;token;Endpoint;;Endpoint.identifier
identifier;token;EnrollmentRequest;;EnrollmentRequest.identifier
identifier;token;EnrollmentResponse;;EnrollmentResponse.identifier
identifier;token;EventDefinition;;EventDefinition.identifier
identifier;token;Evidence;;Evidence.identifier
identifier;token;EvidenceVariable;;EvidenceVariable.identifier
identifier;token;ExampleScenario;;ExampleScenario.identifier
identifier;token;ExplanationOfBenefit;;ExplanationOfBenefit.identifier
identifier;token;Flag;;Flag.identifier
identifier;token;Group;;Group.identifier
identifier;token;GuidanceResponse;;GuidanceResponse.identifier
identifier;token;HealthcareService;;HealthcareService.identifier
identifier;token;ImmunizationEvaluation;;ImmunizationEvaluation.identifier
identifier;token;ImmunizationRecommendation;;ImmunizationRecommendation.identifier
identifier;token;InsurancePlan;;InsurancePlan.identifier
identifier;token;Invoice;;Invoice.identifier
identifier;token;Library;;Library.identifier
identifier;token;Location;;Location.identifier
identifier;token;Measure;;Measure.identifier
identifier;token;MeasureReport;;MeasureReport.identifier
identifier;token;Media;;Media.identifier
identifier;token;Medication;;Medication.identifier
identifier;token;MedicinalProduct;;MedicinalProduct.identifier
identifier;token;MedicinalProductAuthorization;;MedicinalProductAuthorization.identifier
identifier;token;MedicinalProductPackaged;;MedicinalProductPackaged.identifier
identifier;token;MedicinalProductPharmaceutical;;MedicinalProductPharmaceutical.identifier
identifier;token;MolecularSequence;;MolecularSequence.identifier
identifier;token;Organization;;Organization.identifier
identifier;token;OrganizationAffiliation;;OrganizationAffiliation.identifier
identifier;token;Patient;;Patient.identifier
identifier;token;PaymentNotice;;PaymentNotice.identifier
identifier;token;PaymentReconciliation;;PaymentReconciliation.identifier
identifier;token;Person;;Person.identifier
identifier;token;PlanDefinition;;PlanDefinition.identifier
identifier;token;Practitioner;;Practitioner.identifier
identifier;token;PractitionerRole;;PractitionerRole.identifier
identifier;token;Questionnaire;;Questionnaire.identifier
identifier;token;QuestionnaireResponse;;QuestionnaireResponse.identifier
identifier;token;RelatedPerson;;RelatedPerson.identifier
identifier;token;RequestGroup;;RequestGroup.identifier
identifier;token;ResearchDefinition;;ResearchDefinition.identifier
identifier;token;ResearchElementDefinition;;ResearchElementDefinition.identifier
identifier;token;ResearchStudy;;ResearchStudy.identifier
identifier;token;ResearchSubject;;ResearchSubject.identifier
identifier;token;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.identifier
identifier;token;Schedule;;Schedule.identifier
identifier;token;Slot;;Slot.identifier
identifier;token;Specimen;;Specimen.identifier
identifier;token;SpecimenDefinition;;SpecimenDefinition.identifier
identifier;token;Substance;;Substance.identifier
identifier;token;Task;;Task.identifier
identifier;token;TestReport;;TestReport.identifier
identifier;token;TestScript;;TestScript.identifier
immunization-event;reference;ImmunizationEvaluation;Immunization;ImmunizationEvaluation.immunizationEvent
implicated;reference;DetectedIssue;*;DetectedIssue.implicated
incoming-referral;reference;EpisodeOfCare;ServiceRequest;EpisodeOfCare.referralRequest
individual;reference;ResearchSubject;Patient;ResearchSubject.individual
information;reference;ImmunizationRecommendation;*;ImmunizationRecommendation.recommendation.supportingPatientInformation
ingredient-code;token;Medication;;(Medication.ingredient.item as CodeableConcept)
ingredient-code;token;MedicationKnowledge;;(MedicationKnowledge.ingredient.item as CodeableConcept)
ingredient;reference;Medication;Medication Substance;(Medication.ingredient.item as Reference)
ingredient;reference;MedicationKnowledge;Substance;(MedicationKnowledge.ingredient.item as Reference)
input-profile;reference;OperationDefinition;StructureDefinition;OperationDefinition.inputProfile
instance;token;ImagingStudy;;ImagingStudy.series.instance.uid
instance;token;OperationDefinition;;OperationDefinition.instance
instantiates-canonical;reference;CarePlan;Questionnaire Measure PlanDefinition OperationDefinition ActivityDefinition;CarePlan.instantiatesCanonical
instantiates-canonical;reference;Communication;Questionnaire Measure PlanDefinition OperationDefinition ActivityDefinition;Communication.instantiatesCanonical
instantiates-canonical;reference;DeviceRequest;PlanDefinition ActivityDefinition;DeviceRequest.instantiatesCanonical
instantiates-canonical;reference;FamilyMemberHistory;Questionnaire Measure PlanDefinition OperationDefinition ActivityDefinition;FamilyMemberHistory.instantiatesCanonical
instantiates-canonical;reference;NutritionOrder;PlanDefinition ActivityDefinition;NutritionOrder.instantiatesCanonical
instantiates-canonical;reference;Procedure;Questionnaire Measure PlanDefinition OperationDefinition ActivityDefinition;Procedure.instantiatesCanonical
instantiates-canonical;reference;RequestGroup;;RequestGroup.instantiatesCanonical
instantiates-canonical;reference;ServiceRequest;PlanDefinition ActivityDefinition;ServiceRequest.instantiatesCanonical
instantiates-uri;uri;CarePlan;;CarePlan.instantiatesUri
instantiates-uri;uri;Communication;;Communication.instantiatesUri
instantiates-uri;uri;DeviceRequest;;DeviceRequest.instantiatesUri
instantiates-uri;uri;FamilyMemberHistory;;FamilyMemberHistory.instantiatesUri
instantiates-uri;uri;NutritionOrder;;NutritionOrder.instantiatesUri
instantiates-uri;uri;Procedure;;Procedure.instantiatesUri
instantiates-uri;uri;RequestGroup;;RequestGroup.instantiatesUri
instantiates-uri;uri;ServiceRequest;;ServiceRequest.instantiatesUri
instantiates;uri;Contract;;Contract.instantiatesUri
insurance;reference;DeviceRequest;ClaimResponse Coverage;DeviceRequest.insurance
insurer;reference;Claim;Organization;Claim.insurer
insurer;reference;ClaimResponse;Organization;ClaimResponse.insurer
insurer;reference;CoverageEligibilityResponse;Organization;CoverageEligibilityResponse.insurer
intended-dispenser;reference;MedicationRequest;Organization;MedicationRequest.dispenseRequest.performer
intended-performer;reference;MedicationRequest;Practitioner Organization CareTeam Device Patient PractitionerRole RelatedPerson;MedicationRequest.performer
intended-performertype;token;MedicationRequest;;MedicationRequest.performerType
intent;token;CarePlan;;CarePlan.intent
intent;token;DeviceRequest;;DeviceRequest.intent
intent;token;MedicationRequest;;MedicationRequest.intent
intent;token;RequestGroup;;RequestGroup.intent
intent;token;ServiceRequest;;ServiceRequest.intent
intent;token;Task;;Task.intent
interpreter;reference;ImagingStudy;Practitioner PractitionerRole;ImagingStudy.interpreter
investigation;reference;ClinicalImpression;RiskAssessment FamilyMemberHistory Observation Media DiagnosticReport ImagingStudy QuestionnaireResponse;ClinicalImpression.investigation.item
issued;date;Contract;;Contract.issued
issued;date;DiagnosticReport;;DiagnosticReport.issued
issued;date;TestReport;;TestReport.issued
issuer;reference;Invoice;Organization;Invoice.issuer
item-subject;reference;QuestionnaireResponse;;QuestionnaireResponse.item.where(hasExtension('http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject')).answer.value.ofType(Reference)
item-udi;reference;Claim;Device;Claim.item.udi
item-udi;reference;ExplanationOfBenefit;Device;ExplanationOfBenefit.item.udi
item;reference;DocumentManifest;*;DocumentManifest.content
item;reference;Linkage;*;Linkage.item.resource
item;reference;List;*;List.entry.item
jurisdiction;token;ActivityDefinition;;ActivityDefinition.jurisdiction
jurisdiction;token;CapabilityStatement CodeSystem ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.jurisdiction | CodeSystem.jurisdiction | ConceptMap.jurisdiction | GraphDefinition.jurisdiction | ImplementationGuide.jurisdiction | MessageDefinition.jurisdiction | NamingSystem.jurisdiction | OperationDefinition.jurisdiction | SearchParameter.jurisdiction | StructureDefinition.jurisdiction | StructureMap.jurisdiction | TerminologyCapabilities.jurisdiction | ValueSet.jurisdiction
jurisdiction;token;ChargeItemDefinition;;ChargeItemDefinition.jurisdiction
jurisdiction;token;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.jurisdiction
jurisdiction;token;EventDefinition;;EventDefinition.jurisdiction
jurisdiction;token;Evidence;;Evidence.jurisdiction
jurisdiction;token;EvidenceVariable;;EvidenceVariable.jurisdiction
jurisdiction;token;ExampleScenario;;ExampleScenario.jurisdiction
jurisdiction;token;Library;;Library.jurisdiction
jurisdiction;token;Measure;;Measure.jurisdiction
jurisdiction;token;PlanDefinition;;PlanDefinition.jurisdiction
jurisdiction;token;Questionnaire;;Questionnaire.jurisdiction
jurisdiction;token;ResearchDefinition;;ResearchDefinition.jurisdiction
jurisdiction;token;ResearchElementDefinition;;ResearchElementDefinition.jurisdiction
jurisdiction;token;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.jurisdiction
jurisdiction;token;TestScript;;TestScript.jurisdiction
keyword;token;ResearchStudy;;ResearchStudy.keyword
keyword;token;StructureDefinition;;StructureDefinition.keyword
kind;token;NamingSystem;;NamingSystem.kind
kind;token;OperationDefinition;;OperationDefinition.kind
kind;token;StructureDefinition;;StructureDefinition.kind
language;token;CodeSystem;;CodeSystem.concept.designation.language
language;token;DocumentReference;;DocumentReference.content.attachment.language
language;token;Patient;;Patient.communication.language
last-date;date;AllergyIntolerance;;AllergyIntolerance.lastOccurrence
length;quantity;Encounter;;Encounter.length
lifecycle-status;token;Goal;;Goal.lifecycleStatus
link;reference;Patient;Patient RelatedPerson;Patient.link.other
link;reference;Person;Practitioner Patient Person RelatedPerson;Person.link.target
location-period;date;Encounter;;Encounter.location.period
location;reference;AdverseEvent;Location;AdverseEvent.location
location;reference;Appointment;Location;Appointment.participant.actor.where(resolve() is Location)
location;reference;AppointmentResponse;Location;AppointmentResponse.actor.where(resolve() is Location)
location;reference;Device;Location;Device.location
location;reference;Encounter;Location;Encounter.location.location
location;reference;HealthcareService;Location;HealthcareService.location
location;reference;Immunization;Location;Immunization.location
location;reference;OrganizationAffiliation;Location;OrganizationAffiliation.location
location;reference;PractitionerRole;Location;PractitionerRole.location
location;reference;Procedure;Location;Procedure.location
location;reference;Provenance;Location;Provenance.location
location;token;BodyStructure;;BodyStructure.location
location;token;ResearchStudy;;ResearchStudy.location
location;uri;DocumentReference;;DocumentReference.content.attachment.url
lot-number;string;Immunization;;Immunization.lotNumber
lot-number;token;Medication;;Medication.batch.lotNumber
managing-entity;reference;Group;Practitioner Organization PractitionerRole RelatedPerson;Group.managingEntity
manifestation;token;AllergyIntolerance;;AllergyIntolerance.reaction.manifestation
manufacturer;reference;Immunization;Organization;Immunization.manufacturer
manufacturer;reference;Medication;Organization;Medication.manufacturer
manufacturer;reference;MedicationKnowledge;Organization;MedicationKnowledge.manufacturer
manufacturer;string;Device;;Device.manufacturer
measure;reference;MeasureReport;Measure;MeasureReport.measure
media;reference;DiagnosticReport;Media;DiagnosticReport.media.link
medication;reference;MedicationAdministration MedicationDispense MedicationRequest MedicationStatement;Medication;(MedicationAdministration.medication as Reference) | (MedicationDispense.medication as Reference) | (MedicationRequest.medication as Reference) | (MedicationStatement.medication as Reference)
medium;token;Communication;;Communication.medium
medium;token;CommunicationRequest;;CommunicationRequest.medium
member;reference;Group;Practitioner Group Device Medication Patient Substance PractitionerRole;Group.member.entity
message;reference;Bundle;MessageHeader;Bundle.entry[0].resource
method;token;Observation;;Observation.method
method;token;RiskAssessment;;RiskAssessment.method
modality;token;ImagingStudy;;ImagingStudy.series.modality
modality;token;Media;;Media.modality
mode;token;CapabilityStatement;;CapabilityStatement.rest.mode
model;string;Device;;Device.modelNumber
modified;date;Task;;Task.lastModified
monitoring-program-name;token;MedicationKnowledge;;MedicationKnowledge.monitoringProgram.name
monitoring-program-type;token;MedicationKnowledge;;MedicationKnowledge.monitoringProgram.type
monograph-type;token;MedicationKnowledge;;MedicationKnowledge.monograph.type
monograph;reference;MedicationKnowledge;Media DocumentReference;MedicationKnowledge.monograph.source
morphology;token;BodyStructure;;BodyStructure.morphology
mothersMaidenName;string;Patient;;Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName')
name-language;token;MedicinalProduct;;MedicinalProduct.name.countryLanguage.language
name;string;Account;;Account.name
name;string;ActivityDefinition;;ActivityDefinition.name
name;string;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.name | CodeSystem.name | CompartmentDefinition.name | ConceptMap.name | GraphDefinition.name | ImplementationGuide.name | MessageDefinition.name | NamingSystem.name | OperationDefinition.name | SearchParameter.name | StructureDefinition.name | StructureMap.name | TerminologyCapabilities.name | ValueSet.name
name;string;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.name
name;string;Endpoint;;Endpoint.name
name;string;EventDefinition;;EventDefinition.name
name;string;Evidence;;Evidence.name
name;string;EvidenceVariable;;EvidenceVariable.name
name;string;ExampleScenario;;ExampleScenario.name
name;string;HealthcareService;;HealthcareService.name
name;string;InsurancePlan;;name | alias
name;string;Library;;Library.name
name;string;Location;;Location.name | Location.alias
name;string;Measure;;Measure.name
name;string;MedicinalProduct;;MedicinalProduct.name.productName
name;string;Organization;;Organization.name | Organization.alias
name;string;Patient;;Patient.name
name;string;Person;;Person.name
name;string;PlanDefinition;;PlanDefinition.name
name;string;Practitioner;;Practitioner.name
name;string;Questionnaire;;Questionnaire.name
name;string;RelatedPerson;;RelatedPerson.name
name;string;ResearchDefinition;;ResearchDefinition.name
name;string;ResearchElementDefinition;;ResearchElementDefinition.name
name;string;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.name
name;string;TestScript;;TestScript.name
near;special;Location;;Location.position
network;reference;OrganizationAffiliation;Organization;OrganizationAffiliation.network
notes;string;List;;List.note.text
occurrence;date;ChargeItem;;ChargeItem.occurrence
occurrence;date;CommunicationRequest;;(CommunicationRequest.occurrence as dateTime)
occurrence;date;ServiceRequest;;ServiceRequest.occurrence
onset-age;quantity;Condition;;Condition.onset.as(Age) | Condition.onset.as(Range)
onset-date;date;Condition;;Condition.onset.as(dateTime) | Condition.onset.as(Period)
onset-info;string;Condition;;Condition.onset.as(string)
onset;date;AllergyIntolerance;;AllergyIntolerance.reaction.onset
operational-status;token;Location;;Location.operationalStatus
operator;reference;Media;Practitioner Organization CareTeam Device Patient PractitionerRole RelatedPerson;Media.operator
oraldiet;token;NutritionOrder;;NutritionOrder.oralDiet.type
organization;reference;Consent;Organization;Consent.organization
organization;reference;Device;Organization;Device.owner
organization;reference;Endpoint;Organization;Endpoint.managingOrganization
organization;reference;EpisodeOfCare;Organization;EpisodeOfCare.managingOrganization
organization;reference;HealthcareService;Organization;HealthcareService.providedBy
organization;reference;Location;Organization;Location.managingOrganization
organization;reference;Patient;Organization;Patient.managingOrganization
organization;reference;Person;Organization;Person.managingOrganization
organization;reference;PractitionerRole;Organization;PractitionerRole.organization
other;reference;ConceptMap;ConceptMap;ConceptMap.group.unmapped.url
outcome;token;AuditEvent;;AuditEvent.outcome
outcome;token;ClaimResponse;;ClaimResponse.outcome
outcome;token;CoverageEligibilityResponse;;CoverageEligibilityResponse.outcome
outcome;token;PaymentReconciliation;;PaymentReconciliation.outcome
output-profile;reference;OperationDefinition;StructureDefinition;OperationDefinition.outputProfile
owned-by;reference;InsurancePlan;Organization;InsurancePlan.ownedBy
owner;reference;Account;Organization;Account.owner
owner;reference;Task;Practitioner Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;Task.owner
parent;reference;DeviceDefinition;DeviceDefinition;DeviceDefinition.parentDevice
parent;reference;DeviceMetric;Device;DeviceMetric.parent
parent;reference;MessageDefinition;PlanDefinition ActivityDefinition;MessageDefinition.parent
parent;reference;Specimen;Specimen;Specimen.parent
part-of;reference;CarePlan;CarePlan;CarePlan.partOf
part-of;reference;Communication;*;Communication.partOf
part-of;reference;Encounter;Encounter;Encounter.partOf
part-of;reference;MedicationStatement;MedicationDispense Observation MedicationAdministration Procedure MedicationStatement;MedicationStatement.partOf
part-of;reference;Observation;Immunization MedicationDispense MedicationAdministration Procedure ImagingStudy MedicationStatement;Observation.partOf
part-of;reference;Procedure;Observation Procedure MedicationAdministration;Procedure.partOf
part-of;reference;QuestionnaireResponse;Observation Procedure;QuestionnaireResponse.partOf
part-of;reference;Task;Task;Task.partOf
part-status;token;Appointment;;Appointment.participant.status
part-status;token;AppointmentResponse;;AppointmentResponse.participantStatus
participant-role;token;Invoice;;Invoice.participant.role
participant-type;token;Encounter;;Encounter.participant.type
participant;reference;CareTeam;Practitioner Organization CareTeam Patient PractitionerRole RelatedPerson;CareTeam.participant.member
participant;reference;Encounter;Practitioner PractitionerRole RelatedPerson;Encounter.participant.individual
participant;reference;Invoice;Practitioner Organization Device Patient PractitionerRole RelatedPerson;Invoice.participant.actor
participant;reference;RequestGroup;Practitioner Device Patient PractitionerRole RelatedPerson;RequestGroup.action.participant
participant;uri;TestReport;;TestReport.participant.uri
participating-organization;reference;OrganizationAffiliation;Organization;OrganizationAffiliation.participatingOrganization
partof;reference;Location;Location;Location.partOf
partof;reference;Organization;Organization;Organization.partOf
partof;reference;ResearchStudy;ResearchStudy;ResearchStudy.partOf
path;token;StructureDefinition;;StructureDefinition.snapshot.element.path | StructureDefinition.differential.element.path
patient;reference;Account;Patient;Account.subject.where(resolve() is Patient)
patient;reference;AllergyIntolerance CarePlan CareTeam ClinicalImpression Composition Condition Consent DetectedIssue DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter EpisodeOfCare FamilyMemberHistory Flag Goal ImagingStudy Immunization List MedicationAdministration MedicationDispense MedicationRequest MedicationStatement NutritionOrder Observation Procedure RiskAssessment ServiceRequest SupplyDelivery VisionPrescription;Patient Group;AllergyIntolerance.patient | CarePlan.subject.where(resolve() is Patient) | CareTeam.subject.where(resolve() is Patient) | ClinicalImpression.subject.where(resolve() is Patient) | Composition.subject.where(resolve() is Patient) | Condition.subject.where(resolve() is Patient) | Consent.patient | DetectedIssue.patient | DeviceRequest.subject.where(resolve() is Patient) | DeviceUseStatement.subject | DiagnosticReport.subject.where(resolve() is Patient) | DocumentManifest.subject.where(resolve() is Patient) | DocumentReference.subject.where(resolve() is Patient) | Encounter.subject.where(resolve() is Patient) | EpisodeOfCare.patient | FamilyMemberHistory.patient | Flag.subject.where(resolve() is Patient) | Goal.subject.where(resolve() is Patient) | ImagingStudy.subject.where(resolve() is Patient) | Immunization.patient | List.subject.where(resolve() is Patient) | MedicationAdministration.subject.where(resolve() is Patient) | MedicationDispense.subject.where(resolve() is Patient) | MedicationRequest.subject.where(resolve() is Patient) | MedicationStatement.subject.where(resolve() is Patient) | NutritionOrder.patient | Observation.subject.where(resolve() is Patient) | Procedure.subject.where(resolve() is Patient) | RiskAssessment.subject.where(resolve() is Patient) | ServiceRequest.subject.where(resolve() is Patient) | SupplyDelivery.patient | VisionPrescription.patient
patient;reference;Appointment;Patient;Appointment.participant.actor.where(resolve() is Patient)
patient;reference;AppointmentResponse;Patient;AppointmentResponse.actor.where(resolve() is Patient)
patient;reference;AuditEvent;Patient;AuditEvent.agent.who.where(resolve() is Patient) | AuditEvent.entity.what.where(resolve() is Patient)
patient;reference;Basic;Patient;Basic.subject.where(resolve() is Patient)
patient;reference;BodyStructure;Patient;BodyStructure.patient
patient;reference;ChargeItem;Patient;ChargeItem.subject.where(resolve() is Patient)
patient;reference;Claim;Patient;Claim.patient
patient;reference;ClaimResponse;Patient;ClaimResponse.patient
patient;reference;Communication;Patient;Communication.subject.where(resolve() is Patient)
patient;reference;CommunicationRequest;Patient;CommunicationRequest.subject.where(resolve() is Patient)
patient;reference;Contract;Patient;Contract.subject.where(resolve() is Patient)
patient;reference;Coverage;Patient;Coverage.beneficiary
patient;reference;CoverageEligibilityRequest;Patient;CoverageEligibilityRequest.patient
patient;reference;CoverageEligibilityResponse;Patient;CoverageEligibilityResponse.patient
patient;reference;Device;Patient;Device.patient
patient;reference;EnrollmentRequest;Patient;EnrollmentRequest.candidate
patient;reference;ExplanationOfBenefit;Patient;ExplanationOfBenefit.patient
patient;reference;GuidanceResponse;Patient;GuidanceResponse.subject.where(resolve() is Patient)
patient;reference;ImmunizationEvaluation;Patient;ImmunizationEvaluation.patient
patient;reference;ImmunizationRecommendation;Patient;ImmunizationRecommendation.patient
patient;reference;Invoice;Patient;Invoice.subject.where(resolve() is Patient)
patient;reference;MeasureReport;Patient;MeasureReport.subject.where(resolve() is Patient)
patient;reference;Media;Patient;Media.subject.where(resolve() is Patient)
patient;reference;MolecularSequence;Patient;MolecularSequence.patient
patient;reference;Person;Patient;Person.link.target.where(resolve() is Patient)
patient;reference;Provenance;Patient;Provenance.target.where(resolve() is Patient)
patient;reference;QuestionnaireResponse;Patient;QuestionnaireResponse.subject.where(resolve() is Patient)
patient;reference;RelatedPerson;Patient;RelatedPerson.patient
patient;reference;RequestGroup;Patient;RequestGroup.subject.where(resolve() is Patient)
patient;reference;ResearchSubject;Patient;ResearchSubject.individual
patient;reference;Specimen;Patient;Specimen.subject.where(resolve() is Patient)
patient;reference;Task;Patient;Task.for.where(resolve() is Patient)
payee;reference;Claim;Practitioner Organization Patient PractitionerRole RelatedPerson;Claim.payee.party
payee;reference;ExplanationOfBenefit;Practitioner Organization Patient PractitionerRole RelatedPerson;ExplanationOfBenefit.payee.party
payload-type;token;Endpoint;;Endpoint.payloadType
payload;token;Subscription;;Subscription.channel.payload
payment-date;date;ClaimResponse;;ClaimResponse.payment.date
payment-issuer;reference;PaymentReconciliation;Organization;PaymentReconciliation.paymentIssuer
payment-status;token;PaymentNotice;;PaymentNotice.paymentStatus
payor;reference;Coverage;Organization Patient RelatedPerson;Coverage.payor
performer-actor;reference;ChargeItem;Practitioner Organization CareTeam Device Patient PractitionerRole RelatedPerson;ChargeItem.performer.actor
performer-function;token;ChargeItem;;ChargeItem.performer.function
performer-type;token;ServiceRequest;;ServiceRequest.performerType
performer;reference;CarePlan;Practitioner Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;CarePlan.activity.detail.performer
performer;reference;DeviceRequest;Practitioner Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;DeviceRequest.performer
performer;reference;DiagnosticReport;Practitioner Organization CareTeam PractitionerRole;DiagnosticReport.performer
performer;reference;ImagingStudy;Practitioner Organization CareTeam Device Patient PractitionerRole RelatedPerson;ImagingStudy.series.performer.actor
performer;reference;Immunization;Practitioner Organization PractitionerRole;Immunization.performer.actor
performer;reference;MedicationAdministration;Practitioner Device Patient PractitionerRole RelatedPerson;MedicationAdministration.performer.actor
performer;reference;MedicationDispense;Practitioner Organization Device Patient PractitionerRole RelatedPerson;MedicationDispense.performer.actor
performer;reference;Observation;Practitioner Organization CareTeam Patient PractitionerRole RelatedPerson;Observation.performer
performer;reference;Procedure;Practitioner Organization Device Patient PractitionerRole RelatedPerson;Procedure.performer.actor
performer;reference;RiskAssessment;Practitioner Device PractitionerRole;RiskAssessment.performer
performer;reference;ServiceRequest;Practitioner Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;ServiceRequest.performer
performer;token;Task;;Task.performerType
performing-organization;reference;ChargeItem;Organization;ChargeItem.performingOrganization
period;date;Account;;Account.servicePeriod
period;date;Composition;;Composition.event.period
period;date;Consent;;Consent.provision.period
period;date;DocumentReference;;DocumentReference.context.period
period;date;MeasureReport;;MeasureReport.period
period;date;NamingSystem;;NamingSystem.uniqueId.period
period;date;Task;;Task.executionPeriod
phone;token;OrganizationAffiliation;;OrganizationAffiliation.telecom.where(system='phone')
phone;token;Patient Person Practitioner PractitionerRole RelatedPerson;;Patient.telecom.where(system='phone') | Person.telecom.where(system='phone') | Practitioner.telecom.where(system='phone') | PractitionerRole.telecom.where(system='phone') | RelatedPerson.telecom.where(system='phone')
phonetic;string;InsurancePlan;;InsurancePlan.name
phonetic;string;Organization;;Organization.name
phonetic;string;Patient Person Practitioner RelatedPerson;;Patient.name | Person.name | Practitioner.name | RelatedPerson.name
policy-holder;reference;Coverage;Organization Patient RelatedPerson;Coverage.policyHolder
policy;uri;AuditEvent;;AuditEvent.agent.policy
practitioner;reference;Appointment;Practitioner;Appointment.participant.actor.where(resolve() is Practitioner)
practitioner;reference;AppointmentResponse;Practitioner;AppointmentResponse.actor.where(resolve() is Practitioner)
practitioner;reference;Encounter;Practitioner;Encounter.participant.individual.where(resolve() is Practitioner)
practitioner;reference;Person;Practitioner;Person.link.target.where(resolve() is Practitioner)
practitioner;reference;PractitionerRole;Practitioner;PractitionerRole.practitioner
predecessor;reference;ActivityDefinition;*;ActivityDefinition.relatedArtifact.where(type='predecessor').resource
predecessor;reference;EventDefinition;*;EventDefinition.relatedArtifact.where(type='predecessor').resource
predecessor;reference;Evidence;*;Evidence.relatedArtifact.where(type='predecessor').resource
predecessor;reference;EvidenceVariable;*;EvidenceVariable.relatedArtifact.where(type='predecessor').resource
predecessor;reference;Library;*;Library.relatedArtifact.where(type='predecessor').resource
predecessor;reference;Measure;*;Measure.relatedArtifact.where(type='predecessor').resource
predecessor;reference;PlanDefinition;*;PlanDefinition.relatedArtifact.where(type='predecessor').resource
predecessor;reference;ResearchDefinition;*;ResearchDefinition.relatedArtifact.where(type='predecessor').resource
predecessor;reference;ResearchElementDefinition;*;ResearchElementDefinition.relatedArtifact.where(type='predecessor').resource
prescriber;reference;VisionPrescription;Practitioner PractitionerRole;VisionPrescription.prescriber
prescription;reference;MedicationDispense;MedicationRequest;MedicationDispense.authorizingPrescription
previous;reference;ClinicalImpression;ClinicalImpression;ClinicalImpression.previous
price-override;quantity;ChargeItem;;ChargeItem.priceOverride
primary-organization;reference;OrganizationAffiliation;Organization;OrganizationAffiliation.organization
principalinvestigator;reference;ResearchStudy;Practitioner PractitionerRole;ResearchStudy.principalInvestigator
prior-request;reference;DeviceRequest;*;DeviceRequest.priorRequest
priority;token;Claim;;Claim.priority
priority;token;CommunicationRequest;;CommunicationRequest.priority
priority;token;MedicationRequest;;MedicationRequest.priority
priority;token;RequestGroup;;RequestGroup.priority
priority;token;ServiceRequest;;ServiceRequest.priority
priority;token;Task;;Task.priority
probability;number;RiskAssessment;;RiskAssessment.prediction.probability
problem;reference;ClinicalImpression;Condition AllergyIntolerance;ClinicalImpression.problem
procedure-udi;reference;Claim;Device;Claim.procedure.udi
procedure-udi;reference;ExplanationOfBenefit;Device;ExplanationOfBenefit.procedure.udi
product;uri;ConceptMap;;ConceptMap.group.element.target.product.property
program;token;HealthcareService;;HealthcareService.program
protocol;reference;ResearchStudy;PlanDefinition;ResearchStudy.protocol
provider;reference;Claim;Practitioner Organization PractitionerRole;Claim.provider
provider;reference;CoverageEligibilityRequest;Practitioner Organization PractitionerRole;CoverageEligibilityRequest.provider
provider;reference;ExplanationOfBenefit;Practitioner Organization PractitionerRole;ExplanationOfBenefit.provider
provider;reference;NutritionOrder;Practitioner PractitionerRole;NutritionOrder.orderer
provider;reference;PaymentNotice;Practitioner Organization PractitionerRole;PaymentNotice.provider
publisher;string;ActivityDefinition;;ActivityDefinition.publisher
publisher;string;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.publisher | CodeSystem.publisher | CompartmentDefinition.publisher | ConceptMap.publisher | GraphDefinition.publisher | ImplementationGuide.publisher | MessageDefinition.publisher | NamingSystem.publisher | OperationDefinition.publisher | SearchParameter.publisher | StructureDefinition.publisher | StructureMap.publisher | TerminologyCapabilities.publisher | ValueSet.publisher
publisher;string;ChargeItemDefinition;;ChargeItemDefinition.publisher
publisher;string;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.publisher
publisher;string;EventDefinition;;EventDefinition.publisher
publisher;string;Evidence;;Evidence.publisher
publisher;string;EvidenceVariable;;EvidenceVariable.publisher
publisher;string;ExampleScenario;;ExampleScenario.publisher
publisher;string;Library;;Library.publisher
publisher;string;Measure;;Measure.publisher
publisher;string;PlanDefinition;;PlanDefinition.publisher
publisher;string;Questionnaire;;Questionnaire.publisher
publisher;string;ResearchDefinition;;ResearchDefinition.publisher
publisher;string;ResearchElementDefinition;;ResearchElementDefinition.publisher
publisher;string;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.publisher
publisher;string;TestScript;;TestScript.publisher
purpose;token;Consent;;Consent.provision.purpose
quantity;quantity;ChargeItem;;ChargeItem.quantity
quantity;quantity;Substance;;Substance.instance.quantity
questionnaire;reference;QuestionnaireResponse;Questionnaire;QuestionnaireResponse.questionnaire
reaction-date;date;Immunization;;Immunization.reaction.date
reaction;reference;Immunization;Observation;Immunization.reaction.detail
reason-code;token;Appointment;;Appointment.reasonCode
reason-code;token;Encounter;;Encounter.reasonCode
reason-code;token;Immunization;;Immunization.reasonCode
reason-code;token;Procedure;;Procedure.reasonCode
reason-given;token;MedicationAdministration;;MedicationAdministration.reasonCode
reason-not-given;token;MedicationAdministration;;MedicationAdministration.statusReason
reason-reference;reference;Appointment;Condition Observation Procedure ImmunizationRecommendation;Appointment.reasonReference
reason-reference;reference;Encounter;Condition Observation Procedure ImmunizationRecommendation;Encounter.reasonReference
reason-reference;reference;Immunization;Condition Observation DiagnosticReport;Immunization.reasonReference
reason-reference;reference;Procedure;Condition Observation Procedure DiagnosticReport DocumentReference;Procedure.reasonReference
reason;token;ImagingStudy;;ImagingStudy.reasonCode
received;date;Communication;;Communication.received
receiver;reference;MedicationDispense;Practitioner Patient;MedicationDispense.receiver
receiver;reference;MessageHeader;Practitioner Organization PractitionerRole;MessageHeader.destination.receiver
receiver;reference;SupplyDelivery;Practitioner PractitionerRole;SupplyDelivery.receiver
recipient;reference;Communication;Practitioner Group Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;Communication.recipient
recipient;reference;CommunicationRequest;Practitioner Group Organization CareTeam Device Patient HealthcareService PractitionerRole RelatedPerson;CommunicationRequest.recipient
recipient;reference;DocumentManifest;Practitioner Organization Patient PractitionerRole RelatedPerson;DocumentManifest.recipient
recipient;reference;Invoice;Organization Patient RelatedPerson;Invoice.recipient
recorded-date;date;Condition;;Condition.recordedDate
recorded;date;Provenance;;Provenance.recorded
recorder;reference;AdverseEvent;Practitioner Patient PractitionerRole RelatedPerson;AdverseEvent.recorder
recorder;reference;AllergyIntolerance;Practitioner Patient PractitionerRole RelatedPerson;AllergyIntolerance.recorder
reference;uri;ValueSet;;ValueSet.compose.include.system
referenceseqid-variant-coordinate;composite;MolecularSequence;;MolecularSequence.variant;referenceseqid~%resource.referenceSeq.referenceSeqId;variant-start~start;variant-end~end
referenceseqid-window-coordinate;composite;MolecularSequence;;MolecularSequence.referenceSeq;referenceseqid~referenceSeqId;window-start~windowStart;window-end~windowEnd
referenceseqid;token;MolecularSequence;;MolecularSequence.referenceSeq.referenceSeqId
referrer;reference;ImagingStudy;Practitioner PractitionerRole;ImagingStudy.referrer
related-id;token;Composition;;(Composition.relatesTo.target as Identifier)
related-id;token;DocumentManifest;;DocumentManifest.related.identifier
related-ref;reference;Composition;Composition;(Composition.relatesTo.target as Reference)
related-ref;reference;DocumentManifest;*;DocumentManifest.related.ref
related;reference;DocumentReference;*;DocumentReference.context.related
relatedperson;reference;Person;RelatedPerson;Person.link.target.where(resolve() is RelatedPerson)
relatesto;reference;DocumentReference;DocumentReference;DocumentReference.relatesTo.target
relation;token;DocumentReference;;DocumentReference.relatesTo.code
relationship;composite;DocumentReference;;DocumentReference.relatesTo;relatesto~code;relation~target
relationship;token;FamilyMemberHistory;;FamilyMemberHistory.relationship
relationship;token;RelatedPerson;;RelatedPerson.relationship
replaces;reference;CarePlan;CarePlan;CarePlan.replaces
replaces;reference;CommunicationRequest;CommunicationRequest;CommunicationRequest.replaces
replaces;reference;ServiceRequest;ServiceRequest;ServiceRequest.replaces
reporter;reference;MeasureReport;Practitioner Organization PractitionerRole Location;MeasureReport.reporter
request;reference;ClaimResponse;Claim;ClaimResponse.request
request;reference;CoverageEligibilityResponse;CoverageEligibilityRequest;CoverageEligibilityResponse.request
request;reference;EnrollmentResponse;EnrollmentRequest;EnrollmentResponse.request
request;reference;MedicationAdministration;MedicationRequest;MedicationAdministration.request
request;reference;PaymentNotice;*;PaymentNotice.request
request;reference;PaymentReconciliation;Task;PaymentReconciliation.request
request;token;GuidanceResponse;;GuidanceResponse.requestIdentifier
requester;reference;CommunicationRequest;Practitioner Organization Device Patient PractitionerRole RelatedPerson;CommunicationRequest.requester
requester;reference;DeviceRequest;Practitioner Organization Device PractitionerRole;DeviceRequest.requester
requester;reference;MedicationRequest;Practitioner Organization Device Patient PractitionerRole RelatedPerson;MedicationRequest.requester
requester;reference;ServiceRequest;Practitioner Organization Device Patient PractitionerRole RelatedPerson;ServiceRequest.requester
requester;reference;SupplyRequest;Practitioner Organization Device Patient PractitionerRole RelatedPerson;SupplyRequest.requester
requester;reference;Task;Practitioner Organization Device Patient PractitionerRole RelatedPerson;Task.requester
requesting-organization;reference;ChargeItem;Organization;ChargeItem.requestingOrganization
requestor;reference;ClaimResponse;Practitioner Organization PractitionerRole;ClaimResponse.requestor
requestor;reference;CoverageEligibilityResponse;Practitioner Organization PractitionerRole;CoverageEligibilityResponse.requestor
requestor;reference;PaymentReconciliation;Practitioner Organization PractitionerRole;PaymentReconciliation.requestor
requisition;token;ServiceRequest;;ServiceRequest.requisition
resource-profile;reference;CapabilityStatement;StructureDefinition;CapabilityStatement.rest.resource.profile
resource;reference;ImplementationGuide;*;ImplementationGuide.definition.resource.reference
resource;token;CapabilityStatement;;CapabilityStatement.rest.resource.type
resource;token;CompartmentDefinition;;CompartmentDefinition.resource.code
response-id;token;MessageHeader;;MessageHeader.response.identifier
response;reference;PaymentNotice;*;PaymentNotice.response
responsible;reference;MessageHeader;Practitioner Organization PractitionerRole;MessageHeader.responsible
responsible;string;NamingSystem;;NamingSystem.responsible
responsibleparty;reference;MedicationDispense;Practitioner PractitionerRole;MedicationDispense.substitution.responsibleParty
result;reference;DiagnosticReport;Observation;DiagnosticReport.result
result;token;TestReport;;TestReport.result
resultingcondition;reference;AdverseEvent;Condition;AdverseEvent.resultingCondition
results-interpreter;reference;DiagnosticReport;Practitioner Organization CareTeam PractitionerRole;DiagnosticReport.resultsInterpreter
risk;token;RiskAssessment;;RiskAssessment.prediction.qualitativeRisk
role;token;OrganizationAffiliation;;OrganizationAffiliation.code
role;token;PractitionerRole;;PractitionerRole.code
route;token;AllergyIntolerance;;AllergyIntolerance.reaction.exposureRoute
route;token;MedicinalProductPharmaceutical;;MedicinalProductPharmaceutical.routeOfAdministration.code
schedule;reference;Slot;Schedule;Slot.schedule
scope;token;Consent;;Consent.scope
section;token;Composition;;Composition.section.code
security-label;token;Consent;;Consent.provision.securityLabel
security-label;token;DocumentReference;;DocumentReference.securityLabel
security-service;token;CapabilityStatement;;CapabilityStatement.rest.security.service
sender;reference;Communication;Practitioner Organization Device Patient HealthcareService PractitionerRole RelatedPerson;Communication.sender
sender;reference;CommunicationRequest;Practitioner Organization Device Patient HealthcareService PractitionerRole RelatedPerson;CommunicationRequest.sender
sender;reference;MessageHeader;Practitioner Organization PractitionerRole;MessageHeader.sender
sent;date;Communication;;Communication.sent
series;string;Immunization;;Immunization.protocolApplied.series
series;token;ImagingStudy;;ImagingStudy.series.uid
seriousness;token;AdverseEvent;;AdverseEvent.seriousness
service-category;token;Appointment;;Appointment.serviceCategory
service-category;token;HealthcareService;;HealthcareService.category
service-category;token;Schedule;;Schedule.serviceCategory
service-category;token;Slot;;Slot.serviceCategory
service-provider;reference;Encounter;Organization;Encounter.serviceProvider
service-type;token;Appointment;;Appointment.serviceType
service-type;token;HealthcareService;;HealthcareService.type
service-type;token;Schedule;;Schedule.serviceType
service-type;token;Slot;;Slot.serviceType
service;reference;ChargeItem;Immunization MedicationDispense SupplyDelivery Observation DiagnosticReport ImagingStudy MedicationAdministration Procedure;ChargeItem.service
service;reference;OrganizationAffiliation;HealthcareService;OrganizationAffiliation.healthcareService
service;reference;PractitionerRole;HealthcareService;PractitionerRole.healthcareService
setting;token;DocumentReference;;DocumentReference.context.practiceSetting
severity;token;AdverseEvent;;AdverseEvent.severity
severity;token;AllergyIntolerance;;AllergyIntolerance.reaction.severity
severity;token;Condition;;Condition.severity
sex;token;FamilyMemberHistory;;FamilyMemberHistory.sex
signature-type;token;Provenance;;Provenance.signature.type
signer;reference;Contract;Practitioner Organization Patient PractitionerRole RelatedPerson;Contract.signer.party
site;reference;ResearchStudy;Location;ResearchStudy.site
site;token;AuditEvent;;AuditEvent.source.site
site;token;Media;;Media.bodySite
slot;reference;Appointment;Slot;Appointment.slot
software;string;CapabilityStatement;;CapabilityStatement.software.name
source-code;token;ConceptMap;;ConceptMap.group.element.code
source-cost;token;MedicationKnowledge;;MedicationKnowledge.cost.source
source-reference;reference;Consent;Consent Contract QuestionnaireResponse DocumentReference;Consent.source
source-system;uri;ConceptMap;;ConceptMap.group.source
source-uri;reference;ConceptMap;ValueSet;(ConceptMap.source as uri)
source-uri;uri;MessageHeader;;MessageHeader.source.endpoint
source;reference;AuditEvent;Practitioner Organization Device Patient PractitionerRole RelatedPerson;AuditEvent.source.observer
source;reference;ConceptMap;ValueSet;(ConceptMap.source as canonical)
source;reference;DeviceMetric;Device;DeviceMetric.source
source;reference;Linkage;*;Linkage.item.resource
source;reference;List;Practitioner Device Patient PractitionerRole;List.source
source;reference;MedicationStatement;Practitioner Organization Patient PractitionerRole RelatedPerson;MedicationStatement.informationSource
source;reference;QuestionnaireResponse;Practitioner Patient PractitionerRole RelatedPerson;QuestionnaireResponse.source
source;string;MessageHeader;;MessageHeader.source.name
source;uri;DocumentManifest;;DocumentManifest.source
special-arrangement;token;Encounter;;Encounter.hospitalization.specialArrangement
specialty;token;Appointment;;Appointment.specialty
specialty;token;HealthcareService;;HealthcareService.specialty
specialty;token;OrganizationAffiliation;;OrganizationAffiliation.specialty
specialty;token;PractitionerRole;;PractitionerRole.specialty
specialty;token;Schedule;;Schedule.specialty
specialty;token;Slot;;Slot.specialty
specimen;reference;DiagnosticReport;Specimen;DiagnosticReport.specimen
specimen;reference;Observation;Specimen;Observation.specimen
specimen;reference;ServiceRequest;Specimen;ServiceRequest.specimen
sponsor;reference;ResearchStudy;Organization;ResearchStudy.sponsor
stage;token;Condition;;Condition.stage.summary
start-date;date;Goal;;(Goal.start as date)
start;date;Slot;;Slot.start
start;token;GraphDefinition;;GraphDefinition.start
started;date;ImagingStudy;;ImagingStudy.started
status-reason;token;Immunization;;Immunization.statusReason
status;token;Account;;Account.status
status;token;ActivityDefinition;;ActivityDefinition.status
status;token;Appointment;;Appointment.status
status;token;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition NamingSystem OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.status | CodeSystem.status | CompartmentDefinition.status | ConceptMap.status | GraphDefinition.status | ImplementationGuide.status | MessageDefinition.status | NamingSystem.status | OperationDefinition.status | SearchParameter.status | StructureDefinition.status | StructureMap.status | TerminologyCapabilities.status | ValueSet.status
status;token;CarePlan;;CarePlan.status
status;token;CareTeam;;CareTeam.status
status;token;ChargeItemDefinition;;ChargeItemDefinition.status
status;token;Claim;;Claim.status
status;token;ClaimResponse;;ClaimResponse.status
status;token;ClinicalImpression;;ClinicalImpression.status
status;token;Communication;;Communication.status
status;token;CommunicationRequest;;CommunicationRequest.status
status;token;Composition;;Composition.status
status;token;Consent;;Consent.status
status;token;Contract;;Contract.status
status;token;Coverage;;Coverage.status
status;token;CoverageEligibilityRequest;;CoverageEligibilityRequest.status
status;token;CoverageEligibilityResponse;;CoverageEligibilityResponse.status
status;token;Device;;Device.status
status;token;DeviceRequest;;DeviceRequest.status
status;token;DiagnosticReport;;DiagnosticReport.status
status;token;DocumentManifest;;DocumentManifest.status
status;token;DocumentReference;;DocumentReference.status
status;token;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.status
status;token;Encounter;;Encounter.status
status;token;Endpoint;;Endpoint.status
status;token;EnrollmentRequest;;EnrollmentRequest.status
status;token;EnrollmentResponse;;EnrollmentResponse.status
status;token;EpisodeOfCare;;EpisodeOfCare.status
status;token;EventDefinition;;EventDefinition.status
status;token;Evidence;;Evidence.status
status;token;EvidenceVariable;;EvidenceVariable.status
status;token;ExampleScenario;;ExampleScenario.status
status;token;ExplanationOfBenefit;;ExplanationOfBenefit.status
status;token;FamilyMemberHistory;;FamilyMemberHistory.status
status;token;ImagingStudy;;ImagingStudy.status
status;token;Immunization;;Immunization.status
status;token;ImmunizationEvaluation;;ImmunizationEvaluation.status
status;token;ImmunizationRecommendation;;ImmunizationRecommendation.recommendation.forecastStatus
status;token;InsurancePlan;;InsurancePlan.status
status;token;Invoice;;Invoice.status
status;token;Library;;Library.status
status;token;List;;List.status
status;token;Location;;Location.status
status;token;Measure;;Measure.status
status;token;MeasureReport;;MeasureReport.status
status;token;Media;;Media.status
status;token;Medication;;Medication.status
status;token;MedicationAdministration MedicationDispense MedicationRequest MedicationStatement;;MedicationAdministration.status | MedicationDispense.status | MedicationRequest.status | MedicationStatement.status
status;token;MedicationKnowledge;;MedicationKnowledge.status
status;token;MedicinalProductAuthorization;;MedicinalProductAuthorization.status
status;token;NutritionOrder;;NutritionOrder.status
status;token;Observation;;Observation.status
status;token;PaymentNotice;;PaymentNotice.status
status;token;PaymentReconciliation;;PaymentReconciliation.status
status;token;PlanDefinition;;PlanDefinition.status
status;token;Procedure;;Procedure.status
status;token;Questionnaire;;Questionnaire.status
status;token;QuestionnaireResponse;;QuestionnaireResponse.status
status;token;RequestGroup;;RequestGroup.status
status;token;ResearchDefinition;;ResearchDefinition.status
status;token;ResearchElementDefinition;;ResearchElementDefinition.status
status;token;ResearchStudy;;ResearchStudy.status
status;token;ResearchSubject;;ResearchSubject.status
status;token;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.status
status;token;ServiceRequest;;ServiceRequest.status
status;token;Slot;;Slot.status
status;token;Specimen;;Specimen.status
status;token;Subscription;;Subscription.status
status;token;Substance;;Substance.status
status;token;SupplyDelivery;;SupplyDelivery.status
status;token;SupplyRequest;;SupplyRequest.status
status;token;Task;;Task.status
status;token;TestScript;;TestScript.status
status;token;VisionPrescription;;VisionPrescription.status
study;reference;AdverseEvent;ResearchStudy;AdverseEvent.study
study;reference;ResearchSubject;ResearchStudy;ResearchSubject.study
subdetail-udi;reference;Claim;Device;Claim.item.detail.subDetail.udi
subdetail-udi;reference;ExplanationOfBenefit;Device;ExplanationOfBenefit.item.detail.subDetail.udi
subject-type;token;Questionnaire;;Questionnaire.subjectType
subject;reference;Account;Practitioner Organization Device Patient HealthcareService PractitionerRole Location;Account.subject
subject;reference;AdverseEvent;Practitioner Group Patient RelatedPerson;AdverseEvent.subject
subject;reference;Basic;*;Basic.subject
subject;reference;CarePlan;Group Patient;CarePlan.subject
subject;reference;CareTeam;Group Patient;CareTeam.subject
subject;reference;ChargeItem;Group Patient;ChargeItem.subject
subject;reference;ClinicalImpression;Group Patient;ClinicalImpression.subject
subject;reference;Communication;Group Patient;Communication.subject
subject;reference;CommunicationRequest;Group Patient;CommunicationRequest.subject
subject;reference;Composition;*;Composition.subject
subject;reference;Condition;Group Patient;Condition.subject
subject;reference;Contract;*;Contract.subject
subject;reference;DeviceRequest;Group Device Patient Location;DeviceRequest.subject
subject;reference;DeviceUseStatement;Group Patient;DeviceUseStatement.subject
subject;reference;DiagnosticReport;Group Device Patient Location;DiagnosticReport.subject
subject;reference;DocumentManifest;Practitioner Group Device Patient;DocumentManifest.subject
subject;reference;DocumentReference;Practitioner Group Device Patient;DocumentReference.subject
subject;reference;Encounter;Group Patient;Encounter.subject
subject;reference;EnrollmentRequest;Patient;EnrollmentRequest.candidate
subject;reference;Flag;Practitioner Group Organization Medication Patient PlanDefinition Procedure Location;Flag.subject
subject;reference;Goal;Group Organization Patient;Goal.subject
subject;reference;GuidanceResponse;Group Patient;GuidanceResponse.subject
subject;reference;ImagingStudy;Group Device Patient;ImagingStudy.subject
subject;reference;Invoice;Group Patient;Invoice.subject
subject;reference;List;Group Device Patient Location;List.subject
subject;reference;MeasureReport;Practitioner Group Device Patient PractitionerRole RelatedPerson Location;MeasureReport.subject
subject;reference;Media;Practitioner Group Specimen Device Patient PractitionerRole Location;Media.subject
subject;reference;MedicationAdministration;Group Patient;MedicationAdministration.subject
subject;reference;MedicationDispense;Group Patient;MedicationDispense.subject
subject;reference;MedicationRequest;Group Patient;MedicationRequest.subject
subject;reference;MedicationStatement;Group Patient;MedicationStatement.subject
subject;reference;MedicinalProductAuthorization;MedicinalProductPackaged MedicinalProduct;MedicinalProductAuthorization.subject
subject;reference;MedicinalProductContraindication;Medication MedicinalProduct;MedicinalProductContraindication.subject
subject;reference;MedicinalProductIndication;Medication MedicinalProduct;MedicinalProductIndication.subject
subject;reference;MedicinalProductInteraction;Medication Substance MedicinalProduct;MedicinalProductInteraction.subject
subject;reference;MedicinalProductPackaged;MedicinalProduct;MedicinalProductPackaged.subject
subject;reference;MedicinalProductUndesirableEffect;Medication MedicinalProduct;MedicinalProductUndesirableEffect.subject
subject;reference;Observation;Group Device Patient Location;Observation.subject
subject;reference;Procedure;Group Patient;Procedure.subject
subject;reference;QuestionnaireResponse;*;QuestionnaireResponse.subject
subject;reference;RequestGroup;Group Patient;RequestGroup.subject
subject;reference;RiskAssessment;Group Patient;RiskAssessment.subject
subject;reference;ServiceRequest;Group Device Patient Location;ServiceRequest.subject
subject;reference;Specimen;Group Device Patient Substance Location;Specimen.subject
subject;reference;SupplyRequest;Organization Patient Location;SupplyRequest.deliverTo
subject;reference;Task;*;Task.for
subscriber;reference;Coverage;Patient RelatedPerson;Coverage.subscriber
substance-reference;reference;Substance;Substance;(Substance.ingredient.substance as Reference)
substance;reference;AdverseEvent;Immunization Device Medication Procedure Substance MedicationAdministration MedicationStatement;AdverseEvent.suspectEntity.instance
subtype;token;AuditEvent;;AuditEvent.subtype
successor;reference;ActivityDefinition;*;ActivityDefinition.relatedArtifact.where(type='successor').resource
successor;reference;EventDefinition;*;EventDefinition.relatedArtifact.where(type='successor').resource
successor;reference;Evidence;*;Evidence.relatedArtifact.where(type='successor').resource
successor;reference;EvidenceVariable;*;EvidenceVariable.relatedArtifact.where(type='successor').resource
successor;reference;Library;*;Library.relatedArtifact.where(type='successor').resource
successor;reference;Measure;*;Measure.relatedArtifact.where(type='successor').resource
successor;reference;PlanDefinition;*;PlanDefinition.relatedArtifact.where(type='successor').resource
successor;reference;ResearchDefinition;*;ResearchDefinition.relatedArtifact.where(type='successor').resource
successor;reference;ResearchElementDefinition;*;ResearchElementDefinition.relatedArtifact.where(type='successor').resource
supplement;token;NutritionOrder;;NutritionOrder.supplement.type
supplements;reference;CodeSystem;CodeSystem;CodeSystem.supplements
supplier;reference;SupplyDelivery;Practitioner Organization PractitionerRole;SupplyDelivery.supplier
supplier;reference;SupplyRequest;Organization HealthcareService;SupplyRequest.supplier
support;reference;ImmunizationRecommendation;Immunization ImmunizationEvaluation;ImmunizationRecommendation.recommendation.supportingImmunization
supported-profile;reference;CapabilityStatement;StructureDefinition;CapabilityStatement.rest.resource.supportedProfile
supporting-info;reference;Appointment;*;Appointment.supportingInformation
supporting-info;reference;ClinicalImpression;*;ClinicalImpression.supportingInfo
system;token;OperationDefinition;;OperationDefinition.system
system;uri;CodeSystem;;CodeSystem.url
target-code;token;ConceptMap;;ConceptMap.group.element.target.code
target-date;date;Goal;;(Goal.target.due as date)
target-disease;token;Immunization;;Immunization.protocolApplied.targetDisease
target-disease;token;ImmunizationEvaluation;;ImmunizationEvaluation.targetDisease
target-disease;token;ImmunizationRecommendation;;ImmunizationRecommendation.recommendation.targetDisease
target-species;token;MedicinalProductPharmaceutical;;MedicinalProductPharmaceutical.routeOfAdministration.targetSpecies.code
target-system;uri;ConceptMap;;ConceptMap.group.target
target-uri;reference;ConceptMap;ValueSet;(ConceptMap.target as uri)
target;reference;ConceptMap;ValueSet;(ConceptMap.target as canonical)
target;reference;MessageHeader;Device;MessageHeader.destination.target
target;reference;Provenance;*;Provenance.target
target;reference;VerificationResult;*;VerificationResult.target
target;token;SearchParameter;;SearchParameter.target
telecom;token;NamingSystem;;NamingSystem.contact.telecom
telecom;token;OrganizationAffiliation;;OrganizationAffiliation.telecom
telecom;token;Patient Person Practitioner PractitionerRole RelatedPerson;;Patient.telecom | Person.telecom | Practitioner.telecom | PractitionerRole.telecom | RelatedPerson.telecom
tester;string;TestReport;;TestReport.tester
testscript-capability;string;TestScript;;TestScript.metadata.capability.description
testscript;reference;TestReport;TestScript;TestReport.testScript
timestamp;date;Bundle;;Bundle.timestamp
title;string;ActivityDefinition;;ActivityDefinition.title
title;string;CapabilityStatement CodeSystem ConceptMap ImplementationGuide MessageDefinition OperationDefinition StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.title | CodeSystem.title | ConceptMap.title | ImplementationGuide.title | MessageDefinition.title | OperationDefinition.title | StructureDefinition.title | StructureMap.title | TerminologyCapabilities.title | ValueSet.title
title;string;ChargeItemDefinition;;ChargeItemDefinition.title
title;string;Composition;;Composition.title
title;string;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.title
title;string;EventDefinition;;EventDefinition.title
title;string;Evidence;;Evidence.title
title;string;EvidenceVariable;;EvidenceVariable.title
title;string;Library;;Library.title
title;string;List;;List.title
title;string;Measure;;Measure.title
title;string;PlanDefinition;;PlanDefinition.title
title;string;Questionnaire;;Questionnaire.title
title;string;ResearchDefinition;;ResearchDefinition.title
title;string;ResearchElementDefinition;;ResearchElementDefinition.title
title;string;ResearchStudy;;ResearchStudy.title
title;string;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.title
title;string;TestScript;;TestScript.title
topic;token;ActivityDefinition;;ActivityDefinition.topic
topic;token;EventDefinition;;EventDefinition.topic
topic;token;Evidence;;Evidence.topic
topic;token;EvidenceVariable;;EvidenceVariable.topic
topic;token;Library;;Library.topic
topic;token;Measure;;Measure.topic
topic;token;PlanDefinition;;PlanDefinition.topic
topic;token;ResearchDefinition;;ResearchDefinition.topic
topic;token;ResearchElementDefinition;;ResearchElementDefinition.topic
totalgross;quantity;Invoice;;Invoice.totalGross
totalnet;quantity;Invoice;;Invoice.totalNet
type;token;Account;;Account.type
type;token;AllergyIntolerance Composition DocumentManifest DocumentReference Encounter EpisodeOfCare;;AllergyIntolerance.type | Composition.type | DocumentManifest.type | DocumentReference.type | Encounter.type | EpisodeOfCare.type
type;token;AuditEvent;;AuditEvent.type
type;token;Bundle;;Bundle.type
type;token;Coverage;;Coverage.type
type;token;Device;;Device.type
type;token;DeviceDefinition;;DeviceDefinition.type
type;token;DeviceMetric;;DeviceMetric.type
type;token;Group;;Group.type
type;token;InsurancePlan;;InsurancePlan.type
type;token;Invoice;;Invoice.type
type;token;Library;;Library.type
type;token;Location;;Location.type
type;token;Media;;Media.type
type;token;MedicationDispense;;MedicationDispense.type
type;token;MolecularSequence;;MolecularSequence.type
type;token;NamingSystem;;NamingSystem.type
type;token;OperationDefinition;;OperationDefinition.type
type;token;Organization;;Organization.type
type;token;PlanDefinition;;PlanDefinition.type
type;token;SearchParameter;;SearchParameter.type
type;token;Specimen;;Specimen.type
type;token;SpecimenDefinition;;SpecimenDefinition.typeCollected
type;token;Subscription;;Subscription.channel.type
type;uri;StructureDefinition;;StructureDefinition.type
udi-carrier;string;Device;;Device.udiCarrier.carrierHRF
udi-di;string;Device;;Device.udiCarrier.deviceIdentifier
url;uri;ActivityDefinition;;ActivityDefinition.url
url;uri;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.url | CodeSystem.url | CompartmentDefinition.url | ConceptMap.url | GraphDefinition.url | ImplementationGuide.url | MessageDefinition.url | OperationDefinition.url | SearchParameter.url | StructureDefinition.url | StructureMap.url | TerminologyCapabilities.url | ValueSet.url
url;uri;ChargeItemDefinition;;ChargeItemDefinition.url
url;uri;Contract;;Contract.url
url;uri;Device;;Device.url
url;uri;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.url
url;uri;EventDefinition;;EventDefinition.url
url;uri;Evidence;;Evidence.url
url;uri;EvidenceVariable;;EvidenceVariable.url
url;uri;ExampleScenario;;ExampleScenario.url
url;uri;Library;;Library.url
url;uri;Measure;;Measure.url
url;uri;PlanDefinition;;PlanDefinition.url
url;uri;Questionnaire;;Questionnaire.url
url;uri;ResearchDefinition;;ResearchDefinition.url
url;uri;ResearchElementDefinition;;ResearchElementDefinition.url
url;uri;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.url
url;uri;Subscription;;Subscription.channel.endpoint
url;uri;TestScript;;TestScript.url
use;token;Claim;;Claim.use
use;token;ClaimResponse;;ClaimResponse.use
vaccine-code;token;Immunization;;Immunization.vaccineCode
vaccine-type;token;ImmunizationRecommendation;;ImmunizationRecommendation.recommendation.vaccineCode
value-concept;token;Observation;;(Observation.value as CodeableConcept)
value-date;date;Observation;;(Observation.value as dateTime) | (Observation.value as Period)
value-quantity;quantity;Observation;;(Observation.value as Quantity) | (Observation.value as SampledData)
value-string;string;Observation;;(Observation.value as string) | (Observation.value as CodeableConcept).text
value;string;NamingSystem;;NamingSystem.uniqueId.value
value;token;Group;;(Group.characteristic.value as CodeableConcept) | (Group.characteristic.value as boolean)
valueset;reference;StructureDefinition;ValueSet;StructureDefinition.snapshot.element.binding.valueSet
variant-end;number;MolecularSequence;;MolecularSequence.variant.end
variant-start;number;MolecularSequence;;MolecularSequence.variant.start
verification-status;token;AllergyIntolerance;;AllergyIntolerance.verificationStatus
verification-status;token;Condition;;Condition.verificationStatus
version;token;ActivityDefinition;;ActivityDefinition.version
version;token;CapabilityStatement CodeSystem CompartmentDefinition ConceptMap GraphDefinition ImplementationGuide MessageDefinition OperationDefinition SearchParameter StructureDefinition StructureMap TerminologyCapabilities ValueSet;;CapabilityStatement.version | CodeSystem.version | CompartmentDefinition.version | ConceptMap.version | GraphDefinition.version | ImplementationGuide.version | MessageDefinition.version | OperationDefinition.version | SearchParameter.version | StructureDefinition.version | StructureMap.version | TerminologyCapabilities.version | ValueSet.version
version;token;ChargeItemDefinition;;ChargeItemDefinition.version
version;token;EffectEvidenceSynthesis;;EffectEvidenceSynthesis.version
version;token;EventDefinition;;EventDefinition.version
version;token;Evidence;;Evidence.version
version;token;EvidenceVariable;;EvidenceVariable.version
version;token;ExampleScenario;;ExampleScenario.version
version;token;Library;;Library.version
version;token;Measure;;Measure.version
version;token;PlanDefinition;;PlanDefinition.version
version;token;Questionnaire;;Questionnaire.version
version;token;ResearchDefinition;;ResearchDefinition.version
version;token;ResearchElementDefinition;;ResearchElementDefinition.version
version;token;RiskEvidenceSynthesis;;RiskEvidenceSynthesis.version
version;token;TestScript;;TestScript.version
view;token;Media;;Media.view
when;date;Provenance;;(Provenance.occurred as dateTime)
whenhandedover;date;MedicationDispense;;MedicationDispense.whenHandedOver
whenprepared;date;MedicationDispense;;MedicationDispense.whenPrepared
window-end;number;MolecularSequence;;MolecularSequence.referenceSeq.windowEnd
window-start;number;MolecularSequence;;MolecularSequence.referenceSeq.windowStart
`;
