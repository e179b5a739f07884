-- The schema of the authority. Times are microseconds since 1970 (UTC). What is computed (status, used seats) is never stored.

CREATE TABLE vendors (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sandbox BOOLEAN NOT NULL,
    clock_ahead BIGINT NOT NULL CHECK (clock_ahead >= 0),
    secret BLOB NOT NULL,
    offline_request_age TEXT NOT NULL,
    contact_exports BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    -- Grows with each change of the vendor's keys: by it other processes learn of it (KEY-5).
    key_generation BIGINT NOT NULL DEFAULT 1,
    CHECK (sandbox OR clock_ahead = 0)
);

-- What does not sign any more has no private half: what is not there cannot leak. What is sealed to a key that was retired can
-- be on its way for months, so that a receiving key keeps its own until it is revoked.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    kid TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL CHECK (purpose IN ('root', 'issuing', 'lasting', 'licenseKey', 'receiving')),
    algorithm TEXT NOT NULL,
    private BLOB,
    public TEXT NOT NULL,
    created BIGINT NOT NULL,
    retired BIGINT,
    revoked BIGINT,
    CHECK (private IS NULL OR (revoked IS NULL AND (retired IS NULL OR purpose = 'receiving'))),
    CHECK (private IS NOT NULL OR revoked IS NOT NULL OR purpose <> 'receiving'),
    CHECK (purpose <> 'root' OR (retired IS NULL AND revoked IS NULL))
);
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (vendor_id, purpose)
    WHERE retired IS NULL AND revoked IS NULL;

-- A key's certificates by the root: renewed, it has several (KEY-3).
CREATE TABLE key_certificates (
    key_id TEXT NOT NULL REFERENCES signing_keys (id),
    number BIGINT NOT NULL CHECK (number > 0),
    token TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (key_id, number)
);

-- Each list follows the one before: the number only grows, and none is left out (KEY-5).
CREATE TABLE revocation_lists (
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    number BIGINT NOT NULL CHECK (number >= 0),
    follows BIGINT,
    token TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, number),
    FOREIGN KEY (vendor_id, follows) REFERENCES revocation_lists (vendor_id, number),
    CHECK (COALESCE(follows, -1) = number - 1)
);

-- The last signed trust bundle for each address under which the vendor is reached, '' for none (KEY-4).
CREATE TABLE trust_bundles (
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    url TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (vendor_id, url)
);

CREATE TABLE products (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    lease_period TEXT NOT NULL,
    offline_lease_period TEXT,
    grace_period TEXT,
    outage_tolerance TEXT,
    enforcement TEXT NOT NULL,
    device_keys TEXT NOT NULL,
    secret_mode TEXT NOT NULL,
    licensee_auto_create BOOLEAN NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, key)
);
CREATE INDEX products_by_key ON products (key);

CREATE TABLE editions (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    product_id TEXT NOT NULL REFERENCES products (id),
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (product_id, key)
);

-- A definition stands at one level (CAT-1): global, on a product, or on an edition of it.
CREATE TABLE features (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    product_id TEXT REFERENCES products (id),
    edition_id TEXT REFERENCES editions (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('bool', 'usageCount', 'elementPool')),
    value BIGINT CHECK (value >= 0),
    overdraft TEXT NOT NULL,
    usage_reset TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CHECK (edition_id IS NULL OR product_id IS NOT NULL),
    CHECK (type <> 'bool' OR value IN (0, 1))
);
CREATE UNIQUE INDEX features_by_key ON features (vendor_id, COALESCE(product_id, ''), key);

CREATE TABLE feature_values (
    feature_id TEXT NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    product_id TEXT NOT NULL REFERENCES products (id),
    edition_id TEXT REFERENCES editions (id),
    value BIGINT CHECK (value >= 0)
);
CREATE UNIQUE INDEX feature_values_by_place ON feature_values (feature_id, product_id, COALESCE(edition_id, ''));

