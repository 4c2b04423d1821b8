// The JavaScript samples of the vendor's manual.

import assert from "node:assert/strict";
import vm from "node:vm";

const serverURL = process.env.CROSSTALK_URL;
vm.runInThisContext(await (await fetch(`${serverURL}/CAMAPIClient.js`)).text());
const { CAMAPIClient, getAPIClient } = globalThis;

let config = { "apiToken": process.env.CAM_TOKEN, "serverURL": serverURL };
let client = new CAMAPIClient(config);
let response = await client.getConferenceRooms();
assert.ok(response["conferenceRooms"].length > 0);
globalThis.CAM_API_CONFIG = config;

response = await getAPIClient().sendMessage(
  "messenger", // direct message
  "Hello!",
  false, // envelope is off
  ["alice@example.com", "bob@example.com"],
);
assert.equal(response.message.message, "Hello!");

response = await getAPIClient().sendMessage(
  "roomName",
  "Hello!",
  false,
  ["", ""],
  ["alice@example.com", "bob@example.com"], // people to mention
);
assert.equal(response.message.generalPurposes.users, "alice@example.com,bob@example.com");

response = await getAPIClient().createQuickCall(
  1624368868714, // the sample's date is long past
  "password!",
);
assert.deepEqual(response.errorCodes, ["INVALID_DATE"]);
response = await getAPIClient().createQuickCall(Date.now() + 3_600_000, "password!");
assert.ok(response.url.startsWith(`${serverURL}/quick/`));

response = await getAPIClient().getConferenceMaster();
let errors = response["errors"];
assert.ok(!errors && response["conferenceRooms"].length > 0);

response = await getAPIClient().getConferenceRoomStatus("201908");
errors = response["errors"];
assert.ok(!errors);
assert.deepEqual(response["conferenceRoomStatus"], []);

// Ids of people as the API shows them.
response = await getAPIClient().getConferenceRoomStatus("20260112");
const uids = Object.keys(response["conferenceRoomStatus"][0].memberUids);
assert.equal(uids.length, 3);
let chatRoom = {
  "id": "1564831284702237059",
  "name": "Secret meeting",
  "createUserId": uids[0],
  "isMessageThread": true,
  "isPublic": false,
  "memberUids": {
    [uids[0]]: true,
    [uids[1]]: false,
    [uids[2]]: false,
  },
};
response = await getAPIClient().updateChatRoom(chatRoom);
errors = response["errors"];
assert.ok(!errors, String(errors));
const { updateDate, ...saved } = response["chatRoom"];
assert.deepEqual(saved, chatRoom);
