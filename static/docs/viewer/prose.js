// The little Markdown that the documents use: paragraphs, lists, headings, **strong**, *emphasis*, `code`. Everything else is text.

import { html } from '/assets/ui/html.js';

const MARKS = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g;

function inline(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    pieces.push(text.slice(end, match.index));
    if (match[1]) pieces.push(html`<code translate=${false}>${match[1]}</code>`);
    else if (match[2]) pieces.push(html`<strong>${match[2]}</strong>`);
    else pieces.push(html`<em>${match[3]}</em>`);
    end = match.index + match[0].length;
  }
  return [...pieces, text.slice(end)];
}

/** The items of a list. */
export const itemsOf = (text) => text.split(/^- /m).map((item) => item.trim()).filter(Boolean);

function block(text) {
  if (text.startsWith('- ')) {
    return html`<ul class="bullets">${itemsOf(text).map((item) => html`<li>${inline(item)}</li>`)}</ul>`;
  }
  return html`<p>${inline(text)}</p>`;
}

/** A text of a document, which is in English whatever the page speaks. */
export function Prose({ text }) {
  const blocks = (text ?? '').split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean);
  return blocks.length ? html`<div class="prose" lang="en">${blocks.map(block)}</div>` : null;
}

/** The same inside a line. */
export const Phrase = ({ text }) => html`<span lang="en">${inline(text ?? '')}</span>`;

/** The sections of a Markdown page: its introduction under an empty title, then what stands under each `##`. */
export function sectionsOf(markdown) {
  return markdown.replace(/^# .*\n/, '').split(/^## /m).map((part, place) => {
    if (place === 0) return { title: '', text: part.trim() };
    const [title, ...rest] = part.split('\n');
    return { title: title.trim(), text: rest.join('\n').trim() };
  });
}
