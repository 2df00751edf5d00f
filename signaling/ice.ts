/** The STUN and TURN servers of the command line. What no hello could name is refused at the start, not at the first hello. */
import { fitsIce, SIGNAL_LIMITS, type IceServer } from '#ports/signaling';

/** As parseArgs reads them. */
export interface IceFlags {
  readonly stun?: readonly string[];
  readonly turn?: readonly string[];
  readonly 'turn-user'?: string;
  readonly 'turn-password'?: string;
}

/** Addresses may leave out the scheme. */
function named(flag: 'stun' | 'turn', list: readonly string[] = []): string[] {
  return list.map((at) => {
    const url = /^(stuns?|turns?):/.test(at) ? at : `${flag}:${at}`;
    if (!fitsIce([{ urls: [url] }])) throw new Error(`--${flag} ${at} is not an address of at most ${SIGNAL_LIMITS.iceText} characters (host:3478)`);
    return url;
  });
}

/** As many servers as the protocol takes addresses for. */
function inServers(urls: readonly string[], account: Omit<IceServer, 'urls'> = {}): IceServer[] {
  const count = Math.ceil(urls.length / SIGNAL_LIMITS.iceUrls);
  return Array.from({ length: count }, (_, n) => ({ urls: urls.slice(n * SIGNAL_LIMITS.iceUrls, (n + 1) * SIGNAL_LIMITS.iceUrls), ...account }));
}

/** The servers that peers are told; throws in words for what they cannot be told. */
export function iceServers(flags: IceFlags): IceServer[] {
  const { 'turn-user': username, 'turn-password': credential } = flags;
  const [stun, turn] = [named('stun', flags.stun), named('turn', flags.turn)];
  for (const name of ['turn-user', 'turn-password'] as const) {
    if ((flags[name] ?? '').length > SIGNAL_LIMITS.iceText) throw new Error(`--${name} has more than ${SIGNAL_LIMITS.iceText} characters`);
  }
  if (turn.length > 0 && (username === undefined || credential === undefined)) throw new Error('--turn needs --turn-user and --turn-password');
  const servers = [...inServers(stun), ...(turn.length > 0 ? inServers(turn, { username: username!, credential: credential! }) : [])];
  if (!fitsIce(servers)) throw new Error(`--stun and --turn name too many addresses: ${SIGNAL_LIMITS.ice} times ${SIGNAL_LIMITS.iceUrls} of one kind are told`);
  return servers;
}
