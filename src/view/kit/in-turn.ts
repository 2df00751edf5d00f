/** Acts that look for a thing and make it where there is none: of one key they run one after another, so that the second finds what the first made. Pure. */
export function createTurns(): <T>(key: string, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, act) => {
    const made = (last.get(key) ?? Promise.resolve()).then(act);
    const over = made.then(() => undefined, () => undefined).then(() => void (last.get(key) === over && last.delete(key)));
    last.set(key, over);
    return made;
  };
}
