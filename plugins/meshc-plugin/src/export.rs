//! Makes a type the plugin of its library.

/// Exports a type that implements [`Guest`](crate::Guest) as the plugin that its library is. Once in a library.
///
/// Outside of WebAssembly it checks the type and exports nothing, so that the library can be tested.
#[macro_export]
macro_rules! export {
    ($plugin:ident) => {
        const _: () = {
            const fn is_a_guest<T: $crate::Guest>() {}
            is_a_guest::<$plugin>();
        };
        #[cfg(target_arch = "wasm32")]
        $crate::bindings::export_weighting!($plugin with_types_in $crate::bindings);
    };
}
