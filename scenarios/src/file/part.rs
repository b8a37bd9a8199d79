//! Shared helpers for the parts of a file.

/// An enum of the values that a key of a file may have, each with its name.
macro_rules! keywords {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$of:meta])* $item:ident $keyword:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$of])* #[serde(rename = $keyword)] $item,)* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$item),*];

            /// As files write it.
            pub fn name(self) -> &'static str {
                match self { $($name::$item => $keyword),* }
            }
        }
    };
}
pub(super) use keywords;

/// Whether a value is the default, so that it need not be written.
pub(super) fn is_default<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}
