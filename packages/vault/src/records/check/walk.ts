// Walks through a resource along the definitions of its type: every field known, as often as allowed, of the right form; and on the way hands
// references, extensions, narratives and attachments to those who know their rules.
import type { Definitions, ElementDefinition, Field, Fields, TypeDefinition } from '../definitions/tables.ts';
import { checkAttachment, type Sha1 } from './attachments.ts';
import { checkBundle } from './bundle.ts';
import { checkBinding, checkCoding, checkIdentifier } from './codes.ts';
import { checkExtension } from './extensions.ts';
import type { Findings } from './finding.ts';
import type { InvariantBook } from './invariants/index.ts';
import { get, isObject, type Json, text } from './json.ts';
import { CHECK_DEPTH_MAX, CHECK_FIELDS_MAX } from './limits.ts';
import { checkNarrative } from './narrative.ts';
import { checkPrimitive, ID_TEXT, isAbsolute, isId } from './primitives.ts';
import { checkProfilePaths } from './profile-paths.ts';
import { checkReference } from './references.ts';
import { Scope } from './scope.ts';

/** What surrounds an object: its element, and the names that lead to it from its resource on. */
interface Place {
  readonly element: ElementDefinition | null;
  readonly type: string;
  readonly scope: Scope;
  /** The extension, where this is one. */
  readonly extension: Json | null;
}

const isPrimitive = (type: string) => /^[a-z]/.test(type) && type !== 'xhtml';

export class Walk {
  readonly #definitions: Definitions;
  readonly #findings: Findings;
  readonly #sha1: Sha1 | null;
  /** Names of elements from the resource on, which a path with its numbers and types does not tell. */
  #names: string[] = [];
  #depth = 0;
  #fields = 0;
  readonly #invariants: InvariantBook;

  constructor(definitions: Definitions, invariants: InvariantBook, findings: Findings, sha1: Sha1 | null) {
    this.#definitions = definitions;
    this.#invariants = invariants;
    this.#findings = findings;
    this.#sha1 = sha1;
  }

  /** Null: it is no resource that could be looked into. */
  resource(value: unknown, container: Scope | null = null, around: Scope | null = null): Scope | null {
    const found = this.#resourceType(value);
    if (found === null || this.#tooDeep()) return null;
    const { definition, resource } = found;
    if (this.#findings.depth === 0) this.#findings.enter(definition.name);
    const scope = new Scope(resource, definition.name, container, around);
    const names = this.#names;
    this.#names = [definition.name];
    this.#depth++;
    this.#object(resource, definition.fields, { element: null, type: definition.name, scope, extension: null });
    this.#depth--;
    this.#names = names;
    if (definition.name === 'StructureDefinition') checkProfilePaths(resource, this.#definitions, this.#findings);
    if (scope.inner) checkBundle(resource, scope.inner, this.#definitions, this.#findings);
    checkContained(scope, this.#findings);
    return scope;
  }

  #resourceType(value: unknown): { definition: TypeDefinition; resource: Json } | null {
    const findings = this.#findings;
    const name = text(value, 'resourceType');
    const definition =
      name !== undefined && this.#definitions.isResource(name) ? this.#definitions.type(name) : undefined;
    if (!isObject(value)) findings.error('type', 'Here must stand a FHIR resource: an object with a resourceType.');
    else if (name === undefined)
      findings.error('resource-type', 'The resource does not say what it is. Add its resourceType.');
    else if (!definition)
      findings.error('resource-type', 'FHIR R4 has no resource of this type. Correct the resourceType.', name);
    else return { definition, resource: value };
    return null;
  }

  #tooDeep(): boolean {
    if (this.#depth < CHECK_DEPTH_MAX && this.#fields < CHECK_FIELDS_MAX) return false;
    this.#findings.warn('limit', 'This lies too deep, or the file is too large: it was not looked at from here on.');
    return true;
  }

  #object(value: Json, fields: Fields, place: Place): void {
    const isResource = place.element === null;
    const keys = Object.keys(value);
    this.#fields += keys.length;
    for (const key of keys) {
      if (isResource && key === 'resourceType') continue;
      const name = key.startsWith('_') ? key.slice(1) : key;
      const field = fields.byName.get(name);
      if (!field || (key !== name && !isPrimitive(field.type.name))) {
        this.#findings.error(
          'unknown-field',
          'There is a field here that FHIR R4 does not know at this place. Remove it, or write it as an extension.',
          key,
        );
        continue;
      }
      if (key !== name && Object.hasOwn(value, name)) continue;
      this.#findings.enter(name);
      this.#names.push(field.element.name);
      this.#field(field, value[name], get(value, `_${name}`), place);
      this.#names.pop();
      this.#findings.leave();
    }
    this.#presence(value, keys, fields);
    this.#hold(value, place);
  }

  /** What must be there, and choices made once only. */
  #presence(value: Json, keys: readonly string[], fields: Fields): void {
    for (const { choice, name } of fields.required) {
      const there = choice
        ? keys.some((key) => fields.byName.get(key.replace(/^_/, ''))?.element.name === name)
        : Object.hasOwn(value, name) || Object.hasOwn(value, `_${name}`);
      if (!there)
        this.#findings.error(
          'missing',
          `The field ${name}${choice ? '[x]' : ''} is missing, and must be there. Add it.`,
        );
    }
    for (const { name } of fields.choices) {
      const chosen = keys.filter((key) => key.startsWith(name) && fields.byName.get(key)?.element.name === name);
      if (chosen.length > 1)
        this.#findings.error('choice', `Of ${name}[x] there may be one only, and here are several. Keep one.`);
    }
  }

