-- What administrators sign in with, and where they are signed in.

-- Key of the one-time codes (RFC 6238) that a sign-in asks for besides the password; the one that is being set up waits
-- until a first code shows that it arrived.
ALTER TABLE account ADD COLUMN totp_key BLOB;
ALTER TABLE account ADD COLUMN totp_waiting BLOB;
-- Time step of the code used last: none is good twice.
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

-- For who has lost the device that makes the codes; each is good once, and then gone.
CREATE TABLE recovery_code (
    account_id INTEGER NOT NULL REFERENCES account (id),
    hash       BLOB NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT, WITHOUT ROWID;

-- Sessions of the administration page. Their tokens have ids below zero: what only this server sees draws none of the
-- ids that clients see.
CREATE TABLE admin_session (
    token_id     INTEGER PRIMARY KEY REFERENCES token (id),
    -- When the password was shown last.
    confirmed_ms INTEGER NOT NULL
) STRICT;

-- The one key that opens the set-up page.
CREATE TABLE setup_key (
    only_one   INTEGER PRIMARY KEY CHECK (only_one = 1),
    hash       BLOB NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;
