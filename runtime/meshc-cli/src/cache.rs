//! Where the cache is.

use std::env;
use std::path::PathBuf;

use meshc_plugin_host::Cache;

use crate::args::Args;

/// Opens the cache that arguments or the environment name. Where it cannot be had, everything is the same but slower.
pub(crate) fn open(args: &Args) -> Option<Cache> {
    if args.no_cache { None } else { Cache::open(&folder(args)?) }
}

/// Empty variables and relative paths in them do not count, as the XDG Base Directory Specification has it.
fn folder(args: &Args) -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = |name| variable(name).filter(|path| path.is_absolute());
    args.cache_dir
        .clone()
        .or_else(|| variable("MESHC_CACHE_DIR"))
        .or_else(|| Some(base("XDG_CACHE_HOME")?.join("meshc")))
        .or_else(|| Some(base("HOME")?.join(".cache/meshc")))
}
