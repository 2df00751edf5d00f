/** The command line of a beacon. */
import { describe, expect, test } from 'vitest';
import { beaconOptions } from '#signaling/beacon/options';

describe('options of a beacon', () => {
  test('flags come before the environment, and that before what is usual', () => {
    const env = { LIFEGRAPH_SERVER: ' wss://a.example/signal, wss://b.example/signal,', LIFEGRAPH_RELAY_ONLY: '1', LIFEGRAPH_AUTHOR_MIB: '5', LIFEGRAPH_SPACE_RECORDS: '7', LIFEGRAPH_LOG_LEVEL: 'debug', LIFEGRAPH_NAME: '' };
    expect(beaconOptions(['--author-mib', '6', '--port', '4402'], env)).toMatchObject({
      servers: ['wss://a.example/signal', 'wss://b.example/signal'], direct: false, level: 'debug', port: 4402, data: 'beacon-data', command: [], quotas: { authorBytes: 6 * 2 ** 20, spaceRecords: 7 },
    });
    expect(beaconOptions(['--server', 'ws://c/signal'], env).servers).toEqual(['ws://c/signal']);
    expect(beaconOptions([], {})).toMatchObject({ servers: ['ws://127.0.0.1:4400/signal'], direct: true, level: 'info', port: null });
    expect(beaconOptions([], { LIFEGRAPH_SERVER: ', ' }).servers, 'nothing said').toEqual(['ws://127.0.0.1:4400/signal']);
    expect(beaconOptions(['--author-mib', '512', '--author-records', '1048576'], {}).quotas).toMatchObject({ authorBytes: 2 ** 29, authorRecords: 2 ** 20 });
    expect(beaconOptions(['backup', '/to'], {}).command).toEqual(['backup', '/to']);
    expect(beaconOptions(['proof', 'report.json', 'beacon:x'], {}).command).toEqual(['proof', 'report.json', 'beacon:x']);
  });

  test.each([
    [['--space-mib', '0'], '--space-mib 0 is not a whole number above 0'], [['--store-records', 'many'], '--store-records many is not'], [['--port', '70000'], '--port 70000 is not a port'],
    [['--author-mib', '513'], '--author-mib 513 is more than the 512 MiB that every peer takes'], [['--author-records', '1048577'], '--author-records 1048577 is more than'],
    [['--server', 'https://x'], '--server https://x is not the address'], [['restore'], 'restore is no command'], [['backup', 'a', 'b'], 'backup a b is no command'], [['proof', 'a', 'b', 'c'], 'proof a b c is no command'], [['--log-level', 'all'], '--log-level all is none of'],
  ])('%j is refused in words', (args, words) => {
    expect(() => beaconOptions(args, {})).toThrow(words);
  });
});
