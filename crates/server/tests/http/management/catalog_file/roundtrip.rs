//! Whatever can be imported is exported so that importing it anywhere gives the same (CAT-4).

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{EXPORT, actions, exported};
use crate::common::TestApp;

/// A text as TOML, by a writer that is not the one under test.
fn toml(text: &str) -> String {
    // JSON leaves U+007F as it is, TOML does not.
    serde_json::to_string(text).unwrap().replace('\u{7f}', "\\u007F")
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9\"'\\\\#.=\\[\\]{}äß☃_-]([a-zA-Z0-9 \"'\\\\#.=\\[\\]{}äß☃_-]{0,10}[a-z0-9])?"
}

fn interval() -> impl Strategy<Value = String> {
    (1..40_u16, prop::sample::select(vec!["minute", "hour", "days", "weeks", "month", "years"]))
        .prop_map(|(count, unit)| format!("\"{count} {unit}\""))
}

fn amount() -> impl Strategy<Value = String> {
    prop_oneof![(0..100_u32).prop_map(|n| n.to_string()), Just("9007199254740991".into()), Just("\"unlimited\"".into())]
}

fn overdraft() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\"none\"".to_owned()),
        Just("\"unlimited\"".to_owned()),
        (0..50_u32).prop_map(|n| n.to_string()),
        (0..300_u32).prop_map(|n| format!("\"{n}%\"")),
    ]
}

fn metadata() -> impl Strategy<Value = String> {
    let value = prop_oneof![text(), Just("two\nlines\tand \u{7f} more".to_owned()), Just(String::new())];
    prop::collection::btree_map(text(), value, 0..4).prop_map(|map| {
        let members: Vec<_> = map.iter().map(|(key, value)| format!("{} = {}", toml(key), toml(value))).collect();
        format!("metadata = {{ {} }}\n", members.join(", "))
    })
}

/// A type, with values of it.
fn feature() -> impl Strategy<Value = (String, String)> {
    let truth = || any::<bool>().prop_map(|on| on.to_string());
    prop_oneof![
        (truth(), truth()).prop_map(|(value, other)| (format!("type = \"bool\"\nvalue = {value}\n"), other)),
        (amount(), overdraft(), amount()).prop_map(|(value, overdraft, other)| {
            (format!("type = \"elementPool\"\nvalue = {value}\noverdraft = {overdraft}\n"), other)
        }),
        (amount(), overdraft(), amount()).prop_map(|(value, overdraft, other)| {
            (
                format!("type = \"usageCount\"\nvalue = {value}\noverdraft = {overdraft}\nusageReset = \"monthly\"\n"),
                other,
            )
        }),
    ]
}

fn attribute() -> impl Strategy<Value = (String, String)> {
    let number = || {
        prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            Just("-1.50".into()),
            Just("\"99999999999999999999\"".into())
        ]
    };
    let day = || (1..9999_u16).prop_map(|year| format!("{year:04}-02-28"));
    prop_oneof![
        (text(), text())
            .prop_map(|(value, other)| (format!("type = \"string\"\nvalue = {}\n", toml(&value)), toml(&other))),
        text().prop_map(|other| ("type = \"string\"\n".to_owned(), toml(&other))),
        (number(), number()).prop_map(|(value, other)| (format!("type = \"number\"\nvalue = {value}\n"), other)),
        (day(), day()).prop_map(|(value, other)| (format!("type = \"date\"\nvalue = {value}\n"), other)),
    ]
}

/// Definitions, with values for a nearer level; the tag keeps keys apart.
fn definitions(tag: &'static str) -> impl Strategy<Value = (Vec<Definition>, Vec<Definition>)> {
    type Drawn = (usize, ((String, (String, String)), String));
    let one = move |what: &'static str| {
        move |(at, ((key, body), metadata)): Drawn| Definition {
            key: toml(&format!("{key}{tag}{what}{at}")),
            body: body.0 + &metadata,
            value: body.1,
        }
    };
    let features = prop::collection::vec(((text(), feature()), metadata()), 0..3);
    let attributes = prop::collection::vec(((text(), attribute()), metadata()), 0..3);
    (features, attributes).prop_map(move |(features, attributes)| {
        let features = features.into_iter().enumerate().map(one("f")).collect();
        (features, attributes.into_iter().enumerate().map(one("a")).collect())
    })
}

#[derive(Clone, Debug)]
struct Definition {
    key: String,
    body: String,
    value: String,
}

fn sections(out: &mut String, header: &str, all: &[Definition]) {
    for Definition { key, body, .. } in all {
        write!(out, "[[{header}]]\nkey = {key}\n{body}").unwrap();
    }
}

