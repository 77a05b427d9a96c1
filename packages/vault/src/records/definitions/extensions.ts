// HL7's extensions, those of hl7.fhir.uv.extensions.r4@5.3.0-ballot-tc1 added. Made by docs/make-fhir-definitions.ts of hl7.fhir.r4.examples@4.0.1 (CC0): never edited by hand.
export const EXTENSIONS = `
11179-objectClass;ElementDefinition.mapping;Coding;
11179-objectClassProperty;ElementDefinition.mapping;Coding;
11179-permitted-value-conceptmap;StructureDefinition.snapshot.element.binding.valueSet StructureDefinition.differential.element.binding.valueSet Questionnaire.item.answerValueSet;canonical;
11179-permitted-value-valueset;StructureDefinition.snapshot.element.binding.valueSet StructureDefinition.differential.element.binding.valueSet Questionnaire.item.answerValueSet;canonical;
DiagnosticReport-geneticsAnalysis;DiagnosticReport;;type interpretation
DiagnosticReport-geneticsAssessedCondition;DiagnosticReport;Reference;
DiagnosticReport-geneticsFamilyMemberHistory;DiagnosticReport;Reference;
DiagnosticReport-geneticsReferences;DiagnosticReport;;description reference type
_datatype;Base;string;
additional-language;Composition;code;
additional-resource-compartment;StructureDefinition;;compartment param documentation
additionalIdentifier;Reference;Identifier;
address-official;Address;boolean CodeableConcept;
allergyintolerance-abatement;AllergyIntolerance;dateTime Age Period Range string;
allergyintolerance-assertedDate;AllergyIntolerance;dateTime;
allergyintolerance-certainty;AllergyIntolerance.reaction;CodeableConcept;
allergyintolerance-duration;AllergyIntolerance.reaction;Duration;
allergyintolerance-reasonRefuted;AllergyIntolerance;CodeableConcept;
allergyintolerance-resolutionAge;AllergyIntolerance;Age;
allergyintolerance-substanceExposureRisk;AllergyIntolerance;;substance exposureRisk
alternate-canonical;canonical;url;
alternate-codes;code string Coding;CodeableConcept;
alternate-reference;Reference;Reference;
annotationType;Annotation;CodeableConcept;
artifact-approvalDate;CapabilityStatement Basic CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;date;
artifact-author;CapabilityStatement Basic CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;ContactDetail;
artifact-canonicalReference;Element;canonical;
artifact-citeAs;ActivityDefinition CapabilityStatement Basic CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;Reference markdown;
artifact-contact;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;ContactDetail;
artifact-contactDetailReference;ContactDetail;Reference;
artifact-copyright;Basic CompartmentDefinition DeviceDefinition GraphDefinition Group Medication MedicationKnowledge NamingSystem ObservationDefinition OperationDefinition SearchParameter SpecimenDefinition Substance;markdown;
artifact-copyrightLabel;ActivityDefinition Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;string;
artifact-date;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;dateTime;
artifact-description;Basic DeviceDefinition ExampleScenario Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition;markdown;
artifact-editor;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;ContactDetail;
artifact-effectivePeriod;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities TestScript ValueSet;Period;
artifact-endorser;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;ContactDetail;
artifact-experimental;Basic DeviceDefinition Group Medication MedicationKnowledge NamingSystem ObservationDefinition SpecimenDefinition Substance;boolean;
artifact-extended-contact-detail;Resource;;http://hl7.org/fhir/StructureDefinition/_datatype purpose name telecom address organization period
artifact-identifier;Basic CompartmentDefinition GraphDefinition ImplementationGuide MedicationKnowledge NamingSystem OperationDefinition SearchParameter TerminologyCapabilities;Identifier;
artifact-isOwned;RelatedArtifact ActivityDefinition.library PlanDefinition.library Measure.library DomainResource.extension ?;boolean;
artifact-jurisdiction;Resource;CodeableConcept;
artifact-lastReviewDate;CapabilityStatement Basic CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;date;
artifact-name;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;string;
artifact-periodDuration;Period;Duration;
artifact-publicationDate;Composition Group Medication Substance ResearchStudy Basic ActivityDefinition ChargeItemDefinition CodeSystem ConceptMap EventDefinition Evidence EvidenceVariable Library Measure NamingSystem ObservationDefinition PlanDefinition Questionnaire SpecimenDefinition ValueSet;date;
artifact-publisher;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;string;
artifact-purpose;Basic DeviceDefinition Group ImplementationGuide Medication MedicationKnowledge NamingSystem ObservationDefinition SpecimenDefinition Substance;markdown;
artifact-reference;Element;Reference canonical uri;
artifact-relatedArtifact;CapabilityStatement Basic CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;RelatedArtifact;
artifact-releaseDescription;Basic ActivityDefinition CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;markdown;
artifact-releaseLabel;Basic ActivityDefinition CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;string;
artifact-reviewer;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;ContactDetail;
artifact-status!;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;code;
artifact-title;Basic CompartmentDefinition DeviceDefinition ExampleScenario GraphDefinition Group Medication MedicationKnowledge NamingSystem ObservationDefinition SearchParameter SpecimenDefinition Substance;string;
artifact-topic;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;CodeableConcept;
artifact-uriReference;Reference canonical;uri;
artifact-url;Basic DeviceDefinition Group Medication MedicationKnowledge NamingSystem ObservationDefinition SpecimenDefinition Substance;uri;
artifact-usage;Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Medication MedicationKnowledge MessageDefinition ObservationDefinition OperationDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;markdown;
artifact-useContext;Basic DeviceDefinition Group Medication MedicationKnowledge ObservationDefinition SpecimenDefinition Substance;UsageContext;
artifact-version;Basic Group Medication MedicationKnowledge NamingSystem ObservationDefinition SpecimenDefinition Substance;string;
artifact-versionAlgorithm;Basic ActivityDefinition CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;string Coding;
artifact-versionPolicy;ActivityDefinition Basic CapabilityStatement CodeSystem CompartmentDefinition ConceptMap DeviceDefinition ExampleScenario GraphDefinition Group ImplementationGuide Library Measure Medication MedicationKnowledge MessageDefinition NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter SpecimenDefinition Substance StructureDefinition StructureMap TerminologyCapabilities ValueSet;CodeableConcept;
artifactassessment-content;Basic;*;informationType summary type classifier quantity author path relatedArtifact freeToShare component
artifactassessment-disposition;Resource;code;
artifactassessment-workflowStatus;Resource;code;
auditevent-Accession;AuditEvent.entity;Identifier;
auditevent-AlternativeUserID;AuditEvent.agent;Identifier;
auditevent-Anonymized;AuditEvent.entity;boolean;
auditevent-Encrypted;AuditEvent.entity;boolean;
auditevent-Instance;AuditEvent.entity;Identifier;
auditevent-Lifecycle;AuditEvent.entity;CodeableConcept;
auditevent-MPPS;AuditEvent.entity;Identifier;
auditevent-NumberOfInstances;AuditEvent.entity;integer;
auditevent-OnBehalfOf;AuditEvent.agent;Reference;
auditevent-ParticipantObjectContainsStudy;AuditEvent.entity;Identifier;
auditevent-SOPClass;AuditEvent.entity;Reference;
biologicallyderivedproduct-collection-procedure;BiologicallyDerivedProduct.collection;Reference;
biologicallyderivedproduct-manipulation;BiologicallyDerivedProduct;*;description procedure time[x]
biologicallyderivedproduct-processing;BiologicallyDerivedProduct;*;description procedure additive time[x]
bodySite;Element Condition.bodySite Observation.bodySite Procedure.bodySite MedicationAdministration.dosage Dosage.site Specimen.collection;Reference;
businessEvent;DiagnosticReport ServiceRequest;;value date
canonicalresource-short-description;CanonicalResource;string;
capabilitystatement-declared-profile;CapabilityStatement.rest.resource;canonical;
capabilitystatement-expectation;CapabilityStatement.rest.resource.interaction CapabilityStatement.rest.resource.searchParam CapabilityStatement.rest.searchParam CapabilityStatement.rest.operation CapabilityStatement.document CapabilityStatement.rest.interaction CapabilityStatement.rest.resource.searchInclude CapabilityStatement.rest.resource.searchRevInclude CapabilityStatement.acceptLanguage CapabilityStatement.format CapabilityStatement.implementationGuide CapabilityStatement.imports CapabilityStatement.patchFormat CapabilityStatement.rest.resource CapabilityStatement.rest.resource.extension CapabilityStatement.rest.resource.conditionalCreate CapabilityStatement.rest.resource.conditionalDelete CapabilityStatement.rest.resource.conditionalRead CapabilityStatement.rest.resource.conditionalUpdate CapabilityStatement.rest.resource.conditionalPatch CapabilityStatement.rest.resource.operation CapabilityStatement.rest.resource.readHistory CapabilityStatement.rest.resource.referencePolicy CapabilityStatement.rest.resource.supportedProfile CapabilityStatement.rest.resource.updateCreate CapabilityStatement.rest.resource.versioning CapabilityStatement.rest.security CapabilityStatement.rest.security.cors CapabilityStatement.rest.security.service CapabilityStatement.messaging.reliableCache CapabilityStatement.messaging.supportedMessage @capabilitystatement-search-parameter-combination;code;
capabilitystatement-prohibited!;CapabilityStatement.rest.resource.interaction CapabilityStatement.rest.resource.searchParam CapabilityStatement.rest.searchParam CapabilityStatement.rest.operation CapabilityStatement.document CapabilityStatement.rest.interaction;boolean;
capabilitystatement-search-mode;CapabilityStatement.rest.resource;code;
capabilitystatement-search-parameter-combination;CapabilityStatement.rest.resource;;required optional
capabilitystatement-search-parameter-use;CapabilityStatement.rest.resource;;allow-standalone allow-include allow-revinclude
capabilitystatement-supported-system;CapabilityStatement;uri;
capabilitystatement-websocket;CapabilityStatement.rest;uri;
careplan-activity-title;CarePlan.activity;string;
careteam-alias;CareTeam;string;
characteristicExpression;Group;Expression;
citation-societyAffiliation;Basic;string;
codeOptions;CodeableConcept;canonical;
codesystem-alternate;CodeSystem.concept;;code use
codesystem-author;CodeSystem;string;
codesystem-authoritativeSource;CodeSystem;uri;
codesystem-concept-comments;CodeSystem.concept;string;
codesystem-conceptOrder;CodeSystem.concept;integer;
codesystem-effectiveDate;CodeSystem;date;
codesystem-expirationDate;CodeSystem;date;
codesystem-globalLangPack;CodeSystem;boolean;
codesystem-history;CodeSystem;;name revision
codesystem-keyWord;CodeSystem;string;
codesystem-label;CodeSystem.concept;string;
codesystem-map;CodeSystem;canonical;
codesystem-otherName;CodeSystem;;name preferred
codesystem-properties-mode;CodeSystem;code;
codesystem-property-valueset;CodeSystem.property;canonical;
codesystem-replacedby;CodeSystem.concept;Coding;
codesystem-sourceReference;CodeSystem;uri;
codesystem-trusted-expansion;CodeSystem;uri;
codesystem-usage;CodeSystem;;user use
codesystem-use-markdown;CodeSystem;boolean;
codesystem-warning;CodeSystem;markdown;
codesystem-workflowStatus;CodeSystem;string;
coding-conformance;Coding;canonical;
coding-purpose;Coding;Coding;
coding-sctdescid;Coding CodeSystem.concept.display CodeSystem.concept.designation ValueSet.expansion.contains.display ValueSet.expansion.contains.designation;id;
communication-media;Communication;Attachment;
communicationrequest-initiatingLocation;CommunicationRequest;Reference;
complies-with-canonical;SearchParameter CapabilityStatement.rest.searchParam CapabilityStatement.rest.resource.searchParam OperationDefinition CapabilityStatement.rest.operation CapabilityStatement.rest.resource.operation;canonical;
composition-clinicaldocument-otherConfidentiality;Composition;Coding;
composition-clinicaldocument-versionNumber;Composition;string;
composition-section-subject;Composition.section;string;
concept-bidirectional;ConceptMap;boolean;
condition-assertedDate;Condition AllergyIntolerance;dateTime;
condition-diseaseCourse;Condition;CodeableConcept;
condition-dueTo;Condition;CodeableConcept Reference;
condition-occurredFollowing;Condition;CodeableConcept Reference;
condition-outcome;Condition;CodeableConcept;
condition-related;Condition;Reference;
condition-reviewed;Condition;dateTime;
condition-ruledOut;Condition;Reference;
confidential;Address ContactPoint;uri CodeableConcept;
consent-NotificationEndpoint;Consent;uri;
consent-ResearchStudyContext;Consent.provision;Reference;
consent-Transcriber;Consent;Reference;
consent-Witness;Consent;Reference;
consent-location;Consent.provision;Reference;
contactpoint-area;ContactPoint ContactPoint.value;string;
contactpoint-comment;ContactPoint;string;
contactpoint-country;ContactPoint ContactPoint.value;string;
contactpoint-extension;ContactPoint ContactPoint.value;string;
contactpoint-local;ContactPoint ContactPoint.value;string;
contactpoint-multiple-use!;ContactPoint;code;
contactpoint-purpose;ContactPoint;CodeableConcept;
cqf-alternativeExpression;Expression;Expression;
cqf-artifactComment;Resource;;type text target reference user authoredOn
cqf-calculatedValue;Element;string Expression;
cqf-cdsHooksEndpoint;PlanDefinition;uri;
cqf-certainty;Element;;description note type rating rater
cqf-citation;Attachment Resource;string;
cqf-contactAddress;ContactDetail;Address;
cqf-contactReference;ContactDetail;Reference;
cqf-contributionTime;ContactDetail;dateTime;
cqf-cqlAccessModifier;ParameterDefinition;code;
cqf-cqlOptions;Library;Reference;
cqf-cqlType;ParameterDefinition Parameters.parameter Parameters.parameter.part;string;
cqf-criteriaReference;Measure.group.population Measure.group.stratifier MeasureReport.supplementalData MeasureReport.evaluatedResource Reference;string;
cqf-defaultValue;ParameterDefinition;string boolean integer decimal date dateTime Coding CodeableConcept Period Range Quantity Ratio;
cqf-definitionTerm;Resource;;term definition
cqf-directReferenceCode;Resource;Coding;
cqf-encounterClass;Basic;CodeableConcept;
cqf-encounterType;Basic;CodeableConcept;
cqf-expansionParameters;Library ImplementationGuide;Reference;
cqf-expression;Element;Expression;
cqf-fhirQueryPattern;DataRequirement;string;
cqf-improvementNotationGuidance;Measure Measure.group MeasureReport MeasureReport.group;markdown;
cqf-initialValue;Element;string Expression;
cqf-initiatingOrganization;Basic;Reference;
cqf-initiatingPerson;Basic;Reference;
cqf-inputParameters;Library Group MeasureReport Basic RequestGroup GuidanceResponse;Reference;
cqf-isEmptyList;Parameters.parameter.value Parameters.parameter.part.value;boolean;
cqf-isEmptyTuple;Parameters.parameter.value Parameters.parameter.part.value;boolean;
cqf-isPrefetchToken;ParameterDefinition;boolean;
cqf-isPrimaryCitation;RelatedArtifact;boolean;
cqf-isSelective;DataRequirement;boolean;
cqf-knowledgeCapability;DomainResource;code;
cqf-knowledgeRepresentationLevel;DomainResource;code;
cqf-library;Element DomainResource;canonical;
cqf-libraryAlias;ActivityDefinition.library PlanDefinition.library Measure.library @cqf-library;string;
cqf-logicDefinition;DomainResource;;libraryName name statement displayCategory displaySequence
cqf-measureInfo;Element Resource Reference;;measure groupId populationId
cqf-messages;Resource;Reference;
cqf-modelInfo-isIncluded;StructureDefinition;boolean;
cqf-modelInfo-isRetrievable;StructureDefinition;boolean;
cqf-modelInfo-label;StructureDefinition;string;
cqf-modelInfo-primaryCodePath;StructureDefinition;string;
cqf-modelInfoSettings;Library ImplementationGuide RelatedArtifact;Reference;
cqf-notDoneValueSet;CodeableConcept;canonical;
cqf-parameterDefinition;TriggerDefinition ParameterDefinition;ParameterDefinition;
cqf-partOf;Library;canonical;
cqf-publicationDate;RelatedArtifact;date;
cqf-publicationStatus;RelatedArtifact;code;
cqf-qualityOfEvidence;Attachment PlanDefinition.action;CodeableConcept;
cqf-receivingOrganization;Basic;Reference;
cqf-receivingPerson;Basic;Reference;
cqf-recipientLanguage;Basic;CodeableConcept;
cqf-recipientType;Basic;CodeableConcept;
cqf-relatedRequirement;DataRequirement;;targetId targetPath targetSearchParam
cqf-relativeDateTime;Element;;target targetPath relationship offset
cqf-resourceType;canonical;code;
cqf-scope;Resource;string;
cqf-shouldTraceDependency;StructureDefinition ElementDefinition;boolean;
cqf-strengthOfRecommendation;Attachment PlanDefinition.action;CodeableConcept;
cqf-supportedCqlVersion;CapabilityStatement.rest;string;
cqf-systemUserLanguage;Basic;CodeableConcept;
cqf-systemUserTaskContext;Basic;CodeableConcept;
cqf-systemUserType;Basic;CodeableConcept;
cqf-targetInvariant;ActivityDefinition ActivityDefinition.code ActivityDefinition.intent ActivityDefinition.priority ActivityDefinition.doNotPerform ActivityDefinition.timing ActivityDefinition.asNeeded ActivityDefinition.location ActivityDefinition.participant ActivityDefinition.product ActivityDefinition.quantity ActivityDefinition.dosage ActivityDefinition.bodySite ActivityDefinition.dynamicValue Measure Measure.group Measure.group.population Measure.group.stratifier Measure.supplementalData PlanDefinition PlanDefinition.goal PlanDefinition.goal.target PlanDefinition.actor PlanDefinition.action Questionnaire Questionnaire.item;;key requirements severity expression
cqf-testArtifact;Group Library;canonical uri;
cqf-valueFilter;DataRequirement;;path searchParam comparator value
cqm-ValidityPeriod;Composition;dateTime;
data-absent-reason;Element;code;
datatype-short-string;string markdown;string;
derivation-reference;Resource Element;;reference path offset length
designNote;Questionnaire Questionnaire.item Questionnaire.item.item ElementDefinition;markdown;
detectedissue-doseType;DetectedIssue;code;
device-alertDetection;DeviceMetric Device;;alertCode priority effective activationState limitRange
device-commercialBrand;Device DeviceDefinition;string;
device-conformsTo;Device;;category specification version source
device-endpoint;Device;Reference;
device-gateway;Device Observation;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
device-implantStatus;Device;code;
device-lastmaintenancetime;Device;dateTime;
device-maintenanceresponsibility;Device;;person organization
device-operation-cycle;Device;Count;
device-operation-duration;Device;Duration;
device-operation-mode;Device;CodeableConcept;
devicerequest-patientInstruction;DeviceRequest;;lang content
diagnosticReport-addendumOf;DiagnosticReport;Reference;
diagnosticReport-extends;DiagnosticReport;Reference;
diagnosticReport-focus;DiagnosticReport;Reference;
diagnosticReport-locationPerformed;DiagnosticReport;Reference;
diagnosticReport-replaces;DiagnosticReport;Reference;
diagnosticReport-risk;DiagnosticReport Observation;Reference;
diagnosticReport-summaryOf;DiagnosticReport;Reference;
diagnosticReport-workflowStatus;DiagnosticReport;*;value timestamp
diagnosticreport-interpretationContext;DiagnosticReport;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
display;canonical;string;
documentreference-sourcepatient;DocumentReference;Reference;
documentreference-thumbnail;DocumentReference.content;boolean;
dosage-conditions;Dosage;;meetGoal whenTrigger precondition
dosage-minimumGapBetweenDose;Dosage;;meetGoal whenTrigger precondition
elementSource;Element;uri;
elementdefinition-allowedUnits;ElementDefinition;CodeableConcept canonical;
elementdefinition-bestpractice-explanation;ElementDefinition.constraint @targetConstraint;markdown;
elementdefinition-bestpractice;ElementDefinition.constraint @targetConstraint;boolean CodeableConcept;
elementdefinition-bindingName;ElementDefinition.binding OperationDefinition.parameter.binding;string;
elementdefinition-conceptmap;StructureDefinition.snapshot.element.binding.valueSet StructureDefinition.differential.element.binding.valueSet Questionnaire.item.answerValueSet;canonical;
elementdefinition-defaulttype;ElementDefinition;canonical;
elementdefinition-equivalence;ElementDefinition.mapping;code;
elementdefinition-graphConstraint;ElementDefinition.type.targetProfile;canonical;
elementdefinition-identifier;ElementDefinition;Identifier;
elementdefinition-inheritedExtensibleValueSet;ElementDefinition.binding;uri canonical;
elementdefinition-isCommonBinding;ElementDefinition.binding;boolean;
elementdefinition-maxValueSet;ElementDefinition.binding;uri canonical;
elementdefinition-minValueSet;ElementDefinition.binding;uri canonical;
elementdefinition-namespace;ElementDefinition StructureDefinition;uri;
elementdefinition-pattern;ElementDefinition.type;canonical;
elementdefinition-profile-element;ElementDefinition.type.profile;string;
elementdefinition-question;ElementDefinition;string;
elementdefinition-selector;ElementDefinition;string;
elementdefinition-suppress;ElementDefinition.comment ElementDefinition.requirements ElementDefinition.alias ElementDefinition.example ElementDefinition.mapping ElementDefinition.label ElementDefinition.code;boolean;
elementdefinition-translatable;ElementDefinition;boolean;
elementdefinition-type-must-support;ElementDefinition.type ElementDefinition.type.profile ElementDefinition.type.targetProfile;boolean;
encounter-associatedEncounter;Encounter;Reference;
encounter-modeOfArrival;Encounter;Coding;
encounter-reasonCancelled;Encounter;CodeableConcept;
endpoint-fhir-version;Endpoint;code;
entryFormat;Questionnaire.item ElementDefinition;string;
event-basedOn;Condition ChargeItem ClinicalImpression Composition Consent Coverage EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory ImmunizationEvaluation Basic MedicationStatement PaymentNotice PaymentReconciliation;Reference;
event-eventHistory;Observation DiagnosticReport Task SupplyDelivery DeviceUseStatement Basic;Reference;
event-location;Observation DiagnosticReport Media SupplyDelivery DocumentReference MedicationDispense MedicationAdministration;Reference;
event-partOf;DiagnosticReport Condition;Reference;
event-performerFunction;Observation.performer DiagnosticReport.performer Media.operator DocumentReference.author Consent.grantee;CodeableConcept;
event-recorded;Communication;dateTime;
event-statusReason;Observation DiagnosticReport Media SupplyDelivery DeviceUseStatement DocumentReference Basic;CodeableConcept;
evidence-variable-handling-detail;EvidenceVariable Evidence.statistic.modelCharacteristic.variable;CodeableConcept;
extended-contact-availability;ContactDetail Address;;http://hl7.org/fhir/StructureDefinition/_datatype availableTime notAvailableTime
extension-quantity-translation;Quantity;Quantity;
family-member-history-genetics-observation;FamilyMemberHistory;Reference;
family-member-history-genetics-parent;FamilyMemberHistory;;type reference
family-member-history-genetics-sibling;FamilyMemberHistory;;type reference
familymemberhistory-abatement;FamilyMemberHistory.condition;date Age boolean;
familymemberhistory-patient-record;FamilyMemberHistory;Reference;
familymemberhistory-severity;FamilyMemberHistory.condition;CodeableConcept;
familymemberhistory-type;FamilyMemberHistory;CodeableConcept;
feature-assertion;Provenance.target Resource.meta;Coding;
firstCreated;Meta;instant;
flag-detail;Flag;Reference;
flag-priority;Flag;CodeableConcept;
geolocation;Address;;latitude longitude
goal-acceptance;Goal;;individual status priority
goal-reasonRejected;Goal;CodeableConcept;
goal-relationship;Goal PlanDefinition.goal;;type target
hla-genotyping-results-allele-database;DiagnosticReport;CodeableConcept;
hla-genotyping-results-glstring;DiagnosticReport;;url text
hla-genotyping-results-haploid;DiagnosticReport;;locus type method
hla-genotyping-results-method;DiagnosticReport;CodeableConcept;
http-response-header;Bundle.entry.response;string;
http://fhir-registry.smarthealthit.org/StructureDefinition/capabilities;CapabilityStatement.rest.security;code;
http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris;CapabilityStatement.rest.security;;authorize token register manage introspect revoke
humanname-assembly-order;HumanName;code;
humanname-fathers-family;HumanName.family;string;
humanname-mothers-family;HumanName.family;string;
humanname-own-name;HumanName.family;string;
humanname-own-prefix;HumanName.family;string;
humanname-partner-name;HumanName.family;string;
humanname-partner-prefix;HumanName.family;string;
identifier-checkDigit;Identifier;string;
identifier-jurisdiction;Identifier;CodeableConcept;
identifier-validDate;Identifier;dateTime;
immunization-procedure;Immunization;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
implementationguide-sourceFile;ImplementationGuide.definition;;file location keepAsResource
individual-genderIdentity;Patient RelatedPerson Person Practitioner PractitionerRole;;value period comment
individual-pronouns;Patient RelatedPerson Person Practitioner;;value period comment
individual-recordedSexOrGender;Patient RelatedPerson Person Practitioner;;value type effectivePeriod acquisitionDate source sourceDocument sourceField jurisdiction comment genderElementQualifier
inherit-obligations;StructureDefinition;canonical;
intended-context;StructureDefinition;;type expression
iso21090-AD-use;Address;code;
iso21090-ADXP-additionalLocator;Address.line;string;
iso21090-ADXP-buildingNumberSuffix;Address.line;string;
iso21090-ADXP-careOf;Address.line;string;
iso21090-ADXP-censusTract;Address.line;string;
iso21090-ADXP-delimiter;Address.line;string;
iso21090-ADXP-deliveryAddressLine;Address.line;string;
iso21090-ADXP-deliveryInstallationArea;Address.line;string;
iso21090-ADXP-deliveryInstallationQualifier;Address.line;string;
iso21090-ADXP-deliveryInstallationType;Address.line;string;
iso21090-ADXP-deliveryMode;Address.line;string;
iso21090-ADXP-deliveryModeIdentifier;Address.line;string;
iso21090-ADXP-direction;Address.line;string;
iso21090-ADXP-houseNumber;Address.line;string;
iso21090-ADXP-houseNumberNumeric;Address.line;string;
iso21090-ADXP-postBox;Address.line;string;
iso21090-ADXP-precinct;Address;string;
iso21090-ADXP-streetAddressLine;Address.line;string;
iso21090-ADXP-streetName;Address.line;string;
iso21090-ADXP-streetNameBase;Address.line;string;
iso21090-ADXP-streetNameType;Address.line;string;
iso21090-ADXP-unitID;Address.line;string;
iso21090-ADXP-unitType;Address.line;string;
iso21090-EN-qualifier;HumanName.family HumanName.given HumanName.prefix HumanName.suffix;code;
iso21090-EN-representation;HumanName;code;
iso21090-EN-use;HumanName;code;
iso21090-PQ-translation;Quantity;Quantity;
iso21090-SC-coding;string;Coding;
iso21090-TEL-address;ContactPoint;url;
iso21090-codedString;string;Coding;
iso21090-nullFlavor;Element;code;
iso21090-preferred;Element Address ContactPoint;boolean;
iso21090-uncertainty;Quantity;decimal;
iso21090-uncertaintyType;Quantity;code;
itemWeight;Coding Questionnaire.item.answerOption QuestionnaireResponse.item.answer.value;decimal;
language;HumanName Address Annotation string markdown;code;
largeValue;integer;decimal;
lastSourceSync;Meta;dateTime;
list-category;List;CodeableConcept;
list-changeBase;List;Reference;
list-for;List;Reference;
location-boundary-geojson;Location;Attachment;
location-communication;Location Organization OrganizationAffiliation;CodeableConcept;
location-distance;Bundle.entry.search;Distance;
match-grade;Bundle.entry.search;code;
maxDecimalPlaces;Questionnaire.item ElementDefinition;integer Quantity;
maxSize;Questionnaire.item ElementDefinition;decimal;
maxValue;Questionnaire.item;date dateTime time instant decimal integer Quantity;
measurereport-category;MeasureReport;CodeableConcept;
measurereport-countQuantity;MeasureReport.group.population.count MeasureReport.group.stratifier.stratum.population.count;Quantity;
measurereport-populationDescription;MeasureReport.group MeasureReport.group.population MeasureReport.group.stratifier MeasureReport.supplementalData;markdown;
medication-manufacturer;Medication Medication.code.coding;Reference;
medication-manufacturingBatch;Medication.batch Substance;;manufacturingDate manufacturingDateClassification assignedManufacturer expirationDateClassification batchUtilization batchQuantity additionalInformation container
medication-type;Medication Medication.code.coding;CodeableConcept;
medicationdispense-quantityRemaining;MedicationDispense;Quantity;
medicationdispense-refillsRemaining;MedicationDispense;integer;
messageheader-response-request;MessageHeader;code;
metadataresource-publish-date;MetadataResource;date;
mimeType;Questionnaire.item ElementDefinition;code;
minLength;Questionnaire.item ElementDefinition;integer;
minValue;Questionnaire.item;date dateTime time decimal integer Quantity;
namingsystem-checkDigit;NamingSystem;string;
narrative-language-control;Reference canonical;code;
narrative-source-control;ElementDefinition;code;
narrativeLink;Element;url;
no-fixed-address;Address;boolean;
note;Resource Composition.section Observation.component;Annotation;
nutritionorder-adaptiveFeedingDevice;NutritionOrder.oralDiet;CodeableConcept;
obligation-profile-flag;StructureDefinition;boolean;
obligation;ElementDefinition StructureDefinition ElementDefinition.type;;name code elementId actor documentation usage filter filterDocumentation applicable-number process
obligations-profile;Provenance.target Resource.meta;;profile actor
observation-analysis-date-time;Observation;dateTime;
observation-bodyPosition;Observation Specimen.collection;CodeableConcept;
observation-componentCategory;Observation.component;CodeableConcept;
observation-delta;Observation;CodeableConcept;
observation-deviceCode;Observation;CodeableConcept;
observation-focusCode;Observation;CodeableConcept;
observation-gatewayDevice;Observation;Reference;
observation-geneticsAllele;Observation;;Name State Frequency
observation-geneticsAminoAcidChange;Observation;;Name Type
observation-geneticsAncestry;Observation;;Name Percentage Source
observation-geneticsCopyNumberEvent;Observation;CodeableConcept;
observation-geneticsDNARegionName;Observation;string;
observation-geneticsGene;Observation;CodeableConcept;
observation-geneticsGenomicSourceClass;Observation;CodeableConcept;
observation-geneticsInterpretation;Observation;Reference;
observation-geneticsPhaseSet;Observation;;Id MolecularSequence
observation-geneticsVariant;Observation;;Name Id Type
observation-nature-of-abnormal-test;Observation;CodeableConcept;
observation-precondition;Observation;Reference;
observation-reagent;Observation;Reference;
observation-replaces;Observation;Reference;
observation-secondaryFinding;Observation;CodeableConcept;
observation-sequelTo;Observation;Reference;
observation-specimenCode;Observation;CodeableConcept;
observation-structure-type;Observation;CodeableConcept;
observation-structureLaterality;Observation.bodySite;CodeableConcept;
observation-timeOffset;Observation.component;integer;
observation-v2-subid;Observation;;original-sub-identifier group sequence identifier
openEHR-administration;AllergyIntolerance.reaction;Reference;
openEHR-careplan;AllergyIntolerance.reaction;Reference;
openEHR-exposureDate;AllergyIntolerance.reaction;dateTime;
openEHR-exposureDescription;AllergyIntolerance.reaction;string;
openEHR-exposureDuration;AllergyIntolerance.reaction;Duration;
openEHR-location;AllergyIntolerance.reaction;CodeableConcept;
openEHR-management;AllergyIntolerance.reaction;string;
openEHR-test;AllergyIntolerance;Reference;
operationdefinition-allowed-type;OperationDefinition.parameter;uri;
operationdefinition-profile;OperationDefinition.parameter;uri;
operationoutcome-authority;OperationOutcome.issue;uri;
operationoutcome-detectedIssue;OperationOutcome.issue;Reference;
operationoutcome-file;OperationOutcome OperationOutcome.issue;string;
operationoutcome-issue-col;OperationOutcome.issue;string;
operationoutcome-issue-line;OperationOutcome.issue;integer;
operationoutcome-issue-server;OperationOutcome.issue;url;
operationoutcome-issue-slicetext;OperationOutcome.issue;string;
operationoutcome-issue-source;OperationOutcome.issue;string;
operationoutcome-message-id;OperationOutcome.issue;string;
ordinalValue;Coding Questionnaire.item.answerOption CodeSystem.concept ValueSet.compose.include.concept;decimal;
organization-brand;Organization;;brandLogo brandLogoLicenseType brandLogoLicense brandBundle
organization-period;Organization;Period;
organization-portal;Organization;;portalName portalDescription portalUrl portalLogo portalLogoLicenseType portalLogoLicense portalEndpoint
organization-preferredContact;Organization.contact;boolean;
organizationaffiliation-primaryInd;OrganizationAffiliation.specialty;boolean;
originalText;Element;string url;
package-source;Resource Meta;;packageId version uri
parameters-definition;Parameters.parameter;ParameterDefinition;
parameters-fullUrl;Parameters.parameter;uri;
patient-adoptionInfo;Patient;CodeableConcept;
patient-animal;Patient;;species breed genderStatus
patient-birthPlace;Patient;Address;
patient-birthTime;Patient.birthDate Person.birthDate RelatedPerson.birthDate Practitioner.birthDate;dateTime;
patient-bornStatus;Patient;code;
patient-cadavericDonor;Patient;boolean;
patient-citizenship;Patient RelatedPerson Person;;code period
patient-congregation;Patient;string;
patient-contactPriority;Patient.contact;positiveInt;
patient-disability;Patient RelatedPerson Practitioner Person;CodeableConcept;
patient-fetalStatus;Patient;code;
patient-genderIdentity;Patient;CodeableConcept;
patient-importance;Patient;CodeableConcept;
patient-interpreterRequired;Patient RelatedPerson Encounter Practitioner;boolean;
patient-knownNonDuplicate;Patient;Reference;
patient-mothersMaidenName;Patient;string;
patient-multipleBirthTotal;Patient.multipleBirth;positiveInt;
patient-nationality;Patient RelatedPerson Person;;code period
patient-preferenceType;Patient.communication.preferred RelatedPerson.communication.preferred Practitioner.communication.preferred Person.communication.preferred;Coding;
patient-preferredPharmacy;Patient Encounter PractitionerRole Organization Location;;pharmacy type
patient-proficiency;Patient.communication RelatedPerson.communication Practitioner.communication Person.communication;;level type
patient-relatedPerson;Patient.contact;Reference;
patient-religion;Patient;CodeableConcept;
patient-sexParameterForClinicalUse;Resource;;value period comment supportingInfo intendedClinicalUse
patient-unknownIdentity;Patient;CodeableConcept;
practitioner-animalSpecies;Practitioner RelatedPerson;CodeableConcept;
practitioner-job-title;Practitioner PractitionerRole;CodeableConcept;
practitionerrole-doingBusinessAs;PractitionerRole;HumanName;
practitionerrole-employmentStatus;PractitionerRole;CodeableConcept;
practitionerrole-primaryInd;PractitionerRole.specialty;boolean;
preferredTerminologyServer;Questionnaire Questionnaire.item ElementDefinition;url;
preferredValueAlternatives;ElementDefinition;canonical;
procedure-approachBodyStructure;Procedure ServiceRequest DeviceRequest DeviceUseStatement Basic Specimen.collection;Reference;
procedure-causedBy;Procedure;Reference;
procedure-directedBy;Procedure ServiceRequest;CodeableConcept Reference;
procedure-incisionDateTime;Procedure;dateTime;
procedure-method;Procedure;CodeableConcept;
procedure-progressStatus;Procedure;CodeableConcept;
procedure-schedule;Procedure;Timing;
procedure-targetBodyStructure;Procedure ServiceRequest;Reference;
profile-mapping;CapabilityStatement.rest.resource;*;search profile documentation
quantity-accuracy;Observation.value Observation.component.value DeviceMetric.measurementFrequency;Quantity;
quantity-confidenceInterval;Observation.value Observation.component.value;*;
quantity-precision;decimal;integer;
questionnaire-baseType;Questionnaire.item Questionnaire.item.item ElementDefinition;code;
questionnaire-choiceOrientation;Questionnaire.item Questionnaire.item.item ElementDefinition;code;
questionnaire-constraint;Questionnaire Questionnaire.item Questionnaire.item.item ElementDefinition;;key requirements severity expression human location
questionnaire-definitionBased;Questionnaire;boolean;
questionnaire-derivationType;Questionnaire.derivedFrom;Coding;
questionnaire-displayCategory;Questionnaire.item Questionnaire.item.item ElementDefinition;CodeableConcept;
questionnaire-fhirType;Questionnaire.item Questionnaire.item.item;string;
questionnaire-hidden;Questionnaire.item Questionnaire.item.item ElementDefinition;boolean;
questionnaire-index-answer;Questionnaire.item.answerOption;boolean;
questionnaire-itemControl;Questionnaire.item Questionnaire.item.item ElementDefinition;CodeableConcept;
questionnaire-maxOccurs;Questionnaire.item Questionnaire.item.item;integer;
questionnaire-minOccurs;Questionnaire.item Questionnaire.item.item;integer;
questionnaire-optionExclusive;Questionnaire.item.answerOption;boolean;
questionnaire-optionPrefix;Questionnaire.item.answerOption;string;
questionnaire-optionRestriction;Questionnaire.item ElementDefinition;*;option requirements
questionnaire-referenceFilter;Questionnaire.item Questionnaire.item.item ElementDefinition;string;
questionnaire-referenceProfile;Questionnaire.item Questionnaire.item.item ElementDefinition;canonical;
questionnaire-referenceResource;Questionnaire.item Questionnaire.item.item ElementDefinition;code;
questionnaire-signatureRequired;Questionnaire Questionnaire.item Questionnaire.item.item ElementDefinition;CodeableConcept;
questionnaire-sliderStepValue;Questionnaire.item Questionnaire.item.item ElementDefinition;integer;
questionnaire-supportHyperlink;Questionnaire.item;;label link
questionnaire-supportLink;Questionnaire.item Questionnaire.item.item ElementDefinition;uri;
questionnaire-unit;Questionnaire.item Questionnaire.item.item ElementDefinition;Coding;
questionnaire-unitOption;Questionnaire.item Questionnaire.item.item ElementDefinition;Coding;
questionnaire-unitValueSet;Questionnaire.item Questionnaire.item.item ElementDefinition;canonical;
questionnaire-usageMode;Questionnaire.item Questionnaire.item.item ElementDefinition;code;
questionnaireresponse-attester;QuestionnaireResponse;;mode time party
questionnaireresponse-author;QuestionnaireResponse.item QuestionnaireResponse.item.item;Reference;
questionnaireresponse-completionMode;QuestionnaireResponse;CodeableConcept;
questionnaireresponse-reason;QuestionnaireResponse;CodeableConcept;
questionnaireresponse-reviewer;QuestionnaireResponse;Reference;
questionnaireresponse-signature;QuestionnaireResponse QuestionnaireResponse.item QuestionnaireResponse.item.item;Signature;
referencesContained;markdown string Narrative Expression;Reference;
regex;Questionnaire.item ElementDefinition;string;
relatesto-classifier;RelatedArtifact Composition.relatesTo;CodeableConcept;
relative-date;date dateTime;;event relationship offset targetReference targetCode targetPath
rendered-value;Identifier.value date dateTime time instant integer decimal string code canonical;string;
rendering-markdown;string;markdown;
rendering-style;Element;string;
rendering-styleSensitive;Element;boolean;
rendering-xhtml;string;string;
replaces;ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap EffectEvidenceSynthesis EventDefinition Evidence EvidenceVariable ExampleScenario GraphDefinition ImplementationGuide Library Measure MessageDefinition NamingSystem OperationDefinition PlanDefinition Questionnaire ResearchDefinition ResearchElementDefinition RiskEvidenceSynthesis SearchParameter StructureDefinition StructureMap TerminologyCapabilities TestScript ValueSet Basic ObservationDefinition SpecimenDefinition;canonical;
request-doNotPerform!;NutritionOrder Task;boolean;
request-insurance;NutritionOrder CarePlan;Reference;
request-performerOrder;ServiceRequest.performer Task.requestedPerformer;integer;
request-relevantHistory;NutritionOrder CommunicationRequest CarePlan;Reference;
request-replaces;NutritionOrder SupplyRequest Task;Reference;
request-statusReason;DeviceRequest ServiceRequest NutritionOrder SupplyRequest;CodeableConcept;
requirements-parent;Basic;canonical;
researchStudy-interventionalistRecruitment;ResearchStudy;;targetNumber actualNumber description eligibilityCriteria
researchStudy-investigatorRecruitment;ResearchStudy;;targetNumber actualNumber description eligibilityCriteria
researchStudy-siteRecruitment;ResearchStudy;;targetNumber actualNumber description eligibilityCriteria
researchStudy-studyRegistration;ResearchStudy;;activity actual period
resolve-as-version-specific;Reference uri url;boolean;
resource-approvalDate;StructureDefinition StructureMap CapabilityStatement OperationDefinition SearchParameter CompartmentDefinition ImplementationGuide CodeSystem ValueSet ConceptMap NamingSystem Group;date;
resource-effectivePeriod;StructureDefinition StructureMap CapabilityStatement OperationDefinition SearchParameter CompartmentDefinition ImplementationGuide CodeSystem ValueSet ConceptMap NamingSystem Group;Period;
resource-instance-description;Resource;markdown;
resource-instance-name;Resource;string;
resource-lastReviewDate;StructureDefinition StructureMap CapabilityStatement OperationDefinition SearchParameter CompartmentDefinition ImplementationGuide CodeSystem ValueSet ConceptMap NamingSystem Group;date;
resource-pertainsToGoal;Resource;Reference;
satisfies-requirement;Resource Element;;reference key
servicerequest-geneticsItem;DiagnosticReport;;code geneticsObservation specimen status
servicerequest-order-callback-phone-number;ServiceRequest;ContactPoint;
servicerequest-precondition;ServiceRequest;CodeableConcept;
servicerequest-questionnaireRequest;ServiceRequest;Reference;
servicerequest-specimenSuggestion;ServiceRequest;;reference fallBackAction
specimen-additive;Specimen Specimen.container;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
specimen-collectionPriority;Specimen.collection;CodeableConcept;
specimen-isDryWeight;Specimen.collection.quantity;boolean;
specimen-processingTime;Specimen.processing;Period Duration;
specimen-reject-reason;Specimen Specimen.container;CodeableConcept;
specimen-sequenceNumber;Specimen.container;integer;
specimen-specialHandling;Specimen.collection;CodeableConcept;
statistic-model-include-if;Evidence.statistic.modelCharacteristic Evidence.statistic.modelCharacteristic.variable;;attribute value
structuredefinition-ancestor;StructureDefinition;uri;
structuredefinition-applicable-version;StructureDefinition;code;
structuredefinition-category;StructureDefinition;string;
structuredefinition-codegen-super;StructureDefinition.baseDefinition;string;
structuredefinition-compliesWithProfile;StructureDefinition;canonical;
structuredefinition-conformance-derivedFrom;?;canonical;
structuredefinition-dependencies;StructureDefinition;canonical;
structuredefinition-display-hint;ElementDefinition;string;
structuredefinition-explicit-type-name;ElementDefinition;string;
structuredefinition-extension-meaning;Extension Extension.value;CodeableConcept;
structuredefinition-fhir-type;ElementDefinition.type.code ElementDefinition.type;url;
structuredefinition-fmm-no-warnings;StructureDefinition;integer;
structuredefinition-fmm-support;DomainResource;markdown;
structuredefinition-fmm;Element DomainResource Resource;integer;
structuredefinition-hierarchy;ElementDefinition.type;boolean;
structuredefinition-imposeProfile;StructureDefinition;canonical;
structuredefinition-inheritance-control;StructureDefinition;code;
structuredefinition-interface;StructureDefinition;boolean;
structuredefinition-normative-version;StructureDefinition CanonicalResource ElementDefinition;code;
structuredefinition-security-category;StructureDefinition;code;
structuredefinition-standards-status-reason;@structuredefinition-standards-status;markdown;
structuredefinition-standards-status;Element CanonicalResource CodeSystem.concept StructureDefinition.context SearchParameter.base ElementDefinition ElementDefinition.type ElementDefinition.type.targetProfile OperationDefinition.parameter OperationDefinition.parameter.type OperationDefinition.parameter.allowedType OperationDefinition.parameter.targetProfile ImplementationGuide.definition.page;code;
structuredefinition-summary;StructureDefinition;markdown;
structuredefinition-table-name;StructureDefinition.mapping;string;
structuredefinition-template-status;StructureDefinition;code;
structuredefinition-type-characteristics;StructureDefinition;code;
structuredefinition-wg;Element DomainResource;code;
structuredefinition-xml-no-order;StructureDefinition;boolean;
subject-locationClassification;Encounter.location Basic;CodeableConcept;
subscription-best-effort;Subscription;boolean;
supplydelivery-previousDelivery;SupplyDelivery;Reference;
synchronicity-control;CapabilityStatement.rest.operation CapabilityStatement.rest.resource.interaction CapabilityStatement.rest.resource.operation;uri;
targetConstraint;ActivityDefinition ActivityDefinition.participant ActivityDefinition.dosage Measure Measure.group Measure.group.population Measure.group.stratifier Measure.supplementalData PlanDefinition PlanDefinition.goal PlanDefinition.goal.target PlanDefinition.actor PlanDefinition.action Questionnaire Questionnaire.item;;key requirements severity expression human location
targetElement;Reference canonical;uri;
targetPath;Reference canonical;string;
task-candidateList;Task;Reference;
task-replaces;Task;Reference;
terminology-resource-identifier-metadata;CodeSystem.identifier ValueSet.identifier ConceptMap.identifier;;preferred authoritative comment
textLink;Narrative;;htmlid data selector
time-precision;instant dateTime time;code;
timezone;date dateTime instant Meta time;code;
timing-dayOfMonth;Timing.repeat;positiveInt;
timing-daysOfCycle;PlanDefinition.action RequestGroup.action Basic;;day
timing-exact;Timing.repeat;boolean;
timing-uncertainDate;dateTime;Period;
translation;string code markdown;;lang content
tz-code;date dateTime instant;code;
tz-offset;date;string;
uncertainPeriod;date dateTime;Period;
usagecontext-group;UsageContext;string;
valueset-activityStatusDate;ValueSet;date;
valueset-author;ValueSet;ContactDetail;
valueset-authoritativeSource;ValueSet;uri;
valueset-caseSensitive;ValueSet.expansion.contains;boolean;
valueset-compose-createdBy;ValueSet.compose;string;
valueset-compose-creationDate;ValueSet.compose;date;
valueset-compose-include-valueSetTitle;ValueSet.compose.include.valueSet;string;
valueset-concept-comments;ValueSet.compose.include.concept;string;
valueset-concept-definition;ValueSet.compose.include.concept ValueSet.expansion.contains;string;
valueset-conceptOrder;ValueSet.compose.include.concept ValueSet.expansion.contains;integer;
valueset-deprecated;ValueSet.compose.include.concept;boolean;
valueset-effectiveDate;ValueSet;dateTime;
valueset-expand-group;ValueSet.compose.include;;code display member
valueset-expand-rules;ValueSet.compose.include;code;
valueset-expansion-parameter;ValueSet.compose;;name value
valueset-expansionSource;ValueSet.expansion;uri;
valueset-expirationDate;ValueSet;date;
valueset-expression;ValueSet;Expression;
valueset-extensible;ValueSet;boolean;
valueset-keyWord;ValueSet;string;
valueset-label;ValueSet.compose.include.concept ValueSet.expansion.contains;string;
valueset-map;ValueSet;canonical;
valueset-otherName;ValueSet;;name preferred
valueset-otherTitle;ValueSet;;title preferred language
valueset-parameterSource;ValueSet.expansion.parameter;code;
valueset-reference;Coding;uri;
valueset-rules-text;ValueSet;markdown;
valueset-select-by-map;ValueSet.compose.include ValueSet.compose.exclude;;map filter
valueset-sourceReference;ValueSet;uri;
valueset-special-status;ValueSet CodeSystem;string;
valueset-steward;ValueSet;ContactDetail;
valueset-supplement;ValueSet ValueSet.compose.include ValueSet.compose.exclude;canonical;
valueset-system;ValueSet.compose.include.system;canonical;
valueset-systemName;ValueSet.compose.include;string;
valueset-systemRef;ValueSet.compose.include;uri;
valueset-toocostly;ValueSet.expansion;boolean;
valueset-trusted-expansion;ValueSet;uri url;
valueset-unclosed;ValueSet.expansion;boolean;
valueset-usage;ValueSet;;user use
valueset-warning;ValueSet;markdown;
valueset-workflowStatus;ValueSet;string;
valueset-workflowStatusDescription;ValueSet;string;
variable;Questionnaire Questionnaire.item Questionnaire.item.item PlanDefinition PlanDefinition.action Basic RequestGroup RequestGroup.action ActivityDefinition Measure Measure.group Measure.group.population;Expression;
version-specific-use;Element Resource;;startFhirVersion endFhirVersion
version-specific-value;Element Resource;;value startFhirVersion endFhirVersion
web-source;CanonicalResource;url;
workflow-adheresTo;CarePlan Condition Communication DiagnosticReport DocumentReference Encounter FamilyMemberHistory Immunization ImmunizationEvaluation Observation Procedure QuestionnaireResponse SupplyDelivery;canonical Reference uri;
workflow-barrier;Goal CommunicationRequest CarePlan.activity;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
workflow-compliesWith;CarePlan CarePlan.activity.plannedActivityReference CommunicationRequest DeviceRequest ImmunizationRecommendation MedicationRequest NutritionOrder Basic RequestGroup SupplyRequest ServiceRequest Task;canonical Reference uri;
workflow-episodeOfCare;Observation DiagnosticReport Media DeviceRequest ServiceRequest NutritionOrder DeviceUseStatement AdverseEvent CarePlan CareTeam ClinicalImpression Communication CommunicationRequest Condition Procedure QuestionnaireResponse Appointment Basic Composition Consent DetectedIssue DocumentReference EnrollmentRequest EnrollmentResponse FamilyMemberHistory Flag Goal ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice List MeasureReport MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MolecularSequence RequestGroup ResearchSubject RiskAssessment SupplyDelivery SupplyRequest VisionPrescription ChargeItem;Reference;
workflow-followOnOf;Task DeviceRequest ServiceRequest Procedure Encounter;Reference;
workflow-generatedFrom;CarePlan CarePlan.activity.plannedActivityReference Communication CommunicationRequest DeviceRequest FamilyMemberHistory ImmunizationEvaluation ImmunizationRecommendation MedicationRequest NutritionOrder Procedure Basic RequestGroup SupplyRequest ServiceRequest Task;canonical;
workflow-instantiatesCanonical;Observation DiagnosticReport Media Condition SupplyDelivery CommunicationRequest SupplyRequest;canonical;
workflow-instantiatesUri;Observation DiagnosticReport Media Condition SupplyDelivery CommunicationRequest SupplyRequest;uri;
workflow-protectiveFactor;Goal CommunicationRequest CarePlan.activity;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
workflow-reason;Observation DiagnosticReport DocumentReference Flag NutritionOrder;;http://hl7.org/fhir/StructureDefinition/_datatype concept reference
workflow-reasonCode;Observation DiagnosticReport Media NutritionOrder;CodeableConcept;
workflow-reasonReference;Observation DiagnosticReport Media NutritionOrder;Reference;
workflow-relatedArtifact;DiagnosticReport Observation ConceptMap Observation.component;RelatedArtifact;
workflow-releaseDate;Account Appointment Basic CarePlan CarePlan.activity ClinicalImpression Communication CommunicationRequest Contract DeviceRequest Encounter Endpoint EpisodeOfCare Goal MedicationAdministration MedicationDispense MedicationRequest NutritionOrder Procedure RequestGroup ServiceRequest SupplyRequest Task;dateTime;
workflow-researchStudy;Composition Consent DeviceUseStatement DiagnosticReport Encounter FamilyMemberHistory Immunization Media MedicationAdministration MedicationDispense MedicationStatement Observation Procedure QuestionnaireResponse RiskAssessment SupplyDelivery Task Basic DocumentReference ServiceRequest;Reference;
workflow-shallComplyWith;ActivityDefinition Appointment CarePlan CommunicationRequest DeviceRequest ImmunizationRecommendation Measure MedicationRequest NutritionOrder OperationDefinition PlanDefinition Basic RequestGroup ServiceRequest SupplyRequest Task VisionPrescription;canonical Reference uri;
workflow-statusReason;DomainResource;CodeableConcept;
workflow-supportingInfo;DiagnosticReport Observation CommunicationRequest DocumentReference Encounter;Reference;
workflow-triggeredBy;CarePlan CarePlan.activity.plannedActivityReference CommunicationRequest DeviceRequest Encounter ImmunizationRecommendation NutritionOrder Procedure Basic RequestGroup SupplyRequest ServiceRequest Task Condition Communication DiagnosticReport DocumentReference FamilyMemberHistory Immunization Observation QuestionnaireResponse SupplyDelivery;canonical Reference uri;
`;
