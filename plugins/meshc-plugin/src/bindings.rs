//! Types and glue, generated from `plugins/wit/v1.0`.

#![allow(missing_docs, unsafe_code, clippy::pedantic, reason = "generated")]

wit_bindgen::generate!({
    path: "../wit/v1.0",
    world: "weighting",
    additional_derives: [PartialEq, Eq],
    export_macro_name: "export_weighting",
    pub_export_macro: true,
    default_bindings_module: "::meshc_plugin::bindings",
});
