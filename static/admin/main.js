// The administration page: /admin/<page>. Who one is comes first, then the page that the address names.

import { html, render, useCallback, useEffect, useState } from '/assets/ui/html.js';
import { chooseLanguage, preferred, speak, t } from '/assets/ui/i18n.js';
import { choices } from '/assets/ui/kept.js';
import { Settings } from '/assets/ui/settings.js';
import { SetUp, ShowPassword, SignIn, SignInAgain, givenUp } from './account.js';
import { askThrough, call, callPlainly, keepProof } from './api.js';
import { Contents } from './contents.js';
import { FIRST, IN_ZONE_OF_ORGANIZATION, NAMES, load } from './pages.js';
import { now, offBy, setNow } from './parts/clock.js';
import { Trouble } from './parts/reading.js';
import { exact, ownZone } from './parts/times.js';

const WORDS = '/admin/files/i18n';
const ORGANIZATION = 'crosstalk.organization';
/** Clocks that differ by less, in milliseconds, agree. */
const AGREEING_MS = 120_000;

const pageInAddress = () => {
  const name = location.pathname.split('/')[2] ?? '';
  return NAMES.includes(name) ? name : FIRST;
};

/** The page that the address names; links of ours change it without loading anew. */
function usePage() {
  const [name, setName] = useState(pageInAddress);
  useEffect(() => {
    const follow = () => setName(pageInAddress());
    const click = (event) => {
      const link = event.target.closest?.('a[href^="/admin/"]:not([download])');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      history.pushState(null, '', link.href);
      follow();
    };
    addEventListener('popstate', follow);
    document.addEventListener('click', click);
    return () => {
      removeEventListener('popstate', follow);
      document.removeEventListener('click', click);
    };
  }, []);
  return name;
}

/** One page, read when it is first needed. */
function Page({ name, context }) {
  const [loaded, setLoaded] = useState({});
  useEffect(() => {
    document.title = `${t(`page_${name}`)} · Crosstalk`;
    load(name).then((part) => setLoaded({ name, Part: part.default }), () => setLoaded({ name, failure: { code: 'unreachable' } }));
  }, [name]);
  useEffect(() => {
    if (loaded.name !== name) return;
    scrollTo(0, 0);
    document.querySelector('main h1')?.focus({ preventScroll: true });
  }, [loaded]);
  if (loaded.name !== name) return html`<p class="hint" role="status">${t('loading')}</p>`;
  if (loaded.failure) return html`<${Trouble} failure=${loaded.failure} />`;
  return html`<h1 tabindex="-1">${t(`page_${name}`)}</h1><${OtherClock} /><${loaded.Part} ...${context} /><${Zone} name=${name} organization=${context.organization} />`;
}

/** Says that this device's clock is another than the server's, which all ages and ends on the pages are told by. */
const OtherClock = () => offBy() > AGREEING_MS && html`<p class="notice warn">${t('clocks_differ', { server: exact(now()), own: exact(Date.now()) })}</p>`;

/** Which zone the times of a page are in. */
const Zone = ({ name, organization }) => html`<p class="hint">${IN_ZONE_OF_ORGANIZATION.includes(name)
  ? t('times_of_organization', { zone: organization.time_zone, name: organization.name })
  : t('times_of_browser', { zone: ownZone() })}</p>`;

