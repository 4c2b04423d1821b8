// The script for pages, in a page of another site.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';

const TOKEN = 'sandboxCam0000000000000000000001';

export async function callFromElsewhere(stage) {
  const page = `<!doctype html><h1>Groupware</h1><script src="${stage.base}/CAMAPIClient.js"></script>
    <script>var CAM_API_CONFIG = { apiToken: '${TOKEN}', serverURL: '${stage.base}/' };</script>`;
  const elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(page)).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const ada = await stage.person();
  await ada.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
  const answers = await ada.evaluate(async () => {
    const client = getAPIClient();
    const failed = await new CAMAPIClient({ apiToken: 'wrong', serverURL: CAM_API_CONFIG.serverURL }).getConferenceRooms();
    return {
      sent: await client.sendMessage('Launch プロジェクト', 'From a page & 100%', false, ['bob@example.com']),
      many: await client.sendMessages([{ message: 'Hello', property: { users: 'bob@example.com' } }]),
      call: await client.createQuickCall(new Date(Date.now() + 3_600_000), 'tulip-9'),
      room: await client.updateChatRoom({ name: 'From a page', memberUids: { 'bob@example.com': true } }),
      master: await client.getConferenceMaster(),
      rooms: await client.getConferenceRooms(),
      status: await client.getConferenceRoomStatus('202601'),
      failed,
    };
  });
  elsewhere.close();
  assert.equal(answers.sent.message.message, 'From a page & 100%');
  assert.equal(answers.many.messages.length, 1);
  assert.equal(answers.room.chatRoom.name, 'From a page');
  assert.deepEqual(answers.master, answers.rooms);
  assert.equal(answers.status.conferenceRoomStatus.length, 4);
  // A page reads the body of a refusal too.
  assert.deepEqual(answers.failed.errorCodes, ['INVALID_API_TOKEN']);
  stage.errors = stage.errors.filter((error) => !error.startsWith('loaded from elsewhere'));
  return answers.call.url;
}
