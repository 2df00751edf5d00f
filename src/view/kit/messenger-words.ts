/** Gives the catalogue the words of the Messenger and of calls. */
import { enMessenger } from '#view/i18n/en-messenger.ts';
import { ruMessenger } from '#view/i18n/ru-messenger.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enMessenger, ru: ruMessenger });