  /** Invariants of the type, what it is built on, and the element. */
  #hold(value: Json, { element, type, scope }: Place): void {
    for (const { key: rule, severity, text: told, holds } of this.#invariants.at(element, type))
      if (!holds(value, scope.resource)) this.#findings.add(severity ?? 'error', rule, told);
  }

  #field(field: Field, value: unknown, side: unknown, place: Place) {
    const { element } = field;
    const many = element.max > 1;
    if (!many) {
      if (Array.isArray(value)) return this.#findings.error('list', 'Here must stand one value and no list. Keep one.');
      return this.#value(field, value, side, place, -1);
    }
    const list = value ?? (Array.isArray(side) ? side.map(() => null) : value);
    if (!Array.isArray(list))
      return this.#findings.error('list', 'Here must stand a list, even for one value. Put it into [ ].');
    if (list.length === 0)
      return this.#findings.error('empty-list', 'A list must not be empty. Leave the field out instead.');
    if (list.length < element.min || list.length > element.max)
      this.#findings.error('count', `Here must stand ${element.min} to ${element.max} values.`);
    if (side !== undefined && !Array.isArray(side))
      this.#findings.error('list', 'Additions to a list must be a list of the same length.');
    const sides = Array.isArray(side) ? side : [];
    for (let i = 0; i < list.length; i++) {
      this.#findings.enter(i);
      this.#value(field, list[i], sides[i], place, i);
      this.#findings.leave();
    }
  }

  #value(field: Field, value: unknown, side: unknown, place: Place, index: number) {
    const { element, type } = field;
    if (isPrimitive(type.name)) return this.#primitive(field, value, side, place);
    if (type.name === 'xhtml') return this.#narrative(value);
    if (!isObject(value))
      return this.#findings.error('type', 'Here must stand an object with fields of its own, not a plain value.');
    if (type.name === 'Resource') return this.#resourceField(element, value, place.scope);
    if (element.path === 'Bundle.entry') place.scope.entryAt = index;
    if (this.#tooDeep()) return;
    const keys = Object.keys(value);
    if (keys.length === 0 || (keys.length === 1 && keys[0] === 'id'))
      return this.#findings.error('ele-1', 'This is empty. Give it a value, or leave it out.');
    this.#depth++;
    this.#typed(field, value, place);
    this.#depth--;
  }

  #resourceField(element: ElementDefinition, value: Json, scope: Scope): void {
    if (element.path === 'DomainResource.contained') this.#contained(value, scope);
    else this.resource(value, null, scope);
  }

  #typed({ element, type }: Field, value: Json, place: Place) {
    const fields = element.fields ?? this.#definitions.type(type.name)?.fields;
    if (fields === undefined) return;
    const isExtension = type.name === 'Extension';
    this.#object(value, fields, {
      element,
      type: type.name,
      scope: place.scope,
      extension: isExtension ? value : null,
    });
    const findings = this.#findings;
    switch (type.name) {
      case 'Extension':
        return this.#extension(value, element, place);
      case 'Reference':
        this.#point(text(value, 'reference'), place.scope);
        return checkReference(value, type, place.scope, this.#definitions, findings);
      case 'Coding':
        checkCoding(value, findings);
        return checkBinding(element, [value], this.#definitions, findings);
      case 'CodeableConcept':
        return checkBinding(element, get(value, 'coding'), this.#definitions, findings);
      case 'Identifier':
        return checkIdentifier(value, findings);
      case 'Attachment':
        return checkAttachment(value, this.#sha1, findings);
    }
  }

  #extension(value: Json, element: ElementDefinition, place: Place): void {
    const own = place.element?.path;
    // Names from the resource on, without `extension` itself.
    const paths = [
      this.#names.slice(0, -1).join('.'),
      ...(own ? [own] : []),
      ...(place.element?.same ? [place.element.same] : []),
    ];
    const holder = { paths, types: this.#definitions.lineage(place.type), within: place.extension };
    checkExtension(value, element, holder, this.#definitions, this.#findings);
  }

  #primitive(field: Field, value: unknown, side: unknown, place: Place) {
    const findings = this.#findings;
    const hasSide = side !== undefined && side !== null;
    if (hasSide) this.#addition(field, side, place);
    if (value === undefined || value === null) {
      if (!hasSide) findings.error('empty', 'There is no value here. Give it one, or leave it out.');
      return;
    }
    const { element, type } = field;
    // What every element has as its id is a text in R4, what a resource has is an id.
    if (element.path === 'Resource.id' && typeof value === 'string' && !isId(value))
      return findings.error('id', ID_TEXT, value);
    const wrong = checkPrimitive(type.name, value);
    if (wrong) return findings.add(wrong.severity, wrong.rule, wrong.text, value);
    if (typeof value !== 'string') return;
    if (type.name === 'code' && element.valueSet !== null) checkBinding(element, value, this.#definitions, findings);
    if (type.name === 'canonical') this.#canonical(field, value);
    if (/^(canonical|uri|url)$/.test(type.name)) this.#point(value, place.scope);
  }

  /** `_birthDate`: what is added to a plain value. */
  #addition({ element, type }: Field, side: unknown, place: Place) {
    if (!isObject(side))
      return this.#findings.error('type', 'What is added to a value (a field with _ before it) must be an object.');
    if (Object.keys(side).length === 0 || this.#tooDeep())
      return this.#findings.error('ele-1', 'This is empty. Give it a value, or leave it out.');
    this.#depth++;
    const fields = this.#definitions.type('Element')!.fields;
    this.#object(side, fields, { element, type: type.name, scope: place.scope, extension: null });
    this.#depth--;
  }

  #canonical({ type }: Field, value: string): void {
    if (!value.startsWith('#') && !isAbsolute(value))
      this.#findings.error(
        'canonical',
        'A definition is named by its whole address, or by # and the id of a contained one. Correct it.',
        value,
      );
    const named = /^http:\/\/hl7\.org\/fhir\/([A-Z][A-Za-z]+)\/[^/]+$/.exec(value)?.[1];
    if (
      named !== undefined &&
      type.targets.length > 0 &&
      this.#definitions.isResource(named) &&
      !type.targets.includes(named)
    )
      this.#findings.error(
        'canonical-target',
        `This must name a ${type.targets.join(' or ')}. Correct the address.`,
        value,
      );
  }

  #narrative(value: unknown) {
    if (typeof value !== 'string')
      return this.#findings.error('type', 'The text of a record must be XHTML in quotation marks.');
    checkNarrative(value, this.#findings);
  }

  #point(to: string | undefined, scope: Scope): void {
    if (to?.startsWith('#')) scope.point(to);
  }

  #contained(value: Json, scope: Scope): void {
    if (scope.container !== null)
      this.#findings.error(
        'dom-2',
        'A contained resource must not contain others. Move them to the resource around it.',
      );
    const id = text(value, 'id');
    if (id === undefined)
      this.#findings.error('contained-id', 'A contained resource needs an id, by which it is referred to. Add one.');
    const inner = this.resource(value, scope.root);
    if (id !== undefined)
      scope.root.containedAt.push({
        id,
        path: this.#findings.path,
        needed: inner !== null && !inner.pointsAtContainer,
      });
  }
}

/** After everything that could refer to it was seen. */
function checkContained(scope: Scope, findings: Findings): void {
  for (const { id, path, needed } of scope.containedAt)
    if (needed && !scope.pointedAt.has(id))
      findings.addAt(
        path,
        'error',
        'dom-3',
        'Nothing refers to this contained resource, nor does it refer to what contains it. Refer to it or remove it.',
      );
}
