// Tokens: what programs sign in with.

import { html, useState } from '/assets/ui/html.js';
import { n, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { call, query } from '../api.js';
import { asked } from '../parts/address.js';
import { now } from '../parts/clock.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Choice, Form, Radios, Text, Ticks, useValues } from '../parts/form.js';
import { Reading, useRead } from '../parts/reading.js';
import { Pager, Table } from '../parts/table.js';
import { Time } from '../parts/times.js';

const LIMIT = 50;
const STATES = ['active', 'ending', 'expired', 'revoked'];
const WARNINGS = ['never-used', 'unused', 'expiring'];
const TONES = { active: 'good', ending: 'warn', expired: '', revoked: 'bad' };
const DAYS = ['30', '90', '365'];
const OVERLAPS = ['0', '3600', '86400', '604800'];

const inDays = (days) => new Date(now() + days * 86_400_000).toISOString();

/** What a token may do, in words. */
const Scopes = ({ token }) => (token.scopes.length ? html`<span class="scopes">${token.scopes.map((scope) => html`<code>${scope}</code> `)}</span>` : t('scopes_all'));

const State = ({ token }) => html`<span class=${`badge ${TONES[token.state]}`}>${t(`state_${token.state}`)}</span>
  ${token.warnings.map((warning) => html` <span class="badge warn">${t(`warning_${warning}`)}</span>`)}`;

const LastUse = ({ token }) => html`<${Time} at=${token.used_at} />
  ${token.used_at && html`<span class="more">${token.used_address} ${token.used_client}</span>`}`;

/** A secret, for the only time. */
function Revealed({ made, onClose }) {
  return html`<${Dialog} title=${t('token_made')} onClose=${onClose} isSecret>
    <p>${t('token_made_words')}</p>
    <${Code} name=${t('token')} text=${made.secret} wraps />
    <p>${t('try_it_words')}</p>
    <${Code} name="curl" text=${made.curl} wraps />
    <div class="buttons"><button type="button" class="button primary" onClick=${onClose}>${t('secret_is_kept')}</button></div>
  <//>`;
}

/** The scopes that a preset stands for. */
const scopesOf = (dialect, values) => ({ full: [], read: dialect.read_only, notify: dialect.notify_only, some: values.scopes })[values.preset];

const presetsOf = (dialect) => [['full', t('preset_full')], ['read', t('preset_read')], ...(dialect.notify_only.length ? [['notify', t('preset_notify')]] : []), ['some', t('preset_some')]];

function Making({ organization, dialects, onMade, onClose }) {
  const [values, set] = useValues({ dialect: dialects[0].name, email: '', name: '', preset: 'full', scopes: [], days: '90', until: '', reason: '' });
  const people = useRead(query('/users', { organization: organization.slug, limit: 200 }));
  const dialect = dialects.find((one) => one.name === values.dialect);
  const choose = (name, value) => {
    set(name, value);
    if (name === 'dialect') { set('preset', 'full'); set('scopes', []); }
  };
  const send = async () => {
    const until = values.days === 'until' ? values.until && `${values.until}T00:00:00Z` : values.days !== 'never' && inDays(Number(values.days));
    onMade(await call('POST', '/tokens', {
      organization: organization.slug, dialect: values.dialect, email: dialect.is_personal ? values.email : null, name: values.name,
      scopes: scopesOf(dialect, values), expires_at: until || null, reason: values.days === 'never' ? values.reason : null,
    }));
  };
  const ends = [...DAYS.map((days) => [days, n('days', Number(days))]), ['until', t('until_day')], ['never', t('never')]];
  return html`<${Dialog} title=${t('make_token')} onClose=${onClose}>
    <${Form} fields=${['email', 'name', 'reason', 'expires_at']} send=${send} verb=${t('make_token')} onCancel=${onClose}>
      ${(failure) => html`
        <${Choice} values=${values} set=${choose} name="dialect" label=${t('dialect')} failure=${failure} options=${dialects.map((one) => [one.name, one.title])} />
        ${dialect.is_personal
          ? html`<${Text} values=${values} set=${set} name="email" label=${t('acts_as')} hint=${t('acts_as_hint')} failure=${failure} type="email" list="people" />
              <datalist id="people">${people.value?.items.map((one) => html`<option value=${one.email}>${one.name}</option>`)}</datalist>`
          : html`<p class="hint">${t('acts_as_organization', { name: organization.name })}</p>`}
        <${Text} values=${values} set=${set} name="name" label=${t('token_name')} hint=${t('token_name_hint')} failure=${failure} />
        <${Radios} values=${values} set=${set} name="preset" legend=${t('scopes')} options=${presetsOf(dialect)} />
        ${values.preset === 'some' && html`<${Ticks} values=${values} set=${set} name="scopes" legend=${t('scopes_some')} options=${dialect.scopes} />`}
        <${Radios} values=${values} set=${set} name="days" legend=${t('expires')} options=${ends} />
        ${values.days === 'until' && html`<${Text} values=${values} set=${set} name="until" label=${t('until_day')} failure=${failure && { ...failure, field: 'until' }} type="date" />`}
        ${values.days === 'never' && html`<${Text} values=${values} set=${set} name="reason" label=${t('reason')} hint=${t('reason_hint')} failure=${failure} />`}`}
    <//>
  <//>`;
}

function Rotating({ organization, token, onMade, onClose }) {
  const [values, set] = useValues({ overlap: '3600' });
  const send = async () => onMade(await call('POST', `/tokens/${token.id}/rotation`, { organization: organization.slug, overlap_s: Number(values.overlap) }));
  return html`<${Dialog} title=${t('rotate_title', { name: token.name || token.prefix })} onClose=${onClose}>
    <p>${t('rotate_words')}</p>
    <${Form} fields=${[]} send=${send} verb=${t('rotate')} onCancel=${onClose}>
      ${() => html`<${Radios} values=${values} set=${set} name="overlap" legend=${t('overlap')} options=${OVERLAPS.map((one) => [one, t(`overlap_${one}`)])} />`}
    <//>
  <//>`;
}

export default function Tokens({ organization, say }) {
  const [filter, setFilter] = useValues({ q: '', dialect: '', state: 'active', warning: '', offset: 0, ...asked(['q', 'dialect', 'state', 'warning']) });
  const [chosen, setChosen] = useState(new Set());
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const dialects = useRead('/dialects');
  const read = useRead(query('/tokens', { organization: organization.slug, limit: LIMIT, ...filter }));
  const narrow = (name, value) => { setFilter(name, value); setFilter('offset', 0); setChosen(new Set()); };
  const made = (token) => { setOpen({ kind: 'made', token }); read.again(); };
  const revoke = async (ids) => {
    const { revoked } = await call('POST', '/tokens/revocations', { organization: organization.slug, ids });
    say(n('revoked', revoked));
    setChosen(new Set());
    read.again();
  };
  const nameOf = (token) => token.name || token.prefix;
  const columns = [
    { name: t('token_name'), cell: (token) => html`<strong>${token.name || '–'}</strong> <code>${token.prefix}…</code>` },
    { name: t('dialect'), cell: (token) => token.dialect },
    { name: t('acts_as'), cell: (token) => html`<span class="address">${token.acts_as}</span>` },
    { name: t('scopes'), cell: (token) => html`<${Scopes} token=${token} />` },
    { name: t('created'), cell: (token) => html`<${Time} at=${token.created_at} isDay /><span class="more">${token.created_by}</span>` },
    { name: t('expires'), cell: (token) => html`<${Time} at=${token.expires_at} isDay />` },
    { name: t('last_used'), cell: (token) => html`<${LastUse} token=${token} />` },
    { name: t('state'), cell: (token) => html`<${State} token=${token} />` },
    { name: t('actions'), isAction: true, cell: (token) => ['active', 'ending'].includes(token.state) && html`<span class="stacked">
      <button type="button" class="button small" onClick=${() => setOpen({ kind: 'rotate', token })} aria-label=${`${t('rotate')}: ${nameOf(token)}`}>${t('rotate')}</button>
      <button type="button" class="button small" onClick=${() => setOpen({ kind: 'revoke', ids: [token.id], name: nameOf(token) })} aria-label=${`${t('revoke')}: ${nameOf(token)}`}>${t('revoke')}</button></span>` },
  ];
  return html`
    <p class="lead">${t('tokens_lead')}</p>
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" />
      <${Choice} values=${filter} set=${narrow} name="dialect" label=${t('dialect')} options=${[['', t('all')], ...(dialects.value?.items ?? []).map((one) => [one.name, one.title])]} />
      <${Choice} values=${filter} set=${narrow} name="state" label=${t('state')} options=${[['', t('all')], ...STATES.map((one) => [one, t(`state_${one}`)])]} />
      <${Choice} values=${filter} set=${narrow} name="warning" label=${t('warnings')} options=${[['', t('all')], ...WARNINGS.map((one) => [one, t(`warning_${one}`)])]} />
      <div class="grow"></div>
      ${chosen.size > 0 && html`<button type="button" class="button" onClick=${() => setOpen({ kind: 'revoke', ids: [...chosen] })}>${n('revoke_chosen', chosen.size)}</button>`}
      <button type="button" class="button primary" disabled=${!dialects.value} onClick=${() => setOpen({ kind: 'make' })}>${t('make_token')}</button>
    </div>
    <${Reading} read=${read}>${({ items, total }) => html`
      <${Table} caption=${t('page_tokens')} columns=${columns} rows=${items} nameOf=${nameOf} chosen=${chosen} onChoose=${setChosen} empty=${t('no_tokens')} />
      <${Pager} total=${total} offset=${filter.offset} limit=${LIMIT} onOffset=${(offset) => setFilter('offset', offset)} />`}
    <//>
    ${open?.kind === 'make' && html`<${Making} organization=${organization} dialects=${dialects.value.items} onMade=${made} onClose=${close} />`}
    ${open?.kind === 'rotate' && html`<${Rotating} organization=${organization} token=${open.token} onMade=${made} onClose=${close} />`}
    ${open?.kind === 'made' && html`<${Revealed} made=${open.token} onClose=${close} />`}
    ${open?.kind === 'revoke' && html`<${Confirm} title=${open.name ? t('revoke_title', { name: open.name }) : n('revoke_chosen', open.ids.length)}
      words=${t('revoke_words')} verb=${t('revoke')} isFinal act=${() => revoke(open.ids)} onClose=${close} />`}`;
}
