/** What stands in the field of the introduction servers. Pure. */

/** Null: nothing was typed, so there is nothing to keep. An empty list is refused: without any server a device meets nobody again. */
export function typedServers(typed: string | null): { urls: string[] } | { refused: 'empty' } | { refused: 'bad'; url: string } | null {
  if (typed === null) return null;
  const urls = typed.split(/\s+/).filter(Boolean);
  const url = urls.find((one) => !/^wss?:\/\/[^\s/]+/.test(one));
  if (url !== undefined) return { refused: 'bad', url };
  return urls.length > 0 ? { urls } : { refused: 'empty' };
}
