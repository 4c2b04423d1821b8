// What readers do with the reference of the APIs, and what they have to see then.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { NARROW, WIDE, eventually, fits, hasFocus, inBothThemes, inEveryLanguage, isAccessible, open } from './checks.mjs';

const DIALECTS = ['chatwork', 'clickmeeting', 'messenger', 'matrix', 'cam', 'chat-messages'];

/** One read and one write of each API that succeed with the examples of its document. */
const TRIED = {
  chatwork: ['get-room', 'post-message'],
  clickmeeting: ['get-conference', 'post-tokens'],
  messenger: ['get-chatrooms', 'patch-chatroom'],
  cam: ['getConferenceRooms', 'sendMessage'],
  'chat-messages': ['find-chat-messages', 'post-chat-message'],
};

/** Another part of the same reference, without loading it anew. */
async function turnTo(page, part) {
  await page.evaluate((part) => { location.hash = part; }, part);
  await page.locator(`[data-place="${part}"]`).waitFor();
}

/** The operations that a page lists. */
const operationsOf = (page) => page.locator('.found a').evaluateAll((links) => links.map((link) => link.hash.slice(1)));

const unfold = (page) => page.evaluate(() => document.querySelectorAll('main details').forEach((one) => { one.open = true; }));

/** Sends what the builder shows; gives status and text of the answer. */
async function send(page) {
  await page.locator('.builder button.primary').click();
  const status = page.locator('[data-status]');
  await status.waitFor();
  return { status: Number(await status.getAttribute('data-status')), text: await page.locator('.builder [aria-live] pre').first().textContent() };
}

/** The status that the shown line gets in a shell. */
async function runLine(page) {
  const line = await page.locator('.builder .code pre').first().textContent();
  const out = execFileSync('bash', ['-c', `${line} -o /dev/null -w '%{http_code}'`], { encoding: 'utf8' });
  return Number(out.trim().split('\n').pop());
}

/** Runs an operation by the button and by the line: both succeed. */
async function tryOut(page, operation) {
  await turnTo(page, operation);
  const answer = await send(page);
  assert.ok(answer.status < 300, `${operation}: ${answer.status} ${answer.text}`);
  assert.equal(await runLine(page), answer.status, operation);
  return answer;
}

/** Name and password of Alice for Matrix. */
async function credentials(base) {
  const answer = await fetch(`${base}/api/v1/matrix/credentials`, { headers: { 'Personal-Access-Token': 'sandboxMessengerAlice00000000001' } });
  return answer.json();
}

const accessible = (dialect) => [`reference of ${dialect}: accessible in every language and theme`, (stage) => inEveryLanguage(stage, async (reader, code, theme) => {
  await open(reader, stage, `/docs/${dialect}`);
  const operations = await operationsOf(reader);
  const written = operations[Math.floor(operations.length / 2)];
  for (const part of ['overview', 'errors', 'schemas', 'quirks', written]) {
    await turnTo(reader, part);
    await unfold(reader);
    const picture = (code === 'en' || part === written) && `reference-${dialect}-${part}-${code}`;
    await inBothThemes(reader, stage, `${dialect} ${part} ${code}`, theme, picture);
  }
})];

const narrow = (dialect) => [`reference of ${dialect}: nothing stands out at 320 pixels`, async (stage) => {
  const reader = await stage.person({ viewport: NARROW, colorScheme: 'dark' });
  await open(reader, stage, `/docs/${dialect}`);
  const operations = await operationsOf(reader);
  assert.ok(operations.length >= 10);
  for (const part of ['overview', 'errors', 'schemas', 'quirks', ...operations]) {
    await turnTo(reader, part);
    await unfold(reader);
    await fits(reader, `${dialect} ${part}`);
  }
  await isAccessible(reader, `${dialect} at 320 pixels`);
  await stage.picture(reader, `reference-${dialect}-320-dark`);
}];

const triedOut = ([dialect, [read, write]]) => [`reference of ${dialect}: a read and a write by button and by curl`, async (stage) => {
  const reader = await stage.person({ viewport: WIDE });
  await open(reader, stage, `/docs/${dialect}#${read}`);
  await reader.locator('.chips button').first().click();
  await tryOut(reader, read);
  await stage.picture(reader, `reference-${dialect}-answer`);
  await tryOut(reader, write);
}];

