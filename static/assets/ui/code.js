// Code to read and to copy.

import { html, useEffect, useState } from './html.js';
import { t } from './i18n.js';

/** Longer texts are shown without colours. */
const COLOURED = 20_000;
const PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

/** A JSON text in pieces, names and values apart. */
function coloured(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(PIECES)) {
    pieces.push(text.slice(end, match.index));
    const kind = match[2] !== undefined ? 'key' : match[1] ? 'text' : 'word';
    pieces.push(html`<span class=${kind}>${match[1] ?? match[0]}</span>`, match[2] ?? '');
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** Puts a text where one pastes from. */
async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Pages without TLS have only the old way.
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  focused.focus();
}

/** A button that copies a text, and says so. */
export function Copy({ text, label }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    const timer = isCopied && setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => put(text).then(() => setCopied(true), () => {});
  return html`<button type="button" class="button plain small" onClick=${copy} aria-label=${label ?? t('copy')}>
    <span aria-live="polite">${isCopied ? t('copied') : t('copy')}</span>
  </button>`;
}

/** A block of code under its name. */
export function Code({ name, text, language = '', wraps = false }) {
  const isColoured = language === 'json' && text.length <= COLOURED;
  return html`<div class=${`code ${wraps ? 'wrap' : ''}`}>
    <div class="code-bar"><span>${name}</span><${Copy} text=${text} label=${`${t('copy')}: ${name}`} /></div>
    <pre tabindex="0" role="group" aria-label=${name} lang="en" translate=${false}>${isColoured ? coloured(text) : text}</pre>
  </div>`;
}
