// Mails on their way, and what became of those before.

import { html, useState } from '/assets/ui/html.js';
import { t } from '/assets/ui/i18n.js';
import { call, query } from '../api.js';
import { asked } from '../parts/address.js';
import { Confirm, Dialog } from '../parts/dialog.js';
import { Facts } from '../parts/facts.js';
import { Choice, Text, useValues } from '../parts/form.js';
import { Steps, usePlace } from '../parts/log.js';
import { Reading, useRead } from '../parts/reading.js';
import { Table } from '../parts/table.js';
import { Time, exact } from '../parts/times.js';

const LIMIT = 50;
const STATES = ['queued', 'sending', 'sent', 'failed', 'kept', 'uncertain'];
const TONES = { queued: 'accent', sending: 'accent', sent: 'good', failed: 'bad', kept: '', uncertain: 'warn' };

const State = ({ mail }) => html`<span class=${`badge ${TONES[mail.state]}`}>${t(`mail_state_${mail.state}`)}</span>`;

function Letter({ id, organization, onClose }) {
  const about = { organization: organization.slug };
  const read = useRead(query(`/mails/${id}`, about));
  return html`<${Dialog} title=${t('mail_read')} onClose=${onClose}>
    <${Reading} read=${read}>${({ mail, text, has_html: hasHtml, has_calendar: hasCalendar }) => html`<div class="stack">
      <${Facts} facts=${[
        [t('mail_subject'), html`<strong>${mail.subject}</strong>`],
        [t('mail_to'), mail.to],
        [t('state'), html`<${State} mail=${mail} /> <span class="hint">${t(`mail_words_${mail.state}`)}</span>`],
        [t('mail_failure'), mail.failure],
        [t('mail_written'), exact(mail.created_at)],
        [t('mail_next_try'), mail.next_try_at && exact(mail.next_try_at)],
        [t('mail_ended'), mail.ended_at && exact(mail.ended_at)],
        [t('mail_parts'), [hasHtml && t('mail_has_html'), hasCalendar && t('mail_has_calendar')].filter(Boolean).join(', ')],
      ]} />
      <pre class="letter" tabindex="0" role="group" aria-label=${t('mail_text')}>${text}</pre>
      <div class="buttons start"><a class="button" href=${`/admin/api${query(`/mails/${id}/message`, about)}`} download>${t('mail_download')}</a></div>
    </div>`}<//>
  <//>`;
}

export default function Outbox({ organization, say }) {
  const [filter, setFilter] = useValues({ state: '', q: '', ...asked(['state', 'q']) });
  const place = usePlace();
  const [open, setOpen] = useState(null);
  const close = () => setOpen(null);
  const about = { organization: organization.slug };
  const read = useRead(query('/mails', { ...about, ...filter, limit: LIMIT, before: place.before }));
  const narrow = (name, value) => { setFilter(name, value); place.toNewest(); };
  const again = async () => {
    await call('POST', query(`/mails/${open.mail.id}/retry`, about));
    say(t('mail_waits_again'));
    read.again();
  };
  const columns = [
    { name: t('mail_subject'), cell: (mail) => html`<strong>${mail.subject}</strong>` },
    { name: t('mail_to'), cell: (mail) => mail.to },
    { name: t('state'), cell: (mail) => html`<${State} mail=${mail} />${mail.failure && html`<span class="more" title=${mail.failure}>${mail.failure}</span>`}` },
    { name: t('mail_attempts'), cell: (mail) => mail.attempts },
    { name: t('mail_written'), cell: (mail) => html`<${Time} at=${mail.created_at} />` },
    { name: t('actions'), isAction: true, cell: (mail) => html`
      <button type="button" class="button small" onClick=${() => setOpen({ kind: 'letter', mail })} aria-label=${`${t('mail_open')}: ${mail.subject}, ${mail.to}`}>${t('mail_open')}</button>
      ${mail.state === 'failed' && html`<button type="button" class="button small" onClick=${() => setOpen({ kind: 'again', mail })} aria-label=${`${t('mail_again')}: ${mail.subject}, ${mail.to}`}>${t('mail_again')}</button>`}` },
  ];
  return html`
    <p class="lead">${t('outbox_lead')}</p>
    <div class="bar">
      <${Text} values=${filter} set=${narrow} name="q" label=${t('search')} type="search" />
      <${Choice} values=${filter} set=${narrow} name="state" label=${t('state')} options=${[['', t('all')], ...STATES.map((one) => [one, t(`mail_state_${one}`)])]} />
      <div class="grow"></div>
      <button type="button" class="button" onClick=${read.again}>${t('read_again')}</button>
    </div>
    <${Reading} read=${read}>${({ items, next }) => html`
      <${Table} caption=${t('page_outbox')} columns=${columns} rows=${items} empty=${filter.q || filter.state ? t('no_mails') : t('nothing_here')} />
      <${Steps} place=${place} count=${items.length} next=${next} />`}
    <//>
    ${open?.kind === 'letter' && html`<${Letter} id=${open.mail.id} organization=${organization} onClose=${close} />`}
    ${open?.kind === 'again' && html`<${Confirm} title=${t('mail_again')} words=${t('mail_again_words', { to: open.mail.to })} verb=${t('mail_again')} act=${again} onClose=${close} />`}`;
}
