//! The story: one file per chapter. Each begins from whatever an earlier run left.

mod carried;
mod catalog;
mod customers;
mod dark;
mod features;
mod lapse;
mod offline;
mod render;
mod seats;
mod trial;
mod vendor;
mod yours;

use super::scene::Scene;
use crate::Failure;

/// Tells it from the beginning to the end.
pub(super) async fn tell(scene: &Scene<'_>) -> Result<(), Failure> {
    vendor::tell(scene);
    catalog::tell(scene).await?;
    let sales = customers::tell(scene).await?;
    let machines = seats::tell(scene, &sales.cad).await?;
    features::tell(scene, &sales.cad, &machines).await?;
    trial::tell(scene, &sales.trial).await?;
    let farm = render::tell(scene, &sales.render).await?;
    offline::tell(scene, &sales.cad, &machines.anna).await?;
    carried::tell(scene, &sales.lab).await?;
    let site = dark::tell(scene, &sales.server, &sales.bench).await?;
    lapse::tell(scene, &sales.cad, &machines.anna, &farm).await?;
    yours::tell(scene, &sales.cad, &site).await
}
