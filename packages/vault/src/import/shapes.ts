// Checks of the shape of a JSON value, put together from small ones: as much of JSON Schema as the schemas of Open mHealth need.

import { isFields } from './json-records.ts';

/** Whether a value has the shape. */
export type Shape = (value: unknown) => boolean;

export const number: Shape = (value) => typeof value === 'number' && Number.isFinite(value);
export const integer: Shape = Number.isInteger;
export const flag: Shape = (value) => typeof value === 'boolean';
export const text: Shape = (value) => typeof value === 'string' && value !== '';

export function matching(pattern: RegExp): Shape {
  return (value) => typeof value === 'string' && pattern.test(value);
}

/** One of a closed list, written with `|` between its words. */
export function words(list: string): Shape {
  const known = new Set(list.split('|').map((word) => word.trim()));
  return (value) => typeof value === 'string' && known.has(value);
}

/** An object: a name that ends in `?` may be missing; names that are not listed may be there. */
export function object(members: Readonly<Record<string, Shape>>): Shape {
  const checks = Object.entries(members).map(([name, shape]) => {
    const optional = name.endsWith('?');
    return { name: optional ? name.slice(0, -1) : name, optional, shape };
  });
  return (value) =>
    isFields(value) &&
    checks.every(({ name, optional, shape }) => (Object.hasOwn(value, name) ? shape(value[name]) : optional));
}

/** A list whose elements all have the shape. */
export function list(shape: Shape, least = 0): Shape {
  return (value) => Array.isArray(value) && value.length >= least && value.every(shape);
}

export function all(...shapes: Shape[]): Shape {
  return (value) => shapes.every((shape) => shape(value));
}

export function any(...shapes: Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

/** Exactly one of the shapes. */
export function one(...shapes: Shape[]): Shape {
  return (value) => shapes.filter((shape) => shape(value)).length === 1;
}

/** An object that has none of the members. */
export function without(...names: string[]): Shape {
  return (value) => isFields(value) && names.every((name) => !Object.hasOwn(value, name));
}
