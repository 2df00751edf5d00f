/** Entry of the talk group, built by bench/run.ts and run by plain Node: a channel of 100,000 messages, and the Hub over 200,000 nodes, on the screens of two Chromium processes. */
import { writeFileSync } from 'node:fs';
import { suite as channel } from './channel.ts';
import { suite as hub } from './hub.ts';

const [out, counted, name] = process.argv.slice(2);
const results = await (name === 'hub' ? hub : channel).run(Number(counted));
for (const one of results) console.log(`${one.name.padEnd(28)} ${String(one.value).padStart(10)} ${one.unit.padEnd(6)} ${one.spread ? `(${one.spread.join('–')})` : ''} ${one.peer ? JSON.stringify(one.peer) : ''}`);
writeFileSync(out!, JSON.stringify(results));
process.exit(0);
