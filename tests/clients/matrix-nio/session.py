"""Drives matrix-nio: what it understands of each answer is what counts. It has no refreshing, so that is asked by hand."""

import asyncio
import json
import os
import urllib.error
import urllib.request

import nio

URL = os.environ["CROSSTALK_URL"]
TOKEN = os.environ["MESSENGER_TOKEN_OF_ALICE"]


def ask(method, path, body=None, headers=None):
    """Status and JSON of a bare request."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def is_a(answer, kind):
    assert isinstance(answer, kind), answer
    return answer


async def drive():
    personal = {"Personal-Access-Token": TOKEN}
    status, credentials = ask("GET", "/api/v1/matrix/credentials", headers=personal)
    assert status == 200, credentials

    client = nio.AsyncClient(URL, credentials["username"])
    other = nio.AsyncClient(URL, credentials["username"])
    try:
        is_a(await client.discovery_info(), nio.DiscoveryInfoResponse)
        is_a(await client.login_info(), nio.LoginInfoResponse)

        refused = is_a(await client.login("wrong"), nio.LoginError)
        assert refused.status_code == "M_FORBIDDEN", refused
        login = is_a(await client.login(credentials["password"], device_name="nio"), nio.LoginResponse)
        whoami = is_a(await client.whoami(), nio.WhoamiResponse)
        assert (whoami.user_id, whoami.device_id, whoami.is_guest) == (login.user_id, login.device_id, False), whoami

        other_login = is_a(await other.login(credentials["password"], device_name="other"), nio.LoginResponse)
        devices = {device.id: device for device in is_a(await client.devices(), nio.DevicesResponse).devices}
        assert set(devices) == {login.device_id, other_login.device_id}, devices
        assert devices[login.device_id].display_name == "nio" and devices[login.device_id].last_seen_ip == "127.0.0.1"
        is_a(await client.update_device(login.device_id, {"display_name": "renamed"}), nio.UpdateDeviceResponse)

        asked = is_a(await client.delete_devices([other_login.device_id]), nio.DeleteDevicesAuthResponse)
        auth = {
            "type": "m.login.password",
            "session": asked.session,
            "identifier": {"type": "m.id.user", "user": login.user_id},
            "password": credentials["password"],
        }
        is_a(await client.delete_devices([other_login.device_id], auth), nio.DeleteDevicesResponse)
        dead = is_a(await other.whoami(), nio.WhoamiError)
        assert dead.status_code == "M_UNKNOWN_TOKEN" and not dead.soft_logout, dead

        # The Messenger API signs in on the server; what it answers is a session like any other, and can be refreshed.
        status, session = ask("POST", "/api/v1/matrix/login", {"deviceID": "PHONE7"}, personal)
        assert status == 200 and session["wellKnown"]["m.homeserver"]["base_url"] == URL, session
        other.restore_login(session["userID"], session["deviceID"], session["accessToken"])
        assert is_a(await other.whoami(), nio.WhoamiResponse).device_id == "PHONE7"
        status, refreshed = ask("POST", "/_matrix/client/v3/refresh", {"refresh_token": session["refreshToken"]})
        assert status == 200, refreshed
        other.restore_login(session["userID"], session["deviceID"], refreshed["access_token"])
        is_a(await other.whoami(), nio.WhoamiResponse)
        status, used_twice = ask("POST", "/_matrix/client/v3/refresh", {"refresh_token": session["refreshToken"]})
        assert (status, used_twice["errcode"]) == (401, "M_UNKNOWN_TOKEN"), used_twice

        kept = client.access_token
        is_a(await client.logout(), nio.LogoutResponse)
        client.access_token = kept
        is_a(await client.whoami(), nio.WhoamiError)
        is_a(await other.logout(all_devices=True), nio.LogoutResponse)
        status, gone = ask("GET", "/_matrix/client/v3/account/whoami", headers={"Authorization": f"Bearer {refreshed['access_token']}"})
        assert (status, gone["errcode"]) == (401, "M_UNKNOWN_TOKEN"), gone
    finally:
        await client.close()
        await other.close()


asyncio.run(drive())
