import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

describe('GUN §6.15: the vendor is pinned', () => {
  it('gun.js is byte for byte the file whose source was read', () => {
    const digest = createHash('sha256').update(readFileSync(`${ROOT}node_modules/gun/gun.js`)).digest('base64url');
    expect(digest).toBe('1aqwORdgGTsHcw8X9yMa2cvvtIHESIwH4D4z5rKrNQE');
    expect(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))).toMatchObject({ dependencies: { gun: '0.2020.1241' } });
  });

  it('SPIKE §6.10: importing it prints nothing and gives the console back', () => {
    const script = "const log = console.log; await import('#adapters/gun/gun-replica'); if (console.log !== log) process.stdout.write('console kept'); console.log('Hello wonderful person! still prints');";
    const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' });
    expect(out).toBe('Hello wonderful person! still prints\n');
  });

  it('SPIKE §6.3: put and get work with frozen Object.prototype and Array.prototype', () => {
    const script = `
      const { createGunReplica } = await import('#adapters/gun/gun-replica');
      Object.freeze(Object.prototype); Object.freeze(Array.prototype);
      const random = { bytes: (n) => crypto.getRandomValues(new Uint8Array(n)) };
      const clock = { now: Date.now, monotonic: Date.now, setTimer: () => () => {} };
      const entry = { space: new Uint8Array(32), fragment: new Uint8Array(16), writer: new Uint8Array(32), seq: 0, id: new Uint8Array(32), bytes: new Uint8Array(9) };
      let b;
      const a = createGunReplica({ random, clock, hooks: { onPut() {}, route: () => ['b'], readRange: async () => [entry] } });
      const heard = new Promise((done) => { b = createGunReplica({ random, clock, hooks: { onPut: done, route: () => [], readRange: async () => [] } }); });
      a.addPeer({ id: 'b', sendPut: (e) => b.hearPut('a', e), sendGet() {}, sendReply: (r, e) => b.hearReply('a', r, e) });
      b.addPeer({ id: 'a', sendPut() {}, sendGet: (r, g) => a.hearGet('b', r, g), sendReply() {} });
      a.put([entry], null);
      const got = await b.get('a', { ...entry, from: 0, to: 5, maxBytes: 1000 });
      process.stdout.write((await heard).length + ' ' + got.length + ' ' + (a.counters()['gun.errors'] ?? 0));
      process.exit(0);`;
    expect(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: ROOT, encoding: 'utf8' })).toBe('1 1 0');
  });
});
