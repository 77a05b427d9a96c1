// What a record stands in while it is checked: the resource that contains it, the bundle that it came with.
import { BundleIndex } from './bundle-index.ts';
import { all, get, type Json, text } from './json.ts';

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
  /** Of parameters: ids of the resources in them, by type; and those of the parameters that this resource came in. */
  readonly carries: ReadonlyMap<string, ReadonlySet<string>> | null;
  readonly carried: ReadonlyMap<string, ReadonlySet<string>> | null;
  /** Types of contained resources by their id. */
  readonly contained = new Map<string, string>();
  /** Ids of contained resources that something points at. */
  readonly pointedAt = new Set<string>();
  /** Contained resources that were looked at, and whether something must point at them. */
  readonly containedAt: { readonly id: string; readonly path: string; readonly needed: boolean }[] = [];
  /** It points at its container: a contained resource that does needs nothing that points at it. */
  pointsAtContainer = false;

  /** @param around the bundle or parameters that it came in */
  constructor(resource: Json, type: string, container: Scope | null, around: Scope | null) {
    this.resource = resource;
    this.type = type;
    this.container = container;
    this.bundle = around?.inner ?? null;
    this.entry = around?.entryAt ?? -1;
    this.carried = around?.carries ?? null;
    this.inner = type === 'Bundle' ? new BundleIndex(resource) : null;
    this.carries = type === 'Parameters' ? idsByType(resource) : null;
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

/** Parameters of parameters that are followed. */
const PARTS_MAX = 10_000;

function idsByType(parameters: Json): Map<string, Set<string>> {
  const parts = all(parameters, 'parameter');
  for (const part of parts) if (parts.length < PARTS_MAX) for (const inner of all(part, 'part')) parts.push(inner);
  const ids = new Map<string, Set<string>>();
  for (const resource of parts.map((part) => get(part, 'resource'))) {
    const [type, id] = [text(resource, 'resourceType'), text(resource, 'id')];
    if (type !== undefined && id !== undefined) ids.set(type, (ids.get(type) ?? new Set()).add(id));
  }
  return ids;
}
