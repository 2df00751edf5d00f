/** Introduction servers this page starts with. */

/**
 * A server named by the address wins; else the one that serves this page, at `signal` beside it. Addresses kept in Settings
 * are the kernel's and win over both.
 */
export function defaultServers(named: string | null, page: string = location.href): string[] {
  if (named !== null && /^wss?:\/\/[^\s/]+/.test(named)) return [named];
  const url = new URL('signal', page.split('#')[0]);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return [];
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  return [url.href];
}
