//! Which step of a plan goes through much.

/// Tables that grow with what is sold and used. Others have a few rows for each vendor.
const BIG: [&str; 16] = [
    "activations",
    "activation_codes",
    "applied_tokens",
    "customers",
    "device_proofs",
    "entitlements",
    "export_tokens",
    "feature_holdings",
    "free_seats",
    "journal",
    "licensees",
    "offline_devices",
    "offline_requests",
    "orders",
    "receipts",
    "seat_samples",
];

/// By each of these alone, and by all of them together, many rows of a big table are found.
const WIDE: [&str; 6] = ["vendor_id", "customer_id", "product_id", "edition_id", "entitlement_id", "key"];

/// Of these together there is one.
const UNIQUE: [&str; 2] = ["customer_id", "product_id"];

/// Whether a step of a statement's plan goes through many rows: all of a big table, or those of a vendor or an entitlement.
pub(crate) fn is_long(step: &str, sql: &str) -> bool {
    let words: Vec<&str> = step.split(' ').collect();
    let big = words.get(1).is_some_and(|alias| BIG.contains(&table(alias, sql)));
    match words.first() {
        Some(&"SCAN") => big,
        Some(&"SEARCH") => big && keys(step) != UNIQUE && keys(step).iter().all(|key| WIDE.contains(key)),
        _ => false,
    }
}

/// The table that a statement calls so.
fn table<'a>(alias: &'a str, sql: &'a str) -> &'a str {
    let words: Vec<&str> = sql.split([' ', ',', '(', ')']).collect();
    let named = words.windows(3).find(|three| matches!(three[0], "FROM" | "JOIN") && three[2] == alias);
    named.map_or(alias, |three| three[1])
}

/// By which columns a step looks: `(a=? AND b>?)`. A part of an order, such as `b>?`, is more than one row and fewer than all.
fn keys(step: &str) -> Vec<&str> {
    let inside = step.rsplit_once('(').map_or("", |(_, inside)| inside.trim_end_matches(')'));
    inside.split(" AND ").map(|part| part.strip_suffix("=?").unwrap_or(part)).collect()
}

#[test]
fn steps_that_go_through_much_are_told_from_others() {
    let sql = "SELECT 1 FROM activations t JOIN vendors v ON v.id = t.vendor_id WHERE x = $1";
    for long in [
        "SCAN t",
        "SCAN activations",
        "SCAN t USING COVERING INDEX activations_by_number",
        "SEARCH t USING INDEX activations_by_entitlement (entitlement_id=?)",
        "SEARCH entitlements USING INDEX entitlements_by_vendor (vendor_id=?)",
    ] {
        assert!(is_long(long, sql), "{long}");
    }
    for short in [
        "SCAN v",
        "SEARCH t USING INDEX sqlite_autoindex_activations_1 (id=?)",
        "SEARCH t USING INDEX activations_by_seat (entitlement_id=? AND seat_id=?)",
        "SEARCH t USING INDEX activations_by_end (entitlement_id=? AND frees_at<?)",
        "SCALAR SUBQUERY 1",
    ] {
        assert!(!is_long(short, sql), "{short}");
    }
}
