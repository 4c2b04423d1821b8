"""Drives pychatworkAPI, which posts messages in the query and gives lists of ids as repeated keys."""

import os
import urllib.request

from pychatworkAPI import Chatwork

url = os.environ["CROSSTALK_URL"] + "/v2"
alice = Chatwork(os.environ["TOKEN"], api_base_url=url)
bob = Chatwork(os.environ["TOKEN_OF_BOB"], api_base_url=url)

me = alice.get_me()
assert me["name"].startswith("Alice") and me["login_mail"] == "alice@example.com", me
bobs_id = bob.get_me()["account_id"]
assert [contact["account_id"] for contact in alice.get_contacts()] == [bobs_id]
status = alice.get_my_status()
assert status["unread_num"] >= status["mention_num"] == 1, status
tasks = alice.get_my_tasks()
assert len(tasks) == status["mytask_num"], tasks

# A room of its own.
created = alice.create_new_room("About pandas", [bobs_id], "star", [], [me["account_id"]], "Pandas")
assert created.status_code == 200, created.text
room = created.json()["room_id"]
raw, rooms = alice.get_rooms()
assert raw.startswith(b"[") and room in [listed["room_id"] for listed in rooms]
detail = alice.get_rooms_by_id(room)
assert (detail["name"], detail["description"], detail["role"]) == ("Pandas", "About pandas", "admin"), detail
assert detail["icon_path"].endswith("/ico_star.png"), detail
assert alice.change_room_info(room, "About bears", "Bears", "idea").json() == {"room_id": room}
assert alice.get_rooms_by_id(room)["name"] == "Bears"
assert alice.change_rooms_members(room, [me["account_id"]], [], [bobs_id]).json() == {
    "admin": [me["account_id"]],
    "member": [],
    "readonly": [bobs_id],
}
assert {member["account_id"]: member["role"] for member in alice.get_rooms_members(room)} == {me["account_id"]: "admin", bobs_id: "readonly"}

# Messages: a reader without the right to write is told so.
posted = alice.send_message(room, "hello 日本 & more")
assert posted.status_code == 200, posted.text
message = posted.json()["message_id"]
assert alice.get_rooms_message_information(room, message)["body"] == "hello 日本 & more"
assert bob.get_rooms_messages(room)[-1]["message_id"] == message
assert bob.get_rooms_messages(room) is None, "nothing new is 204, of which this client makes None"
refused = bob.send_message(room, "hello")
assert (refused.status_code, refused.json()["errors"]) == (403, ["You don't have permission to send/edit message."])

# Tasks.
made = alice.add_rooms_task(room, "Feed them", 1900000000, [me["account_id"], bobs_id])
assert len(made["task_ids"]) == 2, made
task = alice.get_rooms_task_information(room, made["task_ids"][1])
assert (task["account"]["account_id"], task["body"], task["limit_time"], task["limit_type"]) == (bobs_id, "Feed them", 1900000000, "time"), task
assert {listed["task_id"] for listed in alice.get_rooms_tasks(room)} == set(made["task_ids"])

# Files: what comes back is what was sent.
content = bytes(range(256)) * 50
with open("bears.bin", "wb") as file:
    file.write(content)
uploaded = alice.send_file(room, "bears.bin", "bears.bin", "Look")
assert uploaded.status_code == 200, uploaded.text
listed = alice.get_rooms_files(room)
assert [(file["filename"], file["filesize"]) for file in listed] == [("bears.bin", len(content))], listed
file = alice.get_rooms_file_information(room, uploaded.json()["file_id"])
with urllib.request.urlopen(file["download_url"]) as download:
    assert download.read() == content

# Two people ask to become contacts.
requests = {request["name"].split()[0]: request["request_id"] for request in alice.get_incoming_requests()}
assert set(requests) == {"Carol", "Dave"}, requests
accepted = alice.approve_incoming_requests(requests["Carol"])
assert accepted["name"].startswith("Carol"), accepted
assert alice.delete_incoming_requests(requests["Dave"]).status_code == 204
assert {contact["account_id"] for contact in alice.get_contacts()} == {bobs_id, accepted["account_id"]}

assert alice.delete_rooms_by_id(room, "delete").status_code == 204
assert alice.get_rooms_by_id(room) == {"errors": ["You don't have permission to get this room"]}
assert Chatwork("wrong", api_base_url=url).get_me() == {"errors": ["Invalid API token"]}
