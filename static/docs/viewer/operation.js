// One operation: what it takes, and what it answers.

import { html } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { Code, Copy } from '/assets/ui/code.js';
import { Phrase, Prose } from './prose.js';
import { Bounds, Schema, typeOf } from './schema.js';
import { typed } from './document.js';

const shown = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function Parameters({ reference, parameters }) {
  if (!parameters.length) return null;
  return html`<section class="stack" aria-labelledby="parameters">
    <h2 id="parameters">${t('parameters')}</h2>
    <table class="table parameters" role="table">
      <thead role="rowgroup"><tr role="row">
        ${['name', 'place', 'type', 'description'].map((key) => html`<th role="columnheader" scope="col">${t(key)}</th>`)}
      </tr></thead>
      <tbody role="rowgroup">${parameters.map((one) => html`<tr role="row" key=${one.in + one.name}>
        <td role="cell"><code translate=${false}>${one.name}</code> ${one.required && html`<span class="needed">${t('required')}</span>`}</td>
        <td role="cell" class="quiet">${t(`place_${one.in}`)}</td>
        <td role="cell"><span class="type">${typeOf(reference, one.schema)}</span><${Bounds} schema=${one.schema} /></td>
        <td role="cell"><${Phrase} text=${one.description ?? one.schema.description} />
          ${one.example !== undefined && html`<div class="hint">${t('example')}: <code translate=${false}>${typed(one.example)}</code></div>`}</td>
      </tr>`)}</tbody>
    </table>
  </section>`;
}

function Examples({ type, examples }) {
  const language = type?.endsWith('json') ? 'json' : '';
  return examples.map((one) => html`<${Code} key=${one.name} name=${one.name ? `${t('example')}: ${one.name}` : t('example')} text=${shown(one.value)} language=${language} />`);
}

function Body({ reference, body }) {
  if (!body) return null;
  return html`<section class="stack" aria-labelledby="body">
    <h2 id="body">${t('body')} <span class="hint" translate=${false}>${body.type}</span></h2>
    <${Prose} text=${body.description} />
    <${Schema} reference=${reference} schema=${body.schema} />
    ${body.type.endsWith('json') && html`<${Examples} type=${body.type} examples=${body.examples} />`}
  </section>`;
}

/** An answer under its status; `isOpen`: from the beginning. */
export function Answer({ reference, answer, isOpen }) {
  const kind = answer.status < '300' ? 'good' : answer.status < '500' ? 'warn' : 'bad';
  return html`<details class="fold" open=${isOpen}>
    <summary><span class=${`badge ${kind}`}>${answer.status}</span> <${Phrase} text=${answer.description} /></summary>
    <div class="inside">
      ${answer.type ? html`<p class="hint">${t('sent_as')} <code translate=${false}>${answer.type}</code></p>` : html`<p class="hint">${t('no_body')}</p>`}
      ${answer.headers.length > 0 && html`<dl class="pairs">
        ${answer.headers.map((header) => html`<dt translate=${false}>${header.name}</dt><dd><${Phrase} text=${header.description} /></dd>`)}
      </dl>`}
      ${answer.schema && html`<${Schema} reference=${reference} schema=${answer.schema} />`}
      <${Examples} type=${answer.type} examples=${answer.examples} />
    </div>
  </details>`;
}

function Answers({ reference, title, answers, opensFirst }) {
  if (!answers.length) return null;
  return html`<section class="stack"><h2>${title}</h2>
    <div>${answers.map((answer, place) => html`<${Answer} key=${answer.status} reference=${reference} answer=${answer} isOpen=${opensFirst && place === 0} />`)}</div>
  </section>`;
}

/** How one signs in for an operation, and what a restricted token needs. */
function Access({ operation, reference }) {
  const ways = operation.ways.map((name) => reference.schemes.find((scheme) => scheme.name === name)?.header);
  return html`<dl class="pairs">
    <dt>${t('sign_in')}</dt>
    <dd>${ways.length ? ways.map((header, place) => html`${place > 0 && ` ${t('or')} `}<code translate=${false}>${header}</code>`) : t('no_token')}</dd>
    ${operation.scopes.length > 0 && html`<dt>${t('scopes')}</dt><dd class="allowed">${operation.scopes.map((one) => html`<code translate=${false}>${one}</code> `)}</dd>`}
    <dt>${t('operation_id')}</dt><dd><code translate=${false}>${operation.id}</code></dd>
  </dl>`;
}

/** Where the request builder stands below everything else, this leads to it. */
function jump() {
  const title = document.querySelector('#try');
  title.scrollIntoView();
  title.focus({ preventScroll: true });
}

export function Operation({ operation, reference }) {
  const path = `${operation.prefix}${operation.path}`;
  const isGood = (answer) => answer.status < '300';
  return html`
    <header class="stack">
      <h1 tabindex="-1" lang="en">${operation.summary}</h1>
      <div class="address"><span class=${`verb ${operation.verb.toLowerCase()}`} translate=${false}>${operation.verb}</span>
        <code translate=${false}>${path}</code><${Copy} text=${path} label=${t('copy_path')} /></div>
      <${Prose} text=${operation.description} />
      <button type="button" class="button small jump" onClick=${jump}>${t('try_it')}</button>
    </header>
    <${Access} operation=${operation} reference=${reference} />
    <${Parameters} reference=${reference} parameters=${operation.parameters} />
    <${Body} reference=${reference} body=${operation.body} />
    <${Answers} reference=${reference} title=${t('answers')} answers=${operation.answers.filter(isGood)} opensFirst=${true} />
    <${Answers} reference=${reference} title=${t('errors')} answers=${operation.answers.filter((one) => !isGood(one))} />`;
}
