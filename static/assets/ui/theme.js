// Light, dark, or as the system has it. theme-first.js applies the choice before a page is drawn.

import { choices } from './kept.js';

const KEY = 'crosstalk.theme';

/** What one can choose; the empty one follows the system. */
export const THEMES = ['', 'light', 'dark'];

/** The choice. */
export const theme = () => document.documentElement.dataset.theme ?? '';

/** Chooses, for this page and those to come. */
export function chooseTheme(chosen) {
  choices.write(KEY, chosen);
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}
