/** Checkpoints in the browser's own storage, so that training survives a reload. IndexedDB: what is put is whole or absent. */

const database = "neural-turing-machine";
const store = "runs";
/** Runs that are kept; the oldest goes first. */
const most = 8;

interface Kept {
  readonly query: string;
  readonly bytes: Uint8Array;
  readonly when: number;
}

/** Keeps the run of a link's query. */
export async function keep(query: string, bytes: Uint8Array): Promise<void> {
  await within("readwrite", async (runs) => {
    runs.put({ query, bytes, when: Date.now() } satisfies Kept);
    const all = await answer(runs.index("when").getAllKeys());
    for (const old of all.slice(0, Math.max(0, all.length - most))) runs.delete(old);
  });
}

/** What was kept of a query, if anything was. */
export async function kept(query: string): Promise<Uint8Array | undefined> {
  const run: Kept | undefined = await within("readonly", (runs) => answer(runs.get(query)));
  return run?.bytes;
}

/** Nothing is kept of a query any more. */
export async function forget(query: string): Promise<void> {
  await within("readwrite", (runs) => answer(runs.delete(query)));
}

async function within<T>(mode: IDBTransactionMode, work: (runs: IDBObjectStore) => Promise<T>): Promise<T> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(store, { keyPath: "query" }).createIndex("when", "when");
  const db = await answer(opening);
  try {
    const transaction = db.transaction(store, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      // Not at the error of a request, when the transaction has none yet.
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(store)), done]);
    return result;
  } finally {
    db.close();
  }
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
