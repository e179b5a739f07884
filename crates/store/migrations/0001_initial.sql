-- The schema of the authority. Times are microseconds since 1970 (UTC). What is computed (status, used seats) is never stored.

CREATE TABLE vendors (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sandbox BOOLEAN NOT NULL,
    clock_ahead BIGINT NOT NULL CHECK (clock_ahead >= 0),
    secret BLOB NOT NULL,
    created BIGINT NOT NULL,
    CHECK (sandbox OR clock_ahead = 0)
);

CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    kid TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('root', 'issuing', 'licenseKey')),
    private BLOB,
    public TEXT NOT NULL,
    certificate TEXT,
    created BIGINT NOT NULL,
    retired BIGINT,
    UNIQUE (vendor_id, kid)
);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    expires BIGINT,
    hash BLOB NOT NULL,
    last_used BIGINT,
    created BIGINT NOT NULL
);
CREATE INDEX api_keys_by_vendor ON api_keys (vendor_id, id);

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
    ref TEXT,
    disabled_since BIGINT,
    disabled_reason TEXT,
    notes TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, ref)
);
CREATE INDEX customers_by_vendor ON customers (vendor_id, id);

CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    UNIQUE (customer_id, email)
);

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    ref TEXT,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (vendor_id, ref)
);
CREATE INDEX orders_by_vendor ON orders (vendor_id, id);
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
-- is the last line of defence for SEAT-10.
CREATE TABLE entitlements (
    id TEXT PRIMARY KEY,
    vendor_id TEXT NOT NULL REFERENCES vendors (id),
    order_id TEXT NOT NULL REFERENCES orders (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
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
    seat_limit BIGINT NOT NULL,
    highest_seat BIGINT NOT NULL CHECK (highest_seat <= seat_limit),
    occupied_seats BIGINT NOT NULL CHECK (occupied_seats BETWEEN 0 AND highest_seat),
    notes TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    CHECK (duration IS NOT NULL OR expiry IS NULL)
);
CREATE INDEX entitlements_by_vendor ON entitlements (vendor_id, id);
CREATE INDEX entitlements_by_order ON entitlements (order_id, product_id, id);
CREATE INDEX entitlements_by_customer ON entitlements (customer_id, id);
CREATE INDEX entitlements_by_product ON entitlements (product_id, id);
CREATE INDEX entitlements_by_edition ON entitlements (edition_id);
CREATE INDEX entitlements_by_offering ON entitlements (offering_id);

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
    activated BIGINT NOT NULL,
    chain BIGINT NOT NULL,
    counter BIGINT NOT NULL,
    client_code TEXT NOT NULL,
    container BOOLEAN NOT NULL,
    vm BOOLEAN NOT NULL,
    CHECK ((standing IN ('seated', 'held')) = (seat_number IS NOT NULL))
);
-- A number is given once (SEAT-10), and a seat id has one seat (SEAT-2).
CREATE UNIQUE INDEX activations_by_number ON activations (entitlement_id, seat_number) WHERE seat_number IS NOT NULL;
CREATE UNIQUE INDEX activations_by_seat ON activations (entitlement_id, seat_id) WHERE standing = 'seated';
CREATE INDEX activations_by_end ON activations (entitlement_id, frees_at, id) WHERE seat_number IS NOT NULL;

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

-- What was done under an idempotency key (SAFE-1): facts, not bytes. The id is a hash of credential and key.
CREATE TABLE receipts (
    id BLOB PRIMARY KEY,
    request BLOB NOT NULL,
    facts TEXT NOT NULL,
    secret BLOB,
    created BIGINT NOT NULL
);
CREATE INDEX receipts_by_age ON receipts (created);

-- One row for each change and each denial. Audit, activation log and the feed of events are three views of it.
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
    mode TEXT
);
CREATE INDEX journal_by_vendor ON journal (vendor_id, seq);
CREATE INDEX journal_by_entitlement ON journal (entitlement_id, seq) WHERE entitlement_id IS NOT NULL;
CREATE INDEX journal_by_seat ON journal (entitlement_id, seat_id, seq) WHERE seat_id IS NOT NULL;
