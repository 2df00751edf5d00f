/** Rows of the tree. Pure; without recursion: a chain of parts may be as long as somebody made it. */
import { inOrder, type Tree, type Work } from '#domain/goals/work';

export interface Branch {
  readonly work: Work;
  readonly depth: number;
  /** Has parts that are shown when it is not folded. */
  readonly parts: boolean;
}

const inTree = (a: Work, b: Work): number => Number(a.kind === 'goal') - Number(b.kind === 'goal') || inOrder(a, b);

/** What is shown and the wholes it is in, each above its parts, in the order of lists, goals last. `root`: the goal whose page it is, which is no row, nor is what that is part of. */
export function branchesOf({ parts, whole }: Tree, shown: readonly Work[], folded: ReadonlySet<string>, root: string | null = null): Branch[] {
  const wanted = new Set<string>();
  for (const { id } of shown) {
    for (let at: string | null = id; at !== null && !wanted.has(at); at = whole.get(at) ?? null) wanted.add(at);
  }
  const below = (id: string | null): Work[] => (parts.get(id) ?? []).filter((one) => wanted.has(one.id)).sort(inTree);
  const out: Branch[] = [];
  const first = root === null ? below(null) : [...below(null).filter(({ kind }) => kind !== 'goal'), ...below(root)].sort(inTree);
  const open = first.reverse().map((work) => ({ work, depth: 0 }));
  while (open.length > 0) {
    const { work, depth } = open.pop()!;
    const inside = below(work.id);
    out.push({ work, depth, parts: inside.length > 0 });
    if (!folded.has(work.id)) for (const one of inside.reverse()) open.push({ work: one, depth: depth + 1 });
  }
  return out;
}
