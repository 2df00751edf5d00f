/** Goals beyond single tasks: what the lens shows and does. Loaded with it. */
export * from './acts.ts';
export * from './bulk.ts';
export * from './columns.ts';
export * from './filters.ts';
export * from './kinds.ts';
export * from './links.ts';
export * from './order.ts';
export * from './plan-of.ts';
export * from './reminders.ts';
export * from './resources.ts';
export * from './templates.ts';
export * from './things.ts';
export * from './ties.ts';
export * from './told.ts';
export * from './tree.ts';
