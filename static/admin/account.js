// Asking who one is: setting the server up, signing in, showing the password again.

import { html, useEffect, useState } from '/assets/ui/html.js';
import { LANGUAGES, language, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { Failure, callPlainly } from './api.js';
import { Dialog } from './parts/dialog.js';
import { Choice, Form, Text, useValues } from './parts/form.js';
import { Trouble } from './parts/reading.js';
import { ownZone } from './parts/times.js';

/** Signs in; asks for a one-time code only where there is one to ask for. */
export function SignInForm({ onDone, email = '' }) {
  const [values, set] = useValues({ email, password: '', code: '' });
  const [wantsCode, setWantsCode] = useState(false);
  const send = async () => {
    try {
      await callPlainly('POST', '/session', { ...values, code: values.code || null });
    } catch (failure) {
      if (failure.code !== 'code_needed') throw failure;
      setWantsCode(true);
      if (wantsCode) throw failure;
      return;
    }
    await onDone();
  };
  return html`<${Form} fields=${['email', 'password', 'code']} send=${send} verb=${t('sign_in')}>
    ${(failure) => html`
      <${Text} values=${values} set=${set} name="email" label=${t('email')} failure=${failure} type="email" autocomplete="username" autofocus />
      <${Text} values=${values} set=${set} name="password" label=${t('password')} failure=${failure} type="password" autocomplete="current-password" />
      ${wantsCode && html`<${Code6} values=${values} set=${set} failure=${failure} />`}`}
  <//>`;
}

const Code6 = (props) => html`<${Text} ...${props} name="code" label=${t('one_time_code')} hint=${t('one_time_code_hint')} autocomplete="one-time-code" inputmode="numeric" autofocus />`;

/** The page in front of the page. */
export const SignIn = ({ onDone }) => html`<main id="main" class="door card" tabindex="-1">
  <h1>${t('sign_in_title')}</h1>
  <${SignInForm} onDone=${onDone} />
  <p class="hint">${t('sign_in_help')}</p>
</main>`;

/** In the middle of something a session was over. */
export const SignInAgain = ({ email, onDone, onClose }) => html`<${Dialog} title=${t('session_over')} onClose=${onClose}>
  <p>${t('session_over_words')}</p>
  <${SignInForm} email=${email} onDone=${onDone} />
<//>`;

/** Something sensitive needs the password once more. */
export function ShowPassword({ hasCodes, onDone, onClose }) {
  const [values, set] = useValues({ password: '', code: '' });
  const send = async () => {
    await callPlainly('POST', '/session/confirmation', { password: values.password, code: values.code || null });
    onDone();
  };
  return html`<${Dialog} title=${t('confirm_title')} onClose=${onClose}>
    <p>${t('confirm_words')}</p>
    <${Form} fields=${['password', 'code']} send=${send} verb=${t('go_on')} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="password" label=${t('password')} failure=${failure} type="password" autocomplete="current-password" autofocus />
        ${hasCodes && html`<${Code6} values=${values} set=${set} failure=${failure} />`}`}
    <//>
  <//>`;
}

/** The key of the set-up page stands in the fragment, which no server sees. */
const setupKey = () => new URLSearchParams(location.hash.slice(1)).get('k') ?? '';

/** The key in the address, also when another one is opened in the same tab, and what is wrong with it; none: not known yet. */
function useSetupKey() {
  const [state, setState] = useState({ key: setupKey() });
  useEffect(() => {
    const follow = () => setState({ key: setupKey() });
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const { key } = state;
  useEffect(() => {
    if (!key) return;
    const note = (found) => setState((now) => (now.key === key ? { key, ...found } : now));
    callPlainly('POST', '/setup/key', { key }).then(() => note({ isGood: true }), (failure) => note({ failure }));
  }, [key]);
  return state;
}

/** Stands where the form would: the address is worthless, or none was opened. */
const NoSetUp = ({ failure }) => html`<main id="main" class="door card" tabindex="-1">
  <h1>${t('setup_title')}</h1>
  ${failure && html`<${Trouble} failure=${failure} />`}
  ${(!failure || failure.code === 'key_not_good') && html`<p>${t('setup_no_key')}</p><${Code} name=${t('terminal')} text="crosstalk setup-url" />`}
</main>`;

/** The first thing that happens to a server. */
export function SetUp({ languages, onLanguage, onDone }) {
  const zone = ownZone();
  const [values, set] = useValues({ language: language(), organization: '', time_zone: zone, email: '', name: '', password: '' });
  const { key, isGood, failure: wrong } = useSetupKey();
  const [made, setMade] = useState(null);
  const choose = (name, value) => {
    set(name, value);
    if (name === 'language') onLanguage(value);
  };
  const send = async () => {
    const answer = await callPlainly('POST', '/setup', { ...values, key });
    history.replaceState(null, '', '/admin');
    setMade(answer.token);
  };
  if (made) {
    return html`<main id="main" class="door card" tabindex="-1">
      <h1>${t('setup_done')}</h1>
      <p>${t('setup_done_words')}</p>
      <${Code} name=${t('token')} text=${made.secret} wraps />
      <p>${t('try_it_words')}</p>
      <${Code} name="curl" text=${made.curl} wraps />
      <div class="buttons"><button type="button" class="button primary" onClick=${onDone}>${t('to_the_page')}</button></div>
    </main>`;
  }
  if (!key || wrong) return html`<${NoSetUp} failure=${wrong} />`;
  if (!isGood) return html`<main id="main" class="door card" tabindex="-1"><p class="hint" role="status">${t('loading')}</p></main>`;
  const fields = ['language', 'organization', 'time_zone', 'email', 'name', 'password'];
  return html`<main id="main" class="door card" tabindex="-1">
    <h1>${t('setup_title')}</h1>
    <p class="hint">${t('setup_words')}</p>
    <${Form} fields=${fields} send=${send} verb=${t('set_up')}>
      ${(failure) => html`
        <${Choice} values=${values} set=${choose} name="language" label=${t('language')} failure=${failure} options=${languages.map((code) => [code, LANGUAGES[code]])} />
        <${Text} values=${values} set=${set} name="organization" label=${t('organization')} hint=${t('organization_hint')} failure=${failure} autocomplete="organization" />
        <${Text} values=${values} set=${set} name="time_zone" label=${t('time_zone')} hint=${t('time_zone_hint')} failure=${failure} />
        <${Text} values=${values} set=${set} name="name" label=${t('your_name')} failure=${failure} autocomplete="name" />
        <${Text} values=${values} set=${set} name="email" label=${t('email')} failure=${failure} type="email" autocomplete="username" />
        <${Text} values=${values} set=${set} name="password" label=${t('password')} hint=${t('password_hint')} failure=${failure} type="password" autocomplete="new-password" />`}
    <//>
  </main>`;
}

/** What a reader who closes a question gets instead of an answer. */
export const givenUp = () => new Failure(0, { code: 'given_up', message: '' });
