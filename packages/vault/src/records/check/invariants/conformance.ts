// Rules for definitions (value sets, profiles, measures): rare in a patient's record, frequent in what comes along with it.
import { all, choiceOf, get, has, isDistinct, type Json, text } from '../json.ts';
import { advice, type Invariant, type InvariantTable, rule } from './invariant.ts';

const elements = (of: Json, part: 'snapshot' | 'differential') => all(of, part, 'element');
const bothElements = (of: Json) => [...elements(of, 'snapshot'), ...elements(of, 'differential')];
const isRoot = (element: unknown) => !(text(element, 'path') ?? '.').includes('.');
/** Levels of a code system that are followed together. */
const CONCEPTS_MAX = 1_000_000;

function concepts(system: Json): unknown[] {
  const found = all(system, 'concept');
  for (const each of found)
    if (found.length < CONCEPTS_MAX) for (const inner of all(each, 'concept')) found.push(inner);
  return found.map((each) => get(each, 'code')).filter((code) => code !== undefined);
}

const NAMED = [
  ...[
    'ActivityDefinition',
    'CapabilityStatement',
    'ChargeItemDefinition',
    'CodeSystem',
    'CompartmentDefinition',
    'ConceptMap',
  ],
  ...[
    'EffectEvidenceSynthesis',
    'EventDefinition',
    'Evidence',
    'EvidenceVariable',
    'ExampleScenario',
    'GraphDefinition',
  ],
  ...[
    'ImplementationGuide',
    'Library',
    'Measure',
    'MessageDefinition',
    'NamingSystem',
    'OperationDefinition',
    'PlanDefinition',
  ],
  ...['Questionnaire', 'ResearchDefinition', 'ResearchElementDefinition', 'RiskEvidenceSynthesis', 'SearchParameter'],
  ...['StructureDefinition', 'StructureMap', 'TerminologyCapabilities', 'TestScript', 'ValueSet'],
];
const NAME = advice(
  'name-form',
  'The name of a definition is made of letters and digits and begins with a capital, so that programs can use it.',
  (of) => !has(of, 'name') || /^[A-Z][A-Za-z0-9_]{0,254}$/.test(text(of, 'name') ?? ''),
);

