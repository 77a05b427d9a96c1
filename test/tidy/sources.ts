// The source tree as data, for the rules in tidy.test.ts: every file parsed once, with what it imports, names and uses.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Import {
  readonly specifier: string;
  /** False when the import disappears with the types. */
  readonly value: boolean;
}

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Functions with a body, described as `name, line 12`; a list of tests (`describe`) is not one. */
  readonly functions: readonly { readonly name: string; readonly lines: number }[];
  readonly classes: readonly string[];
  /** Text literals of the code. */
  readonly literals: readonly string[];
  /** Names that are used and declared nowhere in the file: globals. Members as `Math.random`. */
  readonly globals: ReadonlySet<string>;
  readonly comments: readonly string[];
  /** The first comment stands before the code (imports may precede it). */
  readonly opensWithComment: boolean;
}

/** Files of git with one of these endings, those included that were made but not yet added. */
export function listFiles(...endings: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  return listed.split('\n').filter((path) => endings.some((ending) => path.endsWith(ending)) && existsSync(path));
}

export function readSources(): Source[] {
  return listFiles('.ts', '.tsx', '.mjs').map(readSource);
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0].message}`);
  const found = new Findings(text);
  found.walk(program as unknown as Node, null);
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    imports: found.imports,
    functions: found.functions,
    classes: found.classes,
    literals: found.literals,
    globals: new Set([...found.used].filter((name) => !found.declared.has(name.split('.')[0]))),
    comments: comments.map(({ value }) => value),
    opensWithComment: firstCommentLeads(program as unknown as Node, comments),
  };
}

function firstCommentLeads(program: Node, comments: readonly { start: number }[]): boolean {
  const [first] = comments;
  const body = program.body as Node[];
  const code = body.find(({ type }) => type !== 'ImportDeclaration');
  return first !== undefined && (code === undefined || first.start < code.start);
}

/** Type-level nodes hold no code, but for these, which wrap an expression. */
const EXPRESSIONS_WITH_TYPES = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSInstantiationExpression',
]);

class Findings {
  readonly imports: Import[] = [];
  readonly functions: { name: string; lines: number }[] = [];
  readonly classes: string[] = [];
  readonly literals: string[] = [];
  readonly used = new Set<string>();
  readonly declared = new Set<string>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  walk(node: Node, parent: Node | null): void {
    if (node.type.startsWith('TS') && !EXPRESSIONS_WITH_TYPES.has(node.type)) return;
    this.#visit(node, parent);
    for (const [field, value] of Object.entries(node)) {
      if (isName(node, field)) continue;
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) this.walk(child, node);
    }
  }

  #visit(node: Node, parent: Node | null): void {
    if (node.type === 'Literal' && typeof node.value === 'string') this.literals.push(node.value);
    if (node.type === 'Identifier') this.used.add(node.name as string);
    if (node.type === 'MemberExpression') this.#member(node);
    if (node.type === 'ClassDeclaration') this.#declare(node.id, this.classes);
    if (node.type === 'VariableDeclarator') this.#declarePattern(node.id as Node);
    if (node.type === 'CatchClause' && isNode(node.param)) this.#declarePattern(node.param);
    if (/^Import.*Specifier$/.test(node.type)) this.#declare(node.local);
    this.#import(node);
    if (/Function/.test(node.type)) this.#function(node, parent);
  }

  #member({ object, property, computed }: Node): void {
    if (isNode(object) && object.type === 'Identifier' && isNode(property) && computed !== true)
      this.used.add(`${object.name}.${property.name}`);
  }

  #import(node: Node): void {
    const { type, source } = node;
    if (!isNode(source) || !/^(Import|Export)/.test(type) || typeof source.value !== 'string') return;
    const specifiers = (node.specifiers ?? []) as Node[];
    const kind = node.importKind ?? node.exportKind ?? 'value';
    const named = specifiers.filter((each) => (each.importKind ?? each.exportKind) !== 'type');
    this.imports.push({
      specifier: source.value,
      value: kind === 'value' && (specifiers.length === 0 || named.length > 0),
    });
  }

  #function(node: Node, parent: Node | null): void {
    this.#declare(node.id);
    for (const parameter of (node.params ?? []) as Node[]) this.#declarePattern(parameter);
    if (!isNode(node.body) || (parent?.type === 'CallExpression' && isSuite(parent))) return;
    const line = this.#lineOf(node.start);
    const named = [node.id, parent?.key, parent?.id].find((each) => isNode(each) && typeof each.name === 'string') as
      | Node
      | undefined;
    this.functions.push({
      name: `${named?.name ?? 'function'}, line ${line}`,
      lines: this.#lineOf(node.end) - line + 1,
    });
  }

  #declare(id: unknown, list?: string[]): void {
    if (!isNode(id)) return;
    this.declared.add(id.name as string);
    list?.push(id.name as string);
  }

  #declarePattern(pattern: Node): void {
    if (pattern.type === 'Identifier') this.#declare(pattern);
    for (const child of Object.values(pattern).flat()) {
      if (isNode(child) && !child.type.startsWith('TS')) this.#declarePattern(child);
    }
  }

  #lineOf(offset: number): number {
    return this.#text.slice(0, offset).split('\n').length;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** `a.name` and `{ name: … }` do not use a variable of that name. */
function isName(node: Node, field: string): boolean {
  if (node.computed === true) return false;
  if (field === 'property') return node.type === 'MemberExpression';
  return field === 'key' || field === 'imported' || field === 'exported';
}

/** A call of describe, or of what it makes (`describe.each(…)(…)`). */
function isSuite({ callee }: Node): boolean {
  for (let at = callee; isNode(at); at = at.type === 'MemberExpression' ? at.object : at.callee) {
    if (at.type === 'Identifier') return at.name === 'describe' || at.name === 'suite';
  }
  return false;
}

/** The file that a relative import means, or null for an import by a package's name. */
export function resolveRelative(from: string, specifier: string): string | null {
  return specifier.startsWith('.') ? normalize(join(dirname(from), specifier)) : null;
}

/** `@scope/name/sub` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