CREATE TABLE attributes (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    product_id TEXT REFERENCES products (id),
    edition_id TEXT REFERENCES editions (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('string', 'number', 'date')),
    value TEXT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CHECK (edition_id IS NULL OR product_id IS NOT NULL)
);
CREATE UNIQUE INDEX attributes_by_key ON attributes (vendor_id, COALESCE(product_id, ''), key);

CREATE TABLE attribute_values (
    attribute_id TEXT NOT NULL REFERENCES attributes (id) ON DELETE CASCADE,
    product_id TEXT NOT NULL REFERENCES products (id),
    edition_id TEXT REFERENCES editions (id),
    value TEXT NOT NULL
);
CREATE UNIQUE INDEX attribute_values_by_place ON attribute_values (attribute_id, product_id, COALESCE(edition_id, ''));

CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    license_start TEXT NOT NULL,
    plan_type TEXT NOT NULL,
    duration TEXT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, name)
);

CREATE TABLE offerings (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    edition_id TEXT NOT NULL REFERENCES editions (id),
    plan_id TEXT NOT NULL REFERENCES plans (id),
    seats BIGINT NOT NULL CHECK (seats >= 0),
    overdraft TEXT NOT NULL,
    concurrency TEXT NOT NULL CHECK (concurrency IN ('concurrent', 'nodeLocked')),
    automatic BOOLEAN NOT NULL,
    maintenance TEXT,
    lease_period TEXT,
    offline_lease_period TEXT,
    grace_period TEXT,
    outage_tolerance TEXT,
    enforcement TEXT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, sku)
);
CREATE INDEX offerings_by_edition ON offerings (edition_id);
CREATE INDEX offerings_by_plan ON offerings (plan_id);

CREATE TABLE customers (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    -- The name in small letters: databases differ in what those are.
    folded_name TEXT NOT NULL,
    ref TEXT,
    disabled_since BIGINT,
    disabled_reason TEXT,
    deleted BIGINT,
    purge_at BIGINT,
    notes TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, ref),
    CHECK ((deleted IS NULL) = (purge_at IS NULL))
);
CREATE INDEX customers_by_vendor ON customers (vendor_id, id);
CREATE INDEX customers_by_purge ON customers (vendor_id, purge_at) WHERE purge_at IS NOT NULL;

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- The address in small letters: databases differ in what those are.
    folded_email TEXT NOT NULL,
    -- As it was hashed; never the password itself.
    password TEXT,
    UNIQUE (customer_id, folded_email)
);
CREATE INDEX contacts_by_email ON contacts (folded_email);

-- A key has scopes, or belongs to a contact, with whom it goes.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    contact_id TEXT REFERENCES contacts (id) ON DELETE CASCADE,
    expires BIGINT,
    hash BLOB NOT NULL,
    last_used BIGINT,
    created BIGINT NOT NULL,
    CHECK ((contact_id IS NULL) = (scopes <> ''))
);
CREATE INDEX api_keys_by_vendor ON api_keys (vendor_id, id);
CREATE INDEX api_keys_by_contact ON api_keys (contact_id);

CREATE TABLE openid_providers (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    audiences TEXT NOT NULL,
    subject_claim TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, issuer)
);
CREATE INDEX openid_providers_by_vendor ON openid_providers (vendor_id, id);

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    ref TEXT,
    deleted BIGINT,
    purge_at BIGINT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, ref),
    UNIQUE (id, customer_id),
    CHECK ((deleted IS NULL) = (purge_at IS NULL))
);
CREATE INDEX orders_by_vendor ON orders (vendor_id, id);
CREATE INDEX orders_by_purge ON orders (vendor_id, purge_at) WHERE purge_at IS NOT NULL;
CREATE INDEX orders_by_customer ON orders (customer_id, id);

CREATE TABLE order_contacts (
    order_id TEXT NOT NULL REFERENCES orders (id),
    contact_id TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    PRIMARY KEY (order_id, contact_id)
);
CREATE INDEX order_contacts_by_contact ON order_contacts (contact_id);

