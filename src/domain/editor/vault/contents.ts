/** The page that names all pages of a folder: a line for each, in the folders they stood in. */
import type { DraftBlock } from '#domain/editor/ingest';
import { IMPORT_LIMITS } from '#domain/shared';
import { INDENT_MAX } from '#domain/editor/model';
import { plainName } from './notion.ts';
import { baseOf, stemOf } from './paths.ts';

interface Branch {
  readonly name: string;
  page: number | null;
  readonly inside: Map<string, Branch>;
}

/** Lines of lists with places; a folder that is called like a page stands with it. */
export function contentsOf(paths: readonly string[], pages: readonly ({ readonly title: string } | null)[]): DraftBlock[] {
  const top: Branch = { name: '', page: null, inside: new Map() };
  for (const [at, path] of paths.entries()) {
    if (pages[at] === null) continue;
    let branch = top;
    const parts = stemOf(path).split('/');
    // Two kinds of one name stand apart.
    if (branchAt(top, parts)?.page != null) parts[parts.length - 1] = baseOf(path);
    for (const part of parts) {
      const next = branch.inside.get(part) ?? { name: part, page: null, inside: new Map() };
      branch.inside.set(part, next);
      branch = next;
    }
    branch.page = at;
  }
  const out: DraftBlock[] = [];
  lines(top, 0, pages, out);
  return out.slice(0, IMPORT_LIMITS.blocks);
}

function branchAt(top: Branch, parts: readonly string[]): Branch | undefined {
  return parts.reduce<Branch | undefined>((branch, part) => branch?.inside.get(part), top);
}

function lines(branch: Branch, depth: number, pages: readonly ({ readonly title: string } | null)[], out: DraftBlock[]): void {
  for (const { name, page, inside } of [...branch.inside.values()].map((one) => ({ ...one, inside: one }))) {
    const attrs = depth > 0 ? { indent: Math.min(depth, INDENT_MAX) } : {};
    out.push({ type: 'list', attrs, text: [page === null ? { text: plainName(name), marks: {} } : { text: pages[page]!.title || plainName(name), marks: { link: `~${page}` } }] });
    lines(inside, depth + 1, pages, out);
  }
}
