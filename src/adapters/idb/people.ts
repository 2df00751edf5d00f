/** The people of this browser, read from their databases without a kernel: names are in clear, also of those who are locked. */

/** One person, as their database says. */
export interface PersonRow {
  readonly database: string;
  /** Null: nobody was made in it yet. */
  readonly name: string | null;
  readonly locked: boolean;
}

const answer = <T>(asked: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new DOMException('no answer', 'AbortError'));
  });

async function read(factory: IDBFactory, database: string): Promise<PersonRow | null> {
  const db = await answer(factory.open(database));
  try {
    if (!db.objectStoreNames.contains('values')) return null;
    const values = db.transaction('values').objectStore('values');
    const [profile, lock] = await Promise.all([answer(values.get('id/profile') as IDBRequest<{ name?: unknown } | undefined>), answer(values.getKey('id/lock'))]);
    return { database, name: typeof profile?.name === 'string' ? profile.name : null, locked: lock !== undefined };
  } finally {
    db.close();
  }
}

/** Databases whose name passes; none where the browser does not list them. One that cannot be read is left out. */
export async function readPeople(factory: IDBFactory, passes: (name: string) => boolean): Promise<PersonRow[]> {
  const listed = typeof factory.databases === 'function' ? await factory.databases() : [];
  const names = listed.flatMap(({ name }) => (name !== undefined && passes(name) ? [name] : [])).sort();
  const rows = await Promise.all(names.map((name) => read(factory, name).catch(() => null)));
  return rows.filter((row) => row !== null);
}
