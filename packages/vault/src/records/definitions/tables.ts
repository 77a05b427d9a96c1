// Reads the generated tables: types of FHIR R4 with their elements, required codes, extensions, search parameters. A line is parsed when its
// type is first asked for, so that a check of ten observations costs what ten observations need.
//
// Elements: `Type<Base;field;.field within it`, `~` abstract, `^` a resource; behind a name `!` exactly one, `*` any, `+` one or more (else
// none or one); `:types`, with the targets of a reference in brackets, `#field` the same as that field; `=value set` that is required.

/** What may stand in one field of a type. */
export interface ElementDefinition {
  /** Without `[x]`. */
  readonly name: string;
  /** From the type on: `Patient.contact.gender`. */
  readonly path: string;
  readonly min: number;
  readonly max: number;
  readonly choice: boolean;
  readonly types: readonly TypeUse[];
  /** Fields of an element that is no type of its own. */
  readonly fields: Fields | null;
  /** Path of the element whose fields these are, where it repeats one: `Questionnaire.item`. */
  readonly same: string | null;
  /** Name of the value set whose codes alone may stand here; `*mime` a media type. */
  readonly valueSet: string | null;
}

export interface TypeUse {
  readonly name: string;
  /** Types that a reference may lead to; empty: any. */
  readonly targets: readonly string[];
}

/** A field as JSON spells it (`valueQuantity`), with the type that the spelling chooses. */
export interface Field {
  readonly element: ElementDefinition;
  readonly type: TypeUse;
}

/** Fields by their name in JSON, and elements in their order. */
export class Fields {
  readonly byName = new Map<string, Field>();
  readonly elements: ElementDefinition[] = [];
  /** Those of which there must be one. */
  readonly required: ElementDefinition[] = [];
  /** Those that are spelled by the type they choose. */
  readonly choices: ElementDefinition[] = [];

  add(element: ElementDefinition): void {
    this.elements.push(element);
    if (element.min > 0) this.required.push(element);
    if (element.choice) this.choices.push(element);
    for (const type of element.types) {
      const name = element.choice ? element.name + type.name[0].toUpperCase() + type.name.slice(1) : element.name;
      // Of SimpleQuantity and Quantity the field has one name.
      this.byName.set(name.replace(/(Simple|Money)(?=Quantity$)/, ''), { element, type });
    }
  }
}

export interface TypeDefinition {
  readonly name: string;
  /** Empty for Resource and Element. */
  readonly base: string;
  readonly abstract: boolean;
  readonly isResource: boolean;
  readonly fields: Fields;
}

export interface ExtensionDefinition {
  /** Paths of elements and names of types; `@url` within that extension; `?` somewhere that only an expression tells. */
  readonly contexts: readonly string[];
  /** Types of its value; `*` any; empty: it has parts instead. */
  readonly types: readonly string[];
  readonly parts: readonly string[];
  readonly modifier: boolean;
}

export interface SearchParameter {
  readonly code: string;
  readonly type: 'token' | 'reference' | 'string' | 'date' | 'composite' | 'uri' | 'quantity' | 'number' | 'special';
  /** Resource types that have it; `Resource` and `DomainResource` mean all. */
  readonly base: readonly string[];
  /** Types that a reference may lead to; `*` any. */
  readonly target: readonly string[];
  /** FHIRPath. */
  readonly expression: string;
  /** Of a composite: code of each part's parameter and the path from `expression` to it. */
  readonly components: readonly { readonly code: string; readonly expression: string }[];
}

const CORE_EXTENSIONS = 'http://hl7.org/fhir/StructureDefinition/';
const CARDINALITIES: Readonly<Record<string, readonly [number, number]>> = {
  '': [0, 1],
  '!': [1, 1],
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
};
const ELEMENT = /^(\.*)([A-Za-z]+[0-9]*[A-Za-z]*)(\[x\])?([!*+]|\{\d+,(?:\d+|\*)\})?(?::([^=]*))?(?:=(.+))?$/;
const BACKBONE: readonly TypeUse[] = [{ name: 'BackboneElement', targets: [] }];

const split = (text: string | undefined, by: string): readonly string[] => (text ? text.split(by) : []);

/** First field of each line, to the line. `until` ends the name. */
function linesByName(table: string, until: RegExp): Map<string, string> {
  const lines = table.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.search(until)), line]));
}

export class Definitions {
  readonly #typeLines: Map<string, string>;
  readonly #valueSetLines: Map<string, string>;
  readonly #extensionLines: Map<string, string>;
  readonly #types = new Map<string, TypeDefinition>();
  readonly #valueSets = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #extensions = new Map<string, ExtensionDefinition>();

  constructor(elements: string, valueSets: string, extensions: string) {
    this.#typeLines = linesByName(elements, /[~^<]/);
    this.#valueSetLines = linesByName(valueSets, /;/);
    this.#extensionLines = linesByName(extensions, /[;!]/);
  }

