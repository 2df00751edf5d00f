/** Where an agent computes: a place of its own that gets a question, gives an answer, reaches nothing, and can be ended at any moment. */

export interface AgentEars {
  /** Its code is there and it begins. */
  begun(): void;
  /** Whatever it says: data to be read, never trusted. */
  answer(value: unknown): void;
  /** It ended by itself. */
  ended(why: string): void;
}

export interface AgentThread {
  ask(question: unknown): void;
  /** Ends it at once, whatever it does; nothing is heard of it afterwards. */
  end(): void;
}

/** Starts one; each run has its own. */
export type StartThread = (ears: AgentEars) => AgentThread;
