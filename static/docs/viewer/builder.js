// The request builder: what to send, the line for a shell, and the answer. An answer is shown as text, never as markup.

import { html, useMemo, useState } from '/assets/ui/html.js';
import { language, n, t } from '/assets/ui/i18n.js';
import { Code } from '/assets/ui/code.js';
import { secrets } from '/assets/ui/kept.js';
import { typed } from './document.js';
import { curlOf, fetchOf, requestOf } from './request.js';

const PATIENCE_MS = 60_000;
/** Signs of a body that are shown. */
const SHOWN = 200_000;
/** Longer examples than this don't fit into a line, and what may be longer than a name may have several. */
const LINE = 60;
const NAME = 255;
const READABLE = /^text\/|[/+](json|xml|javascript|yaml)\b|x-www-form-urlencoded/;

const keyOf = (dialect, way) => `crosstalk.token.${dialect}.${way.name}`;
const pretty = (value) => JSON.stringify(value, null, 2);

/** What the fields begin with: the examples of the document. */
function examplesOf(operation) {
  const parameters = operation.parameters.map((one) => [`${one.in}:${one.name}`, typed(one.example)]);
  const fields = (operation.body?.fields ?? []).map((field) => [`body:${field.name}`, typed(field.schema.example)]);
  return Object.fromEntries([...parameters, ...fields]);
}

/** The token of a way to sign in: kept in this tab alone, never in an address. */
function useToken(dialect, way) {
  const [, redraw] = useState(0);
  const token = way ? secrets.read(keyOf(dialect, way)) ?? '' : '';
  const keep = (text) => {
    secrets.write(keyOf(dialect, way), text.trim());
    redraw((count) => count + 1);
  };
  return [token, keep];
}

/** Whether a value may be a long text, or one of several lines. */
const isLong = (schema, example) => typed(example).length > LINE || (schema.type === 'string' && schema.maxLength > NAME);

function Field({ id, label, isRequired, isLong, allowed, value, onValue }) {
  const options = allowed?.map(typed);
  const change = (event) => onValue(event.currentTarget.value);
  return html`<div class="field">
    <label class="name" for=${id}><span translate=${false} lang="en">${label}</span> ${isRequired && html`<span class="needed">${t('required')}</span>`}</label>
    ${isLong && html`<textarea id=${id} class="input mono lines" rows="3" spellcheck=${false} value=${value} onInput=${change}></textarea>`}
    ${!isLong && (options
      ? html`<select id=${id} class="input" value=${value} onChange=${change}>
          ${!options.includes('') && html`<option value="">${t('not_sent')}</option>`}
          ${options.map((one) => html`<option value=${one}>${one}</option>`)}
        </select>`
      : html`<input id=${id} class="input mono" value=${value} onInput=${change} autocomplete="off" spellcheck=${false} />`)}
  </div>`;
}

/** `known`: well-known tokens that fit. */
function Token({ way, ways, onWay, token, onToken, known }) {
  return html`<fieldset class="group">
    <legend>${t('sign_in')}</legend>
    ${ways.length > 1 && html`<div class="field">
      <label class="name" for="way">${t('header')}</label>
      <select id="way" class="input" value=${way.name} onChange=${(event) => onWay(event.currentTarget.value)}>
        ${ways.map((one) => html`<option value=${one.name}>${one.header}${one.before && `: ${one.before}…`}</option>`)}
      </select>
    </div>`}
    <div class="field">
      <label class="name" for="token"><span lang="en">${way.header}</span></label>
      <input id="token" class="input mono" value=${token} placeholder=${t('token')} aria-describedby="token-hint" autocomplete="off"
        spellcheck=${false} autocapitalize="off" onInput=${(event) => onToken(event.currentTarget.value)} />
      <span id="token-hint" class="hint">${t('token_hint')}</span>
    </div>
    ${known.length > 0 && html`<div class="chips" role="group" aria-label=${t('sandbox_tokens')}>
      <span class="hint">${t('sandbox_tokens')}</span>
      ${known.map((one) => html`<button type="button" class="button small" aria-pressed=${one.secret === token}
        onClick=${() => onToken(one.secret)} lang="en">${one.person ?? t('whole_organization')}</button>`)}
    </div>`}
  </fieldset>`;
}

