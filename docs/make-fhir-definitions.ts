/**
 * Makes the tables in packages/vault/src/records/definitions from HL7's own packages: `node docs/make-fhir-definitions.ts`. A test holds the
 * tables against a fresh run wherever the packages were fetched. What a line means stands in definitions/tables.ts, which reads them.
 */
import { writeFileSync } from 'node:fs';
import { EXPANSIONS, EXTENSIONS, fetchPackage, R4, readPackage } from './fhir-packages.ts';

const FOLDER = new URL('../packages/vault/src/records/definitions/', import.meta.url);
const STRUCTURES = 'http://hl7.org/fhir/StructureDefinition/';

interface Type {
  code: string;
  profile?: string[];
  targetProfile?: string[];
}
interface Element {
  path: string;
  min: number;
  max: string;
  base?: { path: string };
  contentReference?: string;
  type?: Type[];
  binding?: { strength: string; valueSet?: string };
  fixedUri?: string;
}
interface Structure {
  url: string;
  name: string;
  type: string;
  kind: string;
  abstract: boolean;
  derivation?: string;
  baseDefinition?: string;
  context?: { type: string; expression: string }[];
  snapshot: { element: Element[] };
}
interface Contained {
  system?: string;
  code?: string;
  abstract?: boolean;
  contains?: Contained[];
}
interface ValueSet {
  url: string;
  expansion?: { contains?: Contained[] };
}
interface Parameter {
  url: string;
  code: string;
  type: string;
  base: string[];
  expression?: string;
  target?: string[];
  component?: { definition: string; expression: string }[];
  version?: string;
}

const tail = (url: string) => url.replace(/\|.*$/, '').split('/').at(-1)!;
const short = (url: string) => (url.startsWith(STRUCTURES) ? url.slice(STRUCTURES.length) : url);
const unique = (values: readonly string[]) => [...new Set(values)];

/** Value sets that nobody can list: media types, units, and one of LOINC that R4 names and does not publish. */
const WITHOUT_LIST = new Set(['mimetypes', 'ucum-units', 'LL379-9']);

function typeText({ code, profile = [], targetProfile = [] }: Type): string {
  // FHIR's own primitives say by a system type that they are the primitive itself.
  if (code.startsWith('http://hl7.org/fhirpath/')) return 'string';
  // `Quantity` with the profile SimpleQuantity or MoneyQuantity is a type of its own in all but the name of its field.
  if (profile.length === 1 && /^(Simple|Money)Quantity$/.test(tail(profile[0]))) return tail(profile[0]);
  const targets = targetProfile.map(tail).filter((target) => target !== 'Resource');
  return targets.length > 0 ? `${code}(${targets.join(' ')})` : code;
}

function cardinality({ min, max }: Element): string {
  const known: Readonly<Record<string, string>> = { '0..1': '', '1..1': '!', '0..*': '*', '1..*': '+' };
  return known[`${min}..${max}`] ?? `{${min},${max}}`;
}

function elementText(element: Element, root: string): string {
  const parts = element.path.slice(root.length + 1).split('.');
  const types = (element.type ?? []).map(typeText).filter((type) => type !== 'BackboneElement');
  if (element.contentReference) types.push(element.contentReference.replace(`#${root}.`, '#'));
  const set = element.binding?.strength === 'required' ? tail(element.binding.valueSet ?? '') : '';
  return [
    '.'.repeat(parts.length - 1),
    parts.at(-1),
    cardinality(element),
    types.length > 0 ? `:${types.join(',')}` : '',
    set && !WITHOUT_LIST.has(set) ? `=${set}` : '',
    set === 'mimetypes' ? '=*mime' : '',
  ].join('');
}

const isConcrete = ({ kind, derivation }: Structure) => kind !== 'logical' && derivation !== 'constraint';

function elementLines(structures: readonly Structure[]): string[] {
  return structures
    .filter((each) => isConcrete(each) && (each.kind !== 'primitive-type' || each.name === 'Element'))
    .map(({ name, abstract, kind, baseDefinition, snapshot }) => {
      const own = snapshot.element.filter(
        ({ path, base }) => path !== name && (base?.path ?? path).startsWith(`${name}.`),
      );
      // Of an instance only a concrete type can be; which kind it is, its base tells, but for the roots.
      const head = `${name}${abstract ? '~' : ''}${kind === 'resource' ? '^' : ''}<${baseDefinition ? tail(baseDefinition) : ''}`;
      return [head, ...own.map((element) => elementText(element, name))].join(';');
    });
}

function requiredSets(structures: readonly Structure[]): string[] {
  const elements = structures.filter(isConcrete).flatMap(({ snapshot }) => snapshot.element);
  const bindings = elements.flatMap(({ binding }) =>
    binding?.strength === 'required' ? [binding.valueSet ?? ''] : [],
  );
  return unique(bindings.map(tail)).filter((name) => name !== '' && !WITHOUT_LIST.has(name));
}

function codesOf(contains: readonly Contained[], into: Map<string, string[]>): void {
  for (const { system = '', code, abstract, contains: inner = [] } of contains) {
    if (code !== undefined && abstract !== true) into.set(system, [...(into.get(system) ?? []), code]);
    codesOf(inner, into);
  }
}

