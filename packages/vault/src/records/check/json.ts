// Careful looks into JSON of which nothing is known.

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An own field: a record that names a field `constructor` gets no method of ours. */
export const get = (of: unknown, name: string): unknown =>
  isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;

/** A list with its gaps, so that places in it stay true; empty where there is none. */
export const list = (of: unknown, name: string): readonly unknown[] => {
  const value = get(of, name);
  return Array.isArray(value) ? value : [];
};

/** Something under these names in turn; within lists, of every member. */
export function all(of: unknown, ...names: readonly string[]): unknown[] {
  let found: unknown[] = [of];
  for (const name of names)
    found = found.flatMap((each) => {
      const value = get(each, name);
      return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
    });
  return found;
}

/** The field, or its extensions alone (`_name`), or a choice of its type (`name[x]` as `nameString`). */
export function has(of: unknown, name: string): boolean {
  const value = get(of, name) ?? get(of, `_${name}`);
  return value !== undefined && value !== null;
}

/** Name of the field that a choice (`value[x]`) is spelled as; undefined where it is not there. */
export function choiceOf(of: unknown, name: string): string | undefined {
  if (!isObject(of)) return undefined;
  const chosen = (key: string) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length));
  return Object.keys(of)
    .find((key) => chosen(key.replace(/^_/, '')))
    ?.replace(/^_/, '');
}

export const text = (of: unknown, name: string): string | undefined => {
  const value = get(of, name);
  return typeof value === 'string' ? value : undefined;
};

export const count = (of: unknown, name: string): number => {
  const value = get(of, name);
  return Array.isArray(value) ? value.length : has(of, name) ? 1 : 0;
};

export const isDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

/** A CodeableConcept (or a list of them) that carries the code. */
export const hasCode = (of: unknown, name: string, system: string, ...codes: readonly string[]): boolean =>
  all(of, name, 'coding').some(
    (coding) => text(coding, 'system') === system && codes.includes(text(coding, 'code') ?? ''),
  );
