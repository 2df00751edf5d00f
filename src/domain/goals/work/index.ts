/** Goals beyond single tasks: what the lens shows and does. Loaded with it. */
export * from './acts.ts';
export * from './links.ts';
export * from './order.ts';
export * from './plan-of.ts';
export * from './things.ts';
export * from './tree.ts';
