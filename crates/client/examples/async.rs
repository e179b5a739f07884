//! The same product on tokio, with a feature and a seat that is given back.
use chancery_client::{Activate, Client, Error, Product};

/// What `chancery trust export` wrote: `include_str!("trust.jws")` in a real product.
const TRUST_BUNDLE: &str = "eyJ…";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let product = Product::new("prod_01k8e3v0c1f8w9t2m5r7x4y6zb", TRUST_BUNDLE)?;
    let client = Client::open("https://licences.example:7011", product, "acme-state")?;
    client.activate(&Activate::code("7K2M-9QXT-4HDA-W0RB-E3").seat_id("host-1")).await?;
    if client.check()?.allowed() {
        client.checkout("export-step", 2).await?;
        // The paid work.
        client.give_back("export-step", 2).await?;
    }
    client.deactivate().await
}
