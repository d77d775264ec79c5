/** The same promise at every call, a failure included: what could not be reached once is not waited for again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** As `once`, for each key. */
export function onceEach<Key, T>(make: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const made = new Map<Key, Promise<T>>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const promise = make(key);
    made.set(key, promise);
    return promise;
  };
}
