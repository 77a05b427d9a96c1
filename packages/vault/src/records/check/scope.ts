// What a record stands in while it is checked: the resource that contains it, the bundle that it came with.
import { BundleIndex } from './bundle-index.ts';
import { all, type Json, text } from './json.ts';

export class Scope {
  readonly resource: Json;
  readonly type: string;
  /** The resource that this one is contained in. */
  readonly container: Scope | null;
  readonly bundle: BundleIndex | null;
  /** Its entry in that bundle. */
  readonly entry: number;
  /** Of a bundle: what is in it, and the entry that is looked at. */
  readonly inner: BundleIndex | null;
  entryAt = -1;
  /** Types of contained resources by their id. */
  readonly contained = new Map<string, string>();
  /** Ids of contained resources that something points at. */
  readonly pointedAt = new Set<string>();
  /** Contained resources that were looked at, and whether something must point at them. */
  readonly containedAt: { readonly id: string; readonly path: string; readonly needed: boolean }[] = [];
  /** It points at its container: a contained resource that does needs nothing that points at it. */
  pointsAtContainer = false;

  constructor(resource: Json, type: string, container: Scope | null, bundle: BundleIndex | null, entry: number) {
    this.resource = resource;
    this.type = type;
    this.container = container;
    this.bundle = bundle;
    this.entry = entry;
    this.inner = type === 'Bundle' ? new BundleIndex(resource) : null;
    if (container === null)
      for (const each of all(resource, 'contained')) {
        const id = text(each, 'id');
        if (id !== undefined) this.contained.set(id, text(each, 'resourceType') ?? '');
      }
  }

  /** The outermost resource, within which `#id` is looked for. */
  get root(): Scope {
    return this.container ?? this;
  }

  /** Notes a text that may point at a contained resource. */
  point(to: string): void {
    if (to === '#') this.pointsAtContainer = true;
    else this.root.pointedAt.add(to.slice(1));
  }
}
