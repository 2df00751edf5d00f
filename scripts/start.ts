/** `npm start`: builds the app when it is missing or stale, then serves it with signaling and relay. Flags: those of signaling/main.ts. */
import { main } from '#signaling/main';
import { ensureBuilt } from './lib/build.ts';

if (await ensureBuilt()) await main(process.argv.slice(2));
else process.exitCode = 1;
