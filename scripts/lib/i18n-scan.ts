/** Finds words outside the catalogue and keys without use. Pure over source texts, so that a test can plant faults. */
import { parseAst } from 'vite';

/** Attributes that people read or hear. */
const WORD_ATTRIBUTES = new Set(['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'label', 'note']);
const LETTERS = /\p{L}{2,}/u;
/** Names that are the same in every language: the product, keys, the licence, code. */
const NAMES = new Set(['LifeGraph', 'Esc', 'Enter', 'Ctrl K', 'MIT', 'window.lifegraph']);
const KEY = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/;

interface AstNode {
  type: string;
  start: number;
  [key: string]: unknown;
}

export interface Scan {
  /** Words in JSX that are no catalogue entries: file and line, and the words. */
  loose: { file: string; line: number; text: string }[];
  /** String literals that look like keys. */
  keys: Set<string>;
}

function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && typeof (value as AstNode).type === 'string';
}

function walk(node: AstNode, visit: (node: AstNode) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const one of value) if (isNode(one)) walk(one, visit);
    if (isNode(value)) walk(value, visit);
  }
}

/** Scans one source file. */
export function scanSource(file: string, source: string, into: Scan): void {
  const report = (at: number, text: string): void => {
    if (!NAMES.has(text.trim())) into.loose.push({ file, line: source.slice(0, at).split('\n').length, text: text.trim().slice(0, 60) });
  };
  const attributes = new Set<AstNode>();
  const program = parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as AstNode;
  walk(program, (node) => {
    if (node.type === 'Literal' && typeof node['value'] === 'string' && KEY.test(node['value'])) into.keys.add(node['value']);
    if (node.type === 'JSXText' && LETTERS.test(String(node['value']))) report(node.start, String(node['value']));
    if (node.type === 'JSXExpressionContainer' && isNode(node['expression']) && node['expression'].type === 'Literal' && !attributes.has(node) && LETTERS.test(String(node['expression']['value']))) report(node.start, String(node['expression']['value']));
    if (node.type === 'JSXAttribute' && isNode(node['value'])) attributes.add(node['value']);
    if (node.type === 'JSXAttribute' && isNode(node['name']) && WORD_ATTRIBUTES.has(String(node['name']['name']))) {
      const value = node['value'];
      if (isNode(value) && value.type === 'Literal' && LETTERS.test(String(value['value']))) report(node.start, String(value['value']));
    }
  });
}

/** An empty scan. */
export function emptyScan(): Scan {
  return { loose: [], keys: new Set() };
}
