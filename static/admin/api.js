// The administration API: reading, changing, and what happens when a session is over or a password has to be shown again.

import { n, t } from '/assets/ui/i18n.js';

/** Why something was not done: `code` for scripts, `message` for people, `field` where it is about one, `wait` the seconds until it may be tried again. */
export class Failure extends Error {
  constructor(status, { code, message, field }, wait = 0) {
    super(message);
    Object.assign(this, { status, code, field, wait });
  }
}

/** Words of the server as a sentence: they are made to stand behind something, too. */
export const sentence = (words) => words && `${words[0].toUpperCase()}${words.slice(1)}${/[.!?。:]$/.test(words) ? '' : '.'}`;

/** What a failure is called in the reader's language. Where a value was refused, the server says best what was wrong. */
export function wordsOf(failure) {
  if (failure.code === 'invalid') return sentence(failure.message);
  return failure.code === 'too_many_tries' ? n('failure_too_many_tries', failure.wait) : t(`failure_${failure.code ?? 'internal'}`);
}

const QUESTIONS = { confirm_password: 'confirm', sign_in: 'signIn', session_over: 'signIn' };
let asks = {};
let proof = '';

/** Who asks the reader for a password when one is needed; each resolves once that was given. */
export const askThrough = (questions) => { asks = questions; };

/** What changes carry from now on. */
export const keepProof = (csrf) => { proof = csrf; };

const unreachable = () => new Failure(0, { code: 'unreachable', message: t('failure_unreachable') });

async function once(method, path, body) {
  const headers = { ...(method !== 'GET' && { 'x-csrf-token': proof }), ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(`/admin/api${path}`, { method, headers, body: body && JSON.stringify(body) }).catch(() => null);
  if (!answer) throw unreachable();
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  throw new Failure(answer.status, said?.error ?? { code: 'internal', message: answer.statusText }, Number(answer.headers.get('retry-after')));
}

/** Does something; what needs a password first is done again once it was given, so nothing typed is lost. */
async function asking(act) {
  try {
    return await act();
  } catch (failure) {
    const ask = asks[QUESTIONS[failure.code]];
    if (!ask) throw failure;
    await ask();
    return asking(act);
  }
}

/** Asks the server. */
export const call = (method, path, body) => asking(() => once(method, path, body));

/** Sends a form with files, which says how far it is: `onProgress(sent, total)`. An aborted `signal` ends it. */
const sendOnce = (path, form, onProgress, signal) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const abort = () => request.abort();
  request.open('POST', `/admin/api${path}`);
  request.setRequestHeader('x-csrf-token', proof);
  request.responseType = 'json';
  request.upload.onprogress = (event) => onProgress(event.loaded, event.total);
  request.onload = () => {
    const isDone = request.status >= 200 && request.status < 300 && request.response;
    if (isDone) resolve(request.response);
    else reject(new Failure(request.status, request.response?.error ?? { code: 'internal', message: request.statusText }));
  };
  request.onerror = () => reject(unreachable());
  request.onabort = () => reject(new Failure(0, { code: 'given_up', message: '' }));
  request.onloadend = () => signal.removeEventListener('abort', abort);
  signal.addEventListener('abort', abort);
  request.send(form);
});

/** The same, and asks for a password where one is needed. */
export const upload = (path, form, onProgress, signal) => asking(() => sendOnce(path, form, onProgress, signal));

/** The same without asking anybody: for signing in itself. */
export const callPlainly = once;

/** A path with a query; what is empty is left out. */
export function query(path, values) {
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
