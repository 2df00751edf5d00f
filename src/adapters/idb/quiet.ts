import { unwrap, wrap, type IDBPDatabase } from 'idb';

/**
 * The same database, whose transactions may be broken off unheard. idb makes a promise of the end of every one, also of those
 * that its own shortcuts (`db.get`, `db.getAll`, …) begin and whose end nobody awaits: where the engine breaks such a one off
 * after it answered (the database is deleted, the disk fails), that was an unhandled rejection. Who awaits `done` hears it as before.
 */
export function quiet<Schema>(db: IDBPDatabase<Schema>): IDBPDatabase<Schema> {
  const native = unwrap(db) as IDBDatabase;
  native.transaction = (...of) => {
    const tx = (Object.getPrototypeOf(native) as IDBDatabase).transaction.apply(native, of);
    wrap(tx).done.catch(() => undefined);
    return tx;
  };
  return db;
}
