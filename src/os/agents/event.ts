/** The type of what agents make: a new one is told as `agent_event`, by the kernel of every device that holds it. */
export const RESULT_TYPE = 'mind/result@1';