-- The hash is over vendor and code (LIC-2), so it is unique over all vendors.
CREATE TABLE activation_codes (
    id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    hash BLOB NOT NULL UNIQUE,
    last_group TEXT NOT NULL,
    revoked BIGINT,
    created BIGINT NOT NULL
);
CREATE INDEX activation_codes_by_order ON activation_codes (order_id, id);

-- seat_limit is seats and overdraft. Seat numbers up to highest_seat are taken or in free_seats, so highest_seat <= seat_limit
-- is the last line of defence for SEAT-10. The customer is always the order's: where an order moves, its entitlements follow.
CREATE TABLE entitlements (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    order_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    product_id TEXT NOT NULL REFERENCES products (id),
    edition_id TEXT NOT NULL REFERENCES editions (id),
    offering_id TEXT NOT NULL REFERENCES offerings (id),
    sku TEXT NOT NULL,
    plan_type TEXT NOT NULL,
    license_start TEXT NOT NULL,
    duration TEXT,
    start BIGINT,
    expiry BIGINT,
    maintenance_end BIGINT,
    seats BIGINT NOT NULL CHECK (seats >= 0),
    -- What local servers hold of it, or by which delegation a local server has it (EXP-6); empty for nearly all.
    hosting TEXT NOT NULL,
    overdraft TEXT NOT NULL,
    concurrency TEXT NOT NULL CHECK (concurrency IN ('concurrent', 'nodeLocked')),
    lease_period TEXT NOT NULL,
    offline_lease_period TEXT,
    grace_period TEXT,
    outage_tolerance TEXT,
    enforcement TEXT NOT NULL,
    features TEXT NOT NULL,
    attributes TEXT NOT NULL,
    usage_reset TEXT,
    renewal_resets TEXT NOT NULL,
    overrides TEXT NOT NULL,
    disabled_since BIGINT,
    disabled_reason TEXT,
    deleted BIGINT,
    purge_at BIGINT,
    seat_limit BIGINT NOT NULL,
    highest_seat BIGINT NOT NULL CHECK (highest_seat <= seat_limit),
    occupied_seats BIGINT NOT NULL CHECK (occupied_seats BETWEEN 0 AND highest_seat),
    notes TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    FOREIGN KEY (order_id, customer_id) REFERENCES orders (id, customer_id) ON UPDATE CASCADE,
    CHECK (duration IS NOT NULL OR expiry IS NULL),
    CHECK ((deleted IS NULL) = (purge_at IS NULL))
);
CREATE INDEX entitlements_by_purge ON entitlements (vendor_id, purge_at) WHERE purge_at IS NOT NULL;
CREATE INDEX entitlements_by_vendor ON entitlements (vendor_id, id);
CREATE INDEX entitlements_by_order ON entitlements (order_id, product_id, id);
CREATE INDEX entitlements_by_customer ON entitlements (customer_id, id);
CREATE INDEX entitlements_by_product ON entitlements (product_id, id);
CREATE INDEX entitlements_by_edition ON entitlements (edition_id);
CREATE INDEX entitlements_by_offering ON entitlements (offering_id);

-- One customer's standing with one product. What is stored of its secret is an HMAC under a random key of its own (SEC-3).
CREATE TABLE licensees (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    product_id TEXT NOT NULL REFERENCES products (id),
    number TEXT NOT NULL,
    secret_key BLOB,
    secret_mac BLOB,
    -- Without a secret: since when it was taken away.
    secret_since BIGINT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, number),
    UNIQUE (customer_id, product_id),
    CHECK ((secret_key IS NULL) = (secret_mac IS NULL) AND (secret_mac IS NULL OR secret_since IS NOT NULL))
);
CREATE INDEX licensees_by_vendor ON licensees (vendor_id, id);
CREATE INDEX licensees_by_product ON licensees (product_id, id);

-- How many licensees came by themselves from an address on a day since 1970 (AUTO-1). Rows of days that are over are pruned.
CREATE TABLE automatic_licensees (
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    address TEXT NOT NULL,
    day BIGINT NOT NULL,
    made BIGINT NOT NULL CHECK (made > 0),
    PRIMARY KEY (vendor_id, address, day)
);