const PATH = /^[^\s.,:;'"/|?!@#$%&*()[\]{}]{1,64}(\.[^\s.,:;'"/|?!@#$%&*()[\]{}]{1,64}(\[x\])?(:[^\s.]+)?)*$/;
const startsWithType = (of: Json, part: 'snapshot' | 'differential') => {
  const type = text(of, 'type') ?? '';
  return (
    get(of, 'kind') === 'logical' ||
    elements(of, part).every((each) => `${text(each, 'path') ?? ''}.`.startsWith(`${type}.`))
  );
};

const OF_STRUCTURES: readonly Invariant[] = [
  rule(
    'sdf-4',
    'A definition that is not abstract is built on another. Add baseDefinition.',
    (s) => get(s, 'abstract') === true || has(s, 'baseDefinition'),
  ),
  rule(
    'sdf-5',
    'An extension says where it may stand. Add context.',
    (s) => get(s, 'type') !== 'Extension' || get(s, 'derivation') === 'specialization' || has(s, 'context'),
  ),
  rule(
    'sdf-6',
    'A definition has a snapshot or a differential. Add one.',
    (s) => has(s, 'snapshot') || has(s, 'differential'),
  ),
  rule('sdf-8', 'Every path of the snapshot begins with the type. Correct it.', (s) => startsWithType(s, 'snapshot')),
  rule('sdf-8a', 'Every path of the differential begins with the type. Correct it.', (s) =>
    startsWithType(s, 'differential'),
  ),
  rule('sdf-14', 'Every element of a definition has an id. Add it.', (s) =>
    bothElements(s).every((each) => has(each, 'id')),
  ),
  rule('sdf-16', 'Two elements of the snapshot have the same id. Give each its own.', (s) =>
    isDistinct(elements(s, 'snapshot').map((each) => get(each, 'id'))),
  ),
  rule('sdf-17', 'Two elements of the differential have the same id. Give each its own.', (s) =>
    isDistinct(elements(s, 'differential').map((each) => get(each, 'id'))),
  ),
  rule(
    'sdf-18',
    'Only an extension has an invariant of its context. Remove it.',
    (s) => !has(s, 'contextInvariant') || get(s, 'type') === 'Extension',
  ),
  rule('sdf-20', 'The root of a definition is not sliced. Remove its slicing.', (s) =>
    elements(s, 'differential').every((each) => !isRoot(each) || !has(each, 'slicing')),
  ),
  rule('sdf-23', 'The root of a definition has no slice name. Remove it.', (s) =>
    bothElements(s).every((each) => !isRoot(each) || !has(each, 'sliceName')),
  ),
];

export const CONFORMANCE: InvariantTable = {
  ...Object.fromEntries(NAMED.map((type) => [type, [NAME]])),
  CapabilityStatement: [
    NAME,
    rule(
      'cpb-1',
      'A statement tells of REST, messages or documents. Add one.',
      (c) => has(c, 'rest') || has(c, 'messaging') || has(c, 'document'),
    ),
    rule(
      'cpb-14',
      'A statement of one installation names it. Add implementation.',
      (c) => get(c, 'kind') !== 'instance' || has(c, 'implementation'),
    ),
    rule(
      'cpb-16',
      'A statement of requirements names neither software nor installation. Remove them.',
      (c) => get(c, 'kind') !== 'requirements' || (!has(c, 'implementation') && !has(c, 'software')),
    ),
  ],
  'CapabilityStatement.rest': [
    rule('cpb-9', 'A type of resource is described twice. Keep one.', (r) => isDistinct(all(r, 'resource', 'type'))),
  ],
  'CapabilityStatement.rest.resource': [
    rule('cpb-12', 'A search parameter is named twice. Keep one.', (r) => isDistinct(all(r, 'searchParam', 'name'))),
  ],
  CodeSystem: [NAME, rule('csd-1', 'A code is defined twice. Keep one.', (c) => isDistinct(concepts(c)))],
  'ConceptMap.group.element.target': [
    rule(
      'cmd-1',
      'A mapping that is narrower or inexact needs a comment. Add it.',
      (t) => has(t, 'comment') || !['narrower', 'inexact'].includes(text(t, 'equivalence') ?? ''),
    ),
  ],
  'ConceptMap.group.unmapped': [
    rule(
      'cmd-2',
      'What is mapped to one fixed code names it. Add code.',
      (u) => get(u, 'mode') !== 'fixed' || has(u, 'code'),
    ),
    rule(
      'cmd-3',
      'What is mapped by another map names it. Add url.',
      (u) => get(u, 'mode') !== 'other-map' || has(u, 'url'),
    ),
  ],
  ElementDefinition: [
    rule('eld-2', 'An element must be there more often than it may. Correct min or max.', (e) => {
      const [min, max] = [get(e, 'min'), Number(text(e, 'max'))];
      return typeof min !== 'number' || Number.isNaN(max) || min <= max;
    }),
    rule('eld-13', 'A type is named twice. Keep one.', (e) => isDistinct(all(e, 'type', 'code'))),
    rule('eld-14', 'Two constraints have the same key. Give each its own.', (e) =>
      isDistinct(all(e, 'constraint', 'key')),
    ),
    rule(
      'eld-16',
      'The name of a slice holds signs that it must not. Correct it.',
      (e) => !has(e, 'sliceName') || /^[a-zA-Z0-9/\-_[\]@]+$/.test(text(e, 'sliceName') ?? ''),
    ),
    rule(
      'eld-18',
      'An element that changes the meaning says why. Add isModifierReason.',
      (e) => get(e, 'isModifier') !== true || has(e, 'isModifierReason'),
    ),
    rule(
      'eld-19',
      'The path of an element holds signs that it must not. Correct it.',
      (e) => !has(e, 'path') || PATH.test(text(e, 'path') ?? ''),
    ),
    rule(
      'eld-8',
      'An element has a fixed value or a pattern, not both. Keep one.',
      (e) => choiceOf(e, 'pattern') === undefined || choiceOf(e, 'fixed') === undefined,
    ),
  ],
  'ElementDefinition.slicing': [
    rule(
      'eld-1',
      'A slicing says what tells slices apart, or describes it. Add one.',
      (s) => has(s, 'discriminator') || has(s, 'description'),
    ),
  ],
  'ElementDefinition.type': [
    rule(
      'eld-17',
      'Only references and canonicals have targets. Remove targetProfile.',
      (t) => ['Reference', 'canonical'].includes(text(t, 'code') ?? '') || !has(t, 'targetProfile'),
    ),
  ],
  InsurancePlan: [
    rule('ipn-1', 'A plan needs a name or an identifier. Add one.', (p) => has(p, 'identifier') || has(p, 'name')),
  ],
  MeasureReport: [
    rule(
      'mrp-1',
      'A collection of data has no groups. Remove them.',
      (m) => get(m, 'type') !== 'data-collection' || !has(m, 'group'),
    ),
  ],
  NamingSystem: [
    NAME,
    rule('nsd-2', 'Of one type of identifier only one is preferred. Correct it.', (n) =>
      isDistinct(
        all(n, 'uniqueId')
          .filter((id) => get(id, 'preferred') === true)
          .map((id) => get(id, 'type')),
      ),
    ),
  ],
  'OperationDefinition.parameter': [
    rule('opd-1', 'A parameter has a type or parts. Add one.', (p) => has(p, 'type') || has(p, 'part')),
    rule(
      'opd-2',
      'Only a text is searched for. Remove searchType, or correct the type.',
      (p) => !has(p, 'searchType') || get(p, 'type') === 'string',
    ),
  ],
  SearchParameter: [
    NAME,
    rule(
      'spd-1',
      'A search parameter with an XPath says how it is used. Add xpathUsage.',
      (s) => !has(s, 'xpath') || has(s, 'xpathUsage'),
    ),
    rule(
      'spd-2',
      'Only a reference is followed further. Remove chain.',
      (s) => !has(s, 'chain') || get(s, 'type') === 'reference',
    ),
  ],
  StructureDefinition: [NAME, ...OF_STRUCTURES],
  'ValueSet.compose.include': [
    rule(
      'vsd-1',
      'What is included comes from a system or another value set. Add one.',
      (i) => has(i, 'valueSet') || has(i, 'system'),
    ),
    rule(
      'vsd-2',
      'Codes and filters need their system. Add it.',
      (i) => (!has(i, 'concept') && !has(i, 'filter')) || has(i, 'system'),
    ),
    rule('vsd-3', 'Codes are listed or filtered, not both. Keep one.', (i) => !has(i, 'concept') || !has(i, 'filter')),
  ],
  'ValueSet.expansion.contains': [
    rule('vsd-6', 'A row of an expansion has a code or a text. Add one.', (c) => has(c, 'code') || has(c, 'display')),
    rule(
      'vsd-9',
      'A row without a code cannot be chosen: mark it as abstract.',
      (c) => has(c, 'code') || get(c, 'abstract') === true,
    ),
    rule('vsd-10', 'A code needs its system. Add it.', (c) => !has(c, 'code') || has(c, 'system')),
  ],
};
