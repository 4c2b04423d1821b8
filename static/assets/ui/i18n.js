// Words in the reader's language. A catalogue is a JSON object for each language, `<folder>/<code>.json`: a text by its key, or
// an object with a text for each plural form that the language has (the names are those of Intl.PluralRules).
// `{name}` in a text is filled in. All languages have the same keys; a test sees to it.

import { choices } from './kept.js';

const KEY = 'crosstalk.language';

/** The languages there are words in, by what their speakers call them. */
export const LANGUAGES = { en: 'English', ja: '日本語', vi: 'Tiếng Việt', pl: 'Polski' };

let texts = {};
let plurals = new Intl.PluralRules('en');

/** The language of the page. */
export const language = () => document.documentElement.lang;

/** The language to begin with: chosen before, else the first of the browser's that there are words in. */
export function preferred() {
  const wanted = [choices.read(KEY), ...navigator.languages].map((code) => (code ?? '').split('-')[0].toLowerCase());
  return wanted.find((code) => code in LANGUAGES) ?? 'en';
}

/** How the reader writes dates: the browser's own variety of the page's language, if it has one. English has more than one order of day and month. */
export const locale = () => navigator.languages.find((code) => code.split('-')[0].toLowerCase() === language()) ?? language();

/** Reads the words of a language; from then on the page is in it. */
export async function speak(folder, code) {
  const answer = await fetch(`${folder}/${code}.json`);
  if (!answer.ok) throw new Error(`${folder}/${code}.json: ${answer.status}`);
  texts = await answer.json();
  plurals = new Intl.PluralRules(code);
  document.documentElement.lang = code;
}

/** Remembers what the reader chose. */
export const chooseLanguage = (code) => choices.write(KEY, code);

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

/** A text. */
export const t = (key, values = {}) => filled(texts[key] ?? key, values);

/** A text about a number of things, which stands in it as `{count}`. */
export function n(key, count, values = {}) {
  const forms = texts[key] ?? {};
  const shown = new Intl.NumberFormat(language()).format(count);
  return filled(forms[plurals.select(count)] ?? forms.other ?? key, { count: shown, ...values });
}