function Parameters({ title, place, parameters, values, onValue }) {
  if (!parameters.length) return null;
  return html`<fieldset class="group">
    <legend>${title}</legend>
    ${parameters.map((one) => html`<${Field} key=${one.name} id=${`${place}:${one.name}`} label=${one.name} isRequired=${one.required}
      allowed=${one.schema.enum} value=${values[`${place}:${one.name}`]} onValue=${(text) => onValue(`${place}:${one.name}`, text)} />`)}
  </fieldset>`;
}

function FileField({ field, sample, onFile }) {
  return html`<div class="field">
    <label class="name" for=${`body:${field.name}`}><span translate=${false} lang="en">${field.name}</span>
      ${field.isRequired && html`<span class="needed">${t('required')}</span>`}</label>
    <input id=${`body:${field.name}`} class="input" type="file" aria-describedby=${`hint:${field.name}`}
      onChange=${(event) => onFile(field.name, event.currentTarget.files[0])} />
    ${sample && html`<span id=${`hint:${field.name}`} class="hint">${t('sample_file')}</span>`}
  </div>`;
}

function Body({ body, values, onValue, onFile, json, onJson }) {
  if (!body) return null;
  if (body.type.endsWith('json')) {
    const flaw = json.trim() && flawOf(json);
    return html`<fieldset class="group">
      <legend>${t('body')} <span class="hint" translate=${false}>${body.type}</span></legend>
      ${body.examples.length > 1 && html`<div class="chips" role="group" aria-label=${t('examples')}>
        ${body.examples.map((one) => html`<button type="button" class="button small" lang="en" onClick=${() => onJson(pretty(one.value))}>${one.name}</button>`)}
      </div>`}
      <textarea class="input mono" rows=${Math.min(Math.max(json.split('\n').length, 4), 16)} aria-label=${t('body')} aria-invalid=${Boolean(flaw)}
        aria-describedby="flaw" spellcheck=${false} value=${json} onInput=${(event) => onJson(event.currentTarget.value)}></textarea>
      <span id="flaw" class="hint">${flaw ? t('not_json', { why: flaw }) : ''}</span>
    </fieldset>`;
  }
  return html`<fieldset class="group">
    <legend>${t('body')} <span class="hint" translate=${false}>${body.type}</span></legend>
    ${body.fields.map((field) => (field.isFile
      ? html`<${FileField} key=${field.name} field=${field} sample=${values[`body:${field.name}`]} onFile=${onFile} />`
      : html`<${Field} key=${field.name} id=${`body:${field.name}`} label=${field.name} isRequired=${field.isRequired} allowed=${field.schema.enum}
          isLong=${isLong(field.schema, field.schema.example)} value=${values[`body:${field.name}`]} onValue=${(text) => onValue(`body:${field.name}`, text)} />`))}
  </fieldset>`;
}

function flawOf(json) {
  try {
    JSON.parse(json);
    return '';
  } catch (error) {
    return error.message;
  }
}

/** Sends a request; gives what came, or why nothing did. */
async function send(request) {
  const started = performance.now();
  try {
    const response = await fetch(request.address, { ...fetchOf(request), signal: AbortSignal.timeout(PATIENCE_MS) });
    const type = response.headers.get('content-type') ?? '';
    const bytes = await response.arrayBuffer();
    const ms = Math.round(performance.now() - started);
    return { status: response.status, words: response.statusText, headers: [...response.headers], type, bytes: bytes.byteLength, ms, text: readable(type, bytes) };
  } catch (error) {
    return { flaw: error.name === 'TimeoutError' ? t('no_answer') : t('not_sent_why', { why: error.message }) };
  }
}

/** A body as text to look at; null when it is no text. */
function readable(type, bytes) {
  if (!bytes.byteLength) return '';
  if (!READABLE.test(type)) return null;
  const text = new TextDecoder().decode(bytes);
  if (!/json/.test(type) || text.length > SHOWN) return text.slice(0, SHOWN);
  try {
    // Numbers with more than 15 digits would change on the way through JavaScript: then the text stays as it came.
    return /(?<!["\d.])-?\d{16,}(?!["\d])/.test(text) ? text : pretty(JSON.parse(text));
  } catch {
    return text;
  }
}

