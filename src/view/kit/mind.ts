/** The models of this tab, as screens and agents ask for them: their code and their workers come with the first question. */
import type { MindDesk } from '#os/models-api';

let come: (() => Promise<MindDesk>) | null = null;

/** Filled by the app. */
export const bringMind = (next: () => Promise<MindDesk>): void => void (come = next);

/** Rejects where the code does not come, and where this tab has no models. */
export const askMind = (): Promise<MindDesk> => come?.() ?? Promise.reject(new Error('no models here'));
