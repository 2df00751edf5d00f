/** Several people in one browser: who is here, and the way from one to another. */
import { readPeople } from '#adapters/idb/people';
import type { BrowserPeople } from '#view/kit/browser-people.tsx';
import { chooseDatabase, chosenDatabase, isDatabase, newDatabase } from './database-name.ts';

/** Starts this tab anew with the database. What the address named is the other person's. */
function go(database: string): void {
  chooseDatabase(database);
  history.replaceState(null, '', location.pathname + location.search);
  location.reload();
}

/** The people of this browser, for the screens. */
export function createPeople(): BrowserPeople {
  const own = chosenDatabase();
  const all = () => readPeople(indexedDB, isDatabase);
  return {
    list: async () => (await all()).flatMap(({ database, name, locked }) => (name === null ? [] : [{ id: database, name, locked, self: database === own }])),
    open: go,
    async add() {
      // A database in which nobody was made yet is as good as a new one.
      const empty = (await all()).find(({ database, name }) => name === null && database !== own);
      go(empty?.database ?? newDatabase(crypto.getRandomValues(new Uint8Array(10))));
    },
  };
}
