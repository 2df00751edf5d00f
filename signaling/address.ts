/** Groups remote addresses for the caps: one IPv4 address, or one IPv6 /64 (what one household gets); and these by the network that one hand may hold. */

/** Group of an address as Node tells it. An address that cannot be read is a group of its own. */
export function addressGroup(address: string | undefined): string {
  if (address === undefined || address === '') return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1]!;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return `${[...front, ...Array.from({ length: zeros }, () => '0'), ...back].slice(0, 4).map((part) => part.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}

/** The network of such a group: IPv4 /24 or IPv6 /48 (what one site gets, 65,536 groups); of one that cannot be read itself. */
export function networkOf(group: string): string {
  const six = /^([\da-f]+:[\da-f]+:[\da-f]+):[\da-f]+::\/64$/.exec(group);
  if (six !== null) return `${six[1]}::/48`;
  const four = /^(\d+\.\d+\.\d+)\.\d+$/.exec(group);
  return four === null ? group : `${four[1]}.0/24`;
}

/** Group of a request; behind a trusted proxy the last entry of X-Forwarded-For, which that proxy wrote. */
export function groupOf(remote: string | undefined, forwarded: string | string[] | undefined, trustProxy: boolean): string {
  if (!trustProxy || forwarded === undefined) return addressGroup(remote);
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').at(-1)!.trim();
  return addressGroup(last);
}
