// People of an organization, and who of them administers the server.

import { html, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { call, callPlainly, query } from '../api.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Choice, Form, Radios, Text, changed, useValues } from '../parts/form.js';
import { Reading, useRead } from '../parts/reading.js';
import { Pager, Table } from '../parts/table.js';

const LIMIT = 50;
/** How an erasure is asked for, in milliseconds: soon at first, then less often, and not for ever. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const PATIENCE_MS = 300_000;
const ROLES = ['member', 'chat-manager', 'admin'];

/** Adds a person, or changes one. */
function Person({ organization, person, onDone, onClose }) {
  const [values, set] = useValues(person ?? { name: '', email: '', role: 'member' });
  const send = async () => {
    const place = { organization: organization.slug };
    onDone(person ? await call('PATCH', `/users/${person.id}`, { ...changed(values, person, ['name', 'email', 'role']), ...place }) : await call('POST', '/users', { ...values, ...place }));
  };
  return html`<${Dialog} title=${person ? t('change_person', { name: person.name }) : t('add_person')} onClose=${onClose}>
    <${Form} fields=${['name', 'email', 'role']} send=${send} verb=${person ? t('save') : t('add_person')} onCancel=${onClose}>
      ${(failure) => html`
        <${Text} values=${values} set=${set} name="name" label=${t('name')} failure=${failure} />
        <${Text} values=${values} set=${set} name="email" label=${t('email')} failure=${failure} type="email" />
        <${Choice} values=${values} set=${set} name="role" label=${t('role')} hint=${t('role_hint')} failure=${failure} options=${ROLES.map((role) => [role, t(`role_${role}`)])} />`}
    <//>
  <//>`;
}

/** Makes somebody an administrator of the server. */
function Granting({ person, onDone, onClose }) {
  const [values, set] = useValues({ password: '' });
  const send = async () => onDone(await call('PUT', `/users/${person.id}/admin`, values));
  return html`<${Dialog} title=${t('grant_title', { name: person.name })} onClose=${onClose}>
    <p>${t('grant_words')}</p>
    <${Form} fields=${['password']} send=${send} verb=${t('grant')} onCancel=${onClose}>
      ${(failure) => html`<${Text} values=${values} set=${set} name="password" label=${t('password')} hint=${t('password_hint')} failure=${failure} type="password" autocomplete="new-password" />`}
    <//>
  <//>`;
}

/** Says how far an erasure is until it is over, whichever page is open meanwhile. */
async function follow({ id, waits_for: first }, name, say) {
  let waitsFor = first;
  say(waitsFor ? t(`erased_after_${waitsFor}`, { name }) : t('erased', { name }));
  for (let [pause, left] = [FIRST_PAUSE_MS, PATIENCE_MS]; left > 0; left -= pause, pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    const seen = await callPlainly('GET', `/erasures/${id}`).catch((failure) => failure);
    if (seen.status === 401) return;
    if (seen.is_over) {
      say(t('erased_at_last', { name }));
      return;
    }
    if (seen.waits_for && seen.waits_for !== waitsFor) say(t(`erased_after_${seen.waits_for}`, { name }));
    waitsFor = seen.waits_for ?? waitsFor;
  }
  say(t('erased_later', { name }));
}

/** Erases a person for good, or without one whoever has an address: asks what becomes of what they wrote. */
function Erasing({ person, onDone, onClose }) {
  const [values, set] = useValues(person ? { messages: '' } : { email: '', messages: '' });
  const send = async () => {
    const begun = await call('POST', person ? `/users/${person.id}/erasure` : '/erasures', values);
    onDone(begun, person?.name ?? values.email);
  };
  return html`<${Dialog} title=${person ? t('erase_title', { name: person.name }) : t('erase_address')} onClose=${onClose}>
    <p>${person ? t('erase_words') : t('erase_address_words')}</p>
    <${Form} fields=${['email', 'messages']} send=${send} verb=${t('erase')} onCancel=${onClose} isFinal>
      ${(failure) => html`${!person && html`<${Text} values=${values} set=${set} name="email" label=${t('email')} failure=${failure} type="email" />`}
        <${Radios} values=${values} set=${set} name="messages" legend=${t('erase_messages')} failure=${failure} options=${[['keep', t('erase_keep')], ['blank', t('erase_blank')]]} />`}
    <//>
  <//>`;
}

export default function Users({ organization, session, say }) {
  const [filter, setFilter] = useValues({ q: '', offset: 0 });
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const read = useRead(query('/users', { organization: organization.slug, limit: LIMIT, ...filter }));
  const done = (person) => { close(); say(t('saved', { name: person.name })); read.again(); };
  const erased = (begun, name) => { close(); follow(begun, name, say); read.again(); };
  const narrow = (name, value) => { setFilter(name, value); setFilter('offset', 0); };
  const act = (method, path, body) => async () => { await call(method, path, body); read.again(); };
  const button = (words, person, onClick) => html`<button type="button" class="button small" onClick=${onClick} aria-label=${`${words}: ${person.name}`}>${words}</button> `;
  // Who was erased is nobody any more: nothing is left that could be changed, and nobody to bring back.
  const actions = (person) => person.email && html`
    ${button(t('change'), person, () => setOpen({ kind: 'person', person }))}
    ${person.is_admin
      ? button(t('withdraw'), person, () => setOpen({ kind: 'ask', title: t('withdraw_title', { name: person.name }), words: t('withdraw_words'), verb: t('withdraw'), act: act('DELETE', `/users/${person.id}/admin`) }))
      : !person.is_disabled && button(t('grant'), person, () => setOpen({ kind: 'grant', person }))}
    ${person.is_disabled
      ? button(t('enable'), person, act('PATCH', `/users/${person.id}`, { is_disabled: false }))
      : person.id !== session.account_id && button(t('disable'), person, () => setOpen({ kind: 'ask', title: t('disable_title', { name: person.name }), words: t('disable_words'), verb: t('disable'), act: act('PATCH', `/users/${person.id}`, { is_disabled: true }) }))}
    ${person.id !== session.account_id && button(t('erase'), person, () => setOpen({ kind: 'erase', person }))}`;
  const columns = [
    { name: t('name'), cell: (person) => html`<strong>${person.name}</strong>` },
    { name: t('email'), cell: (person) => person.email },
    { name: t('role'), cell: (person) => t(`role_${person.role}`) },
    { name: t('ids'), cell: (person) => html`<code>${person.id}</code><span class="more">${person.uid}</span>` },
    { name: t('state'), cell: (person) => html`${person.is_disabled ? html`<span class="badge bad">${t('disabled')}</span>` : html`<span class="badge good">${t('enabled')}</span>`}
      ${person.is_admin && html` <span class="badge accent">${t('administrator')}</span>`}` },
    { name: t('actions'), isAction: true, cell: actions },
  ];
  return html`
    <p class="lead">${t('users_lead')}</p>
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" />
      <div class="grow"></div>
      <button type="button" class="button" onClick=${() => setOpen({ kind: 'erase' })}>${t('erase_address')}</button>
      <button type="button" class="button primary" onClick=${() => setOpen({ kind: 'person' })}>${t('add_person')}</button>
    </div>
    <${Reading} read=${read}>${({ items, total }) => html`
      <${Table} caption=${t('page_users')} columns=${columns} rows=${items} empty=${t('no_people')} />
      <${Pager} total=${total} offset=${filter.offset} limit=${LIMIT} onOffset=${(offset) => setFilter('offset', offset)} />`}
    <//>
    ${open?.kind === 'person' && html`<${Person} organization=${organization} person=${open.person} onDone=${done} onClose=${close} />`}
    ${open?.kind === 'grant' && html`<${Granting} person=${open.person} onDone=${done} onClose=${close} />`}
    ${open?.kind === 'erase' && html`<${Erasing} person=${open.person} onDone=${erased} onClose=${close} />`}
    ${open?.kind === 'ask' && html`<${Confirm} ...${open} onClose=${close} />`}`;
}
