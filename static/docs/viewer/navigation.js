// The list of everything that a reference has, with a filter. `/` goes to the filter, arrows through the list.

import { html, useEffect, useMemo, useRef, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';

const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether every word of the filter is somewhere in what an operation says about itself. */
function fits(operation, words) {
  const text = folded(`${operation.verb} ${operation.path} ${operation.id} ${operation.summary} ${operation.tag}`);
  return words.every((word) => text.includes(word));
}

/** Whether another operation is described by the same words; then its path tells them apart. */
const hasTwin = (operation, others) => others.some((one) => one !== operation && one.summary === operation.summary);

const isTyping = (target) => target.closest?.('input, textarea, select, [contenteditable]');

/** `/` anywhere on the page, unless somebody types or has switched it off. */
function useShortcut(isOn, act) {
  useEffect(() => {
    const listen = (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      act();
    };
    if (isOn) document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [isOn, act]);
}

/** Moves through links with the arrows; from the first one up, back to the filter. */
function move(event, filter) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const links = [...event.currentTarget.querySelectorAll('a')];
  const place = links.indexOf(document.activeElement);
  if (place < 0 && step < 0) return;
  event.preventDefault();
  (links[place + step] ?? (step < 0 ? filter : links.at(-1))).focus();
}

const Link = ({ to, current, children }) => html`<li><a href=${`#${to}`} aria-current=${current === to ? 'page' : null}>${children}</a></li>`;

/** Parts that every reference has, besides its operations. */
export const PARTS = ['overview', 'errors', 'schemas', 'quirks'];

export function Navigation({ reference, current, hasShortcut, isOpen, onOpen }) {
  const [filter, setFilter] = useState('');
  const input = useRef(null);
  const focus = useMemo(() => () => {
    onOpen(true);
    // At once, lest the next key be lost; where the list is folded away, as soon as it is there.
    input.current?.focus();
    if (document.activeElement !== input.current) requestAnimationFrame(() => input.current?.focus());
  }, [onOpen]);
  useShortcut(hasShortcut, focus);

  const words = folded(filter).split(/\s+/).filter(Boolean);
  const groups = reference.tags.map((tag) => ({ name: tag.name, operations: tag.operations.filter((one) => fits(one, words)) }))
    .filter((group) => group.operations.length);
  const found = groups.reduce((sum, group) => sum + group.operations.length, 0);
  const onKey = (event) => {
    if (event.key === 'Escape' && filter) setFilter('');
    else if (event.key === 'Enter' && document.activeElement === input.current) event.currentTarget.querySelector('.found a')?.click();
    else move(event, input.current);
  };
  return html`<nav class="side" aria-label=${t('contents')} onKeyDown=${onKey}>
    <button type="button" class="button opener" aria-expanded=${isOpen} aria-controls="contents" onClick=${() => onOpen(!isOpen)}>${t('contents')}</button>
    <div id="contents" class=${`nav contents ${isOpen ? 'open' : ''}`}>
      <div class="field">
        <label class="unseen" for="filter">${t('filter')}</label>
        <input id="filter" class="input" type="search" ref=${input} value=${filter} placeholder=${hasShortcut ? t('filter_shortcut') : t('filter')}
          autocomplete="off" spellcheck=${false} onInput=${(event) => setFilter(event.currentTarget.value)} />
        <span class="unseen" role="status">${filter && n('found', found)}</span>
      </div>
      ${!words.length && html`<ul>${PARTS.map((part) => html`<${Link} to=${part} current=${current}>${t(part)}<//>`)}</ul>`}
      <div class="found">
        ${groups.map((group) => html`<section key=${group.name}>
          <h2 lang="en">${group.name}</h2>
          <ul>${group.operations.map((one) => html`<${Link} key=${one.id} to=${one.id} current=${current}>
            <span class=${`verb ${one.verb.toLowerCase()}`} translate=${false}>${one.verb}</span>
            <span lang="en">${one.summary} ${hasTwin(one, group.operations) && html`<span class="twin" translate=${false}>${one.path}</span>`}</span><//>`)}</ul>
        </section>`)}
        ${found === 0 && html`<p class="hint">${t('nothing_found')}</p>`}
      </div>
    </div>
  </nav>`;
}
