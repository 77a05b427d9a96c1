// A record made over for somebody else: what leads to records that she does not get is gone without a trace, the same whether they are withheld or
// were never there. Pure; nothing here knows which of the two it was. specs/copies.md §6
import { CONFIDENTIALITY, type Coding } from '@hale/consent';
import { type Fields, fieldsOf, isFields, listOf } from '../../import/json-records.ts';
import { type BlobPlace, parseBlobPlace, parseFilePlace, type Resource } from '../model.ts';

/** The copy that a reference leads to; null: it leads to none. */
export type Leads = (reference: string) => { type: string; id: string } | null;

/** Bytes that were cut out of a resource on import, as base64; null: they are not given. */
export type Attached = (place: BlobPlace, isFile: boolean) => string | null;

export interface Extraction {
  id: string;
  leads: Leads;
  attached: Attached;
  /** Contents of attachments are given. */
  documents: boolean;
  security: readonly Coding[];
}

/** Of these `text` is the only content of their own, and a reference is merely who said it. */
const OWN_WORDS = new Set(['note', 'section', 'identifier', 'qualification']);
/** Names one of our own files, or stands for what is not given. */
const OURS = /^urn:hale:/;
const ATTACHMENT_FIELDS = new Set([
  ...['id', 'extension', 'contentType', 'language', 'data', 'url', 'size', 'hash', 'title', 'creation'],
]);
const REFERENCE_FIELDS = new Set(['id', 'extension', 'reference', 'type', 'identifier', 'display']);
/** Words about results that fell away would tell them. */
const CONCLUDING = ['conclusion', 'conclusionCode', 'presentedForm'];

export function copyOf(resource: Resource, given: Extraction): Resource {
  const copying = new Copying(resource, given);
  return copying.resource();
}

class Copying {
  readonly #of: Resource;
  readonly #given: Extraction;
  /** Ids of contained resources: references to them stay. */
  readonly #contained: ReadonlySet<string>;
  /** Something was left away whose words may stand in a narrative. */
  #lost = false;
  /** The same of an entry of some section. */
  #cutSections = false;

  constructor(of: Resource, given: Extraction) {
    this.#of = of;
    this.#given = given;
    this.#contained = new Set(listOf(of.contained).map((each) => `#${String(fieldsOf(each).id)}`));
  }

  resource(): Resource {
    const { resourceType, id: _, meta, contained, text, ...rest } = this.#of;
    const made = fieldsOf(this.#fields(rest, resourceType));
    // What one section lists another tells in words.
    if (this.#cutSections && Array.isArray(made.section)) made.section = made.section.map(withoutText);
    const inside = listOf(contained).flatMap((each) => this.#inside(fieldsOf(each)));
    const used = usedOf(made, inside);
    const security = withMarks(this.#given.security, fieldsOf(meta).security);
    const profile = listOf(fieldsOf(meta).profile).filter((each) => typeof each === 'string');
    return {
      resourceType,
      id: this.#given.id,
      meta: { ...(profile.length > 0 ? { profile } : {}), security },
      ...(text !== undefined && !this.#lost ? { text } : {}),
      ...(used.length > 0 ? { contained: used } : {}),
      ...made,
    };
  }

  /** Part of the resource that it is contained in: nothing of its own but its id. */
  #inside(contained: Fields): Fields[] {
    const { resourceType, id, meta: _m, text: _t, contained: _c, ...rest } = contained;
    if (resourceType === 'Binary' && !this.#given.documents) delete rest.data;
    const made = this.#fields(rest, String(resourceType));
    return [{ resourceType, id, ...fieldsOf(made) }];
  }

  #value(value: unknown, name: string): unknown {
    if (typeof value === 'string') return value.startsWith('hale-') ? this.#placed(value) : value;
    if (Array.isArray(value)) return this.#list(value, name);
    return isFields(value) ? this.#object(value, name) : value;
  }

  /** A place of bytes anywhere but in an attachment: the text of a Binary. */
  #placed(value: string): string | undefined {
    const place = parseBlobPlace(value);
    if (place === null) return parseFilePlace(value) === null ? value : undefined;
    return (this.#given.documents ? this.#given.attached(place, false) : null) ?? undefined;
  }

  #list(values: readonly unknown[], name: string): unknown {
    const made = values.map((each) => this.#element(each, name));
    // Ids and extensions of primitive values stand in a list beside theirs, place for place.
    if (name.startsWith('_')) return made.some(isFields) ? made.map((each) => each ?? null) : undefined;
    const left = made.filter((each) => each !== undefined);
    return left.length > 0 ? left : undefined;
  }

  /** What is named in a list for the sake of what it refers to falls away with that: an entry, a participant, an activity. */
  #element(value: unknown, name: string): unknown {
    if (!isFields(value) || OWN_WORDS.has(name)) return this.#value(value, name);
    const before = Object.entries(value).filter(([, each]) => isReference(each)).length;
    const made = this.#value(value, name);
    const after = Object.values(fieldsOf(made)).filter(isReference).length;
    return isReference(value) || after === before ? made : undefined;
  }

  #object(value: Fields, name: string): Fields | undefined {
    if (name === 'signature') return undefined;
    if (name === 'extension' || name === 'modifierExtension') return this.#extension(value);
    if (isReference(value) && name !== 'coding') return this.#reference(value);
    if (isAttachment(value)) return this.#attachment(value);
    if (name === 'section') return this.#section(value);
    return this.#fields(value, '');
  }

  /** @param type of the resource whose fields these are; '' further inside */
  #fields(value: Fields, type: string): Fields | undefined {
    const made: Fields = {};
    const lacks = new Set<string>();
    for (const [name, each] of Object.entries(value)) {
      if (name === 'id' || name === 'implicitRules') continue;
      const kept = type === 'Bundle' ? this.#bundled(each, name) : this.#value(each, name);
      if (kept === undefined) lacks.add(name);
      else made[name] = kept;
      if (Array.isArray(each) && listOf(kept).length < each.length) lacks.add(name);
    }
    const saysLess = type === 'DiagnosticReport' && ['result', 'media', 'imagingStudy'].some((name) => lacks.has(name));
    if (saysLess) for (const name of CONCLUDING) delete made[name];
    return Object.keys(made).length > 0 ? made : undefined;
  }

  #reference(value: Fields): Fields | undefined {
    const { reference } = value;
    if (typeof reference === 'string') {
      if (reference === '#' || this.#contained.has(reference)) return { reference };
      const to = this.#given.leads(reference);
      if (to) return { reference: `${to.type}/${to.id}` };
    }
    this.#lost = true;
    return undefined;
  }

  /** A section that lost all of its entries is not there; one that lost some says nothing in words, nor does any other of the document. */
  #section(value: Fields): Fields | undefined {
    const outer = this.#lost;
    this.#lost = false;
    const made = fieldsOf(this.#fields(value, ''));
    const isCut = this.#lost;
    this.#lost ||= outer;
    this.#cutSections ||= isCut;
    return isCut && made.entry === undefined && made.section === undefined ? undefined : made;
  }

  #extension(value: Fields): Fields | undefined {
    const { url, ...rest } = value;
    if (typeof url !== 'string' || OURS.test(url)) return undefined;
    const made = this.#fields(rest, '');
    return made === undefined ? undefined : { url, ...made };
  }

