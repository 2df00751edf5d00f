/** Several people in one browser, for screens that show them; what they do is boot's (src/boot/people.ts). */
import { createContext, use, type ReactNode } from 'react';

/** One of them. */
export interface PersonHere {
  readonly id: string;
  readonly name: string;
  /** A passphrase is asked for. */
  readonly locked: boolean;
  /** This tab is theirs. */
  readonly self: boolean;
}

export interface BrowserPeople {
  list(): Promise<PersonHere[]>;
  /** Starts this tab anew as this person. */
  open(id: string): void;
  /** Starts this tab anew with nobody in it yet. */
  add(): Promise<void>;
}

const Context = createContext<BrowserPeople | null>(null);

/** Gives them to the screens below. */
export function BrowserPeopleProvider({ people, children }: { people: BrowserPeople | null; children: ReactNode }): ReactNode {
  return <Context value={people}>{children}</Context>;
}

/** The people of this browser; null where there can be only one. */
export function useBrowserPeople(): BrowserPeople | null {
  return use(Context);
}
