/** The files for containers and for web servers against what they start and send: no engine runs them here (signaling/deploy/README.md says which were run by hand). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beaconOptions } from '#signaling/beacon/options';
import { SECURITY_HEADERS } from '#signaling/headers';

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
    expect(text).toMatch(/^HEALTHCHECK .*\/health/m);
    for (const name of ['compose.yaml', 'lifegraph-beacon.container']) expect(read(name), name).toMatch(/read_?only[:=] ?true/i);
  });

  test('web servers that hold the files send the headers of the server here, and hand on what it answers', () => {
    for (const name of ['Caddyfile', 'nginx-static.conf']) {
      const text = read(name);
      const sent = new Map([...text.matchAll(/^\s+(?:add_header )?([A-Z][A-Za-z-]+) "([^"]+)"(?: always;)?$/gm)].map(([, header, value]) => [header!, value!]));
      expect(Object.fromEntries(sent), name).toEqual(SECURITY_HEADERS);
      expect(text, name).toMatch(/gzip/);
      expect(text, name).toMatch(/brotli_static on|precompressed br/);
      for (const path of ['signal', 'health']) expect(text, name).toMatch(new RegExp(`(?:path|location) [^\\n]*${path}`));
    }
  });

  test('the folder has nothing that these tests do not look at', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(['Caddyfile', 'Containerfile', 'README.md', 'akash.yaml', 'compose.yaml', 'lifegraph-beacon.container', 'nginx-static.conf']);
  });
});
