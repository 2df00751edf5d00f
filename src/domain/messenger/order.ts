/** The newest first; equal ones always alike. */
export const byNewest = (a: { at: number; fragment: string }, b: { at: number; fragment: string }): number => b.at - a.at || (a.fragment < b.fragment ? -1 : 1);
