/** What can be told of a text by its words alone, English and Russian: nothing is downloaded, nothing is learnt. Runs in the worker of agents. */
export * from './classify.ts';
export * from './entities.ts';
export * from './keywords.ts';
export * from './likeness.ts';
export * from './questions.ts';
export * from './rank.ts';
export * from './segments.ts';
export * from './sentences.ts';
export { isStop } from '#domain/search/words';
export * from './tasks.ts';
export * from './topics.ts';
