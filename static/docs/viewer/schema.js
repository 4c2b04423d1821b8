// A schema as a tree that opens level by level. What is closed is not drawn, so a schema that contains itself does no harm.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Phrase } from './prose.js';
import { typed } from './document.js';

/** Arrays in arrays that are looked through; one that contains itself has no end. */
const NESTED = 4;

const nameOf = (schema) => schema?.$ref?.split('/').pop();

/** What a value is, in a few words: "array of Room", "string or null". */
export function typeOf(reference, schema) {
  if (schema === true || schema === undefined) return t('any');
  if (nameOf(schema)) return nameOf(schema);
  if (schema.items) return t('array_of', { what: typeOf(reference, schema.items) });
  const choice = schema.oneOf ?? schema.anyOf;
  if (choice) return choice.map((one) => typeOf(reference, one)).join(` ${t('or')} `);
  if (schema.type) return [schema.type].flat().join(` ${t('or')} `) + (schema.format ? ` (${schema.format})` : '');
  const [known] = schema.enum ?? [schema.const];
  if (known !== undefined) return known === null ? 'null' : typeof known;
  if (schema.allOf) return schema.allOf.map((one) => typeOf(reference, one)).join(' + ');
  return schema.properties ? 'object' : t('any');
}

/** What a value has to keep to. */
export function bounds(schema) {
  const between = (least, most, key) => {
    if (least !== undefined && most !== undefined) return [t(`${key}_between`, { least, most })];
    if (least !== undefined) return [t(`${key}_least`, { least })];
    return most === undefined ? [] : [t(`${key}_most`, { most })];
  };
  return [
    ...between(schema.minimum, schema.maximum, 'value'),
    ...between(schema.minLength, schema.maxLength, 'length'),
    ...between(schema.minItems, schema.maxItems, 'items'),
    ...(schema.uniqueItems ? [t('unique')] : []),
    ...(schema.default === undefined ? [] : [t('default', { value: typed(schema.default) || '""' })]),
  ];
}

/** Bounds, pattern and allowed values of a schema. */
export function Bounds({ schema }) {
  const allowed = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const said = bounds(schema);
  return html`
    ${said.length > 0 && html`<div class="hint">${said.join(' · ')}</div>`}
    ${schema.pattern && html`<div class="hint">${t('pattern')} <code translate=${false}>${schema.pattern}</code></div>`}
    ${allowed.length > 0 && html`<div class="hint allowed">${t('allowed')} ${allowed.map((one) => html`<code translate=${false}>${typed(one) || '""'}</code>`)}</div>`}`;
}

/** What there is to say about the entries of an array: their own parts, or themselves, unless their type says it all. */
function entriesOf(reference, schema, depth) {
  const parts = depth < NESTED ? partsOf(reference, schema, depth + 1) : [];
  if (parts.length) return parts;
  const { description, enum: allowed, pattern, ...resolved } = reference.resolve(schema);
  const isPlain = !description && !allowed && !pattern && !bounds(resolved).length;
  return isPlain ? [] : [{ name: t('entries'), schema, isNote: true }];
}

/** The parts of a schema that lie a level deeper: members, entries, alternatives. */
function partsOf(reference, schema, depth = 0) {
  const resolved = reference.resolve(schema);
  const all = [resolved, ...(resolved.allOf ?? []).map((one) => reference.resolve(one))];
  const required = new Set(all.flatMap((one) => one.required ?? []));
  const members = all.flatMap((one) => Object.entries(one.properties ?? {}))
    .map(([name, part]) => ({ name, schema: part, isRequired: required.has(name) }));
  if (resolved.additionalProperties && typeof resolved.additionalProperties === 'object') {
    members.push({ name: t('any_name'), schema: resolved.additionalProperties, isNote: true });
  }
  if (resolved.items) members.push(...entriesOf(reference, resolved.items, depth));
  const choice = resolved.oneOf ?? resolved.anyOf ?? [];
  choice.forEach((one, place) => members.push({ name: nameOf(one) ?? t('alternative', { number: place + 1 }), schema: one, isNote: true }));
  return members;
}

function Part({ reference, part }) {
  const resolved = reference.resolve(part.schema);
  const inner = partsOf(reference, part.schema);
  const [isOpen, setOpen] = useState(false);
  const head = html`
    <span class=${part.isNote ? 'quiet' : 'member'} translate=${false}>${part.name}</span>
    <span class="type">${typeOf(reference, part.schema)}</span>
    ${part.isRequired && html`<span class="needed">${t('required')}</span>`}`;
  const about = html`
    ${resolved.description && html`<div><${Phrase} text=${resolved.description} /></div>`}
    <${Bounds} schema=${resolved} />`;
  if (!inner.length) return html`<li><div class="part-head">${head}</div>${about}</li>`;
  return html`<li>
    <details class="part" open=${isOpen} onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary><span class="part-head">${head} <span class="hint">${n('parts', inner.length)}</span></span></summary>
      ${isOpen && html`<${Parts} reference=${reference} parts=${inner} />`}
    </details>
    ${about}
  </li>`;
}

const Parts = ({ reference, parts }) => html`<ul class="parts">${parts.map((part) => html`<${Part} reference=${reference} part=${part} />`)}</ul>`;

/** A schema: what it is, and its first level open. */
export function Schema({ reference, schema }) {
  const resolved = reference.resolve(schema);
  const name = nameOf(schema) ?? nameOf(schema.items);
  const parts = partsOf(reference, schema);
  return html`<div class="schema">
    <div class="part-head"><span class="type">${typeOf(reference, schema)}</span>
      ${name && html`<a class="hint" href=${`#schemas/${name}`}>${t('schema_link', { name })}</a>`}</div>
    <${Bounds} schema=${resolved} />
    ${parts.length > 0 && html`<${Parts} reference=${reference} parts=${parts} />`}
  </div>`;
}
