/** The planning engine: numbers in, numbers out; the same on every peer. Runs in a worker of its own (workers/plan.worker.ts). */
export * from './calendar.ts';
export { between, draw, streamsOf, type Streams } from './chance.ts';
export { circleWith, components } from './circles.ts';
export * from './forecast.ts';
export * from './load.ts';
export * from './network.ts';
export * from './pieces.ts';
export { passesOf, type Passes } from './passes.ts';
export * from './plan.ts';
export * from './priority.ts';
