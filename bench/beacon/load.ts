/** `npm run bench:beacon -- [--links 200] [--direct 50] [--seconds 20] [--wait 300]`: what under-load.ts measures with any numbers, as a table. */
import { parseArgs } from 'node:util';
import { echo, underLoad, type Measured } from './under-load.ts';

const { values } = parseArgs({ options: { links: { type: 'string', default: '200' }, direct: { type: 'string', default: '50' }, seconds: { type: 'string', default: '20' }, wait: { type: 'string', default: '300' } } });
const [links, direct, seconds, wait] = [values.links, values.direct, values.seconds, values.wait].map(Number) as [number, number, number, number];

const n = (value: number): string => (Number.isFinite(value) ? value.toLocaleString('en', { maximumSignificantDigits: 3 }) : '–');
const row = (name: string, count: number, m: Partial<Measured>): string[] => [
  name, m.links === undefined || m.links === count ? n(count) : `${n(m.links)} of ${n(count)}`,
  ...[m.linkedS, m.linkMiB, m.loadMiB, m.perS, m.perCpuS, m.cpuMsPerLink, m.recordBytes, m.socketKiB, m.perServerCpuS].map((value) => n(value ?? NaN)),
];

const rows = [['over', 'links', 'all linked after, s', 'memory per link, MiB', 'memory under load, MiB', 'records/s', 'records per second of its processor time', 'its processor time per link made, ms', 'bytes of a record', 'memory of the server per socket, KiB', 'records per second of the server’s processor time']];
if (links > 0) rows.push(row('WebSocket relay', links, await underLoad({ links, direct: false, seconds, wait })), row('raw WebSocket echo', links, { ...(await echo(links, 470)), recordBytes: 470 }));
if (direct > 0) rows.push(row('WebRTC', direct, await underLoad({ links: direct, direct: true, seconds, wait })));
console.log(rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
process.exit(0);
