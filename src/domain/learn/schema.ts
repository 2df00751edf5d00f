/** Types of Learn. A course is a fragment of the space: modules, steps and questions stand in it; the text of a lesson is a document. What a person did of it lies in their Personal space. All else is read by ./course, which the lens loads. */

/** Type of the fragment and of the node in it. */
export const COURSE = 'learn/course@1';
export const MODULE = 'learn/module@1';
export const LESSON = 'learn/lesson@1';
export const ASSIGNMENT = 'learn/assignment@1';
export const QUESTION = 'learn/question@1';
/** What a person did in one step of a course. */
export const PROGRESS = 'learn/progress@1';
/** A person says that they did all of a course; others confirm it. */
export const CERTIFICATE = 'learn/certificate@1';
/** What a person wants to remember, in decks of their Personal space: a fragment each. A link leads from a card to what it was made from. */
export const CARD = 'learn/card@1';
export const DECK = 'learn/deck@1';
export const CARD_FROM = 'learn/card-from@1';
/** Link from a course to a goal of the space it serves. */
export const SERVES = 'learn/serves@1';

export const LEARN_TYPES = [COURSE, MODULE, LESSON, ASSIGNMENT, QUESTION, PROGRESS, CARD, DECK, CERTIFICATE] as const;
export const LEARN_VERBS = ['course.create', 'course.rename', 'course.about', 'course.serve', 'course.delete', 'course.restore', 'module.create', 'lesson.create', 'assignment.create', 'step.name', 'step.text', 'step.need', 'step.pass', 'step.order', 'part.delete', 'part.restore', 'question.create', 'question.change', 'question.approve', 'progress.begin', 'progress.read', 'progress.answer', 'progress.done', 'card.create', 'card.change', 'card.review', 'card.off', 'card.delete', 'card.restore', 'deck.delete', 'deck.restore', 'certificate.create', 'certificate.confirm'].map((verb) => `learn/${verb}@1`);
