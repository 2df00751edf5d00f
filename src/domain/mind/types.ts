/** Names of what agents make and of what is done with it. */
import { RESULT_TYPE } from '#os/agents/event';

/** What an agent made. */
export const RESULT = RESULT_TYPE;
/** What a person said about an agent. */
export const AGENT = 'mind/agent@1';
export const MIND_VERB = { run: 'mind/result.make@1', take: 'mind/result.take@1', check: 'mind/result.check@1', drop: 'mind/result.drop@1', restore: 'mind/result.restore@1', set: 'mind/agent.set@1' } as const;
