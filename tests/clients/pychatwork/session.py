"""Drives pychatwork, which posts in the query, takes 204 for an empty list and raises what stands in `errors`."""

import os

import pychatwork

pychatwork.ChatworkClient.BASE_URL = os.environ["CROSSTALK_URL"] + "/v2/"
alice = pychatwork.ChatworkClient(os.environ["TOKEN"])
bob = pychatwork.ChatworkClient(os.environ["TOKEN_OF_BOB"])

# This client lists no rooms; every sandbox has the same numbers, and this is the room called Launch.
room = 1000008

message = alice.post_messages("line one\nline two + 100 % もう一つ", room)["message_id"]
assert isinstance(message, str) and message.isdigit(), message
news = bob.get_messages(room)
assert (news[-1]["message_id"], news[-1]["body"]) == (message, "line one\nline two + 100 % もう一つ"), news
assert bob.get_messages(room) == [], "nothing new"
assert bob.get_messages(room, force=True) == news

for what, call in (
    ("['Invalid API token']", lambda: pychatwork.ChatworkClient("wrong").get_messages(room)),
    ("[\"Parameter 'body' is required\"]", lambda: alice.post_messages("", room)),
    ("[\"You don't have permission to get messages in this room\"]", lambda: alice.get_messages(2147483647)),
):
    try:
        call()
    except Exception as error:
        assert str(error) == what, error
    else:
        raise AssertionError(f"no error where {what} was expected")
