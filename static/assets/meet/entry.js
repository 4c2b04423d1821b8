// Before the door: the form, registration, the lobby, the connection test. Behind it, room.js takes over.

import { Connection } from './connection.js';
import { Room } from './room.js';
import { localTime, showLocalTimes } from './times.js';

const data = JSON.parse(document.getElementById('data').textContent);
const texts = data.texts;
const byId = (id) => document.getElementById(id);
const form = byId('entry');
const remembered = `crosstalk-room-${data.room}`;
let room = null;

showLocalTimes();
byId('test')?.addEventListener('click', test);
byId('lobby-leave').addEventListener('click', () => leave(''));
if (form) {
  form.querySelector('fieldset').disabled = false;
  form.addEventListener('submit', submit);
  form.querySelector('input:not([type=hidden])')?.focus();
}
const pass = recall();
if (pass && form) connect(`pass=${encodeURIComponent(pass)}`, true);

function recall() {
  try {
    return sessionStorage.getItem(remembered);
  } catch {
    return null;
  }
}

function remember(pass) {
  try {
    if (pass) sessionStorage.setItem(remembered, pass);
    else sessionStorage.removeItem(remembered);
  } catch {
    // Without storage a reload asks again, that is all.
  }
}

function complain(code) {
  const problem = byId('problem');
  if (!problem) return;
  problem.textContent = texts[`error_${code}`] || (code === 'closed' ? texts.closed_title : code === 'over' ? texts.over_title : texts.failed_text);
  problem.hidden = false;
}

async function submit(event) {
  event.preventDefault();
  byId('problem').hidden = true;
  const fieldset = form.querySelector('fieldset');
  const fields = new URLSearchParams(new FormData(form));
  fields.set('referer', document.referrer);
  fields.set('lang', data.lang);
  fieldset.disabled = true;
  try {
    const response = await fetch(form.action, { method: 'POST', body: fields });
    const answer = await response.json();
    if (!response.ok) complain(answer.code);
    else if (form.dataset.action === 'register') registered(answer.url);
    else connect(`ticket=${encodeURIComponent(answer.ticket)}`, false);
  } catch {
    complain('busy');
  }
  fieldset.disabled = false;
  if (!byId('problem').hidden) form.querySelector('input[type=password], input:not([type=hidden])')?.focus();
}

function registered(url) {
  const target = new URL(url);
  byId('ask').hidden = true;
  byId('personal').href = url;
  byId('personal').textContent = url;
  byId('personal-go').href = target.pathname + target.search;
  byId('registered').hidden = false;
  byId('personal-go').focus();
}

function connect(key, isReturn) {
  const connection = new Connection(key, {
    message: (message) => receive(connection, message, isReturn),
    broken: () => room?.broken(),
    lost: () => leave('restart'),
  });
}

function receive(connection, message, isReturn) {
  switch (message.t) {
    case 'welcome':
      connection.pass = message.pass;
      remember(message.pass);
      byId('door').hidden = true;
      byId('room').hidden = false;
      room ??= new Room(data, connection, leave);
      room.welcome(message);
      break;
    case 'lobby':
      connection.pass = message.pass;
      remember(message.pass);
      lobby(connection, message);
      break;
    case 'denied':
      remember(null);
      if (room) leave('restart');
      else back(isReturn ? null : message.code);
      break;
    case 'ended':
      remember(null);
      leave(message.code);
      break;
    default:
      room?.receive(message);
  }
}

function lobby(connection, message) {
  waiting = connection;
  byId('ask').hidden = true;
  byId('lobby').hidden = false;
  byId('lobby-words').textContent = plain(message.text);
  if (message.starts_at) {
    byId('lobby-starts').hidden = false;
    byId('lobby-time').dateTime = new Date(message.starts_at).toISOString();
    byId('lobby-time').textContent = localTime(message.starts_at);
  }
}

// What is said in the lobby may be markup; its words are shown, nothing of it runs.
function plain(markup) {
  return new DOMParser().parseFromString(markup.replace(/<(br|\/p|\/div|\/li)[^>]*>/gi, '\n$&'), 'text/html').body.textContent.trim();
}

function back(code) {
  byId('lobby').hidden = true;
  byId('ask').hidden = false;
  if (code) complain(code);
}

let waiting = null;

/** Goes to the page after the meeting. */
function leave(why) {
  remember(null);
  waiting?.leave();
  const rating = room?.rating;
  room = null;
  const query = new URLSearchParams({ lang: data.lang });
  if (why) query.set('why', why);
  if (rating) query.set('pass', rating);
  location.assign(`/_m/${data.room}/bye?${query}`);
}

window.addEventListener('pagehide', () => room?.beacon());

async function test() {
  const results = byId('results');
  results.replaceChildren();
  const tell = (label, words) => {
    const item = document.createElement('li');
    item.textContent = `${label}: ${words}`;
    results.append(item);
  };
  tell(texts.test_secure, isSecureContext ? texts.test_yes : texts.test_plain);
  const started = performance.now();
  const answered = await fetch('/_m/check', { cache: 'no-store' }).then((response) => response.ok, () => false);
  tell(texts.test_answer, answered ? `${Math.round(performance.now() - started)} ms` : texts.test_no);
  // Without a ticket the server says no, and with that it has said something.
  const live = await new Promise((resolve) => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/_m/ws`);
    socket.onmessage = () => resolve(true);
    socket.onclose = () => resolve(false);
  });
  tell(texts.test_socket, live ? texts.test_yes : texts.test_no);
}
