//! What holds for the tables of any mesh: many small ones, of every version, with everything that a table depends on.

use std::collections::BTreeMap;

use meshc_compiler::emit::{FrontendRow, LoadBalancingTable, MaglevDetail, table_document};
use meshc_compiler::tables::{Path, Reason, shares};
use meshc_tests::compile::{Compiled, compile_for};
use meshc_tests::world::{Cluster, World, world};
use proptest::prelude::*;

fn compiled(world: &World) -> Compiled {
    let compiled = compile_for(world.client(), world.files());
    assert!(compiled.weighted.is_some(), "{:?}\n{:?}", compiled.diagnostics, world.files());
    compiled
}

/// The tables, by the names of their clusters.
fn tables(world: &World) -> BTreeMap<String, LoadBalancingTable> {
    let weighted = compiled(world).weighted.expect("it was looked at");
    let ids = weighted.mesh.mesh().cluster_ids();
    let documents = ids.map(|id| table_document(&weighted, id, MaglevDetail::Counts, |_| true));
    documents.map(|table| (table.cluster.to_owned(), table)).collect()
}

fn text(table: &LoadBalancingTable) -> String {
    serde_json::to_string(table).expect("a table is JSON")
}

fn frontends(table: &LoadBalancingTable) -> impl Iterator<Item = &FrontendRow> {
    table.services.iter().flat_map(|service| &service.frontends)
}

/// What tells a frontend from others of its table.
fn key(frontend: &FrontendRow) -> (&str, Option<&str>, Option<&str>, Option<u16>, &str) {
    (frontend.frontend_type, frontend.scope, frontend.address.as_deref(), frontend.port, frontend.port_name)
}

/// The backends of a frontend: cluster, address and port.
fn backends(frontend: &FrontendRow) -> Vec<(String, Option<String>, u16)> {
    let row = |row: &meshc_compiler::emit::BackendRow| (row.cluster.to_owned(), row.address.clone(), row.port);
    frontend.backends.iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shares_add_up_to_one_or_are_all_nothing(world in world()) {
        let weighted = compiled(&world).weighted.expect("it was looked at");
        for table in &weighted.tables.clusters {
            for frontend in table.services.iter().flat_map(|service| &service.frontends) {
                for path in [Path::Socket, Path::Packet] {
                    let sum: f64 = shares(frontend, path).iter().sum();
                    let slots = frontend.slots();
                    let whole = if slots.count == 0 { 0.0 } else { 1.0 };
                    prop_assert!((sum - whole).abs() < 1e-9, "{sum} of {slots:?}");
                }
            }
        }
    }

    #[test]
    fn the_order_of_files_does_not_matter(world in world()) {
        let forward = compile_for(world.client(), world.files()).bundle().expect("it compiles");
        let backward = compile_for(world.client(), world.files().into_iter().rev()).bundle().expect("it compiles");
        prop_assert_eq!(forward.files(), backward.files());
    }

    #[test]
    fn a_service_that_is_not_global_has_no_remote_backend(mut world in world()) {
        world.clusters[0].service.global = Some(false);
        let own = world.clusters[0].name.clone();
        for frontend in frontends(&tables(&world)[&own]) {
            prop_assert!(frontend.backends.iter().all(|backend| backend.cluster == own));
        }
    }

    #[test]
    fn with_affinity_local_an_active_backend_at_home_keeps_out_the_others(mut world in world()) {
        world.clusters[0].service.affinity = Some("local");
        let own = world.clusters[0].name.clone();
        for frontend in frontends(&tables(&world)[&own]) {
            let local = |backend: &&meshc_compiler::emit::BackendRow| backend.cluster == own;
            if frontend.backends.iter().filter(local).any(|backend| backend.state == "active") {
                prop_assert!(frontend.backends.iter().all(|backend| backend.cluster == own), "{frontend:?}");
            }
        }
    }

    #[test]
    fn unsharing_changes_nothing_at_home(mut world in world()) {
        world.clusters[0].service.shared = None;
        let own = world.clusters[0].name.clone();
        let before = tables(&world);
        world.clusters[0].service.shared = Some(false);
        let after = tables(&world);
        let shown = |tables: &BTreeMap<String, LoadBalancingTable>| {
            text(&tables[&own]).replace("\"shared\":false", "\"shared\":true")
        };
        prop_assert_eq!(shown(&before), shown(&after));
    }

    #[test]
    fn a_cluster_that_goes_adds_a_backend_only_where_another_takes_over(mut world in world()) {
        let before = tables(&world);
        let gone = world.clusters.pop().expect("a world has clusters");
        let stand_by = [
            Reason::AffinityLocal, Reason::AffinityRemote, Reason::SameAddress, Reason::OtherZone, Reason::OtherNode,
        ].map(Reason::word);
        for (cluster, table) in tables(&world) {
            for frontend in frontends(&table) {
                let earlier = frontends(&before[&cluster]).find(|other| key(other) == key(frontend));
                let earlier = earlier.expect("frontends do not depend on other clusters");
                let had = backends(earlier);
                for added in backends(frontend).into_iter().filter(|backend| !had.contains(backend)) {
                    let reason = earlier.excluded.iter().find(|row| row.cluster == added.0 && row.address == added.1);
                    let reason = reason.map_or("none", |row| row.reason);
                    prop_assert!(stand_by.contains(&reason), "{added:?}, {reason}, without {}", gone.name);
                }
            }
        }
    }

    #[test]
    fn the_tables_of_renamed_clusters_are_the_renamed_tables(world in world(), turn in 1..5_usize) {
        let mut renamed = world.clone();
        let count = world.clusters.len();
        let name = |at: usize| format!("renamed-{}", (at + turn) % count);
        for (at, cluster) in renamed.clusters.iter_mut().enumerate() {
            cluster.name = name(at);
        }
        // Which of two clusters with one address is shown depends on their names.
        prop_assume!(!world.has_twins());
        let (before, after) = (tables(&world), tables(&renamed));
        for (at, Cluster { name: old, .. }) in world.clusters.iter().enumerate() {
            let new = &after[&name(at)];
            for (frontend, other) in frontends(&before[old]).zip(frontends(new)) {
                let to_new = |old: &str| {
                    world.clusters.iter().position(|cluster| cluster.name == old).map(name).expect("it is one of them")
                };
                let mut expected = backends(frontend);
                for backend in &mut expected {
                    backend.0 = to_new(&backend.0);
                }
                let mut found = backends(other);
                expected.sort();
                found.sort();
                prop_assert_eq!(key(frontend), key(other));
                prop_assert_eq!(expected, found);
            }
        }
    }

    #[test]
    fn a_place_only_narrows_a_table(world in world()) {
        let anywhere = World { node: None, zone: None, ..world.clone() };
        let (wide, narrow) = (tables(&anywhere), tables(&world));
        for (cluster, table) in &narrow {
            for frontend in frontends(table) {
                let earlier = frontends(&wide[cluster]).find(|other| key(other) == key(frontend));
                let all = backends(earlier.expect("a place takes frontends and gives none"));
                let affinity = world.clusters.iter().any(|cluster| cluster.service.affinity.is_some());
                prop_assert!(affinity || backends(frontend).iter().all(|backend| all.contains(backend)));
            }
        }
    }
}
