// For each invariant what breaks it and what does not, at the place to which it belongs; everything else about the record may be missing.

type Json = Record<string, unknown>;

const Q = 'http://unitsofmeasure.org';
const L = 'http://loinc.org';
const T = 'http://terminology.hl7.org/CodeSystem/';
const code = (system: string, of: string) => ({ coding: [{ system, code: of }] });
const error = (system: string) => code(T + system, 'entered-in-error');
const vital = (of: string, more: Json = {}) => ({
  category: [code(`${T}observation-category`, 'vital-signs')],
  code: code(L, of),
  subject: { display: 'x' },
  effectiveDateTime: '2020-01-01',
  ...more,
});
const pulse = (quantity: Json) => vital('8867-4', { valueQuantity: { value: 1, ...quantity } });
const BEAT = { system: Q, code: '/min' };
const part = (of: string) => ({ code: code(L, of), valueString: 'x' });
const path = (of: string, more: Json = {}) => ({ id: of, path: of, ...more });
const profile = (...element: Json[]) => ({ type: 'Patient', derivation: 'constraint', differential: { element } });

/** Rule, place, wrong, right. */
const CASES: readonly (readonly [rule: string, place: string, wrong: Json, right: Json])[] = [
  ['att-1', 'Patient.photo[]', { data: 'YWJj' }, { data: 'YWJj', contentType: 'a/b' }],
  ['per-1', 'Encounter.period', { start: '2021', end: '2020' }, { start: '2020-01-01', end: '2020-01-01' }],
  [
    'per-1',
    'Encounter.period',
    { start: '2020-01-02T00:00:00Z', end: '2020-01-02T00:30:00+01:00' },
    { start: '2020-01-01', end: '2020-01-02T00:00:00Z' },
  ],
  ['per-1', 'Encounter.period', { start: '2020', end: '2020-05' }, { end: '2020-05' }],
  [
    'rng-2',
    'Observation.valueRange',
    { low: { value: 2 }, high: { value: 1 } },
    { low: { value: 2, unit: 'g' }, high: { value: 1, unit: 'kg' } },
  ],
  [
    'rat-1',
    'Observation.valueRatio',
    { numerator: { value: 1 } },
    { numerator: { value: 1 }, denominator: { value: 2 } },
  ],
  ['qty-3', 'Observation.valueQuantity', { code: 'mg' }, { code: 'mg', system: Q }],
  ['sqty-1', 'Observation.referenceRange[].low', { value: 1, comparator: '<' }, { value: 1 }],
  ['age-1', 'Condition.onsetAge', { value: 0, code: 'a', system: Q }, { value: 1, code: 'a', system: Q }],
  ['cnt-3', 'Basic.extension[].valueCount', { value: 1.5, code: '1', system: Q }, { value: 1, code: '1', system: Q }],
  ['dis-1', 'Basic.extension[].valueDistance', { value: 1 }, { value: 1, code: 'm', system: Q }],
  ['drt-1', 'Basic.extension[].valueDuration', { code: 's', system: Q }, { value: 1, code: 's', system: Q }],
  ['cpt-2', 'Patient.telecom[]', { value: '1' }, { value: '1', system: 'phone' }],
  ['exp-1', 'Basic.extension[].valueExpression', { language: 'text/cql' }, { language: 'text/cql', expression: 'x' }],
  ['name-empty', 'Patient.name[]', { use: 'official' }, { use: 'official', family: 'x' }],
  ...(
    [
      ['tim-1', { duration: 1 }, { duration: 1, durationUnit: 's' }],
      ['tim-2', { period: 1 }, { period: 1, periodUnit: 'd' }],
      ['tim-4', { duration: -1, durationUnit: 's' }, { duration: 0, durationUnit: 's' }],
      ['tim-5', { period: -1, periodUnit: 'd' }, { period: 1, periodUnit: 'd' }],
      ['tim-6', { periodMax: 1 }, { periodMax: 2, period: 1 }],
      ['tim-7', { durationMax: 1 }, { durationMax: 2, duration: 1 }],
      ['tim-8', { countMax: 1 }, { countMax: 2, count: 1 }],
      ['tim-9', { offset: 1, when: ['C'] }, { offset: 1, when: ['AC'] }],
      ['tim-10', { timeOfDay: ['10:00:00'], when: ['AC'] }, { timeOfDay: ['10:00:00'] }],
    ] as const
  ).map(([rule, wrong, right]) => [rule, 'ServiceRequest.occurrenceTiming.repeat', wrong, right] as const),
  [
    'trd-1',
    'PlanDefinition.action[].trigger[]',
    { type: 'data-added', data: [{ type: 'Patient' }], timingDate: '2020' },
    { type: 'data-added', data: [{ type: 'Patient' }] },
  ],
  [
    'trd-2',
    'PlanDefinition.action[].trigger[]',
    { type: 'named-event', name: 'x', condition: { language: 'text/cql', expression: 'x' } },
    { type: 'named-event', name: 'x' },
  ],
  ['trd-3', 'PlanDefinition.action[].trigger[]', { type: 'periodic' }, { type: 'periodic', timingDate: '2020' }],
  ['trd-3', 'PlanDefinition.action[].trigger[]', { type: 'named-event' }, { type: 'named-event', name: 'x' }],
  ['drq-1', 'Library.dataRequirement[].codeFilter[]', { path: 'a', searchParam: 'b' }, { path: 'a' }],
  ['drq-2', 'Library.dataRequirement[].dateFilter[]', { valueDateTime: '2020' }, { searchParam: 'b' }],
  [
    'ait-1',
    'AllergyIntolerance',
    { patient: { display: 'x' } },
    { verificationStatus: error('allergyintolerance-verification') },
  ],
  [
    'ait-2',
    'AllergyIntolerance',
    {
      verificationStatus: error('allergyintolerance-verification'),
      clinicalStatus: code(`${T}allergyintolerance-clinical`, 'active'),
    },
    { clinicalStatus: code(`${T}allergyintolerance-clinical`, 'active') },
  ],
  ['app-1', 'Appointment.participant[]', { status: 'accepted' }, { status: 'accepted', actor: { display: 'x' } }],
  ['app-2', 'Appointment', { start: '2020-01-01T00:00:00Z' }, { status: 'proposed' }],
  ['app-3', 'Appointment', { status: 'booked' }, { status: 'waitlist' }],
  [
    'app-4',
    'Appointment',
    { status: 'booked', cancelationReason: { text: 'x' } },
    { status: 'cancelled', cancelationReason: { text: 'x' } },
  ],
  ['apr-1', 'AppointmentResponse', { participantStatus: 'accepted' }, { actor: { display: 'x' } }],
  ['sev-1', 'AuditEvent.entity[]', { name: 'x', query: 'YWJj' }, { query: 'YWJj' }],
  [
    'cpl-3',
    'CarePlan.activity[]',
    { detail: { status: 'scheduled' }, reference: { display: 'x' } },
    { reference: { display: 'x' } },
  ],
  ['cmp-1', 'Composition.section[]', { title: 'x' }, { entry: [{ display: 'x' }] }],
  [
    'cmp-2',
    'Composition.section[]',
    { entry: [{ display: 'x' }], emptyReason: { text: 'x' } },
    { section: [{ entry: [{ display: 'x' }] }] },
  ],
  ['cmp-1', 'Composition.section[].section[]', { title: 'x' }, { entry: [{ display: 'x' }] }],
  ['con-1', 'Condition.stage[]', { type: { text: 'x' } }, { summary: { text: 'x' } }],
  ['con-2', 'Condition.evidence[]', { id: 'a', extension: [] }, { code: [{ text: 'x' }] }],
  [
    'con-4',
    'Condition',
    { abatementString: 'x', clinicalStatus: code(`${T}condition-clinical`, 'active') },
    { abatementString: 'x', clinicalStatus: code(`${T}condition-clinical`, 'resolved') },
  ],
  [
    'con-5',
    'Condition',
    { verificationStatus: error('condition-ver-status'), clinicalStatus: code(`${T}condition-clinical`, 'active') },
    { verificationStatus: error('condition-ver-status') },
  ],
  ['ppc-1', 'Consent', { status: 'active' }, { policyRule: { text: 'x' } }],
  ['ces-1', 'CoverageEligibilityResponse.insurance[].item[]', { name: 'x' }, { category: { text: 'x' } }],
  ['fhs-1', 'FamilyMemberHistory', { ageString: 'x', bornDate: '2000' }, { ageString: 'x' }],
  ['fhs-2', 'FamilyMemberHistory', { estimatedAge: true }, { estimatedAge: true, ageString: 'x' }],
  ['gol-1', 'Goal.target[]', { detailString: 'x' }, { detailString: 'x', measure: { text: 'x' } }],
  [
    'grp-1',
    'Group',
    { actual: false, member: [{ entity: { display: 'x' } }] },
    { actual: true, member: [{ entity: { display: 'x' } }] },
  ],
  ['imm-1', 'Immunization.education[]', { publicationDate: '2020' }, { reference: 'http://e.org' }],
  ['imr-1', 'ImmunizationRecommendation.recommendation[]', { series: 'x' }, { targetDisease: { text: 'x' } }],
  [
    'lnk-1',
    'Linkage',
    { item: [{ type: 'source', resource: { display: 'x' } }] },
    { item: [{ type: 'source' }, { type: 'alternate' }] },
  ],
  [
    'lst-1',
    'List',
    { emptyReason: { text: 'x' }, entry: [{ item: { display: 'x' } }] },
    { emptyReason: { text: 'x' } },
  ],
  ['lst-2', 'List', { mode: 'working', entry: [{ deleted: true }] }, { mode: 'changes', entry: [{ deleted: true }] }],
  ['lst-3', 'List', { mode: 'snapshot', entry: [{ date: '2020' }] }, { mode: 'working', entry: [{ date: '2020' }] }],
  ['mad-1', 'MedicationAdministration.dosage', { text: 'x' }, { rateQuantity: { value: 1 } }],
  [
    'mdd-1',
    'MedicationDispense',
    { whenPrepared: '2021', whenHandedOver: '2020' },
    { whenPrepared: '2020', whenHandedOver: '2020' },
  ],
  ['msq-3', 'MolecularSequence', { coordinateSystem: 2 }, { coordinateSystem: 0 }],
  ['msq-5', 'MolecularSequence.referenceSeq', { genomeBuild: 'x' }, { genomeBuild: 'x', chromosome: { text: 'x' } }],
  [
    'msq-6',
    'MolecularSequence.referenceSeq',
    { referenceSeqString: 'x', referenceSeqId: { text: 'x' } },
    { referenceSeqString: 'x' },
  ],
  ['obs-3', 'Observation.referenceRange[]', { type: { text: 'x' } }, { text: 'x' }],
  ['obs-6', 'Observation', { valueString: 'x', dataAbsentReason: { text: 'x' } }, { dataAbsentReason: { text: 'x' } }],
  [
    'obs-7',
    'Observation',
    { code: code(L, '1'), valueString: 'x', component: [part('1')] },
    { code: code(L, '1'), valueString: 'x', component: [part('2')] },
  ],
  ['org-1', 'Organization', { active: true }, { name: 'x' }],
  ['org-2', 'Organization.address[]', { use: 'home' }, { use: 'work' }],
  ['org-3', 'Organization.telecom[]', { use: 'home' }, { use: 'work' }],
  ['pat-1', 'Patient.contact[]', { gender: 'male' }, { name: { text: 'x' } }],
  ['rqg-1', 'RequestGroup.action[]', { title: 'x' }, { resource: { display: 'x' } }],
  ['ras-2', 'RiskAssessment.prediction[]', { probabilityDecimal: 101 }, { probabilityDecimal: 99 }],
  ['prr-1', 'ServiceRequest', { orderDetail: [{ text: 'x' }] }, { orderDetail: [{ text: 'x' }], code: { text: 'x' } }],
  ['inv-1', 'Task', { authoredOn: '2021', lastModified: '2020' }, { authoredOn: '2020', lastModified: '2021' }],
  [
    'inv-1',
    'Parameters.parameter[]',
    { name: 'x', valueString: 'x', part: [{ name: 'y', valueString: 'z' }] },
    { name: 'x', valueString: 'x' },
  ],
  ['bdl-1', 'Bundle', { type: 'collection', total: 1 }, { type: 'history', total: 1 }],
  [
    'bdl-2',
    'Bundle',
    { type: 'collection', entry: [{ search: { mode: 'match' } }] },
    { type: 'searchset', entry: [{ search: { mode: 'match' } }] },
  ],
  [
    'bdl-3',
    'Bundle',
    { type: 'transaction', entry: [{ fullUrl: 'urn:x' }] },
    { type: 'transaction', entry: [{ request: { method: 'GET', url: 'x' } }] },
  ],
  [
    'bdl-4',
    'Bundle',
    { type: 'collection', entry: [{ response: { status: '200' } }] },
    { type: 'batch-response', entry: [{ response: { status: '200' } }] },
  ],
  ['bdl-5', 'Bundle.entry[]', { fullUrl: 'urn:x' }, { resource: { resourceType: 'Patient' } }],
  ['bdl-9', 'Bundle', { type: 'document' }, { type: 'document', identifier: { system: 'urn:x', value: '1' } }],
  ['bdl-10', 'Bundle', { type: 'document' }, { type: 'document', timestamp: '2020-01-01T00:00:00Z' }],
  [
    'bdl-11',
    'Bundle',
    { type: 'document', entry: [{ resource: { resourceType: 'Patient' } }] },
    { type: 'document', entry: [{ resource: { resourceType: 'Composition' } }] },
  ],
  [
    'bdl-12',
    'Bundle',
    { type: 'message' },
    { type: 'message', entry: [{ resource: { resourceType: 'MessageHeader' } }] },
  ],
  [
    'dom-4',
    'Patient',
    { contained: [{ resourceType: 'Location', id: 'a', meta: { versionId: '1' } }] },
    { meta: { versionId: '1' } },
  ],
  [
    'dom-5',
    'Patient',
    { contained: [{ resourceType: 'Location', id: 'a', meta: { security: [{ code: 'R' }] } }] },
    { meta: { security: [{ code: 'R' }] } },
  ],
  [
    'contained-twice',
    'Patient',
    {
      contained: [
        { resourceType: 'Location', id: 'a' },
        { resourceType: 'Organization', id: 'a' },
      ],
    },
    {
      contained: [
        { resourceType: 'Location', id: 'a' },
        { resourceType: 'Organization', id: 'b' },
      ],
    },
  ],
  [
    'que-2',
    'Questionnaire',
    { item: [{ linkId: '1', item: [{ linkId: '1' }] }] },
    { item: [{ linkId: '1', item: [{ linkId: '2' }] }] },
  ],
  ...(
    [
      ['que-1', { type: 'group' }, { type: 'group', item: [{ linkId: '1' }] }],
      ['que-1', { type: 'display', item: [{ linkId: '1' }] }, { type: 'display' }],
      ['que-3', { type: 'display', code: [{ code: 'x' }] }, { type: 'string', code: [{ code: 'x' }] }],
      ['que-4', { answerOption: [{ valueString: 'x' }], answerValueSet: '#a' }, { answerValueSet: '#a' }],
      [
        'que-5',
        { type: 'boolean', answerOption: [{ valueString: 'x' }] },
        { type: 'choice', answerOption: [{ valueString: 'x' }] },
      ],
      ['que-6', { type: 'display', required: true }, { type: 'string', required: true }],
      [
        'que-8',
        { type: 'group', initial: [{ valueString: 'x' }] },
        { type: 'string', initial: [{ valueString: 'x' }] },
      ],
      ['que-9', { type: 'display', readOnly: true }, { type: 'string', readOnly: true }],
      ['que-10', { type: 'date', maxLength: 1 }, { type: 'text', maxLength: 1 }],
      [
        'que-11',
        { answerOption: [{ valueString: 'x' }], initial: [{ valueString: 'x' }] },
        { answerOption: [{ valueString: 'x' }] },
      ],
      [
        'que-12',
        { enableWhen: [{ question: '1' }, { question: '2' }] },
        { enableWhen: [{ question: '1' }, { question: '2' }], enableBehavior: 'all' },
      ],
      [
        'que-13',
        { initial: [{ valueString: 'x' }, { valueString: 'y' }] },
        { repeats: true, initial: [{ valueString: 'x' }, { valueString: 'y' }] },
      ],
    ] as const
  ).map(
    ([rule, wrong, right]) =>
      [rule, 'Questionnaire.item[].item[]', { linkId: '9', ...wrong }, { linkId: '9', ...right }] as const,
  ),
  [
    'que-7',
    'Questionnaire.item[].enableWhen[]',
    { operator: 'exists', answerString: 'x' },
    { operator: 'exists', answerBoolean: true },
  ],
  [
    'qrs-1',
    'QuestionnaireResponse.item[]',
    { answer: [{ valueString: 'x' }], item: [{ linkId: '1' }] },
    { answer: [{ valueString: 'x' }] },
  ],
  ['name-form', 'ValueSet', { name: 'my values' }, { name: 'MyValues_1' }],
  ['cpb-1', 'CapabilityStatement', { status: 'active' }, { rest: [{ mode: 'server' }] }],
  ['cpb-14', 'CapabilityStatement', { kind: 'instance' }, { kind: 'instance', implementation: { description: 'x' } }],
  ['cpb-16', 'CapabilityStatement', { kind: 'requirements', software: { name: 'x' } }, { kind: 'requirements' }],
  [
    'cpb-9',
    'CapabilityStatement.rest[]',
    { resource: [{ type: 'Patient' }, { type: 'Patient' }] },
    { resource: [{ type: 'Patient' }, { type: 'Task' }] },
  ],
  [
    'cpb-12',
    'CapabilityStatement.rest[].resource[]',
    { searchParam: [{ name: 'a' }, { name: 'a' }] },
    { searchParam: [{ name: 'a' }] },
  ],
  [
    'csd-1',
    'CodeSystem',
    { concept: [{ code: 'a', concept: [{ code: 'a' }] }] },
    { concept: [{ code: 'a', concept: [{ code: 'b' }] }] },
  ],
  [
    'cmd-1',
    'ConceptMap.group[].element[].target[]',
    { equivalence: 'narrower' },
    { equivalence: 'narrower', comment: 'x' },
  ],
  ['cmd-2', 'ConceptMap.group[].unmapped', { mode: 'fixed' }, { mode: 'fixed', code: 'x' }],
  ['cmd-3', 'ConceptMap.group[].unmapped', { mode: 'other-map' }, { mode: 'other-map', url: 'http://e.org' }],
  ...(
    [
      ['eld-2', { min: 2, max: '1' }, { min: 0, max: '*' }],
      ['eld-8', { fixedString: 'x', patternString: 'x' }, { fixedString: 'x' }],
      ['eld-13', { type: [{ code: 'string' }, { code: 'string' }] }, { type: [{ code: 'string' }, { code: 'code' }] }],
      ['eld-14', { constraint: [{ key: 'a' }, { key: 'a' }] }, { constraint: [{ key: 'a' }] }],
      ['eld-16', { sliceName: 'a b' }, { sliceName: 'a-b' }],
      ['eld-18', { isModifier: true }, { isModifier: true, isModifierReason: 'x' }],
      ['eld-19', { path: 'a b' }, { path: 'Patient.value[x]:a' }],
    ] as const
  ).map(([rule, wrong, right]) => [rule, 'StructureDefinition.differential.element[]', wrong, right] as const),
  [
    'eld-1',
    'StructureDefinition.differential.element[].slicing',
    { rules: 'open' },
    { rules: 'open', description: 'x' },
  ],
  [
    'eld-17',
    'StructureDefinition.differential.element[].type[]',
    { code: 'string', targetProfile: ['http://e.org'] },
    { code: 'Reference', targetProfile: ['http://e.org'] },
  ],
  ['ipn-1', 'InsurancePlan', { status: 'active' }, { name: 'x' }],
  [
    'mrp-1',
    'MeasureReport',
    { type: 'data-collection', group: [{ id: 'a', code: { text: 'x' } }] },
    { type: 'individual', group: [{ code: { text: 'x' } }] },
  ],
  [
    'nsd-2',
    'NamingSystem',
    {
      uniqueId: [
        { type: 'oid', preferred: true },
        { type: 'oid', preferred: true },
      ],
    },
    {
      uniqueId: [
        { type: 'oid', preferred: true },
        { type: 'uri', preferred: true },
      ],
    },
  ],
  ['opd-1', 'OperationDefinition.parameter[]', { name: 'x' }, { type: 'string' }],
  [
    'opd-2',
    'OperationDefinition.parameter[]',
    { type: 'code', searchType: 'token' },
    { type: 'string', searchType: 'token' },
  ],
  ['spd-1', 'SearchParameter', { xpath: 'x' }, { xpath: 'x', xpathUsage: 'normal' }],
  ['spd-2', 'SearchParameter', { chain: ['x'], type: 'token' }, { chain: ['x'], type: 'reference' }],
  ['sdf-4', 'StructureDefinition', { abstract: false }, { abstract: true }],
  [
    'sdf-5',
    'StructureDefinition',
    { type: 'Extension', derivation: 'constraint' },
    { type: 'Extension', context: [{ type: 'element', expression: 'Patient' }] },
  ],
  ['sdf-6', 'StructureDefinition', { status: 'draft' }, profile(path('Patient'))],
  [
    'sdf-8',
    'StructureDefinition',
    { type: 'Patient', snapshot: { element: [path('Group')] } },
    { type: 'Patient', snapshot: { element: [path('Patient')] } },
  ],
  ['sdf-8a', 'StructureDefinition', profile(path('Patients.name')), profile(path('Patient.name'))],
  ['sdf-14', 'StructureDefinition', profile({ path: 'Patient' }), profile(path('Patient'))],
  [
    'sdf-16',
    'StructureDefinition',
    { snapshot: { element: [path('a'), path('a')] } },
    { snapshot: { element: [path('a'), path('b')] } },
  ],
  ['sdf-17', 'StructureDefinition', profile(path('Patient'), path('Patient')), profile(path('Patient'))],
  [
    'sdf-18',
    'StructureDefinition',
    { type: 'Patient', contextInvariant: ['x'] },
    { type: 'Extension', contextInvariant: ['x'] },
  ],
  [
    'sdf-20',
    'StructureDefinition',
    profile(path('Patient', { slicing: { rules: 'open' } })),
    profile(path('Patient.name', { slicing: { rules: 'open' } })),
  ],
  [
    'sdf-23',
    'StructureDefinition',
    profile(path('Patient', { sliceName: 'x' })),
    profile(path('Patient.name', { sliceName: 'x' })),
  ],
  ['vsd-1', 'ValueSet.compose.include[]', { version: '1' }, { system: 'urn:x' }],
  ['vsd-2', 'ValueSet.compose.exclude[]', { concept: [{ code: 'x' }] }, { system: 'urn:x', concept: [{ code: 'x' }] }],
  [
    'vsd-3',
    'ValueSet.compose.include[]',
    { system: 'urn:x', concept: [{ code: 'x' }], filter: [{ property: 'x' }] },
    { system: 'urn:x', concept: [{ code: 'x' }] },
  ],
  ['vsd-6', 'ValueSet.expansion.contains[]', { abstract: true }, { display: 'x', abstract: true }],
  ['vsd-9', 'ValueSet.expansion.contains[]', { display: 'x' }, { display: 'x', abstract: true }],
  ['vsd-10', 'ValueSet.expansion.contains[]', { code: 'x' }, { code: 'x', system: 'urn:x' }],
  [
    'vital-code',
    'Observation',
    { ...vital('1'), code: code('http://snomed.info/sct', '386725007') },
    { code: code('http://snomed.info/sct', '386725007') },
  ],
  ['vital-unit', 'Observation', pulse({ unit: 'bpm' }), pulse(BEAT)],
  ['vital-category', 'Observation', { code: code(L, '8867-4') }, pulse(BEAT)],
  ['vital-when', 'Observation', { ...pulse(BEAT), subject: undefined }, pulse(BEAT)],
  ['vs-1', 'Observation', { ...pulse(BEAT), effectiveDateTime: '2020-01' }, pulse(BEAT)],
  ['vs-2', 'Observation', vital('8867-4'), vital('8867-4', { dataAbsentReason: { text: 'x' } })],
  [
    'vital-pressure',
    'Observation',
    vital('85354-9', { component: [part('8480-6')] }),
    vital('85354-9', { component: [part('8480-6'), part('8462-4')] }),
  ],
  [
    'vs-3',
    'Observation',
    vital('85354-9', { component: [{ code: code(L, '8480-6') }] }),
    vital('85354-9', { component: [part('8480-6')] }),
  ],
];

/** `Patient.contact[]` with a fragment: the patient around it. */
function around(place: string, fragment: Json): Json {
  const [type, ...fields] = place.split('.');
  const inner = fields.reduceRight<Json>((within, field) => {
    const name = field.replace('[]', '');
    return { [name]: field.endsWith('[]') ? [within] : within };
  }, fragment);
  // What is set to undefined is not there, as in JSON.
  return JSON.parse(JSON.stringify({ resourceType: type, ...inner }));
}

/** Rule, place, a record that breaks it, one that does not. */
export const INVARIANT_CASES: readonly (readonly [rule: string, place: string, wrong: Json, right: Json])[] = CASES.map(
  ([rule, place, wrong, right]) => [rule, place, around(place, wrong), around(place, right)],
);