-- The numbers that were given back, and that the next claims take first.
CREATE TABLE free_seats (
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    number BIGINT NOT NULL CHECK (number > 0),
    PRIMARY KEY (entitlement_id, number)
);

CREATE TABLE activations (
    id TEXT PRIMARY KEY,
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    seat_id TEXT NOT NULL,
    seat_name TEXT,
    standing TEXT NOT NULL CHECK (standing IN ('seated', 'held', 'deactivated', 'replaced', 'released')),
    seat_number BIGINT CHECK (seat_number > 0),
    frees_at BIGINT NOT NULL,
    mode TEXT NOT NULL,
    concurrency TEXT NOT NULL,
    lease_issued BIGINT NOT NULL,
    lease_expiry BIGINT,
    -- Which of a local server's leases it is (EXP-9); nothing on an authority.
    lease_epoch BIGINT,
    lease_serial BIGINT,
    activated BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    client_code TEXT NOT NULL,
    container BOOLEAN NOT NULL,
    vm BOOLEAN NOT NULL,
    device_key TEXT,
    CHECK ((lease_epoch IS NULL) = (lease_serial IS NULL)),
    CHECK ((standing IN ('seated', 'held')) = (seat_number IS NOT NULL))
);
CREATE INDEX activations_by_entitlement ON activations (entitlement_id, id);
-- A number is given once (SEAT-10), and a seat id has one seat (SEAT-2).
CREATE UNIQUE INDEX activations_by_number ON activations (entitlement_id, seat_number) WHERE seat_number IS NOT NULL;
CREATE UNIQUE INDEX activations_by_seat ON activations (entitlement_id, seat_id) WHERE standing = 'seated';
CREATE INDEX activations_by_end ON activations (entitlement_id, frees_at, id) WHERE seat_number IS NOT NULL;
CREATE INDEX activations_held ON activations (entitlement_id, frees_at) WHERE standing = 'held';

-- The devices to which tokens are carried, by the keys of a cycle, with the number of the latest token. Rows stay when their
-- activation has ended: nothing is carried to such a device again (OFF-9).
CREATE TABLE offline_devices (
    activation_id TEXT NOT NULL REFERENCES activations (id),
    device_key TEXT NOT NULL,
    seal_key TEXT NOT NULL,
    since BIGINT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    PRIMARY KEY (activation_id, device_key)
);
CREATE INDEX offline_devices_by_key ON offline_devices (device_key, seq);

-- What was answered to a request that a device made: the same request is answered alike, whenever it comes (OFF-4).
CREATE TABLE offline_requests (
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    hash BLOB NOT NULL,
    activation_id TEXT NOT NULL REFERENCES activations (id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    lease_issued BIGINT NOT NULL,
    lease_expiry BIGINT,
    jti TEXT NOT NULL,
    PRIMARY KEY (vendor_id, hash)
);
CREATE INDEX offline_requests_by_activation ON offline_requests (activation_id);

CREATE TABLE feature_usage (
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    key TEXT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    since BIGINT NOT NULL,
    PRIMARY KEY (entitlement_id, key)
);

-- What each activation has of a pool (FEAT-3).
CREATE TABLE feature_holdings (
    activation_id TEXT NOT NULL REFERENCES activations (id),
    entitlement_id TEXT NOT NULL REFERENCES entitlements (id),
    key TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    PRIMARY KEY (activation_id, key)
);
CREATE INDEX feature_holdings_by_pool ON feature_holdings (entitlement_id, key);

-- The local servers that customers run (LLS-2). A server chooses its own id, so it is its vendor's alone. Which activation licenses
-- it is not bound by the schema: that can be purged, and then the server is not active.
CREATE TABLE local_servers (
    id TEXT NOT NULL,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    name TEXT NOT NULL,
    activation_id TEXT NOT NULL,
    kid TEXT NOT NULL,
    sign_key TEXT NOT NULL,
    seal_key TEXT NOT NULL,
    machine TEXT,
    lost BIGINT,
    lost_reason TEXT,
    report_seq BIGINT NOT NULL CHECK (report_seq >= 0),
    reported BIGINT,
    log_rows BIGINT NOT NULL CHECK (log_rows >= 0),
    log_hash TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, id),
    UNIQUE (vendor_id, kid),
    CHECK (lost IS NOT NULL OR lost_reason IS NULL)
);
CREATE INDEX local_servers_by_customer ON local_servers (customer_id, id);
CREATE INDEX local_servers_by_activation ON local_servers (activation_id);

