// What people do with the links of meetings, and what they have to see then.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { callFromElsewhere } from './cam.mjs';
import { makeRoom, makeToken } from './rooms.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

async function enter(page, url, fields = {}) {
  await page.goto(url);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).first().fill(value);
  await button(page, 'Enter the room').click();
}

const inside = (page) => page.locator('#room:not([hidden])').waitFor();

async function say(page, text) {
  await page.locator('#words').fill(text);
  await button(page, 'Send').click();
}

const heard = (page, text) => page.locator('#log .words', { hasText: text }).waitFor();

async function complaint(page, words) {
  await page.locator('#problem:not([hidden])').waitFor();
  assert.match(await page.locator('#problem').textContent(), words);
}

export const scenarios = [
  ['an open room, chat between two people, leaving and rating', async (stage) => {
    const room = await makeRoom(stage.base, 'Spring demo');
    const [ada, bob] = [await stage.person(), await stage.person()];
    await ada.goto(room.url);
    await stage.picture(ada, 'entry');
    await enter(ada, room.url, { 'Your name': 'Ada', 'E-mail address': 'ada@x.example' });
    await inside(ada);
    await enter(bob, room.url, { 'Your name': 'Bob' });
    await inside(bob);
    await say(ada, 'Good morning <b>all</b>');
    await heard(bob, 'Good morning <b>all</b>');
    await say(bob, 'Hello Ada');
    await heard(ada, 'Hello Ada');
    await ada.locator('#people li').nth(1).waitFor();
    await stage.picture(ada, 'room');
    await button(bob, 'Leave').click();
    await bob.getByText('How was it?').waitFor();
    await stage.picture(bob, 'bye');
    await bob.locator('label.star', { hasText: 'great' }).click();
    await bob.getByLabel('Comment').fill('Clear and short');
    await button(bob, 'Send').click();
    await bob.getByText('Your rating was saved.').waitFor();
    await stage.picture(bob, 'thanks');
    await ada.locator('#people li').nth(1).waitFor({ state: 'detached' });
    await ada.reload();
    await inside(ada);
    await heard(ada, 'Hello Ada');
  }],

  ['a password, wrong and right', async (stage) => {
    const room = await makeRoom(stage.base, 'Board meeting', { access_type: '2', password: 'tulip-9' });
    const ada = await stage.person();
    await enter(ada, room.url, { 'Your name': 'Ada', Password: 'wrong' });
    await complaint(ada, /did not let you in/);
    await stage.picture(ada, 'wrong');
    await ada.getByLabel('Password').fill('tulip-9');
    await button(ada, 'Enter the room').click();
    await inside(ada);
  }],

  ['a token that two people try', async (stage) => {
    const room = await makeRoom(stage.base, 'Tokens', { access_type: '3' });
    const url = `${room.url}/${await makeToken(stage.base, room)}`;
    const [ada, eve] = [await stage.person(), await stage.person()];
    await enter(ada, url, { 'Your name': 'Ada' });
    await inside(ada);
    await enter(eve, url, { 'Your name': 'Eve' });
    await complaint(eve, /in use by somebody else/);
  }],

  ['registration and the personal link', async (stage) => {
    const room = await makeRoom(stage.base, 'Open house', { 'registration[enabled]': '1', 'registration[template]': '3' });
    const ada = await stage.person();
    await ada.goto(room.url);
    await stage.picture(ada, 'register');
    await ada.getByLabel('First name').fill('Ada');
    await ada.getByLabel('Last name').fill('Lovelace');
    await ada.getByLabel('E-mail address').fill('ada@x.example');
    await button(ada, 'Register').click();
    await ada.getByText('You are registered.').waitFor();
    await stage.picture(ada, 'registered');
    await ada.getByRole('link', { name: 'Go to the room' }).click();
    await ada.getByText('You enter as').waitFor();
    await button(ada, 'Enter the room').click();
    await inside(ada);
    await ada.locator('#people', { hasText: 'Ada Lovelace' }).waitFor();
  }],

  ['a lobby until the host comes, roles, polls, an end for all', async (stage) => {
    const starts = new Date(Date.now() + 600_000).toISOString();
    const room = await makeRoom(stage.base, 'Planning', {
      lobby_enabled: 'true', lobby_description: 'We start <b>soon</b>.', permanent_room: 'false', starts_at: starts, duration: '1:00',
    });
    const [ada, olga] = [await stage.person(), await stage.person()];
    await enter(ada, room.url, { 'Your name': 'Ada' });
    await ada.getByText('Waiting for the start').waitFor();
    assert.equal(await ada.locator('#lobby-words').textContent(), 'We start soon.');
    await stage.picture(ada, 'lobby');
    await enter(olga, room.owner, { 'Your name': 'Olga' });
    await inside(olga);
    await inside(ada);
    await olga.getByText('New poll').click();
    await olga.getByLabel('Question').fill('Soup for lunch?');
    await olga.getByLabel('Answers, one a line').fill('Yes\nNo');
    await button(olga, 'Start poll').click();
    await ada.getByLabel('No', { exact: true }).check();
    await olga.getByText('Votes: 1').waitFor();
    await button(ada, 'Raise hand').click();
    await olga.getByText('hand raised').waitFor();
    await stage.picture(olga, 'host');
    await button(olga, 'Close').click();
    await ada.getByText('Votes: 1').waitFor();
    await button(olga, 'Make presenter').click();
    await ada.locator('#end:not([hidden])').waitFor();
    await button(olga, 'End for all').click();
    await stage.picture(olga, 'sure');
    await button(olga, 'Yes').click();
    await ada.getByText('The host has ended the meeting.').waitFor();
    await olga.getByText('How was it?').waitFor();
  }],

  ['who is sent out stays out', async (stage) => {
    const room = await makeRoom(stage.base, 'Orderly');
    const [olga, eve] = [await stage.person(), await stage.person()];
    await enter(olga, room.owner, { 'Your name': 'Olga' });
    await inside(olga);
    await enter(eve, room.url, { 'Your name': 'Eve' });
    await inside(eve);
    await button(olga, 'Send out').click();
    await button(olga, 'Yes').click();
    await eve.getByText('You were sent out of this meeting.').waitFor();
    await enter(eve, room.url, { 'Your name': 'Eve' });
    await complaint(eve, /sent out/);
  }],

  ['a line that breaks comes back', async (stage) => {
    const room = await makeRoom(stage.base, 'Shaky');
    const ada = await stage.person();
    await ada.addInitScript(() => {
      const Plain = WebSocket;
      window.lines = [];
      window.WebSocket = class extends Plain {
        constructor(...args) {
          super(...args);
          window.lines.push(this);
        }
      };
    });
    await enter(ada, room.url, { 'Your name': 'Ada' });
    await inside(ada);
    await ada.evaluate(() => window.lines[0].close());
    await ada.getByText('Connecting again…').waitFor();
    await ada.getByText('Connected').waitFor();
    await say(ada, 'back again');
    await heard(ada, 'back again');
    assert.equal(await ada.locator('#people li').count(), 1);
  }],

  ['the keyboard alone', async (stage) => {
    const room = await makeRoom(stage.base, 'Keys');
    const ada = await stage.person();
    await ada.goto(room.url);
    await ada.waitForFunction(() => document.activeElement?.id === 'name');
    await ada.keyboard.type('Ada');
    await ada.keyboard.press('Enter');
    await inside(ada);
    await ada.waitForFunction(() => document.activeElement?.id === 'words');
    await ada.keyboard.type('typed');
    await ada.keyboard.press('Enter');
    await heard(ada, 'typed');
    await ada.locator('#hand').focus();
    await ada.keyboard.press('Space');
    await button(ada, 'Lower hand').waitFor();
    await ada.locator('#leave').focus();
    await ada.keyboard.press('Enter');
    await ada.getByText('How was it?').waitFor();
    await ada.keyboard.press('Tab');
    await ada.keyboard.press('Space');
    await ada.keyboard.press('ArrowRight');
    await ada.locator('input[name=rating]:checked').waitFor({ state: 'attached' });
    await ada.keyboard.press('Tab');
    await ada.keyboard.type('ok');
    await ada.keyboard.press('Tab');
    await ada.keyboard.press('Enter');
    await ada.getByText('Your rating was saved.').waitFor();
  }],

  ['small and dark windows, other languages', async (stage) => {
    const room = await makeRoom(stage.base, 'A room with a rather long name that has to fit somewhere');
    const ada = await stage.person({ viewport: { width: 320, height: 640 }, colorScheme: 'dark', locale: 'pl-PL' });
    await ada.goto(room.url);
    await stage.picture(ada, 'small-entry');
    await ada.getByLabel('Twoje imię i nazwisko').fill('Ada');
    await button(ada, 'Wejdź do pokoju').click();
    await inside(ada);
    await ada.locator('#words').fill('Dzień dobry wszystkim, to jest dłuższa wiadomość');
    await button(ada, 'Wyślij').click();
    await heard(ada, 'Dzień dobry');
    await stage.picture(ada, 'small-room');
    const overflow = await ada.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, 'nothing stands out at the side');
    const yuki = await stage.person({ locale: 'ja-JP', colorScheme: 'dark' });
    await yuki.goto(room.url);
    await stage.picture(yuki, 'japanese');
  }],

  ['rooms that take nobody', async (stage) => {
    const closed = await makeRoom(stage.base, 'Closed', { status: 'inactive' });
    const ada = await stage.person();
    await ada.goto(closed.url);
    await ada.getByText('This room is not active').waitFor();
    await stage.picture(ada, 'inactive');
    await ada.goto(`${stage.base}/meet/nowhere`);
    await ada.getByText('This link leads nowhere').waitFor();
    await stage.picture(ada, 'nowhere');
  }],

  ['a room whose time is over', async (stage) => {
    const before = await stage.server('sandbox', '--clock', '2026-01-31T09:00:00Z');
    const room = await makeRoom(before.base, 'Short talk', { permanent_room: 'false', starts_at: '2026-01-31T09:00:00Z', duration: '1:00', timezone: 'UTC' });
    const ada = await stage.person();
    await ada.goto(room.url);
    await button(ada, 'Enter the room').waitFor();
    await stage.restart(before, 'sandbox', '--clock', '2026-01-31T10:00:01Z');
    await ada.goto(room.url);
    await ada.getByText('This meeting is over').waitFor();
    await stage.picture(ada, 'over');
  }],

  ['the connection test and the public page', async (stage) => {
    const room = await makeRoom(stage.base, 'Tested', { 'settings[connection_tester_enabled]': '1', 'settings[show_on_personal_page]': '1' });
    const ada = await stage.person();
    await ada.goto(room.url);
    await button(ada, 'Test the connection').click();
    await ada.getByText('Live connection: works').waitFor();
    await stage.picture(ada, 'tester');
    await ada.locator('footer a').click();
    await ada.getByRole('link', { name: 'Tested' }).waitFor();
    await stage.picture(ada, 'public');
  }],

  ['embedded in a page of somebody else', async (stage) => {
    const room = await makeRoom(stage.base, 'Embedded');
    const ada = await stage.person();
    const page = `<!doctype html><h1>Elsewhere</h1><script src="${room.embed}"></script>`;
    const elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page)).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    await ada.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
    const frame = ada.frameLocator('iframe');
    await frame.getByLabel('Your name').fill('Ada');
    await frame.getByRole('button', { name: 'Enter the room' }).click();
    await frame.locator('#room:not([hidden])').waitFor();
    elsewhere.close();
    // Only that page itself came from elsewhere, and its picture for the tab.
    stage.errors = stage.errors.filter((error) => !error.startsWith('loaded from elsewhere'));
  }],

  ['a page of another site calls the CAM methods, and its quick call opens', async (stage) => {
    const url = await callFromElsewhere(stage);
    const ada = await stage.person();
    await enter(ada, url, { 'Your name': 'Ada', Password: 'tulip-9' });
    await inside(ada);
    await stage.picture(ada, 'quick-call');
  }],

  ['without scripts the page says what it needs', async (stage) => {
    const room = await makeRoom(stage.base, 'Plain');
    const ada = await stage.person({ javaScriptEnabled: false });
    await ada.goto(room.url);
    await ada.locator('noscript .problem').waitFor();
    assert.ok(await button(ada, 'Enter the room').isDisabled());
    await stage.picture(ada, 'no-script');
  }],
];
