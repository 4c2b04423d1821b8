// The reference of all APIs: /docs lists them, /docs/<dialect> shows one, the fragment says which part of it.

import { html, render, useCallback, useEffect, useState } from '/assets/ui/html.js';
import { chooseLanguage, preferred, speak, t } from '/assets/ui/i18n.js';
import { choices } from '/assets/ui/kept.js';
import { Settings } from '/assets/ui/settings.js';
import { Builder } from './builder.js';
import { Reference } from './document.js';
import { Navigation } from './navigation.js';
import { Operation } from './operation.js';
import { Errors, Index, Overview, Quirks, Schemas } from './sections.js';

const WORDS = '/docs/viewer/i18n';
const SHORTCUT = 'crosstalk.shortcut';
const dialect = location.pathname.split('/')[2] ?? '';

async function read(path, kind = 'json') {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${answer.statusText}`);
  return answer[kind]();
}

const referenceOf = async (name) => new Reference(await read(`/docs/${name}.json`));

const fragment = () => decodeURIComponent(location.hash.slice(1)) || 'overview';

function usePlace() {
  const [place, setPlace] = useState(fragment);
  useEffect(() => {
    const follow = () => setPlace(fragment());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}

function Head({ server, settings }) {
  // Where the tabs don't fit, the current one has to be seen all the same.
  useEffect(() => document.querySelector('.head .tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), []);
  return html`<header class="head">
    <a class="brand" href="/docs"><img src="/assets/favicon.png" alt="" width="24" height="24" /><span>Crosstalk</span></a>
    <nav class="tabs" aria-label=${t('apis')}>
      ${server.dialects.map((one) => html`<a href=${`/docs/${one.name}`} aria-current=${one.name === dialect ? 'page' : null} lang="en">${one.title}</a>`)}
    </nav>
    ${settings}
  </header>`;
}

/** What a fragment leads to. */
function Part({ place, reference, quirks, server }) {
  const operation = reference.operations.find((one) => one.id === place);
  if (operation) return html`<${Operation} key=${place} operation=${operation} reference=${reference} />`;
  const [part, name] = place.split('/');
  switch (part) {
    case 'overview':
      return html`<${Overview} reference=${reference} dialect=${dialect} server=${server} />`;
    case 'errors':
      return html`<${Errors} reference=${reference} />`;
    case 'schemas':
      return html`<${Schemas} key=${name} reference=${reference} name=${name} />`;
    case 'quirks':
      return html`<${Quirks} quirks=${quirks} />`;
    default:
      return html`<h1 tabindex="-1">${t('no_such_part')}</h1><p><a href="#overview">${t('overview')}</a></p>`;
  }
}

function titleOf(place, reference, title) {
  const operation = reference.operations.find((one) => one.id === place);
  const [part, name] = place.split('/');
  return [operation?.summary ?? name ?? t(part), title, 'Crosstalk'].join(' · ');
}

function Dialect({ reference, quirks, server, hasShortcut }) {
  const place = usePlace();
  const [isOpen, setOpen] = useState(false);
  const [first] = useState(place);
  const operation = reference.operations.find((one) => one.id === place);
  const { title } = server.dialects.find((one) => one.name === dialect);
  useEffect(() => {
    document.title = titleOf(place, reference, title);
    document.querySelector('.side [aria-current]')?.scrollIntoView({ block: 'nearest' });
    setOpen(false);
    if (place === first && !document.activeElement?.closest('.side')) return;
    scrollTo(0, 0);
    document.querySelector('main h1')?.focus({ preventScroll: true });
  }, [place]);
  return html`<div class=${`columns ${operation ? 'three' : ''}`} data-place=${place}>
    <${Navigation} reference=${reference} current=${place.split('/')[0]} hasShortcut=${hasShortcut} isOpen=${isOpen} onOpen=${setOpen} />
    <main id="main" class="stack wide" tabindex="-1"><${Part} place=${place} reference=${reference} quirks=${quirks} server=${server} /></main>
    ${operation && html`<aside aria-label=${t('try_it')}><${Builder} key=${place} operation=${operation} reference=${reference} dialect=${dialect} server=${server} /></aside>`}
  </div>`;
}

function Page({ server, references, quirks }) {
  const [, redraw] = useState(0);
  const [hasShortcut, setShortcut] = useState(choices.read(SHORTCUT) !== 'off');
  const changeLanguage = useCallback(async (code) => {
    chooseLanguage(code);
    await speak(WORDS, code);
    redraw((count) => count + 1);
  }, []);
  const changeShortcut = (isOn) => {
    choices.write(SHORTCUT, isOn ? '' : 'off');
    setShortcut(isOn);
  };
  const settings = html`<${Settings} onLanguage=${changeLanguage}>
    <label class="tick"><input type="checkbox" checked=${hasShortcut} onChange=${(event) => changeShortcut(event.currentTarget.checked)} /> ${t('shortcut')}</label>
  <//>`;
  return html`
    <a class="skip" href="#main" onClick=${skip}>${t('skip')}</a>
    <${Head} server=${server} settings=${settings} />
    ${dialect
      ? html`<${Dialect} reference=${references[dialect]} quirks=${quirks} server=${server} hasShortcut=${hasShortcut} />`
      : html`<${Index} server=${server} references=${references} />`}`;
}

/** The fragment names a part of the reference, so the link past the navigation must not change it. */
function skip(event) {
  event.preventDefault();
  document.querySelector('main').focus();
}

async function start() {
  const place = document.querySelector('#page');
  try {
    const [server] = await Promise.all([read('/docs/config.json'), speak(WORDS, preferred())]);
    const names = dialect ? [dialect] : server.dialects.map((one) => one.name);
    const found = await Promise.all(names.map(async (name) => [name, await referenceOf(name)]));
    const quirks = dialect ? await read(`/docs/${dialect}.md`, 'text') : '';
    document.title = `${t('title')} · Crosstalk`;
    render(html`<${Page} server=${server} references=${Object.fromEntries(found)} quirks=${quirks} />`, place);
    place.dataset.ready = 'yes';
  } catch (error) {
    const notice = document.createElement('p');
    notice.className = 'notice bad alone';
    notice.setAttribute('role', 'alert');
    notice.textContent = `This page could not be drawn: ${error.message}. Reload it; if that does not help, ask who runs the server for its log.`;
    place.replaceChildren(notice);
  }
}

start();