-- What local servers host, or hosted, of entitlements. Ended sessions are remembered when all else of them is gone (EXP-7): neither
-- entitlement nor server is bound by the schema.
CREATE TABLE export_sessions (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    entitlement_id TEXT NOT NULL,
    server_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    -- What is wanted of the next token; without a number of seats all of them.
    seats BIGINT CHECK (seats >= 0),
    features TEXT NOT NULL,
    delegation TEXT,
    give_back TEXT NOT NULL CHECK (give_back IN ('atOnce', 'whenDelegationEnds')),
    acknowledged BIGINT NOT NULL CHECK (acknowledged >= 0),
    ended BIGINT,
    ending TEXT CHECK (ending IN ('returned', 'lost', 'freed')),
    -- The keys of counters that are held and not taken for spent, since the server was lost.
    held_anew TEXT NOT NULL,
    usage TEXT,
    -- What the server told that runs and forgot, as a hold; empty: nothing.
    forgotten TEXT NOT NULL,
    reported BIGINT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (entitlement_id, number),
    CHECK ((ended IS NULL) = (ending IS NULL)),
    CHECK ((usage IS NULL) = (reported IS NULL))
);
-- A server has one session of an entitlement at a time.
CREATE UNIQUE INDEX export_sessions_open ON export_sessions (entitlement_id, server_id) WHERE ended IS NULL;
CREATE INDEX export_sessions_by_server ON export_sessions (vendor_id, server_id, id);

