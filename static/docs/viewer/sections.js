// What a reference says besides its operations.

import { html } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Copy } from '/assets/ui/code.js';
import { Answer } from './operation.js';
import { Phrase, Prose, itemsOf, sectionsOf } from './prose.js';
import { Schema } from './schema.js';

const Title = ({ children }) => html`<h1 tabindex="-1">${children}</h1>`;

export function Overview({ reference, dialect, server }) {
  const { title, prefix } = server.dialects.find((one) => one.name === dialect);
  const address = `${server.base}${prefix}`;
  return html`
    <header class="stack">
      <h1 tabindex="-1" lang="en">${title}</h1>
      <p class="lead" lang="en">${reference.info.summary}</p>
      <div class="address"><code translate=${false}>${address}</code><${Copy} text=${address} label=${t('copy_address')} /></div>
      <p class="links"><a href=${`/docs/${dialect}.yaml`}>OpenAPI 3.1, YAML</a> <a href=${`/docs/${dialect}.json`}>OpenAPI 3.1, JSON</a></p>
    </header>
    <${Prose} text=${reference.info.description} />
    <section class="stack"><h2>${t('sign_in')}</h2>
      <dl class="pairs">${reference.schemes.map((scheme) => html`
        <dt><code translate=${false}>${scheme.header}${scheme.before && `: ${scheme.before}…`}</code></dt><dd><${Phrase} text=${scheme.description} /></dd>`)}</dl>
    </section>
    <section class="stack"><h2>${t('operations_title')}</h2>
      <ul class="tags">${reference.tags.filter((tag) => tag.operations.length).map((tag) => html`<li>
        <a href=${`#${tag.operations[0].id}`} lang="en">${tag.name}</a> <span class="hint">${n('operations', tag.operations.length)}</span>
        <div class="quiet"><${Phrase} text=${tag.description} /></div></li>`)}</ul>
    </section>`;
}

/** What is answered where there is no operation, and the shapes of failures. */
export function Errors({ reference }) {
  return html`<header class="stack"><${Title}>${t('errors')}<//><p class="quiet">${t('errors_lead')}</p></header>
    <div>${reference.unrouted.map((answer) => html`<${Answer} key=${answer.status} reference=${reference} answer=${answer} />`)}</div>`;
}

/** `name`: the one to show; without it, all of them as a list. */
export function Schemas({ reference, name }) {
  const found = reference.schemas.find((one) => one.name === name);
  if (found) {
    return html`<header class="stack">
        <p><a href="#schemas">${t('schemas')}</a></p>
        <h1 tabindex="-1" lang="en" translate=${false}>${name}</h1>
        <${Prose} text=${found.schema.description} />
      </header>
      <${Schema} reference=${reference} schema=${found.schema} />`;
  }
  return html`<header class="stack"><${Title}>${t('schemas')}<//></header>
    <ul class="tags">${reference.schemas.map((one) => html`<li>
      <a href=${`#schemas/${one.name}`} lang="en" translate=${false}>${one.name}</a>
      <div class="quiet"><${Phrase} text=${one.schema.description} /></div></li>`)}</ul>`;
}

/** An oddity, and where the code deals with it. */
function Quirk({ text }) {
  const [, path, said] = text.match(/^`([^`]+)`: ([\s\S]*)$/) ?? [null, '', text];
  return html`<li><${Phrase} text=${said[0].toUpperCase() + said.slice(1)} /> <div class="hint" lang="en" translate=${false}>${path}</div></li>`;
}

export function Quirks({ quirks }) {
  const [, ...sections] = sectionsOf(quirks);
  return html`<header class="stack"><${Title}>${t('quirks')}<//><p class="quiet">${t('quirks_lead')}</p></header>
    ${sections.map((section) => html`<section class="stack" key=${section.title}><h2 lang="en">${section.title}</h2>
      <ul class="bullets">${itemsOf(section.text).map((text) => html`<${Quirk} text=${text} />`)}</ul></section>`)}`;
}

/** All APIs of this server. */
export function Index({ server, references }) {
  return html`<main id="main" class="index" tabindex="-1">
    <header class="stack">
      <${Title}>${t('title')}<//>
      <p class="lead">${t('lead')}</p>
      <p class=${`notice ${server.mode === 'office' ? 'warn' : 'good'}`}>${t(`mode_${server.mode}`)}</p>
    </header>
    <ul class="cards">${server.dialects.map((one) => html`<li class="card" key=${one.name}>
      <h2><a href=${`/docs/${one.name}`} lang="en">${one.title}</a></h2>
      <p lang="en">${references[one.name].info.summary}</p>
      <p class="address"><code translate=${false}>${server.base}${one.prefix}</code></p>
      <p class="links"><span class="hint">${n('operations', references[one.name].operations.length)}</span>
        <span><a href=${`/docs/${one.name}.yaml`} aria-label=${`${one.title}: YAML`}>YAML</a> · <a href=${`/docs/${one.name}.json`} aria-label=${`${one.title}: JSON`}>JSON</a></span></p>
    </li>`)}</ul>
  </main>`;
}
