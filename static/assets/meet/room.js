// The room: chat, people, polls. Everything shown is made of text nodes; nothing that people write becomes markup.

import { locale } from './times.js';

const byId = (id) => document.getElementById(id);

function make(tag, text, className) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function button(text, work) {
  const made = make('button', text, 'quiet small');
  made.type = 'button';
  made.addEventListener('click', work);
  return made;
}

export class Room {
  #people = new Map();
  #lines = new Set();
  #polls = new Map();
  #answers = new Set();
  #permissions = [];
  #me = null;
  #line = 0;
  #settings = {};

  constructor(data, connection, leave) {
    this.data = data;
    this.texts = data.texts;
    this.connection = connection;
    byId('leave').addEventListener('click', () => {
      connection.leave();
      leave('');
    });
    byId('end').addEventListener('click', () => this.#sure(this.texts.end_sure, () => this.#ask('mod.end')));
    byId('hand').addEventListener('click', () => this.#ask('hand', { up: byId('hand').getAttribute('aria-pressed') !== 'true' }));
    byId('invite').addEventListener('click', () => this.#invite());
    byId('say').addEventListener('submit', (event) => this.#say(event));
    byId('words').addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#say(event);
    });
    byId('poll-form').addEventListener('submit', (event) => this.#newPoll(event));
    this.#share();
  }

  welcome(message) {
    this.#me = message.id;
    this.#line = message.line;
    this.pass = message.pass;
    this.rating = message.rating;
    this.#settings = message.settings;
    this.#answers = new Set(message.answers);
    this.#polls = new Map(message.polls.map((poll) => [poll.id, poll]));
    this.#role(message.role, message.permissions);
    this.#roster(message.roster);
    message.chat.forEach((line) => this.#chat(line));
    this.#drawPolls();
    byId('invite').hidden = !this.#settings.invite;
    byId('share').hidden = !this.#settings.sharing;
    this.#status(this.texts.connected, false);
    byId('words').focus();
  }

  receive(message) {
    switch (message.t) {
      case 'chat': this.#chat(message.line); break;
      case 'roster': this.#roster(message); break;
      case 'count': byId('count').textContent = message.count; break;
      case 'poll': this.#poll(message); break;
      case 'role': this.#role(message.role, message.permissions); this.#roster(message.roster); this.#drawPolls(); break;
      case 'error': this.#trouble(message.code); break;
    }
  }

  broken() {
    this.#status(this.texts.reconnecting, true);
  }

  /** The page goes away; the server need not wait for silence. */
  beacon() {
    if (this.pass) navigator.sendBeacon(`/_m/${this.data.room}/leave`, new URLSearchParams({ pass: this.pass, line: this.#line }));
  }

  #status(words, isBad) {
    const status = byId('status');
    status.hidden = !this.#settings.connection_status && !isBad;
    status.textContent = words;
    status.classList.toggle('bad', isBad);
  }

  #trouble(code) {
    const trouble = byId('trouble');
    trouble.textContent = this.texts[`error_${code}`] || (code === 'broken' ? this.texts.reconnecting : this.texts.failed_text);
    trouble.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { trouble.hidden = true; }, 6000);
  }

  #ask(t, fields) {
    return this.connection.ask(t, fields).then((data) => ({ data }), (error) => {
      this.#trouble(error.message);
      return null;
    });
  }

  #sure(words, work) {
    const dialog = byId('sure');
    byId('sure-words').textContent = words;
    dialog.onclose = () => { if (dialog.returnValue === 'yes') work(); };
    dialog.returnValue = '';
    dialog.showModal();
  }

  #may(right) {
    return this.#permissions.includes(right);
  }

  #role(role, permissions) {
    this.#permissions = permissions;
    byId('me').textContent = this.texts[`role_${role}`];
    byId('end').hidden = !this.#may('end');
    byId('poll-new').hidden = !this.#may('polls');
  }

