// Rooms for the scenarios, made the way any client makes them: through the ClickMeeting API of a sandbox.

const KEY = 'sandboxClickmeeting0000000000001';

async function call(base, path, fields) {
  const response = await fetch(`${base}/v1/${path}`, { method: 'POST', headers: { 'X-Api-Key': KEY }, body: new URLSearchParams(fields) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A permanent, open room without lobby, or what `fields` make of it: id, address, PIN, the owner's own link. */
export async function makeRoom(base, name, fields = {}) {
  const usual = { name, room_type: 'meeting', permanent_room: 'true', access_type: '1', lobby_enabled: 'false' };
  const { room } = await call(base, 'conferences', { ...usual, ...fields });
  return { id: room.id, url: room.room_url, pin: room.room_pin, owner: `${room.room_url}?l=${room.autologin_hash}`, embed: room.embed_room_url };
}

/** A single-use token of a room. */
export async function makeToken(base, room) {
  return (await call(base, `conferences/${room.id}/tokens`, { how_many: '1' })).access_tokens[0].token;
}
