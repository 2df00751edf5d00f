/** Caps of Learn. What a peer sends beyond these is shown cut or not at all; what we write never exceeds them. */
export const LEARN_LIMITS = {
  /** Lessons and assignments of one course that are shown, and questions of one step. */
  steps: 500,
  questions: 100,
  /** Things one step waits for. */
  needs: 50,
  /** UTF-16 units of a question or a reason; answers of one question, and units of one. */
  askUnits: 2_000,
  answers: 20,
  answerUnits: 500,
  /** UTF-16 units of what a course says of itself. */
  aboutUnits: 500,
  /** UTF-16 units of a name or a title in a certificate that is saved as a file. */
  paperUnits: 200,
};