function Answer({ answer }) {
  if (answer.flaw) return html`<p class="notice bad">${answer.flaw}</p>`;
  const kind = answer.status < 300 ? 'good' : answer.status < 500 ? 'warn' : 'bad';
  const number = new Intl.NumberFormat(language());
  return html`<div class="stack">
    <p class="facts"><span class=${`badge ${kind}`} data-status=${answer.status}>${answer.status} ${answer.words}</span>
      <span class="hint">${t('took', { ms: number.format(answer.ms) })} · ${n('bytes', answer.bytes)}</span></p>
    ${answer.text
      ? html`<${Code} name=${t('answer_body')} text=${answer.text} language=${/json/.test(answer.type) ? 'json' : ''} wraps=${true} />`
      : html`<p class="hint">${answer.text === '' ? t('no_body') : t('not_text', { type: answer.type || '?' })}</p>`}
    ${answer.bytes > SHOWN && answer.text && html`<p class="hint">${t('cut', { count: number.format(SHOWN) })}</p>`}
    <details class="fold"><summary>${t('answer_headers')}</summary>
      <div class="inside"><dl class="pairs" lang="en" translate=${false}>
        ${answer.headers.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl></div>
    </details>
  </div>`;
}

/** Fills in, shows and sends one operation. */
export function Builder({ operation, reference, dialect, server }) {
  const ways = operation.ways.map((name) => reference.schemes.find((scheme) => scheme.name === name));
  const known = server.dialects.find((one) => one.name === dialect).tokens;
  const knownOf = (way) => known.filter((one) => one.header === way?.header);
  const [wayName, setWay] = useState(ways[0]?.name);
  const way = ways.find((one) => one.name === wayName);
  const [token, setToken] = useToken(dialect, way);
  const [values, setValues] = useState(() => examplesOf(operation));
  const [files, setFiles] = useState({});
  const [json, setJson] = useState(() => (operation.body?.examples.length ? pretty(operation.body.examples[0].value) : ''));
  const [answer, setAnswer] = useState(null);
  const [isWaiting, setWaiting] = useState(false);
  const request = useMemo(() => requestOf(operation, { values, files, json, way, token }), [operation, values, files, json, way, token]);
  const set = (name, text) => setValues((before) => ({ ...before, [name]: text }));
  const parameters = (place) => operation.parameters.filter((one) => one.in === place);

  const run = async (event) => {
    event.preventDefault();
    setWaiting(true);
    setAnswer(await send(request));
    setWaiting(false);
  };
  return html`<section class="builder card" aria-labelledby="try">
    <h2 id="try" tabindex="-1">${t('try_it')}</h2>
    <form class="stack" onSubmit=${run}>
      ${way && html`<${Token} way=${way} ways=${ways} onWay=${setWay} token=${token} onToken=${setToken} known=${knownOf(way)} />`}
      <${Parameters} title=${t('in_path')} place="path" parameters=${parameters('path')} values=${values} onValue=${set} />
      <${Parameters} title=${t('in_query')} place="query" parameters=${parameters('query')} values=${values} onValue=${set} />
      <${Parameters} title=${t('in_header')} place="header" parameters=${parameters('header')} values=${values} onValue=${set} />
      <${Body} body=${operation.body} values=${values} onValue=${set} json=${json} onJson=${setJson}
        onFile=${(name, file) => setFiles((before) => ({ ...before, [name]: file }))} />
      ${server.mode === 'office' && operation.verb !== 'GET' && html`<p class="notice warn">${t('real_data')}</p>`}
      <button class="button primary" disabled=${isWaiting}>${isWaiting ? t('sending') : t('send')}</button>
    </form>
    <${Code} name="curl" text=${curlOf(request, server.base)} wraps=${true} />
    <div aria-live="polite">${answer && html`<${Answer} answer=${answer} />`}</div>
  </section>`;
}
