//! MAN-1: which scope allows what, over every action; and who is kept apart from whom.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use chancery_domain::*;

/// The group of an action by its noun, as the management API lists its resources: written apart from the table in the code.
fn group_of(name: &str) -> &'static str {
    const LICENSING: [&str; 8] = [
        "activation.activate",
        "activation.refresh",
        "activation.deactivate",
        "activation.state",
        "activation.validate",
        "feature.checkout",
        "feature.return",
        "feature.use",
    ];
    if LICENSING.contains(&name) {
        return "licensing";
    }
    // What cannot be undone is for administrators alone.
    const ADMIN: [&str; 3] = ["signing-key.revoke", "signing-key.import", "signing-key.export-root"];
    if name.ends_with(".purge") || ADMIN.contains(&name) {
        return "admin";
    }
    // What the program does by itself, or for whoever runs it.
    if ["signing-key.renew", "signing-key.rewrap", "vendor.create"].contains(&name) {
        return "operating";
    }
    match name.split('.').next().unwrap_or_default() {
        "product" | "feature" | "attribute" | "edition" | "plan" | "offering" | "catalog" => "catalog",
        "customer" | "contact" | "licensee" => "customers",
        "order" | "activation-code" => "orders",
        "entitlement" | "activation" | "offline" | "local-server" => "entitlements",
        // A local server's own management.
        "local" => "local",
        "audit" => "audit",
        "api-key" | "clock" | "signing-key" | "openid-provider" | "vendor" => "settings",
        noun => panic!("say to which group {noun} belongs"),
    }
}

fn reads(name: &str) -> bool {
    let verb = name.rsplit('.').next().unwrap_or_default();
    // An export to a local server moves seats.
    ["read", "explain", "export", "state"].contains(&verb) && name != "entitlement.export"
}

fn scopes() -> Vec<KeyScope> {
    let groups = ["catalog", "customers", "orders", "entitlements", "audit", "settings"];
    let texts = groups.iter().flat_map(|group| [format!("{group}:read"), format!("{group}:write")]);
    texts.chain(["admin".to_owned()]).map(|text| text.parse().unwrap()).collect()
}

fn vendor() -> VendorId {
    VendorId::from_uuid("0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap())
}

fn api_key(scopes: impl IntoIterator<Item = KeyScope>) -> Actor {
    Actor::ApiKey { id: ApiKeyId::from_uuid(vendor().uuid()), vendor: vendor(), scopes: scopes.into_iter().collect() }
}

#[test]
fn man_1_each_scope_allows_its_group_and_no_more() {
    for action in Action::ALL {
        let (name, group) = (action.name(), group_of(action.name()));
        for scope in scopes() {
            let text = scope.to_string();
            let expected = match text.as_str() {
                "admin" => group != "licensing" && group != "operating",
                text => {
                    let (of, access) = text.split_once(':').unwrap();
                    of == group && (access == "write" || reads(name))
                }
            };
            assert_eq!(api_key([scope]).permit(*action).is_ok(), expected, "{name} with {text}");
        }
    }
}

#[test]
fn man_1_scopes_add_up_and_none_allows_nothing() {
    for action in Action::ALL {
        assert!(api_key([]).permit(*action).is_err());
        let by_one = scopes().into_iter().any(|scope| api_key([scope]).permit(*action).is_ok());
        assert_eq!(api_key(scopes()).permit(*action).is_ok(), by_one, "{}", action.name());
    }
}

#[test]
fn man_1_a_refusal_names_a_scope_that_would_do() {
    for action in Action::ALL.iter().filter(|action| action.group().has_scopes()) {
        let needed = api_key([]).permit(*action).unwrap_err().needed;
        assert!(api_key([needed]).permit(*action).is_ok(), "{}", action.name());
        assert_eq!(needed.to_string().parse(), Ok(needed));
    }
}

#[test]
fn man_1_scopes_are_read_back_and_the_products_api_has_none() {
    assert_eq!(scopes().iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), 13);
    for bad in [
        "",
        "Admin",
        "catalog",
        "catalog:",
        "catalog:delete",
        ":read",
        "licensing:write",
        "licensing:read",
        "operating:write",
        "catalog:read ",
    ] {
        assert_eq!(bad.parse::<KeyScope>(), Err(Invalid::BadFormat), "{bad}");
    }
}

#[test]
fn lic_4_products_reach_the_licensing_api_and_the_operator_does_not() {
    let uuid = vendor().uuid();
    let order = Actor::Order { id: OrderId::from_uuid(uuid), vendor: vendor() };
    let activation = Actor::Activation { id: ActivationId::from_uuid(uuid), vendor: vendor() };
    let licensee = Actor::Licensee { id: LicenseeId::from_uuid(uuid), vendor: vendor() };
    let contact = Actor::Contact { id: ContactId::from_uuid(uuid), vendor: vendor() };
    let newcomer = Actor::Newcomer { product: ProductId::from_uuid(uuid), vendor: vendor() };
    for action in Action::ALL {
        // Whatever a claim is made by, it is the same claim. A contact carries tokens besides (OFF-6), those of local servers too.
        const CARRIES: [&str; 5] = [
            "entitlement.export",
            "entitlement.export-token",
            "entitlement.import",
            "local-server.read",
            "local-server.report",
        ];
        let carries = action.name().starts_with("offline.") || CARRIES.contains(&action.name());
        assert_eq!(contact.permit(*action).is_ok(), carries || order.permit(*action).is_ok(), "{}", action.name());
        for claimant in [&licensee, &newcomer] {
            assert_eq!(claimant.permit(*action).is_ok(), order.permit(*action).is_ok(), "{}", action.name());
        }
        let licensing = group_of(action.name()) == "licensing";
        let products = order.permit(*action).is_ok() || activation.permit(*action).is_ok();
        assert_eq!(products, licensing, "{}", action.name());
        assert_eq!(Actor::Operator { vendor: vendor() }.permit(*action).is_ok(), !licensing, "{}", action.name());
    }
}

#[test]
fn a_permit_is_for_one_vendor_one_action_and_one_actor() {
    let permit = api_key([KeyScope::Admin]).permit(Action::RenewEntitlement).unwrap();
    assert_eq!(permit.vendor(), vendor());
    assert_eq!(permit.action(), Action::RenewEntitlement);
    assert_eq!(permit.actor(), ApiKeyId::from_uuid(vendor().uuid()).to_string());
}

#[test]
fn action_names_are_unique_and_spelled_alike() {
    let names: BTreeSet<&str> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), Action::ALL.len());
    for name in names {
        assert!(name.contains('.'), "{name}");
        for word in name.split('.') {
            let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            assert!(plain, "{name}");
        }
    }
}
