/** The kernel's end of a search that keeps rows and does nothing else. */
import type { Feed } from '#boot/search-rows';

/** A kernel that only keeps rows. */
export function keeper(): { feed: Feed; rows: Map<string, Uint8Array> } {
  const rows = new Map<string, Uint8Array>();
  const calls: Record<string, (...args: never[]) => unknown> = {
    row: (name: string) => rows.get(name) ?? null,
    rows: () => [...rows.keys()],
    keep: (all: [string, Uint8Array | null][]) => all.forEach(([name, bytes]) => (bytes === null ? rows.delete(name) : rows.set(name, bytes))),
  };
  return { rows, feed: { call: (name: string, ...args: never[]) => Promise.resolve(calls[name]!(...args)) } as unknown as Feed };
}
