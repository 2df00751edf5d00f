/** The thread of one run of an actor. It runs in the sandbox frame of a page only, which is given its text (scripts/lib/actor-code.ts); nothing else may be imported here. Wiring only. */
import { runActor, type ActorTask } from '#os/actors/run';

addEventListener('message', ({ data }: MessageEvent<ActorTask>) => postMessage(runActor(data)), { once: true });