export const scenarios = [
  ['reference: all APIs on one page', async (stage) => {
    await inEveryLanguage(stage, async (reader, code, theme) => {
      await open(reader, stage, '/docs');
      await reader.locator('.cards > li').nth(DIALECTS.length - 1).waitFor();
      assert.equal(await reader.locator('.cards > li').count(), DIALECTS.length);
      await inBothThemes(reader, stage, code, theme, `reference-${code}`);
      await reader.setViewportSize(NARROW);
      await fits(reader, 'the list of APIs');
      await inBothThemes(reader, stage, `${code} at 320 pixels`, theme, `reference-320-${code}`);
    });
  }],

  ...DIALECTS.flatMap((dialect) => [accessible(dialect), narrow(dialect)]),
  ...Object.entries(TRIED).map(triedOut),

  ['reference of matrix: signing in, and the token that it gave', async (stage) => {
    const reader = await stage.person({ viewport: WIDE });
    await open(reader, stage, '/docs/matrix#post-login');
    const { username, password } = await credentials(stage.base);
    const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user: username }, password };
    await reader.locator('textarea').fill(JSON.stringify(body));
    const { text } = await tryOut(reader, 'post-login');
    await turnTo(reader, 'get-whoami');
    await reader.locator('#token').fill(JSON.parse(text).access_token);
    assert.match((await tryOut(reader, 'get-whoami')).text, /@u1000002:/);
  }],

  ['reference: a link to an operation, and the way back', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork#post-message');
    const title = reader.locator('main h1');
    await eventually(async () => {
      assert.equal(await title.textContent(), 'Write a message');
      assert.match(await reader.title(), /^Write a message · Chatwork API/);
    });
    await reader.getByRole('link', { name: 'Show your own account' }).click();
    await reader.getByRole('heading', { level: 1, name: 'Show your own account' }).waitFor();
    await eventually(async () => assert.ok(await title.evaluate((element) => element === document.activeElement), 'readers of the screen are where the page is'));
    await reader.goBack();
    await reader.getByRole('heading', { level: 1, name: 'Write a message' }).waitFor();
    await turnTo(reader, 'nothing-of-the-kind');
    await reader.getByText('This reference has no such part').waitFor();
  }],

  ['reference: schemas that contain themselves', async (stage) => {
    const reader = await stage.person();
    await reader.route('**/docs/cam.json', async (route) => {
      const document = await (await route.fetch()).json();
      const to = (name) => ({ $ref: `#/components/schemas/${name}` });
      Object.assign(document.components.schemas, {
        Circle: to('Circle'), Nest: { type: 'array', items: to('Nest') }, Tree: { type: 'object', properties: { branch: to('Tree'), more: { type: 'array', items: to('Tree') } } },
      });
      await route.fulfill({ json: document });
    });
    await open(reader, stage, '/docs/cam#schemas/Tree');
    for (const depth of [1, 2, 3]) await reader.locator('.part > summary').nth(depth - 1).click();
    await reader.locator('.member', { hasText: 'branch' }).nth(3).waitFor();
    for (const name of ['Nest', 'Circle']) {
      await turnTo(reader, `schemas/${name}`);
      await eventually(async () => assert.equal(await reader.locator('main h1').textContent(), name));
    }
  }],

  ['reference: by keyboard alone', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork');
    await reader.keyboard.press('Tab');
    await eventually(async () => assert.equal(await reader.evaluate(() => document.activeElement.textContent), 'Skip to the content'));
    await reader.keyboard.press('Enter');
    await hasFocus(reader, 'main');
    await reader.keyboard.press('/');
    await hasFocus(reader, 'filter');
    await reader.keyboard.type('delete task');
    await reader.getByText('No operation has all of these words.').waitFor();
    await reader.keyboard.press('Escape');
    await reader.keyboard.type('put mess');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp']) await reader.keyboard.press(key);
    await hasFocus(reader, 'filter');
    await reader.keyboard.press('ArrowDown');
    await reader.keyboard.press('Enter');
    await reader.getByRole('heading', { level: 1, name: 'Mark messages as read' }).waitFor();
  }],

  ['reference: the key is only a key where the reader wants it so', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork');
    await reader.getByText('Settings').click();
    await reader.getByLabel('The key / goes to the filter').uncheck();
    await isAccessible(reader, 'the menu of settings');
    await reader.keyboard.press('Escape');
    await reader.keyboard.press('/');
    assert.notEqual(await reader.evaluate(() => document.activeElement.id), 'filter');
    await reader.reload();
    await reader.locator('#page[data-ready]').waitFor();
    await reader.keyboard.press('/');
    assert.notEqual(await reader.evaluate(() => document.activeElement.id), 'filter');
  }],

  ['reference: language and theme stay as chosen', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/cam');
    await reader.getByText('Settings').click();
    await reader.locator('#theme').selectOption('dark');
    await reader.locator('#language').selectOption('ja');
    await reader.getByText('目次').first().waitFor({ state: 'attached' });
    await reader.reload();
    await reader.locator('#page[data-ready]').waitFor();
    await eventually(async () => assert.deepEqual(await reader.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]), ['ja', 'dark']));
  }],

  ['reference: the line is copied, with and without TLS', async (stage) => {
    const reader = await stage.person({ permissions: ['clipboard-read', 'clipboard-write'] });
    await open(reader, stage, '/docs/chatwork#get-me');
    const copy = reader.getByRole('button', { name: 'Copy: curl' });
    const line = await reader.locator('.builder .code pre').first().textContent();
    const pasted = () => reader.evaluate(() => navigator.clipboard.readText());
    await copy.click();
    await reader.getByText('Copied').waitFor();
    assert.equal(await pasted(), line);
    await reader.evaluate(() => navigator.clipboard.writeText(''));
    // Where a page came without TLS, browsers don't have this.
    const clipboard = await reader.evaluateHandle(() => navigator.clipboard);
    await reader.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }));
    await copy.click();
    await eventually(async () => {
      assert.ok(await copy.evaluate((button) => button === document.activeElement));
      assert.equal(await clipboard.evaluate((clipboard) => clipboard.readText()), line);
    });
  }],

  ['reference: a token stays in its tab', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork#get-me');
    await reader.getByRole('button', { name: 'Bob (member)' }).click();
    assert.equal((await send(reader)).status, 200);
    const kept = await reader.evaluate(() => [location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage)].map((text) => text.includes('sandboxChatworkBob')));
    assert.deepEqual(kept, [false, false, true]);
    const other = await stage.tab(reader);
    await open(other, stage, '/docs/chatwork#get-me');
    assert.equal(await other.locator('#token').inputValue(), '');
    assert.equal((await send(other)).status, 401);
  }],

  ['reference: what people wrote is shown, never run', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork#post-message');
    await reader.getByRole('button', { name: 'Alice (administrator)' }).click();
    const words = `<img src=x onerror=alert(1)> it's "$HOME" \`id\` \\ %41\nline two, 語`;
    await reader.locator('[id="body:body"]').fill(words);
    const sent = await tryOut(reader, 'post-message');
    await turnTo(reader, 'get-message');
    await reader.locator('[id="path:message_id"]').fill(JSON.parse(sent.text).message_id);
    const { text } = await send(reader);
    assert.equal(JSON.parse(text).body, words);
    assert.equal(await reader.locator('.builder img').count(), 0);
  }],

  ['reference: an office is told that a write is real', async (stage) => {
    const reader = await stage.person();
    await reader.route('**/docs/config.json', async (route) => {
      const server = await (await route.fetch()).json();
      await route.fulfill({ json: { ...server, mode: 'office', dialects: server.dialects.map((one) => ({ ...one, tokens: [] })) } });
    });
    await open(reader, stage, '/docs/chatwork#get-me');
    assert.equal(await reader.getByText('This changes real data.').count(), 0);
    assert.equal(await reader.locator('.chips').count(), 0);
    await turnTo(reader, 'post-message');
    await reader.getByText('This changes real data.').waitFor();
    await open(reader, stage, '/docs');
    await reader.getByText('Everything here is real').waitFor();
  }],

  ['reference: a file is uploaded, chosen or not', async (stage) => {
    const reader = await stage.person();
    await open(reader, stage, '/docs/chatwork#post-file');
    await reader.getByRole('button', { name: 'Alice (administrator)' }).click();
    await tryOut(reader, 'post-file');
    await reader.locator('input[type=file]').setInputFiles({ name: 'my "plan".txt', mimeType: 'text/plain', buffer: Buffer.from('one') });
    await reader.getByText('my \\"plan\\".txt').waitFor();
    assert.equal((await send(reader)).status, 200);
  }],
];
