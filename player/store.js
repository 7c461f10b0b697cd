// What must outlive a reload: keys and JSON values, in IndexedDB, else in localStorage, else in memory.

const TABLE = 'kept';
const OPEN_MS = 4000;

function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
    setTimeout(() => reject(new Error('slow')), OPEN_MS);
  });
}

function inDatabase(database) {
  const run = (mode, work) =>
    new Promise((resolve, reject) => {
      // strict: a play that was queued must survive the power cut of a moment later
      const transaction = database.transaction(TABLE, mode, { durability: 'strict' });
      const request = work(transaction.objectStore(TABLE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  const under = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  return {
    get: (key) => run('readonly', (table) => table.get(key)),
    put: (key, value) => run('readwrite', (table) => table.put(value, key)),
    remove: (key) => run('readwrite', (table) => table.delete(key)),
    list: (prefix, limit) => run('readonly', (table) => table.getAll(under(prefix), limit)),
  };
}

export const keysOf = (storage) => Array.from({ length: storage.length }, (_, index) => storage.key(index));

/** The same on anything like localStorage. */
export function inStorage(storage, name) {
  const mine = (prefix) =>
    keysOf(storage)
      .filter((key) => key.startsWith(`${name}:${prefix}`))
      .sort();
  return {
    get: async (key) => JSON.parse(storage.getItem(`${name}:${key}`) || 'null') || undefined,
    put: async (key, value) => storage.setItem(`${name}:${key}`, JSON.stringify(value)),
    remove: async (key) => storage.removeItem(`${name}:${key}`),
    list: async (prefix, limit) => mine(prefix).slice(0, limit).map((key) => JSON.parse(storage.getItem(key))),
  };
}

/** localStorage, or the same in memory where a browser's setting forbids it. */
export function openSmall() {
  try {
    localStorage.setItem('shelfcast:probe', '1');
    localStorage.removeItem('shelfcast:probe');
    return localStorage;
  } catch (error) {
    const kept = new Map();
    return {
      get length() {
        return kept.size;
      },
      key: (index) => Array.from(kept.keys())[index],
      getItem: (key) => (kept.has(key) ? kept.get(key) : null),
      setItem: (key, value) => kept.set(key, String(value)),
      removeItem: (key) => kept.delete(key),
    };
  }
}

export async function openStore(name, small) {
  try {
    return inDatabase(await openDatabase(name));
  } catch (error) {
    return inStorage(small, name);
  }
}
