// Names of data types at the end of a field that is a choice: `valueQuantity` is `value` of type Quantity.

const TYPES: ReadonlySet<string> = new Set(
  `Base64Binary Boolean Canonical Code Date DateTime Decimal Id Instant Integer Markdown Oid PositiveInt String Time UnsignedInt Uri Url Uuid
  Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range
  Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact
  TriggerDefinition UsageContext Dosage Meta Extension`
    .split(/\s+/)
    .filter(Boolean),
);

/** Null: a field that only begins alike. */
export const choiceType = (ending: string): string | null => (TYPES.has(ending) ? ending : null);