function valueSetLines(structures: readonly Structure[], sets: readonly ValueSet[]): string[] {
  const byName = new Map(sets.map((set) => [tail(set.url), set]));
  return requiredSets(structures)
    .sort()
    .map((name) => {
      const codes = new Map<string, string[]>();
      codesOf(byName.get(name)?.expansion?.contains ?? [], codes);
      if (codes.size === 0)
        throw new Error(`the value set ${name} has no expansion: name it in WITHOUT_LIST or find one`);
      return [name, ...[...codes].map(([system, of]) => [system, ...unique(of)].join(' '))].join(';');
    });
}

/** `element` contexts as they stand, `@url` within another extension, `?` where only an expression tells. */
function contextText({ type, expression }: { type: string; expression: string }): string {
  if (type === 'extension') return `@${short(expression)}`;
  return type === 'element' ? expression.replace('[x]', '') : '?';
}

interface ExtensionFacts {
  contexts: string[];
  types: string[];
  parts: string[];
  modifier: boolean;
}

function extensionFacts({ context = [], snapshot }: Structure): ExtensionFacts {
  const value = snapshot.element.find(({ path }) => /^Extension\.value(\[x\])?$/.test(path));
  const parts = snapshot.element.filter(({ path, fixedUri }) => path === 'Extension.extension.url' && fixedUri);
  return {
    contexts: context.map(contextText),
    types: value === undefined || value.max === '0' ? [] : (value.type ?? []).map(({ code }) => code),
    parts: parts.map(({ fixedUri }) => fixedUri!),
    modifier: snapshot.element.some(
      (each) => each.path === 'Extension' && 'isModifier' in each && each.isModifier === true,
    ),
  };
}

/** An extension may stand where R4 or today's package lets it: whoever wrote the record kept to one of both. */
function extensionLines(structures: readonly Structure[]): string[] {
  const facts = new Map<string, ExtensionFacts>();
  for (const each of structures.filter(({ type, derivation }) => type === 'Extension' && derivation === 'constraint')) {
    const found = extensionFacts(each);
    const known = facts.get(each.url) ?? { contexts: [], types: [], parts: [], modifier: false };
    facts.set(each.url, {
      contexts: unique([...known.contexts, ...found.contexts]),
      types: unique([...known.types, ...found.types]),
      parts: unique([...known.parts, ...found.parts]),
      modifier: known.modifier || found.modifier,
    });
  }
  const lines = [...facts].map(([url, { contexts, types, parts, modifier }]) =>
    [
      short(url) + (modifier ? '!' : ''),
      contexts.join(' '),
      types.length > 20 ? '*' : types.join(' '),
      parts.join(' '),
    ].join(';'),
  );
  return lines.sort();
}

/** R4 lists 144 of its 148 types where a reference may lead to any: its authors left out those that are no record of anything. */
const TARGETS_OF_ANY = 144;

function parameterLines(parameters: readonly Parameter[]): string[] {
  const byUrl = new Map(parameters.map((each) => [each.url, each]));
  return parameters
    .filter(({ version, expression }) => version === '4.0.1' && expression)
    .map(({ code, type, base, target = [], component = [], expression }) => {
      const every = target.length >= TARGETS_OF_ANY;
      const parts = component.map(
        ({ definition, expression: of }) => `${byUrl.get(definition)?.code ?? tail(definition)}~${of}`,
      );
      const line = [code, type, base.join(' '), every ? '*' : target.join(' '), expression, ...parts];
      if (line.some((field) => field?.includes(';'))) throw new Error(`the search parameter ${code} holds a semicolon`);
      return line.join(';');
    })
    .sort();
}

function page(name: string, of: string, lines: readonly string[]): string {
  const text = lines.join('\n');
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `// ${of} Made by docs/make-fhir-definitions.ts of ${R4.name}@${R4.version} (CC0): never edited by hand.\nexport const ${name} = \`\n${escaped}\n\`;\n`;
}

/** Text of each table by its file name. The packages must have been fetched. */
export function makeDefinitions(): Readonly<Record<string, string>> {
  const structures = readPackage(R4, 'StructureDefinition-') as unknown as Structure[];
  const current = readPackage(EXTENSIONS, 'StructureDefinition-') as unknown as Structure[];
  const sets = readPackage(EXPANSIONS, 'ValueSet-') as unknown as ValueSet[];
  const parameters = readPackage(R4, 'SearchParameter-') as unknown as Parameter[];
  return {
    'elements.ts': page('ELEMENTS', 'Types of FHIR R4 and their elements.', elementLines(structures)),
    'value-sets.ts': page('VALUE_SETS', 'Codes of the value sets that R4 requires.', valueSetLines(structures, sets)),
    'extensions.ts': page(
      'EXTENSIONS',
      `HL7's extensions, those of ${EXTENSIONS.name}@${EXTENSIONS.version} added.`,
      extensionLines([...structures, ...current]),
    ),
    'search-parameters.ts': page('SEARCH_PARAMETERS', 'Search parameters of R4.', parameterLines(parameters)),
  };
}

if (import.meta.main) {
  for (const each of [R4, EXPANSIONS, EXTENSIONS]) fetchPackage(each);
  for (const [name, text] of Object.entries(makeDefinitions())) writeFileSync(new URL(name, FOLDER), text);
}