/** Asks what time it is whenever somebody comes back to the page: a device that slept does not know how long. */
function useClock() {
  useEffect(() => {
    const look = () => document.visibilityState === 'visible' && callPlainly('GET', '/session').then((session) => setNow(session.now), () => {});
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
}

/** The question that stands in front of the page, if one does; `asked` resolves with its answer. */
function useQuestions(session, refresh) {
  const [question, setQuestion] = useState(null);
  useEffect(() => {
    // Two things may ask at once: both wait for the one answer.
    let waiting = null;
    const ask = (kind) => () => {
      waiting ??= new Promise((resolve, reject) => {
        const end = (act) => () => {
          waiting = null;
          setQuestion(null);
          act();
        };
        setQuestion({ kind, done: end(resolve), close: end(() => reject(givenUp())) });
      });
      return waiting;
    };
    askThrough({ confirm: ask('confirm'), signIn: ask('signIn') });
    return () => askThrough({});
  }, []);
  if (!question) return null;
  if (question.kind === 'confirm') return html`<${ShowPassword} hasCodes=${session.has_totp} onDone=${question.done} onClose=${question.close} />`;
  const again = async () => {
    await refresh();
    question.done();
  };
  return html`<${SignInAgain} email=${session.email} onDone=${again} onClose=${question.close} />`;
}

function Inside({ session, organizations, refresh, onLanguage }) {
  const name = usePage();
  const [isOpen, setOpen] = useState(false);
  const [slug, setSlug] = useState(() => choices.read(ORGANIZATION));
  const [said, setSaid] = useState('');
  const organization = organizations.find((one) => one.slug === slug) ?? organizations[0];
  const question = useQuestions(session, refresh);
  useClock();
  const choose = (chosen) => {
    choices.write(ORGANIZATION, chosen);
    setSlug(chosen);
  };
  const signOut = async () => {
    await call('DELETE', '/session');
    location.assign('/admin');
  };
  useEffect(() => setOpen(false), [name]);
  const context = { session, organization, organizations, refresh, say: setSaid };
  return html`
    <a class="skip" href="#main" onClick=${skip}>${t('skip')}</a>
    <header class="head">
      <button type="button" class="button small opener" aria-expanded=${isOpen} aria-controls="contents" onClick=${() => setOpen(!isOpen)}>${t('contents')}</button>
      <a class="brand" href="/admin/${FIRST}"><img src="/assets/favicon.png" alt="" width="24" height="24" /><span>Crosstalk</span></a>
      ${session.mode === 'sandbox' && html`<span class="badge warn">${t('sandbox')}</span>`}
      <div class="grow"></div>
      ${organizations.length > 1 && html`<label class="pick"><span class="unseen">${t('organization')}</span>
        <select class="input" value=${organization.slug} onChange=${(event) => choose(event.currentTarget.value)}>
          ${organizations.map((one) => html`<option value=${one.slug}>${one.name}</option>`)}
        </select></label>`}
      <${Settings} onLanguage=${onLanguage}>
        <p class="hint">${session.name}<br />${session.email}</p>
        ${!session.is_open_door && html`<button type="button" class="button" onClick=${signOut}>${t('sign_out')}</button>`}
      <//>
    </header>
    <div class="columns">
      <${Contents} current=${name} isOpen=${isOpen} />
      <main id="main" tabindex="-1"><${Page} key=${name} name=${name} context=${context} /></main>
    </div>
    <p class="said" role="status">${said}</p>
    ${question}`;
}

function skip(event) {
  event.preventDefault();
  document.querySelector('main').focus();
}

function App({ first }) {
  const [state, setState] = useState(first);
  const [, redraw] = useState(0);
  const refresh = useCallback(async () => setState(await look()), []);
  const changeLanguage = useCallback(async (code) => {
    chooseLanguage(code);
    await speak(WORDS, code);
    redraw((count) => count + 1);
  }, []);
  if (state.setup) return html`<${SetUp} languages=${state.setup.languages} onLanguage=${changeLanguage} onDone=${refresh} />`;
  if (!state.session) return html`<${SignIn} onDone=${refresh} />`;
  return html`<${Inside} ...${state} refresh=${refresh} onLanguage=${changeLanguage} />`;
}

/** How things stand: to be set up, nobody signed in, or somebody is. */
async function look() {
  const setup = await callPlainly('GET', '/setup');
  if (setup.is_needed && setup.mode === 'office') return { setup };
  try {
    const session = await callPlainly('GET', '/session');
    keepProof(session.csrf_token);
    setNow(session.now);
    const { items: organizations } = await callPlainly('GET', '/organizations');
    return { session, organizations };
  } catch (failure) {
    if (failure.status === 401) return {};
    throw failure;
  }
}

async function start() {
  const place = document.querySelector('#page');
  try {
    await speak(WORDS, preferred());
    document.title = `${t('title')} · Crosstalk`;
    render(html`<${App} first=${await look()} />`, place);
    place.dataset.ready = 'yes';
  } catch (error) {
    const notice = document.createElement('p');
    notice.className = 'notice bad alone';
    notice.setAttribute('role', 'alert');
    notice.textContent = `This page could not be drawn: ${error.message}. Reload it; if that does not help, look at the server's log.`;
    place.replaceChildren(notice);
  }
}

start();