fn values(out: &mut String, name: &str, all: &[Definition]) {
    all.iter().for_each(|one| writeln!(out, "{name}.{} = {}", one.key, one.value).unwrap());
}

fn catalog() -> impl Strategy<Value = String> {
    let product = (text(), definitions("p"), definitions("e"), interval(), interval(), metadata(), any::<bool>());
    let offering = (text(), amount(), overdraft(), interval(), any::<bool>(), metadata(), any::<prop::sample::Index>());
    (
        definitions("g"),
        prop::collection::vec(product, 0..3),
        prop::collection::vec((text(), prop::option::of(interval()), metadata()), 0..3),
        prop::collection::vec(offering, 0..4),
    )
        .prop_map(|(global, products, plans, offerings)| {
            let mut out = String::new();
            sections(&mut out, "features", &global.0);
            sections(&mut out, "attributes", &global.1);
            for (at, (name, own, below, lease, grace, metadata, gives)) in products.iter().enumerate() {
                let (key, name) = (toml(&format!("{name}{at}")), toml(name));
                write!(out, "[[products]]\nkey = {key}\nname = {name}\nleasePeriod = {lease}\n{metadata}").unwrap();
                if *gives {
                    writeln!(out, "gracePeriod = {grace}\nofflineLeasePeriod = \"unlimited\"").unwrap();
                    values(&mut out, "featureValues", &global.0);
                    values(&mut out, "attributeValues", &global.1);
                }
                sections(&mut out, "products.features", &own.0);
                sections(&mut out, "products.attributes", &own.1);
                write!(out, "[[products.editions]]\nkey = {name}\nname = {name}\n{metadata}").unwrap();
                for (features, attributes) in [own, &global] {
                    values(&mut out, "features", features);
                    values(&mut out, "attributes", attributes);
                }
                sections(&mut out, "products.editions.ownFeatures", &below.0);
                sections(&mut out, "products.editions.ownAttributes", &below.1);
            }
            for (at, (name, duration, metadata)) in plans.iter().enumerate() {
                let name = toml(&format!("{name}{at}"));
                let kind = duration.as_ref().map_or("licenseType = \"perpetual\"".to_owned(), |duration| {
                    format!("licenseType = \"subscription\"\nduration = {duration}\nplanType = \"trial\"")
                });
                write!(out, "[[plans]]\nname = {name}\n{kind}\nlicenseStart = \"manual\"\n{metadata}").unwrap();
            }
            if products.is_empty() || plans.is_empty() {
                return out;
            }
            for (at, (name, seats, overdraft, interval, locked, metadata, index)) in offerings.iter().enumerate() {
                let product = index.index(products.len());
                let plan = index.index(plans.len());
                let seats = if seats.starts_with('"') { "7" } else { seats };
                let rest = if *locked {
                    format!("concurrency = \"nodeLocked\"\nmaintenance = {interval}\nenforcement = \"limit\"\nautomatic = true\n")
                } else {
                    format!("leasePeriod = {interval}\noutageTolerance = {interval}\n")
                };
                write!(
                    out,
                    "[[offerings]]\nsku = {}\nname = {}\nproduct = {}\nedition = {}\nplan = {}\nseats = {seats}\n\
                     overdraft = {overdraft}\n{rest}{metadata}",
                    toml(&format!("{name}{at}")),
                    toml(name),
                    toml(&format!("{}{product}", products[product].0)),
                    toml(&products[product].0),
                    toml(&format!("{}{plan}", plans[plan].0)),
                )
                .unwrap();
            }
            out
        })
}

#[test]
fn cat_4_importing_an_export_gives_the_same_catalog() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::sqlite());
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
    let property = |file: String| {
        runtime.block_on(async {
            let mut keys = Vec::new();
            for _ in 0..2 {
                number.set(number.get() + 1);
                keys.push(app.another_vendor(&format!("Vendor {}", number.get()), false).await.1);
            }
            let made = app.import(&file).key(&keys[0]).await;
            assert_eq!(made.status, 200, "{file}\n{made:?}");
            assert!(actions(&made.json()).iter().all(|action| action.starts_with("create ")));
            let first = exported(&app.get(EXPORT).key(&keys[0]).await);
            let made = app.import(&first).key(&keys[1]).await;
            assert_eq!(made.status, 200, "{first}\n{made:?}");
            assert_eq!(exported(&app.get(EXPORT).key(&keys[1]).await), first);
            for text in [&file, &first] {
                let again = app.import(text).key(&keys[1]).await.ok();
                assert!(actions(&again).iter().all(|action| action.starts_with("unchanged ")), "{again:#}");
            }
        });
        Ok(())
    };
    runner.run(&catalog(), property).unwrap();
}