  /** Of a bundle the resources are given as copies of their own; here only their addresses stand. */
  #bundled(value: unknown, name: string): unknown {
    if (['link', 'total', 'signature'].includes(name)) return undefined;
    if (name !== 'entry') return this.#value(value, name);
    const entries = listOf(value).flatMap((each) => {
      const { fullUrl, resource } = fieldsOf(each);
      const { resourceType, id } = fieldsOf(resource);
      const names = [fullUrl, `${String(resourceType)}/${String(id)}`];
      const to = names.map((each) => (typeof each === 'string' ? this.#given.leads(each) : null)).find(Boolean);
      return to ? [{ fullUrl: `${to.type}/${to.id}` }] : [];
    });
    return entries.length > 0 ? entries : undefined;
  }

  #attachment(value: Fields): Fields | undefined {
    const { data, url, hash, size, id: _, extension: _e, ...rest } = value;
    const kept = Object.keys(rest).length > 0 ? rest : undefined;
    const [text, file] = [parseBlobPlace(data), parseFilePlace(url)];
    const to = typeof url === 'string' && file === null ? this.#given.leads(url) : null;
    // It lay elsewhere: in a record, for all that is known here.
    if (url !== undefined && file === null && to === null) this.#lost = true;
    if (!this.#given.documents) return kept;
    const own = text ? this.#given.attached(text, false) : typeof data === 'string' ? data : null;
    const bytes = file ? this.#given.attached(file, true) : own;
    if (bytes !== null) {
      const told = { ...(hash === undefined ? {} : { hash }), ...(size === undefined ? {} : { size }) };
      return { ...rest, data: bytes, ...told };
    }
    return to ? { ...rest, url: `${to.type}/${to.id}` } : kept;
  }
}

function withoutText(section: unknown): Fields {
  const { text: _, section: inner, ...rest } = fieldsOf(section);
  return { ...rest, ...(Array.isArray(inner) ? { section: inner.map(withoutText) } : {}) };
}

/** Marks that somebody else set stay with what the owner's home says; confidentiality is said once, and was weighed. */
function withMarks(security: readonly Coding[], marked: unknown): Fields[] {
  const others = listOf(marked).flatMap((each): Fields[] => {
    const { system, code, display } = fieldsOf(each);
    if (typeof code !== 'string' || system === CONFIDENTIALITY) return [];
    if (security.some((known) => known.system === system && known.code === code)) return [];
    return [{ ...(typeof system === 'string' && { system }), code, ...(typeof display === 'string' && { display }) }];
  });
  return [...security.map((each) => ({ ...each })), ...others];
}

/** By its form: JSON does not say what an object is. One that is merely displayed counts, for its words may name what is withheld. */
function isReference(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const isOne = typeof value.reference === 'string' || isFields(value.identifier) || typeof value.display === 'string';
  return isOne && Object.keys(value).every((name) => REFERENCE_FIELDS.has(name.replace(/^_/, '')));
}

function isAttachment(value: Fields): boolean {
  const hasContent = typeof value.data === 'string' || typeof value.url === 'string';
  const isOne = hasContent || typeof value.contentType === 'string';
  return isOne && Object.keys(value).every((name) => ATTACHMENT_FIELDS.has(name.replace(/^_/, '')));
}

/** Contained resources that something still refers to. */
function usedOf(made: Fields, inside: readonly Fields[]): Fields[] {
  const used = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (isFields(value))
      for (const [name, each] of Object.entries(value)) {
        if (name !== 'reference' || typeof each !== 'string') walk(each);
        else if (each.startsWith('#') && !used.has(each)) {
          used.add(each);
          walk(inside.find(({ id }) => `#${String(id)}` === each));
        }
      }
  };
  walk(made);
  return inside.filter(({ id }) => used.has(`#${String(id)}`));
}
