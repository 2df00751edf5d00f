/** Gives the catalogue the words of proposals. */
import { enProposals } from '#view/i18n/en-proposals.ts';
import { ruProposals } from '#view/i18n/ru-proposals.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enProposals, ru: ruProposals });
