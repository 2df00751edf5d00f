/** Gives the catalogue the words of the palette. */
import { enPalette } from '#view/i18n/en-palette.ts';
import { ruPalette } from '#view/i18n/ru-palette.ts';
import { addWords } from '#view/kit/i18n.tsx';

addWords({ en: enPalette, ru: ruPalette });