  #roster(message) {
    if (message.people) this.#people = new Map(message.people.map((person) => [person.id, person]));
    for (const person of message.joined || []) this.#people.set(person.id, person);
    for (const id of message.left || []) this.#people.delete(id);
    byId('count').textContent = message.count;
    this.#drawPeople();
  }

  #drawPeople() {
    const rank = { host: 0, presenter: 1, listener: 2 };
    const order = (person) => [person.hand ? 0 : 1, person.hand || 0, rank[person.role]];
    const people = [...this.#people.values()].sort((a, b) => {
      const [left, right] = [order(a), order(b)];
      return left[0] - right[0] || left[1] - right[1] || left[2] - right[2] || a.name.localeCompare(b.name);
    });
    byId('people').replaceChildren(...people.map((person) => this.#drawPerson(person)));
    const mine = this.#people.get(this.#me);
    const isUp = Boolean(mine?.hand);
    byId('hand').setAttribute('aria-pressed', String(isUp));
    byId('hand').textContent = isUp ? this.texts.hand_down : this.texts.hand_up;
  }

  #drawPerson(person) {
    const item = make('li');
    const who = make('span', person.name, 'who');
    if (person.id === this.#me) who.append(' ', make('span', `(${this.texts.you})`, 'quiet'));
    item.append(who);
    if (person.hand) item.append(make('span', this.texts.hand_is_up, 'badge hand'));
    if (person.role !== 'listener') item.append(make('span', this.texts[`role_${person.role}`], 'badge'));
    const actions = make('span', undefined, 'tools');
    if (person.id !== this.#me && person.role !== 'host') {
      if (this.#may('roles')) {
        const other = person.role === 'presenter' ? 'listener' : 'presenter';
        actions.append(button(this.texts[`make_${other}`], () => this.#ask('mod.role', { attendee: person.id, role: other })));
      }
      if (this.#may('kick')) {
        actions.append(button(this.texts.kick, () => this.#sure(`${person.name}: ${this.texts.kick_sure}`, () => this.#ask('mod.kick', { attendee: person.id }))));
      }
    }
    if (actions.childElementCount) item.append(actions);
    return item;
  }

  #chat(line) {
    if (this.#lines.has(line.n)) return;
    this.#lines.add(line.n);
    byId('chat-empty').hidden = true;
    const log = byId('log');
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const entry = make('div', undefined, line.from === this.#me ? 'line mine' : 'line');
    entry.dataset.n = line.n;
    const head = make('p', undefined, 'head');
    const time = make('time', new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }).format(new Date(line.at)), 'quiet');
    time.dateTime = new Date(line.at).toISOString();
    head.append(make('strong', line.name), ' ', time);
    entry.append(head, make('p', line.text, 'words'));
    // Two servers' threads may tell of lines in another order than they were written.
    const later = [...log.querySelectorAll('.line')].reverse().find((other) => Number(other.dataset.n) < line.n);
    if (later) later.after(entry);
    else byId('chat-empty').after(entry);
    if (isAtEnd || line.from === this.#me) log.scrollTop = log.scrollHeight;
  }

  async #say(event) {
    event.preventDefault();
    const words = byId('words');
    const text = words.value.trim();
    if (!text || this.isSaying) return;
    this.isSaying = true;
    // The mark stays with the text until it is acknowledged: said again after a break, it is said once.
    if (this.said?.text !== text) this.said = { text, key: crypto.getRandomValues(new Uint32Array(4)).join('-') };
    const done = await this.#ask('chat.send', this.said);
    this.isSaying = false;
    if (done) {
      this.said = null;
      if (words.value.trim() === text) words.value = '';
    }
  }

  #poll(message) {
    if (message.gone) this.#polls.delete(message.gone);
    else this.#polls.set(message.poll.id, message.poll);
    this.#drawPolls();
  }

  #drawPolls() {
    const focused = document.activeElement?.id;
    const polls = [...this.#polls.values()].sort((a, b) => b.id - a.id);
    byId('polls-empty').hidden = polls.length > 0;
    byId('polls').replaceChildren(...polls.map((poll) => this.#drawPoll(poll)));
    if (focused) byId(focused)?.focus();
  }

  #drawPoll(poll) {
    const card = make('div', undefined, 'poll');
    for (const question of poll.questions) {
      const set = make('fieldset');
      const legend = make('legend', question.text);
      legend.append(' ', make('span', poll.open ? this.texts.poll_is_open : this.texts.poll_is_closed, 'badge'));
      set.append(legend);
      const all = question.answers.reduce((sum, answer) => sum + (answer.votes || 0), 0);
      for (const answer of question.answers) set.append(this.#drawAnswer(poll, question, answer, all));
      card.append(set);
    }
    if (this.#may('polls')) {
      card.append(button(poll.open ? this.texts.poll_close : this.texts.poll_open, () => this.#ask(poll.open ? 'poll.close' : 'poll.open', { poll: poll.id })));
    }
    return card;
  }

  #drawAnswer(poll, question, answer, all) {
    const label = make('label', undefined, 'answer');
    const input = make('input');
    input.type = 'radio';
    input.name = `question-${question.id}`;
    input.id = `answer-${answer.id}`;
    input.checked = this.#answers.has(answer.id);
    input.disabled = !poll.open;
    input.addEventListener('change', () => this.#vote(question, answer));
    label.append(input, make('span', answer.text));
    if (answer.votes !== null) {
      const meter = make('meter');
      meter.max = Math.max(all, 1);
      meter.value = answer.votes;
      meter.setAttribute('aria-hidden', 'true');
      label.append(make('span', `${this.texts.votes}: ${answer.votes}`, 'quiet'), meter);
    }
    return label;
  }

  async #vote(question, answer) {
    const done = await this.#ask('poll.vote', { answer: answer.id });
    if (!done) {
      this.#drawPolls();
      return;
    }
    question.answers.forEach((other) => this.#answers.delete(other.id));
    this.#answers.add(answer.id);
  }

  async #newPoll(event) {
    event.preventDefault();
    const text = byId('poll-question').value.trim();
    const answers = byId('poll-answers').value.split('\n').map((line) => line.trim()).filter(Boolean);
    const done = await this.#ask('poll.create', { name: text, questions: [{ text, answers }], open: true });
    if (done) {
      byId('poll-form').reset();
      byId('poll-new').open = false;
    }
  }

  async #invite() {
    try {
      await navigator.clipboard.writeText(this.data.url);
      byId('invite').textContent = this.texts.copied;
    } catch {
      // Without the right to the clipboard the link is shown, to be copied by hand.
      byId('invite').textContent = this.data.url;
    }
    setTimeout(() => { byId('invite').textContent = this.texts.invite; }, 6000);
  }

  // Plain links: nothing is loaded from elsewhere unless somebody follows one.
  #share() {
    const [url, name] = [encodeURIComponent(this.data.url), encodeURIComponent(this.data.name)];
    byId('share-mail').href = `mailto:?subject=${name}&body=${url}`;
    byId('share-facebook').href = `https://www.facebook.com/sharer/sharer.php?u=${url}`;
    byId('share-linkedin').href = `https://www.linkedin.com/sharing/share-offsite/?url=${url}`;
    byId('share-x').href = `https://x.com/intent/post?text=${name}&url=${url}`;
  }
}
