/** Does this tab keep anything? For screens that show it; what they do is boot's (src/boot/main.tsx), what only such a tab shows comes when there is one. */
import { createContext, use, type ReactNode } from 'react';

export interface TabKind {
  /** The name of the database it works with: locks and notices of its person are parted by it. */
  readonly name: string;
  /** How a tab that keeps nothing begins: for the first time, loaded anew and so empty, or closed by a person. Null in every other tab. */
  readonly begun: 'begins' | 'again' | 'closed' | null;
  /** Opens another tab, one that keeps nothing. */
  open(): void;
  /** This tab starts anew: keeping nothing (with the link it was opened by), as closed, or (null) like every other. False where the browser lets a tab remember nothing: all stays as it is. */
  restart(next: 'begins' | 'closed' | null, link?: string | null): boolean;
}

const Context = createContext<TabKind>({ name: '', begun: null, open: () => undefined, restart: () => false });

/** Tells it to the screens below. */
export function TabKindProvider({ tab, children }: { tab: TabKind; children: ReactNode }): ReactNode {
  return <Context value={tab}>{children}</Context>;
}

/** The kind of this tab. */
export const useTabKind = (): TabKind => use(Context);
