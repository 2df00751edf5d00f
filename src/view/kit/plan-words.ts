/** Gives the catalogue the words of plans: whoever shows them imports this, so that nobody else loads them. */
import { enPlans } from '#view/i18n/en-plans.ts';
import { ruPlans } from '#view/i18n/ru-plans.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enPlans, ru: ruPlans });
