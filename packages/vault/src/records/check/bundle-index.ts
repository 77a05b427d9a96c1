// What is in a bundle, found the way references find it. http://hl7.org/fhir/R4/bundle.html#references
import { get, isObject, list, text } from './json.ts';

export interface BundleEntry {
  readonly fullUrl: string | undefined;
  /** Empty: no resource. */
  readonly type: string;
  readonly id: string | undefined;
  readonly versionId: string | undefined;
}

/** `Type/id` or an address that ends so, its version apart. */
export const RESTFUL =
  /^(?:(https?:\/\/[^\s?#]+)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

export class BundleIndex {
  readonly type: string;
  readonly entries: readonly BundleEntry[];
  /** From one entry to another that it refers to. */
  readonly links: [number, number][] = [];
  readonly #byUrl = new Map<string, number>();
  readonly #byName = new Map<string, number>();

  constructor(bundle: unknown) {
    this.type = text(bundle, 'type') ?? '';
    this.entries = list(bundle, 'entry').map((entry) => {
      const resource = get(entry, 'resource');
      return {
        fullUrl: text(entry, 'fullUrl'),
        type: isObject(resource) ? (text(resource, 'resourceType') ?? '') : '',
        id: text(resource, 'id'),
        versionId: text(get(resource, 'meta'), 'versionId'),
      };
    });
    this.entries.forEach(({ fullUrl, type, id }, at) => {
      if (fullUrl !== undefined && !this.#byUrl.has(fullUrl)) this.#byUrl.set(fullUrl, at);
      if (id !== undefined && !this.#byName.has(`${type}/${id}`)) this.#byName.set(`${type}/${id}`, at);
    });
  }

  /** Entry that a reference from entry `from` leads to by the rules; -1: none. */
  find(reference: string, from: number): number {
    const bare = reference.replace(/#.*$/, '').replace(/\/_history\/[^/]*$/, '');
    const whole = this.#byUrl.get(bare);
    if (whole !== undefined) return whole;
    if (!RESTFUL.test(bare) || /^https?:/.test(bare)) return -1;
    const base = RESTFUL.exec(this.entries[from]?.fullUrl ?? '')?.[1];
    return base === undefined ? -1 : (this.#byUrl.get(`${base}/${bare}`) ?? -1);
  }

  /** Entry of that type and id, whatever its address: not what a reference leads to, but what its author may have meant. */
  findByName(reference: string): number {
    const parts = RESTFUL.exec(reference);
    return parts ? (this.#byName.get(`${parts[2]}/${parts[3]}`) ?? -1) : -1;
  }
}
