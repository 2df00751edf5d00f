/** What could not be saved, as a file a person can keep: readable values, no keys. */
import { fromCbor } from '#os/graph-manager/values';
import { primitiveName } from './primitive-name.ts';
import type { Kernel } from './state.ts';

export function exportUnsaved(kernel: Kernel): string {
  const spaces = [...kernel.spaces.values()].map((space) => ({
    space: space.key,
    fragments: [...space.fragments.values()].filter((fragment) => fragment.pending.length + fragment.sealing.length > 0).map((fragment) => ({
      fragment: fragment.key,
      operations: [...fragment.sealing, ...fragment.pending].map(({ op, at }) => ({ at: new Date(at).toISOString(), kind: op.verb || primitiveName(op.primitive), args: op.args.map(fromCbor) })),
    })),
  })).filter((space) => space.fragments.length > 0);
  const bytes = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? { bytes: [...value] } : value);
  return JSON.stringify({ version: kernel.deps.version, spaces }, bytes, 1);
}
