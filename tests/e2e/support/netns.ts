/**
 * A network of its own for tests of bad networks: two namespaces (sides A and B) joined by a router namespace in which the server runs,
 * so that WebRTC between A and B can be cut while both still reach the server. Needs root and `ip` and `iptables`; where that is not
 * permitted it throws with what is missing (a test never leaves itself out).
 *
 *   A 10.77.1.2 ── 10.77.1.1 router 10.77.2.1 ── 10.77.2.2 B
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needWholeChromium } from './chromium.ts';

/** Which side of the network. */
export type Side = 'a' | 'b';

/** The network. */
export interface Network {
  /** Put before the server's command: it runs on the router and listens on 0.0.0.0. */
  readonly serverPrefix: readonly string[];
  /** Address of the server on `port` as a side sees it. */
  url(side: Side, port: number): string;
  /** Chromium of a side, for launchPeer({ executable }). */
  executable(side: Side): string;
  /** Flags that make the plain http address a secure context. */
  flags(side: Side, port: number): readonly string[];
  /** Addresses of the router as the sides see it. */
  readonly routers: readonly string[];
  /** Drops (or passes again) all UDP between the sides. */
  blockUdp(blocked: boolean): void;
  /** Drops (or passes again) all UDP between the sides and the router. */
  blockUdpToRouter(blocked: boolean): void;
  /** Drops (or passes again) all UDP that leaves a program of a side, also to another one there. */
  blockUdpOf(side: Side, blocked: boolean): void;
  /** Drops (or passes again) everything of a side: the cable is out. */
  unplug(side: Side, out: boolean): void;
  stop(): void;
}

const SUBNET: Readonly<Record<Side, number>> = { a: 1, b: 2 };

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const inside = (namespace: string, ...args: string[]): void => ip('netns', 'exec', namespace, ...args);

/** Returns when the link carries: a browser started earlier would see a network come up in the middle of loading. */
function carried(namespace: string, device: string): void {
  for (let look = 0; look < 500; look++) {
    if (execFileSync('ip', ['netns', 'exec', namespace, 'ip', '-br', 'link', 'show', device]).toString().includes(' UP ')) return;
  }
  throw new Error(`${device} does not come up`);
}

function wire(router: string, side: Side, namespace: string): void {
  const n = SUBNET[side];
  const [near, far] = [`${namespace}r`, `${namespace}e`];
  ip('netns', 'add', namespace);
  // Without IPv6 no link-local address comes up a second later: the browser would take it for another network and break off what it is loading.
  if (existsSync('/proc/sys/net/ipv6')) inside(namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1');
  ip('link', 'add', near, 'netns', router, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  inside(router, 'ip', 'addr', 'add', `10.77.${n}.1/24`, 'dev', near);
  inside(router, 'ip', 'link', 'set', near, 'up');
  inside(namespace, 'ip', 'addr', 'add', `10.77.${n}.2/24`, 'dev', far);
  inside(namespace, 'ip', 'link', 'set', far, 'up');
  inside(namespace, 'ip', 'link', 'set', 'lo', 'up');
  inside(namespace, 'ip', 'route', 'add', 'default', 'via', `10.77.${n}.1`);
  carried(namespace, far);
}

function reason(error: unknown): string {
  const fault = error as { stderr?: Buffer; message: string };
  return fault.stderr !== undefined && fault.stderr.length > 0 ? fault.stderr.toString().trim() : fault.message;
}

/** Makes the network. Throws with a clear text where the machine does not permit it. */
export function createNetwork(): Network {
  const id = `lg${process.pid.toString(36)}`.slice(0, 10);
  const names = { router: `${id}r`, a: `${id}a`, b: `${id}b` };
  const folder = mkdtempSync(join(tmpdir(), 'lifegraph-netns-'));
  const stop = (): void => {
    for (const name of Object.values(names)) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was never made.
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    ip('netns', 'add', names.router);
    inside(names.router, 'ip', 'link', 'set', 'lo', 'up');
    inside(names.router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
    for (const side of ['a', 'b'] as const) wire(names.router, side, names[side]);
    inside(names.router, 'iptables', '-P', 'FORWARD', 'ACCEPT');
  } catch (error) {
    stop();
    throw new Error(
      `This test cuts the network between two browsers and needs root with network namespaces (packages iproute2, iptables, procps). ` +
        `Run it as root on a machine that permits \`ip netns add\`. What failed: ${reason(error)}`,
    );
  }
  for (const side of ['a', 'b'] as const) {
    const script = join(folder, side);
    writeFileSync(script, `#!/bin/sh\nexec ip netns exec ${names[side]} ${needWholeChromium()} "$@"\n`);
    chmodSync(script, 0o755);
  }
  process.once('exit', stop);
  const rule = (on: boolean, ...match: string[]): void => inside(names.router, 'iptables', on ? '-I' : '-D', 'FORWARD', ...match, '-j', 'DROP');
  const chain = (on: boolean, table: string, ...match: string[]): void => inside(names.router, 'iptables', on ? '-I' : '-D', table, ...match, '-j', 'DROP');
  return {
    serverPrefix: ['ip', 'netns', 'exec', names.router],
    url: (side, port) => `http://10.77.${SUBNET[side]}.1:${port}`,
    executable: (side) => join(folder, side),
    flags: (side, port) => [`--unsafely-treat-insecure-origin-as-secure=http://10.77.${SUBNET[side]}.1:${port}`],
    routers: [`10.77.${SUBNET.a}.1`, `10.77.${SUBNET.b}.1`],
    blockUdp: (blocked) => rule(blocked, '-p', 'udp'),
    blockUdpToRouter(blocked) {
      for (const side of ['a', 'b'] as const) chain(blocked, 'INPUT', '-p', 'udp', '-s', `10.77.${SUBNET[side]}.2`);
    },
    blockUdpOf: (side, blocked) => inside(names[side], 'iptables', blocked ? '-I' : '-D', 'OUTPUT', '-p', 'udp', '-j', 'DROP'),
    unplug(side, out) {
      for (const table of ['INPUT', 'FORWARD']) chain(out, table, '-s', `10.77.${SUBNET[side]}.2`);
    },
    stop() {
      process.off('exit', stop);
      stop();
    },
  };
}
