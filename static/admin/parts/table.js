// Rows under headings. Where it is narrow, each row is a small card with the headings beside its values.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';

/** Rows of a long list that are shown at once. */
const SHOWN = 100;

/** `columns`: { name, cell(row), isAction }. `chosen`: a Set of keys, with `onChoose(set)`, where rows can be chosen. */
export function Table({ caption, columns, rows, keyOf = (row) => row.id, nameOf, chosen, onChoose, empty }) {
  if (!rows.length) return html`<p class="nothing">${empty ?? t('nothing_here')}</p>`;
  const toggle = (key, isOn) => {
    const next = new Set(chosen);
    if (isOn) next.add(key);
    else next.delete(key);
    onChoose(next);
  };
  const areAll = chosen && rows.every((row) => chosen.has(keyOf(row)));
  const all = (isOn) => onChoose(new Set(isOn ? rows.map(keyOf) : []));
  return html`<div class="table-box" tabindex="0" role="group" aria-label=${caption}>
    <table class="table rows">
      <caption class="unseen">${caption}</caption>
      <thead><tr>
        ${chosen && html`<th><input type="checkbox" aria-label=${t('choose_all')} checked=${areAll} onChange=${(event) => all(event.currentTarget.checked)} /></th>`}
        ${columns.map((column) => html`<th scope="col">${column.isAction ? html`<span class="unseen">${column.name}</span>` : column.name}</th>`)}
      </tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${keyOf(row)}>
        ${chosen && html`<td class="choice"><input type="checkbox" aria-label=${t('choose', { name: nameOf(row) })} checked=${chosen.has(keyOf(row))}
          onChange=${(event) => toggle(keyOf(row), event.currentTarget.checked)} /></td>`}
        ${columns.map((column) => html`<td class=${column.isAction ? 'actions' : ''} data-name=${column.isAction ? '' : column.name}>${column.cell(row)}</td>`)}
      </tr>`)}</tbody>
    </table>
  </div>`;
}

/** Rows of a list that came as a whole, shown by hundreds. */
export function LongTable({ rows, ...rest }) {
  const [offset, setOffset] = useState(0);
  const first = offset < rows.length ? offset : 0;
  return html`<${Table} ...${rest} rows=${rows.slice(first, first + SHOWN)} />
    ${rows.length > 0 && html`<${Pager} total=${rows.length} offset=${first} limit=${SHOWN} onOffset=${setOffset} />`}`;
}

/** Which part of a list is shown, and the way to the next. */
export function Pager({ total, offset, limit, onOffset }) {
  if (total <= limit && offset === 0) return html`<p class="hint" role="status">${n('entries', total)}</p>`;
  const last = Math.min(offset + limit, total);
  return html`<div class="pager">
    <p class="hint" role="status">${t('part_of', { first: Math.min(offset + 1, total), last, total })}</p>
    <button type="button" class="button small" disabled=${offset === 0} onClick=${() => onOffset(Math.max(0, offset - limit))}>${t('previous')}</button>
    <button type="button" class="button small" disabled=${last >= total} onClick=${() => onOffset(offset + limit)}>${t('next')}</button>
  </div>`;
}
