//! What the parts of a file share.

/// An enum of values that a file may write, each with its name.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$of:meta])* $item:ident $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$of])* #[serde(rename = $word)] $item,)* }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$item),*];

            /// As files write it.
            pub fn name(self) -> &'static str {
                match self { $($name::$item => $word),* }
            }
        }
    };
}
pub(super) use words;

/// Whether a part of a file need not be written because it is what it is without.
pub(super) fn is_default<T: Default + PartialEq>(it: &T) -> bool {
    *it == T::default()
}
