//! `meshc schema`.

use anyhow::Result;
use meshc_compiler::emit::table_schema;
use meshc_compiler::schema::annotations::annotations_schema;
use meshc_compiler::schema::{mesh_schema, traffic_policy_schema};

use super::drift::drift_schema;
use super::plan::plan_schema;
use crate::args::{SchemaArgs, SchemaKind};
use crate::exit::Exit;
use crate::render::diagnostic_schema;
use crate::terminal::print;

pub(super) fn run(own: &SchemaArgs) -> Result<Exit> {
    let schema = match own.kind {
        SchemaKind::Mesh => mesh_schema(),
        SchemaKind::TrafficPolicy => traffic_policy_schema(),
        SchemaKind::Table => table_schema(),
        SchemaKind::Diagnostic => diagnostic_schema(),
        SchemaKind::Annotations => annotations_schema(),
        SchemaKind::Plan => plan_schema(),
        SchemaKind::Drift => drift_schema(),
    };
    print(&(serde_json::to_string_pretty(&schema)? + "\n")).map(|()| Exit::Done)
}
