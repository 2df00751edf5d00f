/** The files for containers and for web servers against what they start and send: no engine runs them here (signaling/deploy/README.md says which were run by hand). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { beaconOptions } from '#signaling/beacon/options';
import { withEnv } from '#signaling/flags';
import { policyOf, SECURITY_HEADERS } from '#signaling/headers';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(ROOT, 'signaling', 'deploy');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

/** Command lines in a file: each from `signaling/…main.ts` to the end of its line, as words. */
const commands = (text: string): { main: string; words: string[] }[] =>
  text.split('\n').filter((line) => !line.trim().startsWith('#')).flatMap((line) => {
    const words = line.replace(/["[\],]/g, ' ').split(/\s+/).filter((word) => word !== '');
    const at = words.findIndex((word) => word.endsWith('main.ts'));
    return at < 0 ? [] : [{ main: words[at]!, words: words.slice(at + 1) }];
  });

/** Options that a command line of ours knows, by its source: that of a beacon has a file for them. */
const known = (main: string): string[] => [...readFileSync(join(ROOT, main.replace('beacon/main', 'beacon/options')), 'utf8').matchAll(/^\s+'?([a-z-]+)'?: \{ type: '/gm)].map(([, name]) => name!);

describe('files for containers', () => {
  test('each command starts what is there, with options that it has', () => {
    const all = ['Containerfile', 'akash.yaml', 'compose.yaml', 'lifegraph-beacon.container'].map((name) => ({ name, found: commands(read(name)) }));
    expect(all.map(({ name, found }) => [name, found.map(({ main }) => main)])).toEqual([['Containerfile', ['signaling/main.ts']], ['akash.yaml', ['signaling/main.ts', 'signaling/beacon/main.ts']], ['compose.yaml', ['signaling/beacon/main.ts']], ['lifegraph-beacon.container', ['signaling/beacon/main.ts']]]);
    for (const { name, found } of all) {
      for (const { main, words } of found) {
        const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
        expect(flags.length, name).toBeGreaterThan(3);
        expect(flags.filter((flag) => !known(main).includes(flag)), name).toEqual([]);
      }
    }
    expect(known('signaling/beacon/main.ts'), 'control').not.toContain('nothing');
  });

  test('a beacon is started with flags that it takes, and asked how it is where it answers', () => {
    for (const name of ['akash.yaml', 'compose.yaml', 'lifegraph-beacon.container']) {
      const { words } = commands(read(name)).find(({ main }) => main === 'signaling/beacon/main.ts')!;
      const chosen = beaconOptions(words.map((word) => word.replace('${SERVER}', 'wss://x/signal')), {});
      expect({ data: chosen.data, command: chosen.command, level: chosen.level }, name).toEqual({ data: '/data', command: [], level: 'info' });
      expect(read(name), name).toMatch(new RegExp(`HEALTH_PORT[:=]\\s*"?${chosen.port}\\b`));
      // Other containers reach it only when it listens for them.
      expect(chosen.host, name).toBe(name === 'akash.yaml' ? '0.0.0.0' : '127.0.0.1');
    }
    // The disk of the sample has more room than the beacon may fill.
    const size = Number(/name: beacon-data\s+size: (\d+)Gi/.exec(read('akash.yaml'))![1]) * 2 ** 30;
    expect(beaconOptions(commands(read('akash.yaml'))[1]!.words, {}).quotas.storeBytes).toBeLessThan(size * 0.9);
  });

  test('the image has what is imported, runs as nobody special and is asked how it is', () => {
    const text = read('Containerfile');
    const copied = [...text.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(' ')).map((path) => path.replace('/app/', ''));
    expect(copied.filter((path) => path !== 'dist' && path !== 'node_modules' && !existsSync(join(ROOT, path)))).toEqual([]);
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'tsconfig.json', 'node_modules', 'src', 'signaling', 'dist']));
    expect(text.indexOf('\nUSER node')).toBeGreaterThan(text.lastIndexOf('\nFROM'));
    // Only the format of Docker has it; a beacon that reads a large store is asked whether it lives, not whether it is ready.
    expect(text).toMatch(/^HEALTHCHECK .*'\/health\/live'/m);
    for (const page of [text, read('README.md')]) expect(page).toContain('podman build --format docker -f signaling/deploy/Containerfile');
    const asked = (name: string): string[] => [...read(name).matchAll(/http:\/\/127\.0\.0\.1:(\d+\/[a-z/]*)/g)].map(([, at]) => at!);
    expect([asked('compose.yaml'), asked('lifegraph-beacon.container')]).toEqual([['4400/health/live', '4402/health/live'], ['4402/health/live']]);
    for (const name of ['compose.yaml', 'lifegraph-beacon.container']) expect(read(name), name).toMatch(/read_?only[:=] ?true/i);
  });

  test('the server behind a proxy believes it, so that not everybody is one address; commands of the pages name the containers as the samples do', () => {
    // compose: only this machine reaches the port, and its proxy is what does.
    const [server, beacon] = read('compose.yaml').split(/^  beacon:$/m) as [string, string];
    expect(server).toContain('127.0.0.1:4400:4400');
    const said = Object.fromEntries([...server.matchAll(/^      (LIFEGRAPH_[A-Z_]+): "(.*)"$/gm)].map(([, name, value]) => [name!, value!]));
    const { values } = parseArgs({ args: [], options: withEnv({ 'trust-proxy': { type: 'boolean', default: false } } as const, said) });
    expect([values['trust-proxy'], known('signaling/main.ts').includes('trust-proxy')]).toEqual([true, true]);
    expect(commands(read('akash.yaml'))[0]!.words).toContain('--trust-proxy');
    const pages = [readFileSync(join(ROOT, 'docs', 'BEACON.md'), 'utf8'), read('README.md')].flatMap((page) => [...page.matchAll(/podman exec (\S+)/g)].map(([, name]) => name));
    const names = [/^    container_name: (\S+)$/m.exec(beacon)?.[1], /^ContainerName=(\S+)$/m.exec(read('lifegraph-beacon.container'))?.[1]];
    expect([...pages, ...names]).toEqual(['beacon', 'beacon', 'beacon', 'beacon']);
  });

  test('neither an image nor a commit takes in keys, or what was built', () => {
    const lines = (name: string): string[] => readFileSync(join(ROOT, name), 'utf8').trim().split('\n').map((line) => line.replace(/\/$/, ''));
    // The one name that Docker and Podman both read.
    expect(lines('.dockerignore')).toEqual(expect.arrayContaining(['node_modules', 'dist', 'out', '.git', 'beacon-data', '*.key', 'issuer*.json']));
    expect(existsSync(join(ROOT, '.containerignore'))).toBe(false);
    expect(lines('.gitignore')).toEqual(expect.arrayContaining(['node_modules', 'dist', 'out', 'beacon-data', '*.key', 'issuer*.json']));
  });

  test('a file under /assets is kept for ever when it is there, and what is not there is asked for again', () => {
    const nginx = read('nginx-static.conf');
    const [, pattern] = /^map "\$status \$uri" \$lifegraph_cache \{\s+default +"no-cache";\s+"~(.+)" +"public, max-age=31536000, immutable";\s+\}/m.exec(nginx)!;
    const kept = (said: string): boolean => new RegExp(pattern!).test(said);
    expect(['200 /assets/a.js', '304 /assets/a.js', '404 /assets/a.js', '200 /index.html', '200 /x/200 /assets/'].map(kept)).toEqual([true, true, false, false, false]);
    expect(nginx).toContain('add_header Cache-Control $lifegraph_cache always;');
    // Both matchers look whether the file is there.
    const caddy = read('Caddyfile');
    expect([...caddy.matchAll(/^\t@(kept|fresh) (not )?\{\n\t\tpath \/assets\/\*\n\t\tfile\n\t\}$/gm)].map(([, name, not]) => `${name} ${not ?? ''}`)).toEqual(['kept ', 'fresh not ']);
    // nginx buffers files: a reader that is slow holds none of the server's connections.
    const sample = /```nginx\n([\s\S]+?)```/.exec(readFileSync(join(ROOT, 'signaling', 'README.md'), 'utf8'))![1]!;
    expect([...sample.matchAll(/location ([^{]+) \{([^}]*)\}/g)].map(([, path, body]) => [path, body!.includes('proxy_buffering off')])).toEqual([['= /signal', true], ['/', false]]);
  });

  test('web servers that hold the files send the headers of the server here, and hand on what it answers', () => {
    for (const name of ['Caddyfile', 'nginx-static.conf']) {
      const text = read(name);
      const sent = new Map([...text.matchAll(/^\s+(?:add_header )?([A-Z][A-Za-z-]+) "([^"]+)"(?: always;)?$/gm)].map(([, header, value]) => [header!, value!]));
      const policies = [...text.matchAll(/"(default-src [^"]+)"/g)].map(([, policy]) => policy!);
      expect(Object.fromEntries([...sent, ['Content-Security-Policy', policies.find((policy) => policy === policyOf('/index.html'))]]), name).toEqual(SECURITY_HEADERS);
      // Each file of the app gets what the server here would send with it.
      expect([...policies].sort(), name).toEqual(['/index.html', '/assets/mind.worker-a1B_-9.js', '/assets/models.worker-a1B_-9.js', '/assets/agent.worker-a1B_-9.js', '/assets/search.worker-a1B_-9.js', '/actor.html'].map(policyOf).sort());
      const patterns = [...text.matchAll(/\^\/assets\/\(?(?:mind|models|agent|search)\S+?\$/g)].map(([pattern]) => new RegExp(pattern));
      for (const path of ['/assets/mind.worker-a1B_-9.js', '/assets/ort-wasm-simd-threaded.asyncify-a1.mjs', '/assets/models.worker-a1B_-9.js', '/assets/agent.worker-a1B_-9.js', '/assets/search.worker-a1B_-9.js']) expect(patterns.some((pattern) => pattern.test(path)), `${name} ${path}`).toBe(true);
      for (const path of ['/index.html', '/assets/index-a1.js', '/assets/x/mind.worker-a1.js']) expect(patterns.some((pattern) => pattern.test(path)), `${name} ${path}`).toBe(false);
      // The thread of an agent reaches nothing, whatever is left in it.
      expect(policyOf('/assets/agent.worker-a1B_-9.js')).toContain("; connect-src 'none';");
      expect(text, name).toMatch(/gzip/);
      expect(text, name).toMatch(/brotli_static on|precompressed br/);
      for (const path of ['signal', 'health']) expect(text, name).toMatch(new RegExp(`(?:path|location) [^\\n]*${path}`));
    }
  });

  test('the folder has nothing that these tests do not look at', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(['Caddyfile', 'Containerfile', 'README.md', 'akash.yaml', 'compose.yaml', 'lifegraph-beacon.container', 'nginx-static.conf']);
  });
});