-- The tokens of a session. The text is kept for a day, for calls that are repeated (SAFE-1), then it is empty.
CREATE TABLE export_tokens (
    session_id TEXT NOT NULL REFERENCES export_sessions (id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    jti TEXT NOT NULL,
    issued BIGINT NOT NULL,
    seats BIGINT NOT NULL CHECK (seats >= 0),
    features TEXT NOT NULL,
    until BIGINT,
    hash BLOB NOT NULL,
    -- A hash of what it carries, by which it is told whether that is still so (EXP-6).
    state BLOB NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (session_id, seq),
    -- A server applies a token id once (EXP-4).
    UNIQUE (jti)
);
CREATE INDEX export_tokens_by_end ON export_tokens (session_id, until);
CREATE INDEX export_tokens_with_text ON export_tokens (issued) WHERE token <> '';

-- What was done under an idempotency key (SAFE-1): facts, not bytes. The id is a hash of credential and key.
CREATE TABLE receipts (
    id BLOB PRIMARY KEY,
    request BLOB NOT NULL,
    facts TEXT NOT NULL,
    secret BLOB,
    created BIGINT NOT NULL
);
CREATE INDEX receipts_by_age ON receipts (created);

-- One row, written to learn whether anything can be.
CREATE TABLE heartbeat (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    time BIGINT NOT NULL
);

-- Device proofs that were used (TOK-10), until they end: a hash of key and id, and of the call that may be repeated with it.
CREATE TABLE device_proofs (
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    id BLOB NOT NULL,
    call BLOB,
    ends BIGINT NOT NULL,
    PRIMARY KEY (vendor_id, id)
);
CREATE INDEX device_proofs_by_end ON device_proofs (ends);

-- The local server that this database is of (LLS-2), in one row; an authority's has none. Its own keys are in signing_keys.
CREATE TABLE local_server (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    server_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT,
    bundle TEXT NOT NULL,
    revocations TEXT,
    -- The newest signed instant that was seen (OFF-11).
    proof BIGINT NOT NULL,
    machine TEXT NOT NULL,
    moved BOOLEAN NOT NULL,
    epoch BIGINT NOT NULL CHECK (epoch > 0),
    restored BIGINT,
    report_seq BIGINT NOT NULL CHECK (report_seq >= 0),
    log_seq BIGINT NOT NULL,
    log_rows BIGINT NOT NULL,
    log_hash BLOB NOT NULL,
    -- Its own license: the keys of the cycle, encrypted, what was asked, and what was answered (OFF-3…8).
    cycle BLOB,
    requests TEXT NOT NULL,
    activation_id TEXT,
    license_seq BIGINT NOT NULL CHECK (license_seq >= 0),
    lease TEXT,
    deactivation TEXT,
    created BIGINT NOT NULL,
    CHECK ((activation_id IS NULL) = (lease IS NULL)),
    -- What was given up has no keys by which it could be had again (OFF-8).
    CHECK (deactivation IS NULL OR activation_id IS NULL)
);

-- What a local server hosts, by the last token that was imported (EXP-3).
CREATE TABLE hosted_entitlements (
    entitlement_id TEXT PRIMARY KEY REFERENCES entitlements (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    session_id TEXT NOT NULL UNIQUE,
    session_number BIGINT NOT NULL CHECK (session_number > 0),
    seq BIGINT NOT NULL CHECK (seq > 0),
    hash BLOB NOT NULL,
    issued BIGINT NOT NULL,
    delegation TEXT NOT NULL,
    since BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    -- When it was noticed that the database was set back, and how many seats there were then (EXP-9).
    forgotten BIGINT,
    forgotten_seats BIGINT NOT NULL CHECK (forgotten_seats >= 0)
);

-- Sessions that have ended here: rows stay when all else of their entitlement is gone (EXP-7).
CREATE TABLE closed_sessions (
    session_id TEXT PRIMARY KEY,
    entitlement_id TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    closed BIGINT NOT NULL,
    token TEXT,
    UNIQUE (entitlement_id, number)
);

-- The tokens that were applied, for ever (EXP-4).
CREATE TABLE applied_tokens (
    id TEXT PRIMARY KEY,
    applied BIGINT NOT NULL
);

-- The last lease of each entitlement that a local server hosts (EXP-9). Rows stay: what was given is not forgotten.
CREATE TABLE lease_serials (
    entitlement_id TEXT PRIMARY KEY,
    epoch BIGINT NOT NULL CHECK (epoch > 0),
    serial BIGINT NOT NULL CHECK (serial >= 0)
);

-- Seats in use, and denials, of each hour (LLS-6).
CREATE TABLE seat_samples (
    entitlement_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    used BIGINT NOT NULL CHECK (used >= 0),
    seats BIGINT NOT NULL CHECK (seats >= 0),
    denials BIGINT NOT NULL CHECK (denials >= 0),
    PRIMARY KEY (entitlement_id, hour)
);
CREATE INDEX seat_samples_by_hour ON seat_samples (hour);

-- One row for each change and each denial. Audit, activation log and the feed of events are three views of it. Rows are added and
-- never changed, but for the personal data of a customer that was purged, which are taken out of them: `erased` says when (ENT-10).
CREATE TABLE journal (
    seq {serial},
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    time BIGINT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT,
    request_id TEXT,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL,
    entitlement_id TEXT,
    activation_id TEXT,
    seat_id TEXT,
    seat_name TEXT,
    lease_expiry BIGINT,
    code TEXT,
    feature TEXT,
    amount BIGINT,
    mode TEXT,
    erased BIGINT
);
CREATE INDEX journal_by_vendor ON journal (vendor_id, seq);
CREATE INDEX journal_by_subject ON journal (subject, seq) WHERE entitlement_id IS NULL;
-- With the seat id: the log of one seat is found in this index alone, and a call changes one index less (0033).
CREATE INDEX journal_by_entitlement ON journal (entitlement_id, seq, seat_id) WHERE entitlement_id IS NOT NULL;
