/** Files that wait to be sent, kept over a reload; where a browser has no store for them, as long as the page. */

const memory = new Map();

function store(mode, work) {
  return new Promise((resolve) => {
    try {
      const opening = indexedDB.open("prosa-chat", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("files");
      opening.onerror = () => resolve(undefined);
      opening.onsuccess = () => {
        const asked = work(opening.result.transaction("files", mode).objectStore("files"));
        asked.onsuccess = () => (resolve(asked.result), opening.result.close());
        asked.onerror = () => (resolve(undefined), opening.result.close());
      };
    } catch {
      resolve(undefined);
    }
  });
}

/** Keep a file under the id of its message. */
export function putBlob(id, file) {
  memory.set(id, file);
  return store("readwrite", (files) => files.put(file, id));
}

/** Return a kept file, undefined when it is gone. */
export async function getBlob(id) {
  return memory.get(id) ?? (await store("readonly", (files) => files.get(id)));
}

/** Forget a file. */
export function dropBlob(id) {
  memory.delete(id);
  return store("readwrite", (files) => files.delete(id));
}
