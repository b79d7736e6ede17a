//! Enumerations whose values have names that are the same in Rust, TypeScript, checkpoints and docs.

/// Makes one, of each value with its name, and where in the options it is.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $location:literal, { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$value_doc])* $value),+
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[$name] = &[$($name::$value),+];

            /// The name.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$value => $text),+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;
            fn from_str(text: &str) -> $crate::error::Result<Self> {
                match text {
                    $($text => Ok($name::$value),)+
                    other => Err($crate::error::Error::option(
                        $location,
                        concat!("one of", $(" \"", $text, "\""),+),
                        format!("\"{other}\""),
                    )),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }
    };
}

pub(crate) use named;
