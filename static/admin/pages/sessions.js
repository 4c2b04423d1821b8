// Where administrators are signed in, and how one's own account is protected.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { call } from '../api.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Form, Text, useValues } from '../parts/form.js';
import { Reading, Trouble, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';
import { Time } from '../parts/times.js';

function Password({ onDone, onClose }) {
  const [values, set] = useValues({ password: '' });
  const send = async () => { await call('PUT', '/session/password', values); onDone(); };
  return html`<${Dialog} title=${t('change_password')} onClose=${onClose}>
    <p>${t('change_password_words')}</p>
    <${Form} fields=${['password']} send=${send} verb=${t('change_password')} onCancel=${onClose}>
      ${(failure) => html`<${Text} values=${values} set=${set} name="password" label=${t('new_password')} hint=${t('password_hint')} failure=${failure} type="password" autocomplete="new-password" />`}
    <//>
  <//>`;
}

/** A QR code: dark on light in every theme, with the margin that cameras need. */
const Picture = ({ qr: { size, path } }) => html`<svg class="qr" role="img" aria-label=${t('codes_picture')} viewBox=${`-4 -4 ${size + 8} ${size + 8}`} shape-rendering="crispEdges">
  <rect x="-4" y="-4" width=${size + 8} height=${size + 8} fill="#fff" /><path d=${path} fill="#000" />
</svg>`;

/** Sets one-time codes up: the key goes into an authenticator, its first code comes back. */
function Codes({ made, onDone, onClose }) {
  const [values, set] = useValues({ code: '' });
  const [codes, setCodes] = useState(null);
  const send = async () => setCodes((await call('PUT', '/session/totp', values)).recovery_codes);
  if (codes) {
    return html`<${Dialog} title=${t('recovery_codes')} onClose=${onDone} isSecret>
      <p>${t('recovery_codes_words')}</p>
      <${Code} name=${t('recovery_codes')} text=${codes.join('\n')} />
      <div class="buttons"><button type="button" class="button primary" onClick=${onDone}>${t('secret_is_kept')}</button></div>
    <//>`;
  }
  return html`<${Dialog} title=${t('set_codes_up')} onClose=${onClose}>
    <p>${t('set_codes_up_words')}</p>
    <${Picture} qr=${made.qr} />
    <${Code} name=${t('key')} text=${made.key} wraps />
    <p><a href=${made.url}>${t('open_authenticator')}</a></p>
    <${Form} fields=${['code']} send=${send} verb=${t('go_on')} onCancel=${onClose}>
      ${(failure) => html`<${Text} values=${values} set=${set} name="code" label=${t('first_code')} failure=${failure} inputmode="numeric" autocomplete="one-time-code" />`}
    <//>
  <//>`;
}

/** The reader's own account. */
function Own({ session, refresh, say }) {
  const [open, setOpen] = useState(null);
  const [failure, setFailure] = useState(null);
  const close = () => setOpen(null);
  const done = (words) => () => { close(); say(words); refresh(); };
  const begin = async () => {
    try {
      setFailure(null);
      setOpen({ kind: 'codes', made: await call('POST', '/session/totp') });
    } catch (failed) {
      setFailure(failed);
    }
  };
  const remove = async () => { await call('DELETE', '/session/totp'); say(t('codes_removed')); refresh(); };
  return html`<section class="card">
    <h2>${t('own_account')}</h2>
    <p>${session.has_totp ? n('codes_are_on', session.recovery_codes_left) : t('codes_are_off')}</p>
    ${failure && html`<${Trouble} failure=${failure} />`}
    <div class="buttons start">
      <button type="button" class="button" onClick=${() => setOpen({ kind: 'password' })}>${t('change_password')}</button>
      ${session.has_totp
        ? html`<button type="button" class="button" onClick=${() => setOpen({ kind: 'remove' })}>${t('remove_codes')}</button>`
        : html`<button type="button" class="button" onClick=${begin}>${t('set_codes_up')}</button>`}
    </div>
    ${open?.kind === 'password' && html`<${Password} onDone=${done(t('password_changed'))} onClose=${close} />`}
    ${open?.kind === 'codes' && html`<${Codes} made=${open.made} onDone=${done(t('codes_set'))} onClose=${close} />`}
    ${open?.kind === 'remove' && html`<${Confirm} title=${t('remove_codes')} words=${t('remove_codes_words')} verb=${t('remove_codes')} act=${remove} onClose=${close} />`}
  </section>`;
}

export default function Sessions({ session, refresh, say }) {
  const [asked, setAsked] = useState(null);
  const read = useRead('/sessions');
  const end = async () => { await call('DELETE', `/sessions/${asked.id}`); read.again(); };
  const columns = [
    { name: t('name'), cell: (one) => html`<strong>${one.name}</strong> ${one.is_own && html`<span class="badge accent">${t('this_one')}</span>`}` },
    { name: t('address'), cell: (one) => html`<code>${one.address}</code>` },
    { name: t('browser'), cell: (one) => html`<span class="more">${one.client}</span>` },
    { name: t('signed_in'), cell: (one) => html`<${Time} at=${one.signed_in_at} />` },
    { name: t('last_used'), cell: (one) => html`<${Time} at=${one.used_at} />` },
    { name: t('actions'), isAction: true, cell: (one) => !one.is_own && html`<button type="button" class="button small" onClick=${() => setAsked(one)} aria-label=${`${t('end_session')}: ${one.name}, ${one.address}`}>${t('end_session')}</button>` },
  ];
  return html`
    <p class="lead">${t('sessions_lead')}</p>
    ${!session.is_open_door && html`<${Own} session=${session} refresh=${refresh} say=${say} />`}
    <${Reading} read=${read}>${({ items }) => html`<${Table} caption=${t('page_sessions')} columns=${columns} rows=${items} />`}<//>
    ${asked && html`<${Confirm} title=${t('end_session')} words=${t('end_session_words', { name: asked.name })} verb=${t('end_session')} act=${end} onClose=${() => setAsked(null)} />`}`;
}
