// The audit log: who did what, and whether anybody changed what it says.

import { html, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { query } from '../api.js';
import { asked } from '../parts/address.js';
import { Dialog } from '../parts/dialog.js';
import { Facts } from '../parts/facts.js';
import { Choice, Text, useValues } from '../parts/form.js';
import { Between, MoreFilters, Steps, sent, usePlace } from '../parts/log.js';
import { Reading, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';
import { exact } from '../parts/times.js';
import { Works, useWorks } from '../parts/works.js';

const LIMIT = 50;
const ACTIONS = ['organization.', 'account.', 'admin.', 'token.', 'device.', 'contact.', 'room.', 'message.', 'file.', 'meeting.', 'recording.', 'place.', 'reservation.', 'mail.', 'backup.', 'data.', 'setting.', 'audit.'];
const WAYS = ['chatwork', 'clickmeeting', 'messenger', 'matrix', 'cam', 'chat-messages', 'admin', 'command-line', 'link', 'server'];
const SUBJECTS = ['world', 'organization', 'account', 'token', 'contact-request', 'room', 'meeting', 'place', 'reservation'];
const NAMES = ['action', 'account', 'dialect', 'subject', 'subject_id', 'since', 'until'];

const subjectOf = (entry) => (entry.subject_id === null ? entry.subject_kind : `${entry.subject_kind} ${entry.subject_id}`);
const factsOf = (entry) => Object.entries(entry.facts).map(([name, value]) => `${name}: ${value}`).join(', ');

function Details({ entry, onClose }) {
  return html`<${Dialog} title=${t('audit_entry', { number: entry.seq })} onClose=${onClose}>
    <${Facts} facts=${[
      [t('request_time'), exact(entry.at)],
      [t('audit_action'), html`<code>${entry.action}</code>`],
      [t('audit_actor'), entry.actor && (entry.actor_id === null ? entry.actor : `${entry.actor} (${entry.actor_id})`)],
      [t('audit_way'), entry.dialect],
      [t('address'), entry.address && html`<code>${entry.address}</code>`],
      [t('audit_subject'), subjectOf(entry)],
      [t('organization'), entry.organization_id],
      [t('audit_facts'), factsOf(entry)],
      [t('request_id'), html`<code>${entry.request_id}</code>`],
      [t('audit_previous'), html`<code>${entry.previous}</code>`],
      [t('audit_hash'), html`<code>${entry.hash}</code>`],
    ]} />
    ${!entry.request_id.includes(':') && html`<p><a href=${query('/admin/requests', { request_id: entry.request_id })}>${t('audit_request')}</a></p>`}
  <//>`;
}

export default function Audit() {
  const [filter, setFilter] = useValues({ action: '', account: '', dialect: '', subject: '', subject_id: '', since: '', until: '', ...asked(NAMES) });
  const place = usePlace();
  const [open, setOpen] = useState(null);
  const read = useRead(query('/audit', { ...sent(filter), limit: LIMIT, before: place.before }));
  const work = useWorks(['chain-check'], () => {});
  const narrow = (name, value) => { setFilter(name, value); place.toNewest(); };
  const columns = [
    { name: t('request_time'), cell: (entry) => html`<time class="nowrap" datetime=${entry.at}>${exact(entry.at)}</time>` },
    { name: t('audit_action'), cell: (entry) => html`<code>${entry.action}</code>` },
    { name: t('audit_actor'), cell: (entry) => entry.actor || html`<span class="quiet">–</span>` },
    { name: t('audit_way'), cell: (entry) => entry.dialect },
    { name: t('audit_subject'), cell: (entry) => html`${subjectOf(entry)}<span class="more">${factsOf(entry)}</span>` },
    { name: t('actions'), isAction: true, cell: (entry) => html`<button type="button" class="button small" onClick=${() => setOpen(entry)} aria-label=${`${t('details')}: ${entry.seq} ${entry.action}`}>${t('details')}</button>` },
  ];
  const all = (words) => [['', t('all')], ...words.map((one) => [one, one])];
  return html`
    <p class="lead">${t('audit_lead')}</p>
    <div class="bar">
      <button type="button" class="button" disabled=${work.isBusy('chain-check')} onClick=${() => work.begin('/audit/verification')}>${t('audit_check')}</button>
      <a class="button" href="/admin/api/audit/export" download>${t('audit_download')}</a>
    </div>
    <${Works} ...${work} />
    <div class="bar">
      <${Choice} values=${filter} set=${narrow} name="action" label=${t('audit_action')} options=${all(ACTIONS)} />
      <${Choice} values=${filter} set=${narrow} name="dialect" label=${t('audit_way')} options=${all(WAYS)} />
      <${Choice} values=${filter} set=${narrow} name="subject" label=${t('audit_subject')} options=${all(SUBJECTS)} />
    </div>
    <${MoreFilters} values=${filter} names=${['account', 'subject_id', 'since', 'until']}>
      <${Text} values=${filter} set=${narrow} name="account" label=${t('audit_account')} type="search" inputmode="numeric" />
      <${Text} values=${filter} set=${narrow} name="subject_id" label=${t('audit_subject_id')} type="search" inputmode="numeric" />
      <${Between} values=${filter} set=${narrow} />
    <//>
    <${Reading} read=${read}>${({ items, next }) => html`
      <${Table} caption=${t('page_audit')} columns=${columns} rows=${items} keyOf=${(entry) => entry.seq} empty=${t('no_audit')} />
      <${Steps} place=${place} count=${items.length} next=${next} />`}
    <//>
    ${open && html`<${Details} entry=${open} onClose=${() => setOpen(null)} />`}`;
}