  /** Undefined: R4 has no such type. */
  type(name: string): TypeDefinition | undefined {
    const known = this.#types.get(name);
    if (known) return known;
    const line = this.#typeLines.get(name.replace(/^(Simple|Money)(?=Quantity$)/, ''));
    if (line === undefined) return undefined;
    const made = this.#parseType(line);
    this.#types.set(name, made);
    return made;
  }

  /** A resource type that a record can have. */
  isResource(name: string): boolean {
    const found = this.type(name);
    return found?.isResource === true && !found.abstract;
  }

  /** `of` and all that it is built on: Age, Quantity, Element. */
  lineage(of: string): readonly string[] {
    const found = this.type(of);
    if (found === undefined) return [of];
    const inherited = found.base === '' ? [found.name] : [found.name, ...this.lineage(found.base)];
    // SimpleQuantity is written as a Quantity, and a little stricter.
    return of === found.name ? inherited : [of, ...inherited];
  }

  /** Systems by code. */
  codes(valueSet: string): ReadonlyMap<string, readonly string[]> {
    const known = this.#valueSets.get(valueSet);
    if (known) return known;
    const made = new Map<string, string[]>();
    for (const part of split(this.#valueSetLines.get(valueSet), ';').slice(1)) {
      const [system, ...codes] = part.split(' ');
      for (const code of codes) made.set(code, [...(made.get(code) ?? []), system]);
    }
    this.#valueSets.set(valueSet, made);
    return made;
  }

  /** Undefined: none of HL7's. */
  extension(url: string): ExtensionDefinition | undefined {
    // A part within an extension has a short name that may be that of an extension of HL7's.
    if (!url.includes(':')) return undefined;
    const name = url.startsWith(CORE_EXTENSIONS) ? url.slice(CORE_EXTENSIONS.length) : url;
    const line = this.#extensionLines.get(name);
    if (line === undefined) return undefined;
    const known = this.#extensions.get(name);
    if (known) return known;
    const [head, contexts, types, parts] = line.split(';');
    const made = {
      contexts: split(contexts, ' '),
      types: split(types, ' '),
      parts: split(parts, ' '),
      modifier: head.endsWith('!'),
    };
    this.#extensions.set(name, made);
    return made;
  }

  #parseType(line: string): TypeDefinition {
    const [head, ...rows] = line.split(';');
    const [, name, marks, base] = /^([A-Za-z0-9]+)([~^]*)<(.*)$/.exec(head)!;
    const fields = new Fields();
    for (const element of base === '' ? [] : this.type(base)!.fields.elements) fields.add(element);
    const open: { fields: Fields; path: string }[] = [{ fields, path: name }];
    const same: { element: { fields: Fields | null }; to: string }[] = [];
    for (const row of rows) {
      const [, dots, field, choice, cardinality = '', types, valueSet = null] = ELEMENT.exec(row)!;
      const depth = dots.length;
      const path = `${open[depth].path}.${field}`;
      const [min, max] = CARDINALITIES[cardinality] ?? rangeOf(cardinality);
      const uses = types === undefined ? BACKBONE : types.startsWith('#') ? BACKBONE : split(types, ',').map(typeUse);
      const inner = this.#innerFields(types, uses);
      const to = types?.startsWith('#') ? `${name}.${types.slice(1)}` : null;
      const element = {
        name: field,
        path,
        min,
        max,
        choice: choice !== undefined,
        types: uses,
        fields: inner,
        same: to,
        valueSet,
      };
      if (to !== null) same.push({ element, to });
      open[depth].fields.add(element);
      open.length = depth + 1;
      if (inner !== null) open.push({ fields: inner, path });
    }
    for (const { element, to } of same) element.fields = this.#at(fields, name, to);
    return { name, base, abstract: marks.includes('~'), isResource: marks.includes('^'), fields };
  }

  /** An element without a type, or of the type Element, brings its own fields along, behind those that every element has. */
  #innerFields(types: string | undefined, uses: readonly TypeUse[]): Fields | null {
    if (types !== undefined && types !== 'Element') return null;
    const inner = new Fields();
    for (const element of this.type(uses[0].name)!.fields.elements) inner.add(element);
    return inner;
  }

  #at(fields: Fields, root: string, path: string): Fields {
    let found = fields;
    for (const part of path.slice(root.length + 1).split('.'))
      found = found.elements.find(({ name }) => name === part)!.fields!;
    return found;
  }
}

function rangeOf(cardinality: string): readonly [number, number] {
  const [min, max] = cardinality.slice(1, -1).split(',');
  return [Number(min), max === '*' ? Number.POSITIVE_INFINITY : Number(max)];
}

function typeUse(text: string): TypeUse {
  const [name, targets] = text.split('(');
  return { name, targets: split(targets?.slice(0, -1), ' ') };
}

export function parseSearchParameters(table: string): SearchParameter[] {
  const lines = table.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [code, type, base, target, expression, ...components] = line.split(';');
    return {
      code,
      type: type as SearchParameter['type'],
      base: split(base, ' '),
      target: split(target, ' '),
      expression,
      components: components.map((part) => {
        const [of, path] = part.split('~');
        return { code: of, expression: path };
      }),
    };
  });
}
